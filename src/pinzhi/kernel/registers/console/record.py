"""One record: the facts, what comes next, the history, who may see it and how to check it; as of any day too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.access.models import User
from pinzhi.kernel.access.queries import may
from pinzhi.kernel.errors import NotFound
from pinzhi.kernel.files import queries as files
from pinzhi.kernel.registers import labels, queries, wording
from pinzhi.kernel.registers.console import common, lists
from pinzhi.kernel.registers.definitions import Register
from pinzhi.kernel.registers.models import Log, Record, Sequenced
from pinzhi.kernel.registers.queries import EntryView
from pinzhi.kernel.registers.waiting import Next, is_by_the_way, leads_on, next_steps, rule_in_words
from pinzhi.kernel.web import formats, names
from pinzhi.kernel.web.marks import Mark, mark_of
from pinzhi.kernel.web.texts import in_lang
from pinzhi.kernel.web.values import field_html, key_html


@require_safe
def record(request: HttpRequest, name: str, key: str) -> HttpResponse:
    """A record's page. `?on=2024-01-01` shows it as it was valid that day, `&known=…` as it was known then."""
    actor, register, found = common.record_of(request, name, key)
    views = queries.history(name, key)
    asked = _as_of(request)
    held = queries.record_as_of(name, key, *asked) if asked else None
    values: Mapping[str, Any] = found.values
    if asked:
        values = held.values if held else {}
    if any(lists.is_hidden(register, field) and field.name in values for field in register.definition.fields):
        common.note_reading(actor, register, key=key, region=found.region)
    due = queries.deadline_of(register, found)
    # What brings the matter forward first: the first one that may be done now is the page's main button.
    steps = sorted(
        next_steps(actor, register, found),
        key=lambda n: (is_by_the_way(n.step), not leads_on(register, found, n.step)),
    )
    names_by = _display_names(views)
    context = {
        "register": register,
        "record": found,
        "asked": asked,
        "held": held,
        "as_of_mark": _entry_mark(register, held) if held else None,
        "envelope": _envelope(register, found, held) if not asked or held else [],
        "sections": sections(register, values, common.file_url(register, key)),
        "due": due,
        "article": in_lang(rule_in_words(due.law, found.state_since)) if due else "",
        "mine": [_offered(register, found, n) for n in steps if n.may and n.open],
        "later": [_offered(register, found, n) for n in steps if n.may and not n.open],
        "others": [
            {"title": in_lang(n.step.title), "who": common.roles_in_words(n.step)}
            for n in steps
            if not n.may and not is_by_the_way(n.step)
        ],
        "events": [_event(actor, register, view, names_by, found.entry_id) for view in reversed(views)],
        "seen": wording.publicity(register),
        "seen_envelope": wording.envelope_publicity(register),
        "public_url": common.public_url(register, key) if common.is_public(register, found) else "",
        "log": _log(register, [view.entry.id for view in views]),
        "may_erase": may(
            actor, "administrator", register=name, function=register.definition.function, region=found.region
        ),
        "erase_url": reverse("registers_erase", args=[name, key]),
        "crumbs": common.crumbs(common.register_crumb(register)),
    }
    return render(request, "registers/record.html", context)


def _as_of(request: HttpRequest) -> tuple[date, datetime | None] | None:
    day, known = formats.as_date(request.GET.get("on", "")), formats.as_date(request.GET.get("known", ""))
    if day is None and known is None:
        return None
    moment = datetime.combine(known, time(23, 59, 59), tzinfo=clock.SHANGHAI) if known else None
    return day or clock.today(), moment


def _envelope(register: Register, record: Record, held: EntryView | None) -> list[dict[str, Any]]:
    entry = held.entry if held else record
    rows: list[tuple[str, Any]] = []
    if entry.subject:
        kind = {"enterprise": "uscc", "body": "uscc", "product": "gtin"}.get(register.definition.about, "")
        code = key_html(kind, entry.subject) if kind else entry.subject
        label = labels.subject_labels(register, [entry.subject]).get(entry.subject, "")
        rows.append((_("Subject"), format_html("{} {}", label, code) if label else code))
    types = {t.name: t.title for t in register.definition.record_types}
    if entry.record_type:
        rows.append((_("Type"), in_lang(types.get(entry.record_type)) or entry.record_type))
    rows += [
        (_("Region"), names.region_name(entry.region)),
        (_("Agency"), names.agency_name(entry.agency)),
        (
            _("In this state since"),
            formats.date_text(held.entry.effective_on if held else record.state_since),
        ),
    ]
    if entry.valid_from or entry.valid_until:
        end = formats.date_text(entry.valid_until) if entry.valid_until else _("without end")
        rows.append((_("Valid"), f"{formats.date_text(entry.valid_from)} – {end}"))
    return [{"title": title, "value": value} for title, value in rows if value]


