"""What a state looks like: a word, a mark and a colour class; never a colour alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from pinzhi.kernel.web.formats import as_date
from pinzhi.kernel.web.texts import in_lang


@dataclass(frozen=True)
class Mark:
    """`word` in the reader's language, `icon` a symbol of icons.svg, `tone` a class: pz-good, pz-warn …"""

    word: str
    icon: str
    tone: str = ""


KINDS = {
    "open": ("edit", ""),
    "pending": ("hourglass", "pz-course"),
    "valid": ("circle-check", "pz-good"),
    "ended": ("minus", ""),
}
# An ended state that says "no" is told apart from one that only says "over".
REFUSALS = frozenset(
    [
        "rejected",
        "refused",
        "revoked",
        "withdrawn_by_agency",
        "cancelled",
        "stopped",
        "failed",
        "struck_off",
        "suspended",
        "not_accepted",
    ]
)
LAPSES = frozenset(["lapsed", "expired", "ended"])


def attainment_mark(attainment: str) -> Mark:
    """The mark of a target's attainment: reached, on_course, behind, and cannot_tell for all else."""
    return {
        "reached": Mark(_("Reached"), "circle-check", "pz-good"),
        "on_course": Mark(_("On course"), "trending-up", "pz-course"),
        "behind": Mark(_("Behind"), "alert-triangle", "pz-bad"),
    }.get(str(attainment or "").replace("-", "_"), Mark(_("Cannot be told"), "help-circle", ""))


def state_mark(
    name: str, title: Any, kind: str, valid_until: date | None = None, today: date | None = None
) -> Mark:
    """The mark of a state of a lifecycle; a valid one whose term is over says so, whatever the daily job did."""
    if kind == "valid" and valid_until and today and valid_until < today:
        return Mark(_("Term over"), "clock", "pz-warn")
    icon, tone = KINDS.get(kind, ("circle-dashed", ""))
    if kind == "ended":
        if name in REFUSALS:
            icon, tone = "ban", "pz-bad"
        elif name in LAPSES:
            icon, tone = "clock", ""
    return Mark(in_lang(title) or name, icon, tone)


def deadline_mark(due: date, today: date, soon: int = 7) -> tuple[str, str]:
    """(icon, tone) of a deadline: late, due within `soon` days, or further off."""
    days = (due - today).days
    if days < 0:
        return "alert-triangle", "pz-bad"
    if days <= soon:
        return "calendar-due", "pz-warn"
    return "calendar", ""


def mark_of(record: Any, today: date) -> Mark:
    """The mark of whatever carries a state.

    Taken are: a lifecycle's state (`name`, `title`, `kind`), or a record or row (object or mapping) with `state`
    and either `state_title` and `state_kind` or a `register` name to look them up by.
    """

    def get(name: str) -> Any:
        return record.get(name) if isinstance(record, dict) else getattr(record, name, None)

    if get("state") is None and get("kind") is not None:
        return state_mark(str(get("name") or ""), get("title"), str(get("kind")))
    name = get("state")
    title, kind = get("state_title"), get("state_kind")
    if name is not None and hasattr(name, "kind"):
        name, title, kind = name.name, name.title, name.kind
    if (title is None or kind is None) and get("register"):
        from pinzhi.kernel.web.names import lifecycle_state

        state = lifecycle_state(str(get("register")), str(name))
        if state is not None:
            title, kind = title or state.title, kind or state.kind
    return state_mark(str(name or ""), title, str(kind or ""), as_date(get("valid_until")), today)
