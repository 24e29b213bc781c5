"""Doing something with records that are there: a step on one, a step on several, a correction, an erasure."""

from __future__ import annotations

from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.access.queries import require
from pinzhi.kernel.errors import NotFound, NotPermitted, Refused, RefusedRows
from pinzhi.kernel.registers import eligibility, queries
from pinzhi.kernel.registers.actions.carry_out import Item, carry_out
from pinzhi.kernel.registers.actions.correct_entry import correct_entry
from pinzhi.kernel.registers.actions.erase_group import erase_group
from pinzhi.kernel.registers.console import common, forms, lists
from pinzhi.kernel.registers.console.record import title_of
from pinzhi.kernel.registers.definitions import Register, Transition
from pinzhi.kernel.registers.models import Record
from pinzhi.kernel.registers.waiting import Next, next_steps, rule_in_words
from pinzhi.kernel.web import formats
from pinzhi.kernel.web.forms import STEP, RecordForm, form_for
from pinzhi.kernel.web.texts import in_lang

MOST_AT_ONCE = 200


@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, name: str, key: str, transition: str) -> HttpResponse:
    """One step on one record: what is asked for it, what speaks for and against, and doing it."""
    actor, register, record = common.record_of(request, name, key)
    chosen = common.step_of(register, transition)
    form_class = forms.step_form(actor, register, chosen, record)
    if request.method != "POST":
        return _step_page(request, actor, register, record, chosen, form_class())
    form = form_class(request.POST, request.FILES)
    seen = request.POST.get("revision", "")
    if not form.is_valid():
        forms.keep_typed(form)
        return _step_page(request, actor, register, record, chosen, form, status=422)
    if seen != str(record.entry_id):
        forms.keep_typed(form)
        return _step_page(request, actor, register, record, chosen, form, conflict=True, status=409)
    try:
        (ref,) = carry_out(
            name, transition, [forms.item_of(form, key=key, revision=record.entry_id)], by=actor
        )
    except Refused as refused:
        form.add_refusal(refused)
        forms.keep_typed(form)
        return _step_page(request, actor, register, record, chosen, form, status=refused.status)
    after = queries.get_record(name, ref.key)
    said = _("%(step)s: done. The record is now: %(state)s.") % {
        "step": in_lang(chosen.title),
        "state": in_lang(register.life.state_by_name[after.state].title),
    }
    messages.success(request, said)
    return redirect("registers_record", name, key)


def _step_page(
    request: HttpRequest,
    actor: Actor,
    register: Register,
    record: Record,
    step: Transition,
    form: RecordForm,
    *,
    conflict: bool = False,
    status: int = 200,
) -> HttpResponse:
    here = next((n for n in next_steps(actor, register, record) if n.step.name == step.name), None)
    names = register.definition.eligibility
    verdicts = []
    if common.decides(register, step) and record.subject:
        verdicts = eligibility.check(names, [record.subject], clock.today())[record.subject]
    state = register.life.state_by_name[record.state]
    to = register.life.state_by_name.get(step.to or record.state)
    context = {
        "register": register,
        "record": record,
        "step": step,
        "form": form,
        "state": state,
        "to": to,
        "hindrance": _hindrance(register, record, step, here),
        "waits": here.ready if here and here.waits else None,
        "article": in_lang(rule_in_words(step.waits_for, record.state_since)),
        "verdicts": verdicts,
        "conflict": conflict,
        "danger": to is not None and to.kind == "ended",
        "facts_url": common.record_url(register, record.key),
        "crumbs": common.crumbs(common.register_crumb(register), common.record_crumb(register, record)),
    }
    return render(request, "registers/step.html", context, status=status)


def _hindrance(register: Register, record: Record, step: Transition, here: Next | None) -> str:
    """Why the step cannot be done by this account now; empty where it can (waiting aside)."""
    if here is None:
        title = in_lang(register.life.state_by_name[record.state].title)
        return _("The record is now “%(state)s”; this step does not follow from there.") % {"state": title}
    if not here.may:
        who = common.roles_in_words(step)
        return _("This step is for: %(who)s. Your account does not hold that right here.") % {"who": who}
    if here.same_person:
        earlier = register.life.transition(here.same_person)
        title = in_lang(earlier.title) if earlier else here.same_person
        return _("You did “%(step)s” yourself. This step needs another person.") % {"step": title}
    return ""


@require_POST
def bulk(request: HttpRequest, name: str) -> HttpResponse:
    """A step on several records: first what is asked and which records, then all of them or none."""
    actor, register = common.register_of(request, name)
    chosen = common.step_of(register, request.POST.get("step", ""))
    if chosen not in lists.bulk_steps(actor, register):
        raise NotPermitted(
            "not_permitted",
            zh=f"您不能批量办理“{chosen.title.zh}”。",
            en=f"You may not do this on several records: {chosen.title.en}.",
        )
    keys = list(dict.fromkeys(request.POST.getlist("key")))[:MOST_AT_ONCE]
    records = list(
        queries.readable(actor, register).filter(key__in=keys).defer("search_text").order_by("sort_key", "id")
    )
    if not records:
        messages.warning(request, _("Select at least one record."))
        return redirect("registers_list", name)
    form_class = forms.bulk_form(actor, register, chosen)
    confirmed = "confirm" in request.POST
    form = form_class(request.POST, request.FILES) if confirmed else form_class()
    wrong: dict[str, list[str]] = {}
    if confirmed and form.is_valid():
        common_part = form.envelope()
        items = [Item(key=r.key, row=i, **common_part) for i, r in enumerate(records, 1)]
        try:
            refs = carry_out(name, chosen.name, items, by=actor)
        except RefusedRows as refused:
            for row in refused.rows:
                text = f"{row.wrong} {row.right}".strip()
                wrong.setdefault(records[row.row - 1].key, []).append(text)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            said = _("%(step)s: done for %(count)s records.") % {
                "step": in_lang(chosen.title),
                "count": len(refs),
            }
            messages.success(request, said)
            return redirect("registers_list", name)
    if confirmed:
        forms.keep_typed(form)
    fits = [r for r in records if r.state in chosen.from_]
    context = {
        "register": register,
        "step": chosen,
        "form": form,
        "records": [{"record": r, "fits": r in fits, "wrong": wrong.get(r.key, [])} for r in records],
        "fits": len(fits),
        "wrong": len(wrong),
        "crumbs": common.crumbs(common.register_crumb(register)),
    }
    return render(request, "registers/bulk.html", context, status=422 if wrong or form.errors else 200)


