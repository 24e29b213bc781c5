"""Write what an official adds to a period's progress report: the situation, problems, next steps, head and date."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from pinzhi.apps.policy.access import require_clerk
from pinzhi.apps.policy.models import Document, ReportText
from pinzhi.apps.policy.reports.period import parse
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Refused
from pinzhi.kernel.registers.values import Wrong, parse_date

LONG = ("opening", "problems", "next_steps")
SHORT = {"addressee": 120, "doc_number": 80, "signatory": 40}
LONGEST = 8000


def write_report(document_id: int, period: str, changes: Mapping[str, Any], *, by: Actor) -> ReportText:
    """Set LONG and SHORT texts and `signed_on`; what is not named stays. Raises NotPermitted, NotFound, Refused."""
    with transaction.atomic():
        document = Document.objects.select_for_update().get(pk=document_id)
        require_clerk(by, document.region)
        code = parse(period).code
        found = ReportText.objects.filter(document=document, period=code).first() or ReportText(
            document=document, period=code
        )
        for name, longest in {**dict.fromkeys(LONG, LONGEST), **SHORT}.items():
            if name in changes:
                text = str(changes[name] or "").strip()
                if len(text) > longest:
                    raise Refused(
                        "too_long",
                        zh=f"不得超过 {longest} 字",
                        en=f"at most {longest} characters",
                        place=name,
                    )
                setattr(found, name, text)
        if "signed_on" in changes:
            try:
                found.signed_on = parse_date(changes["signed_on"]) if changes["signed_on"] else None
            except Wrong as wrong:
                zh, en, right_zh, right_en = wrong.args4
                raise Refused(
                    "invalid_date", zh=zh, en=en, place="signed_on", remedy_zh=right_zh, remedy_en=right_en
                ) from None
        found.by, found.at = by.username, clock.now()
        found.save()
        audit.record(
            "policy.write_report",
            by=by,
            subject_kind="document",
            subject_key=document.code,
            region=document.region,
            detail={"period": code},
        )
    return found
