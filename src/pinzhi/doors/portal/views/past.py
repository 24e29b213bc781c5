"""A register, or a record, as it stood on a day and as that was known then: of what is public today."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from pinzhi.doors.portal import described, frame
from pinzhi.kernel import clock
from pinzhi.kernel.registers import public
from pinzhi.kernel.registers.catalogue import ROSTERS
from pinzhi.kernel.registers.definitions import Register
from pinzhi.kernel.registers.public import PublicStep
from pinzhi.kernel.web import formats
from pinzhi.kernel.web.texts import in_lang
from pinzhi.kernel.web.values import value_text

PER_PAGE = 50
MOST_FIELDS = 3


def asked(request: HttpRequest) -> tuple[date, date | None, datetime | None] | None:
    """The day of `?on=`, the day and instant of `&known=`; None where neither is a day."""
    on, known = formats.as_date(request.GET.get("on", "")), formats.as_date(request.GET.get("known", ""))
    if on is None and known is None:
        return None
    # What was known on a day is what was recorded until its end.
    moment = datetime.combine(known, time(23, 59, 59), clock.SHANGHAI) if known else None
    return on or clock.today(), known, moment


def as_of(request: HttpRequest, name: str) -> HttpResponse:
    """The records that held on a day, by number."""
    register = public.register(name)
    chosen = asked(request)
    after = request.GET.get("after", "")[:160]
    on, known, moment = chosen or (clock.today(), None, None)
    found, following = public.records_as_of(name, on, moment, after=after, limit=PER_PAGE)
    now_public = set(
        public.records(name).filter(key__in=[key for key, _step in found]).values_list("key", flat=True)
    )
    context: dict[str, Any] = {
        "register": register,
        "on": on,
        "known": known,
        "after": after,
        "next": following,
        "rows": _rows(register, found, now_public),
        "crumbs": [
            (_("Registers"), reverse("portal:registers")),
            (register.title, reverse("portal:register", args=[name])),
        ],
    }
    return frame.page(request, "as_of.html", context)


def shown(register: Register, key: str, held: PublicStep) -> dict[str, Any]:
    """A record's public particulars as they held, for its page."""
    (row,) = _rows(register, [(key, held)], set())
    fields = [f for f in public.public_fields(register) if held.values.get(f.name) not in (None, "", [])]
    facts = [(in_lang(field.title), value_text(field, held.values[field.name])) for field in fields]
    return {**row, "facts": [(_("State"), row["state"]), (_("Valid"), row["valid"] or "—"), *facts]}


def _rows(
    register: Register, found: list[tuple[str, PublicStep]], now_public: set[str]
) -> list[dict[str, Any]]:
    roster = ROSTERS.get(register.definition.about)
    subjects = {str(step.envelope.get("subject") or "") for _key, step in found} - {""}
    known = public.names(roster, sorted(subjects)) if roster and roster != register.name and subjects else {}
    fields = [
        field
        for field in public.public_fields(register)
        if field.list and field.name != register.definition.label_field
    ]
    rows = []
    for key, step in found:
        envelope = step.envelope
        state = register.life.state_by_name.get(str(envelope.get("state") or ""))
        rows.append(
            {
                "key": key,
                "label": public.label_of(
                    register, key, step.values, known.get(str(envelope.get("subject")), "")
                ),
                "state": in_lang(state.title) if state else envelope.get("state"),
                "facts": [
                    (in_lang(field.title), value_text(field, step.values[field.name]))
                    for field in fields[:MOST_FIELDS]
                    if step.values.get(field.name) not in (None, "", [])
                ],
                "since": envelope.get("effective_on"),
                "valid": described.period_text(envelope.get("valid_from"), envelope.get("valid_until")),
                "url": described.record_url(register.name, key) if key in now_public else "",
            }
        )
    return rows
