"""What the worker must know of this app: its tasks, the steps of its day, reminders."""

from pinzhi.apps.policy import counting_daily, reminding
from pinzhi.apps.policy.actions import compute_regions

__all__ = ["compute_regions", "counting_daily", "reminding"]
