"""Reminders before a thing is due or expires. Who knows of such things registers a provider in `tasks.py`:

    @reminders.register("registers.validity")
    def expiring(day: date) -> Iterator[Reminder]: ...

The daily job asks all of them. A reminder is told once under its key, so the key holds what makes it another
one (the thing, its day, how many days before).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from pinzhi.kernel.jobs.notify import notify


@dataclass(frozen=True)
class Reminder:
    """What to tell whom; the fields are those of `notify`."""

    key: str
    zh: str
    en: str
    due: date
    link: str = ""
    party: str = ""
    role: str = ""
    register: str = "*"
    function: str = "*"
    region: str = ""


Provider = Callable[[date], Iterable[Reminder]]
_providers: dict[str, Provider] = {}


def register(name: str) -> Callable[[Provider], Provider]:
    """Ask this provider every day. Raises ValueError where the name is taken by another."""

    def add(provider: Provider) -> Provider:
        if _providers.setdefault(name, provider) is not provider:
            raise ValueError(f"reminders {name} are registered twice")
        return provider

    return add


def names() -> list[str]:
    return sorted(_providers)


def send(name: str, day: date) -> int:
    """Ask one provider and tell its reminders; returns how many people were told something new."""
    told = 0
    for reminder in _providers[name](day):
        told += notify(
            zh=reminder.zh,
            en=reminder.en,
            party=reminder.party,
            role=reminder.role,
            register=reminder.register,
            function=reminder.function,
            region=reminder.region,
            link=reminder.link,
            due=reminder.due,
            key=f"{name}:{reminder.key}",
        )
    return told
