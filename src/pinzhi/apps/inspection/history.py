"""What was done to something, from the audit trail, as a page's timeline shows it."""

from __future__ import annotations

from typing import Any

from pinzhi.kernel.audit import kinds
from pinzhi.kernel.audit import queries as trail


def of(subject_kind: str, key: str, *, most: int = 30) -> list[dict[str, Any]]:
    """Events on one subject of this app, newest first. The caller has checked that the actor sees the subject."""
    events = [
        event
        for event in trail.of_subject(key, limit=200)
        if event.subject_kind == subject_kind and event.action.startswith("inspection.")
    ]
    return [
        {
            "title": {"zh": kinds.sentence(event, "zh"), "en": kinds.sentence(event, "en")},
            "when": event.at,
            "who": event.username,
            "text": "",
        }
        for event in events[:most]
    ]
