"""Every kind of audit event says its sentence and its link once.

An app declares its kinds at the top level of its `audit_kinds.py`, which is imported at start:

    declare("registers.import", zh="导入 {count} 条到“{register}”",
            en="imported {count} rows into {register}",
            link=lambda event: f"/console/registers/{event.register}/")
    declare("registers.*", zh="在“{register}”办理 {subject}：{step}", en="{step} of {subject} in {register}")

A name that ends in `.*` speaks for all events of that family that have no sentence of their own;
`{step}` is then what stands in place of the star. Other words that a sentence may use: {who} {party}
{subject} {register} {region} {count} and any name in `detail`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


class Event(Protocol):
    """What a sentence or link may look at: the columns of AuditEvent."""

    action: str
    username: str
    party: str
    subject_kind: str
    subject_key: str
    register: str
    region: str
    count: int
    detail: Any


@dataclass(frozen=True)
class Kind:
    action: str
    zh: str
    en: str
    link: Callable[[Any], str | None] | None = None
    sensitive: bool = False
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


class UndeclaredError(LookupError):
    """An event of a kind that no `audit_kinds.py` declares: a programmer's mistake."""


_kinds: dict[str, Kind] = {}


def declare(
    action: str,
    *,
    zh: str,
    en: str,
    link: Callable[[Any], str | None] | None = None,
    sensitive: bool = False,
    words: Mapping[str, Mapping[str, str]] | None = None,
) -> Kind:
    """Declare a kind of event. `sensitive` marks what the auditor's page sets apart.

    `words` translates what stands in place of the star: {"grant": {"zh": "认定", "en": "grant"}}.
    Declaring the same kind twice with other words raises ValueError.
    """
    kind = Kind(action, zh, en, link, sensitive, words or {})
    old = _kinds.get(action)
    if old is not None and (old.zh, old.en) != (zh, en):
        raise ValueError(f"audit kind {action} is declared twice")
    _kinds[action] = kind
    return kind


def kind_of(action: str) -> Kind:
    """The declaration that speaks for an action: its own, or the nearest family's. Raises UndeclaredError."""
    if action in _kinds:
        return _kinds[action]
    family = action
    while "." in family:
        family = family.rpartition(".")[0]
        if (kind := _kinds.get(f"{family}.*")) is not None:
            return kind
    raise UndeclaredError(f"no audit_kinds.py declares {action!r}")


def declared() -> list[Kind]:
    return sorted(_kinds.values(), key=lambda kind: kind.action)


class _Words(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "—"


def sentence(event: Event, language: str = "zh", *, names: Mapping[str, str] | None = None) -> str:
    """What happened, as one sentence. `names` says what people call a column ({"register": "…"})."""
    try:
        kind = kind_of(event.action)
    except UndeclaredError:
        return " ".join(part for part in (event.action, event.subject_key) if part)
    english = language.startswith("en")
    step = event.action[len(kind.action) - 1 :] if kind.action.endswith(".*") else ""
    if step in kind.words:
        step = kind.words[step]["en" if english else "zh"]
    words = _Words(
        {name: "—" if value == "" else value for name, value in event.detail.items()}
        if isinstance(event.detail, dict)
        else {}
    )
    words |= {
        "who": event.username,
        "party": event.party or "—",
        "subject": event.subject_key or "—",
        "register": event.register or "—",
        "region": event.region or ("everywhere" if english else "全部地区"),
        "count": event.count,
        "step": step,
    }
    words |= names or {}
    return (kind.en if english else kind.zh).format_map(words)


def link(event: Event) -> str | None:
    """Where the subject of an event can be seen, if anywhere."""
    try:
        kind = kind_of(event.action)
    except UndeclaredError:
        return None
    return kind.link(event) if kind.link else None
