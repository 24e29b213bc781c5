"""What waits for somebody: a small registry in which registers and apps offer cards for the page "My work".

    offer("policy.duties", duties_waiting, title={"zh": "我的任务", "en": "My duties"})

An app offers in its AppConfig.ready; the console asks all of them. A provider answers fast and reads only what the
account may read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pinzhi.kernel.access.actor import Actor


@dataclass(frozen=True)
class WorkItem:
    """One thing to do or to know: what, where, until when (`article`: by which rule), in which state (a Mark or text)."""

    title: Any
    url: str = ""
    hint: Any = ""
    due: date | None = None
    article: Any = ""
    state: Any = None


@dataclass(frozen=True)
class Card:
    """A provider's items under its title; `more` is where all of them stand."""

    name: str
    title: Any
    items: Sequence[WorkItem]
    more: str = ""


Provider = Callable[[Actor], Sequence[WorkItem]]


@dataclass(frozen=True)
class _Offered:
    provider: Provider
    title: Any
    order: int
    more: str


_offered: dict[str, _Offered] = {}


def offer(
    name: str, provider: Provider, *, title: Mapping[str, str], order: int = 50, more: str = ""
) -> None:
    """Show what `provider` answers on the page "My work"; lower orders stand higher."""
    _offered[name] = _Offered(provider, title, order, more)


def cards(actor: Actor) -> list[Card]:
    """Every card that has something for this account."""
    found = []
    for name, one in sorted(_offered.items(), key=lambda pair: (pair[1].order, pair[0])):
        items = list(one.provider(actor))
        if items:
            found.append(Card(name, one.title, items, one.more))
    return found
