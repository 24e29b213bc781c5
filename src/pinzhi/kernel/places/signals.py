"""A change of a place counts at once in the process that made it."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from pinzhi.kernel.places import local, models


@receiver([post_save, post_delete])
def _forget(sender: Any, **kwargs: Any) -> None:
    if getattr(sender, "__module__", "") == models.__name__:
        local.forget()