class ReasonForm(django_forms.Form):
    """Why something that stood is changed or taken away."""

    reason = django_forms.CharField(widget=django_forms.Textarea(attrs={"rows": 3}), max_length=2000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("Reason")


def correction_form(
    actor: Actor, register: Register, record_type: str, values: dict[str, Any]
) -> type[RecordForm]:
    """All fields, the days, and the reason, for the replacement of an entry."""
    step = Transition.model_validate(
        {
            "name": "correct",
            "title": {"zh": "更正", "en": "Correction"},
            "from": [None],
            "who": ["approver"],
            "asks": ["fields", "effective_on", "valid_from", "valid_until", "reason"],
        }
    )
    definition = forms.definition_for(register, None, values)
    first = forms.as_initial(definition, values)
    form = form_for(definition, step, record_type, first, keep_file=common.keep_file(actor))
    form.base_fields[f"{STEP}reason"].required = True
    return form


@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, name: str, key: str, entry_id: int) -> HttpResponse:
    """Replace an entry that said something wrong; the old one stays to be read."""
    actor, register, record = common.record_of(request, name, key)
    require(actor, "approver", register=name, function=register.definition.function, region=record.region)
    view = next((v for v in queries.history(name, key) if v.entry.id == entry_id), None)
    if view is None:
        raise NotFound("no_such_entry", zh="没有这个条目。", en="There is no such entry.")
    stood = {
        **view.values,
        "effective_on": view.entry.effective_on.isoformat(),
        "valid_from": view.entry.valid_from.isoformat() if view.entry.valid_from else None,
        "valid_until": view.entry.valid_until.isoformat() if view.entry.valid_until else None,
    }
    form_class = correction_form(actor, register, view.entry.record_type, stood)
    form = form_class(request.POST, request.FILES) if request.method == "POST" else form_class()
    if request.method == "POST" and form.is_valid():
        item = forms.item_of(form, key=key)
        changes = {n: v for n, v in item.values.items() if v != view.values.get(n)}
        days = {
            "effective_on": item.effective_on,
            "valid_from": item.valid_from,
            "valid_until": item.valid_until,
        }
        try:
            correct_entry(name, key, entry_id, changes, by=actor, reason=item.reason, **days)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            messages.success(request, _("Corrected. The entry that was replaced stays in the history."))
            return redirect("registers_record", name, key)
    if request.method == "POST":
        forms.keep_typed(form)
    context = {
        "register": register,
        "record": record,
        "view": view,
        "entry_title": title_of(register, view),
        "form": form,
        "crumbs": common.crumbs(common.register_crumb(register), common.record_crumb(register, record)),
    }
    return render(request, "registers/correct.html", context, status=422 if form.errors else 200)


class EraseForm(ReasonForm):
    """Which group of fields is erased, and why."""

    group = django_forms.ChoiceField(widget=django_forms.RadioSelect)
    field_order = ["group", "reason"]

    def __init__(self, register: Register, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = register.definition.groups
        choices = [
            (name, ", ".join(in_lang(f.title) for f in fields)[:200])
            for name, fields in groups.items()
            if any(f.personal for f in fields) or name in _personal(register)
        ]
        step = _("What the steps carried: reasons, decision numbers, evidence")
        field = self.fields["group"]
        assert isinstance(field, django_forms.ChoiceField)
        field.choices = [*choices, ("step", step)]
        field.label = _("What is erased")


def _personal(register: Register) -> set[str]:
    return {name for name, rule in register.definition.classes.items() if rule.personal}


@require_http_methods(["GET", "POST"])
def erase(request: HttpRequest, name: str, key: str) -> HttpResponse:
    """Erase personal data of a record, in all of its entries; its proofs go on to hold."""
    actor, register, record = common.record_of(request, name, key)
    require(
        actor, "administrator", register=name, function=register.definition.function, region=record.region
    )
    form = EraseForm(register, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            count = erase_group(
                name, key, form.cleaned_data["group"], by=actor, reason=form.cleaned_data["reason"]
            )
        except Refused as refused:
            form.add_error(None, f"{refused.text} {refused.remedy}".strip())
        else:
            said = _("Erased from %(count)s entries. The proofs still hold.") % {
                "count": formats.number_text(count)
            }
            messages.success(request, said)
            return redirect("registers_record", name, key)
    context = {
        "register": register,
        "record": record,
        "form": form,
        "crumbs": common.crumbs(common.register_crumb(register), common.record_crumb(register, record)),
    }
    return render(request, "registers/erase.html", context, status=422 if form.errors else 200)
