"""A new record: choose how to begin, fill in, check the answers, hand in, see the receipt."""

from __future__ import annotations

import uuid
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import NotFound, Refused
from pinzhi.kernel.registers import eligibility, queries, waiting
from pinzhi.kernel.registers.actions.carry_out import carry_out
from pinzhi.kernel.registers.actions.keep_draft import drop_draft, get_draft, keep_draft
from pinzhi.kernel.registers.console import common, forms
from pinzhi.kernel.registers.definitions import Register, Transition
from pinzhi.kernel.registers.models import Draft
from pinzhi.kernel.web.forms import RecordForm
from pinzhi.kernel.web.pickers import name_of
from pinzhi.kernel.web.texts import in_lang


@require_safe
def choose(request: HttpRequest, name: str) -> HttpResponse:
    """The ways to begin a record that are open to the account; where there is only one, its form."""
    actor, register = common.register_of(request, name)
    steps = common.beginnings(actor, register)
    if not steps:
        raise _not_begun(register)
    types: list[tuple[str, Any]] = [(t.name, t.title) for t in register.definition.record_types]
    drafts = [one.draft for one in waiting.drafts(actor) if one.register.name == name]
    ways = [_way(register, step, code, title) for step in steps for code, title in types or [("", None)]]
    if len(ways) == 1 and not drafts:
        return redirect(ways[0]["url"])
    return render(
        request,
        "registers/choose.html",
        {
            "register": register,
            "ways": ways,
            "drafts": [
                {"draft": d, "url": draft_url(d), "step": register.life.transition(d.transition)}
                for d in drafts
            ],
            "crumbs": common.crumbs(common.register_crumb(register)),
        },
    )


def _way(register: Register, step: Transition, code: str, title: Any) -> dict[str, Any]:
    url = reverse("registers_begin", args=[register.name, step.name])
    hint = in_lang(step.help) if step.help else ""
    if not hint and step.to:
        hint = _("The record is then: %(state)s.") % {
            "state": in_lang(register.life.state_by_name[step.to].title)
        }
    named = f"{in_lang(title)} · {in_lang(step.title)}" if title else in_lang(step.title)
    return {"title": named, "hint": hint, "url": f"{url}?type={code}" if code else url}


def draft_url(draft: Draft) -> str:
    """Where a draft is gone on with."""
    return reverse("registers_begin", args=[draft.register, draft.transition]) + f"?draft={draft.pk}"


@require_http_methods(["GET", "POST"])
def fill_in(request: HttpRequest, name: str, transition: str) -> HttpResponse:
    """The form of a beginning step; what is right goes on to be checked, what is wrong is shown at its field."""
    actor, register = common.register_of(request, name)
    step = _step(actor, register, transition)
    draft = _draft(request, actor, register, step)
    record_type = _record_type(request, register, draft)
    if register.definition.record_types and not record_type:
        return redirect("registers_new", name)
    form_class = forms.new_form(actor, register, step, record_type)
    if request.method == "POST":
        form = form_class(request.POST, request.FILES)
        draft_id = _uuid(request.POST.get("draft", "")) or uuid.uuid4()
        if form.is_valid():
            _keep(draft_id, actor, register, step, record_type, forms.raw_of(form))
            return redirect("registers_check", name, transition, draft_id)
        forms.keep_typed(form)
        return _form_page(request, actor, register, step, record_type, form, draft_id, status=422)
    form = form_class(forms.data_of(draft.data)) if draft else form_class()
    if draft:
        form.errors.clear()  # what was typed so far is shown as it is, not yet judged
    draft_id = draft.pk if draft else uuid.uuid4()
    return _form_page(request, actor, register, step, record_type, form, draft_id)


def _form_page(
    request: HttpRequest,
    actor: Actor,
    register: Register,
    step: Transition,
    record_type: str,
    form: RecordForm,
    draft_id: UUID,
    status: int = 200,
) -> HttpResponse:
    own = actor.party if actor.speaks_for in ("enterprise", "body") else ""
    names = register.definition.eligibility
    title = next((t.title for t in register.definition.record_types if t.name == record_type), None)
    context = {
        "register": register,
        "step": step,
        "record_type": record_type,
        "type_title": title,
        "form": form,
        "draft_id": draft_id,
        "verdicts": eligibility.check(names, [own], clock.today())[own] if own and names else [],
        "save_url": reverse("registers_draft", args=[register.name, step.name]),
        "crumbs": common.crumbs(common.register_crumb(register)),
    }
    return render(request, "registers/fill_in.html", context, status=status)


@require_POST
def save(request: HttpRequest, name: str, transition: str) -> HttpResponse:
    """Keeps what is typed while it is typed; answers when it was kept. Files are kept when the form is sent."""
    actor, register = common.register_of(request, name)
    step = _step(actor, register, transition)
    draft_id = _uuid(request.POST.get("draft", ""))
    if draft_id is None:
        return HttpResponse(status=204)
    record_type = _record_type(request, register, None)
    form = forms.new_form(actor, register, step, record_type)(request.POST)
    _keep(draft_id, actor, register, step, record_type, forms.raw_of(form))
    return render(request, "registers/saved.html", {"at": clock.now()})