def sections(
    register: Register, values: Mapping[str, Any], file_url: str
) -> list[tuple[str, list[dict[str, Any]]]]:
    """The record's fields that hold something, under the headings of its form."""
    parts: dict[str, list[dict[str, Any]]] = {}
    for field in register.definition.fields:
        value = values.get(field.name)
        if value in (None, "", []):
            continue
        heading = in_lang(field.group) if field.group else _("Particulars")
        shown = field_html(field, wording.masked(field, value), file_url)
        parts.setdefault(heading, []).append({"title": in_lang(field.title), "value": shown})
    return list(parts.items())


def _offered(register: Register, record: Record, step: Next) -> dict[str, Any]:
    earlier = register.life.transition(step.same_person) if step.same_person else None
    wait = step.step.waits_for
    return {
        "title": in_lang(step.step.title),
        "name": step.step.name,
        "url": reverse("registers_step", args=[register.name, record.key, step.step.name]),
        "ready": step.ready if step.waits else None,
        "article": in_lang(rule_in_words(wait, record.state_since)) if step.waits else "",
        "earlier": in_lang(earlier.title) if earlier else "",
        "help": in_lang(step.step.help),
        "main": not is_by_the_way(step.step) and leads_on(register, record, step.step),
    }


def _entry_mark(register: Register, view: EntryView) -> Mark:
    state = register.life.state_by_name.get(view.entry.state)
    return mark_of(state, clock.today()) if state else Mark(view.entry.state, "circle-dashed")


def _display_names(views: Sequence[EntryView]) -> dict[str, str]:
    wanted = {view.entry.by for view in views}
    return dict(User.objects.filter(username__in=wanted).values_list("username", "display_name"))


def title_of(register: Register, view: EntryView) -> str:
    """What happened, in a word: the step's title, or the correction or automatic end that it was."""
    if view.step is not None:
        return in_lang(view.step.title)
    known = {
        "correct": _("Correction of an entry"),
        "lapse": _("Lapsed: its term is over"),
        "expire": _("Expired: its term is over"),
    }
    return known.get(view.entry.kind, view.entry.kind)


def _event(
    actor: Actor, register: Register, view: EntryView, names_by: Mapping[str, str], standing: int
) -> dict[str, Any]:
    entry, said = view.entry, view.said
    evidence = [one for one in said.get("evidence", []) if isinstance(one, Mapping)]
    function = register.definition.function
    may_correct = not view.void and may(
        actor, "approver", register=register.name, function=function, region=entry.region
    )
    return {
        "id": entry.id,
        "title": title_of(register, view),
        "mark": _entry_mark(register, view),
        "when": entry.recorded_at,
        "effective_on": entry.effective_on,
        "who": names_by.get(entry.by) or entry.by,
        "agency": names.agency_name(entry.agency),
        "reason": said.get("reason", ""),
        "decision_number": said.get("decision_number", ""),
        "note": said.get("note", ""),
        "evidence": [
            {
                "name": one.get("name") or str(one.get("sha256", ""))[:12],
                "url": reverse("registers_file", args=[register.name, entry.key, one["sha256"]]),
            }
            for one in evidence
            if len(str(one.get("sha256", ""))) == 64
        ],
        "void": view.void,
        "replaces": entry.replaces,
        "standing": entry.id == standing,
        "paper_url": reverse("registers_paper", args=[register.name, entry.key, entry.id])
        if view.step and view.step.paper and not view.void
        else "",
        "correct_url": reverse("registers_correct", args=[register.name, entry.key, entry.id])
        if may_correct
        else "",
    }


def _log(register: Register, entries: Sequence[int]) -> dict[str, Any]:
    """Where the entries stand in the signed log; `waiting`: how many the sequencer has yet to number."""
    places = list(
        Sequenced.objects.filter(entry_id__in=entries).order_by("index").values_list("index", flat=True)
    )
    log = Log.objects.filter(name=register.name).first()
    return {
        "places": places,
        "waiting": len(entries) - len(places),
        "size": log.size if log else 0,
        "signed_at": log.signed_at if log else None,
    }


@require_safe
def file(request: HttpRequest, name: str, key: str, sha256: str) -> FileResponse:
    """A file that one of the record's entries names."""
    actor, register, found = common.record_of(request, name, key)
    named = files_of(name, key)
    if sha256 not in named:
        raise NotFound(
            "no_such_file", zh="该记录没有这个文件。", en="The record names no such file.", place=sha256[:12]
        )
    stored = files.get_file(sha256)
    stream = files.open_file(sha256)
    common.note_reading(actor, register, key=key, region=found.region, what=f"file {sha256[:12]}")
    response = FileResponse(
        stream,
        as_attachment=True,
        filename=named[sha256] or (stored.download_name if stored else sha256[:12]),
        content_type=stored.media_type if stored else "application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


def files_of(name: str, key: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for view in queries.history(name, key):
        for value in [*view.values.values(), view.said.get("evidence")]:
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, Mapping) and "sha256" in one:
                    found[str(one["sha256"])] = str(one.get("name", ""))
    return found
