"""A change of the calendar counts at once in the process that made it."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from pinzhi.kernel.calendar import models, queries


@receiver([post_save, post_delete], sender=models.CalendarDay)
@receiver([post_save, post_delete], sender=models.CalendarYear)
def _forget(sender: Any, **kwargs: Any) -> None:
    queries.forget()
