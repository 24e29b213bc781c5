"""The plan's own steps of the day: every target is counted anew, and what is overdue says so in public."""

from __future__ import annotations

from datetime import date

from pinzhi.apps.policy import publishing
from pinzhi.apps.policy.actions.compute_readings import compute_readings, targets_in_force
from pinzhi.apps.policy.reminding import open_duties
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.jobs import daily


@daily.register("policy.count_targets", order=50)
def count_targets(day: date) -> None:
    """After records have lapsed: where every target of a plan in force stands on this day."""
    compute_readings(targets_in_force(), by=Actor.system("daily"), on=day)


@daily.register("policy.overdue_duties", order=55)
def overdue_duties(day: date) -> None:
    """Duties whose day has passed: how long they are overdue, in the public register."""
    late = open_duties().filter(due_on__lt=day).prefetch_related("notes")
    publishing.publish_duties(list(late), day, by=Actor.system("daily"))
