"""What somebody outside says on a draft of a local standard, while its consultation lasts. Nobody is logged in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from pinzhi.apps.standards.access import PROGRAMME
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Conflict, NotFound
from pinzhi.kernel.registers.actions.carry_out import Item, carry_out
from pinzhi.kernel.registers.models import Record

COMMENTS = "s17_consultation_comments"
BY = Actor.system("public")
#: What the sender fills in; the rest follows from the project and the day.
ASKED = ("clause", "comment", "proposal", "kind_of_sender", "sender_name", "sender_contact")


def open_consultations(day: date) -> list[Record]:
    """The projects that take comments on that day, those that end first in front."""
    rows = Record.objects.filter(register=PROGRAMME, state="consultation").order_by("key")[:500]
    found = [row for row in rows if str(row.values.get("consultation_until") or "9999") >= day.isoformat()]
    return sorted(found, key=lambda row: (str(row.values.get("consultation_until") or "9999"), row.key))


@transaction.atomic
def send_comment(project: str, values: Mapping[str, Any], *, by: Actor = BY) -> str:
    """Take a comment on the draft of that project; returns the comment's number.

    Raises NotFound (no such project), Conflict (it takes no comments, or no more), RefusedRows (what was filled in).
    """
    record = Record.objects.filter(register=PROGRAMME, key=project).first()
    if record is None:
        raise NotFound(
            "no_such_project",
            zh=f"没有标准项目“{project[:80]}”。",
            en=f"There is no project {project[:80]}.",
            place="project",
        )
    today = clock.today()
    until = str(record.values.get("consultation_until") or "")
    if record.state != "consultation" or (until and until < today.isoformat()):
        raise Conflict(
            "consultation_over",
            zh=f"“{record.label}”现在不征求意见{f'（已于 {until} 截止）' if until and until < today.isoformat() else ''}。",
            en=f"{record.label} takes no comments now.",
            place="project",
            remedy_zh="可向标准归口部门来信反映。",
            remedy_en="You may write to the department in charge.",
        )
    item = Item(
        subject=record.key,
        region=record.region,
        agency=record.agency,
        values={
            **{name: values.get(name) for name in ASKED},
            "draft_title": f"{record.label}（征求意见稿）"[:200],
            "project_key": record.key,
            "sector": record.values.get("sector", "other"),
            "received_on": today.isoformat(),
            "channel": "web",
        },
        effective_on=today,
    )
    (ref,) = carry_out(COMMENTS, "submit", [item], by=by)
    audit.record(
        "standards.send_comment",
        by=by,
        subject_kind="record",
        subject_key=ref.key,
        register=COMMENTS,
        region=record.region,
    )
    return ref.key