@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, name: str, transition: str, draft_id: UUID) -> HttpResponse:
    """The answers once more; from here they are handed in."""
    actor, register = common.register_of(request, name)
    step = _step(actor, register, transition)
    draft = get_draft(draft_id, by=actor)
    record_type = str(draft.data.get("record_type") or "")
    form = forms.new_form(actor, register, step, record_type)(forms.data_of(draft.data))
    if not form.is_valid():
        return _form_page(request, actor, register, step, record_type, form, draft_id, status=422)
    if request.method == "POST":
        try:
            with transaction.atomic():
                (ref,) = carry_out(name, transition, [forms.item_of(form)], by=actor)
                drop_draft(draft_id, by=actor)
        except Refused as refused:
            form.add_refusal(refused)
            return _form_page(request, actor, register, step, record_type, form, draft_id, status=422)
        return redirect("registers_done", name, ref.key, ref.entry_id)
    subject = form.cleaned_data.get("subject") or actor.party
    names = register.definition.eligibility
    context = {
        "register": register,
        "step": step,
        "answers": [
            {**_named(register, row), "change": f"{draft_url(draft)}#id_{row['name']}"}
            for row in form.answers()
        ],
        "draft_id": draft_id,
        "back": draft_url(draft),
        "verdicts": eligibility.check(names, [subject], clock.today())[subject] if names and subject else [],
        "crumbs": common.crumbs(common.register_crumb(register)),
    }
    return render(request, "registers/check.html", context)


def _named(register: Register, row: dict[str, Any]) -> dict[str, Any]:
    """An answer that is a code, with the name that it stands for."""
    kinds = {"region": "region"}
    if register.definition.about in ("enterprise", "body"):
        kinds["subject"] = "uscc"
    kind = kinds.get(row["name"])
    name = name_of(kind, str(row["value"])) if kind else ""
    return {**row, "value": f"{name} {row['value']}"} if name else row


@require_POST
def drop(request: HttpRequest, name: str, transition: str, draft_id: UUID) -> HttpResponse:
    """Forgets a draft."""
    actor, _register = common.register_of(request, name)
    drop_draft(draft_id, by=actor)
    return redirect("registers_new", name)


@require_safe
def done(request: HttpRequest, name: str, key: str, entry_id: int) -> HttpResponse:
    """What was handed in, its number and receipt, and what happens next."""
    actor, register, record = common.record_of(request, name, key)
    view = next((v for v in queries.history(name, key) if v.entry.id == entry_id), None)
    if view is None:
        raise NotFound("no_such_entry", zh="没有这个条目。", en="There is no such entry.")
    due = queries.deadline_of(register, record)
    steps = [n for n in waiting.next_steps(actor, register, record) if not waiting.is_by_the_way(n.step)]
    steps.sort(key=lambda n: not waiting.leads_on(register, record, n.step))
    context = {
        "register": register,
        "record": record,
        "view": view,
        "due": due,
        "article": in_lang(waiting.rule_in_words(due.law, record.state_since)) if due else "",
        "next": [
            {"title": in_lang(n.step.title), "who": common.roles_in_words(n.step), "mine": n.open}
            for n in steps
        ],
        "paper_url": reverse("registers_paper", args=[name, key, entry_id])
        if view.step and view.step.paper
        else "",
        "record_url": common.record_url(register, key),
        "again_url": reverse("registers_new", args=[name]),
        "crumbs": common.crumbs(common.register_crumb(register)),
        "form_key": f"draft-{request.GET.get('draft', '')}",
    }
    return render(request, "registers/done.html", context)


def _step(actor: Actor, register: Register, name: str) -> Transition:
    step = common.step_of(register, name)
    if step not in common.beginnings(actor, register):
        raise _not_begun(register)
    return step


def _not_begun(register: Register) -> Refused:
    from pinzhi.kernel.errors import NotPermitted

    return NotPermitted(
        "not_permitted",
        zh=f"您不能在“{register.title.zh}”新建记录。",
        en=f"You may not begin a record in “{register.title.en}”.",
        remedy_zh="请由有经办权限的人员办理，或联系本单位管理员。",
        remedy_en="Ask somebody who holds the right, or your administrator.",
    )


def _draft(request: HttpRequest, actor: Actor, register: Register, step: Transition) -> Draft | None:
    draft_id = _uuid(request.GET.get("draft", ""))
    if draft_id is None:
        return None
    draft = get_draft(draft_id, by=actor)
    return draft if (draft.register, draft.transition) == (register.name, step.name) else None


def _record_type(request: HttpRequest, register: Register, draft: Draft | None) -> str:
    asked = request.POST.get("record_type") or request.GET.get("type") or ""
    if draft is not None:
        asked = asked or str(draft.data.get("record_type") or "")
    return asked if asked in {t.name for t in register.definition.record_types} else ""


def _keep(
    draft_id: UUID, actor: Actor, register: Register, step: Transition, record_type: str, raw: forms.Raw
) -> None:
    data = {"record_type": record_type, **raw}
    keep_draft(draft_id, register=register.name, transition=step.name, data=data, by=actor)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
