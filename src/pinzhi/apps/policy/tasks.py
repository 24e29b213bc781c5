"""What the worker must know of this app: its tasks and reminders."""

from pinzhi.apps.policy import reminding
from pinzhi.apps.policy.actions import compute_regions

__all__ = ["compute_regions", "reminding"]
