"""What a register is: its fields, who may see them, its lifecycle, what is counted; read from its definition."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import actor_of
from pinzhi.kernel.access.names import function as function_name
from pinzhi.kernel.registers import catalogue, queries, wording
from pinzhi.kernel.registers.console import common
from pinzhi.kernel.registers.definitions import Register
from pinzhi.kernel.registers.waiting import rule_in_words
from pinzhi.kernel.web.texts import in_lang


@require_safe
def about(request: HttpRequest, name: str) -> HttpResponse:
    """The definition in words; nothing of it is secret, so whoever is logged in may read it."""
    actor = actor_of(request)
    register = catalogue.get(name)
    definition = register.definition
    mine = any(own.name == name for own in queries.registers_for(actor))
    context = {
        "register": register,
        "definition": definition,
        "function": function_name(definition.function),
        "validity": wording.validity(definition.validity),
        "fields": [
            {
                "field": field,
                "type": wording.field_type(field),
                "seen": field.publicity in definition.classes,
            }
            for field in definition.fields
        ],
        "seen": wording.publicity(register),
        "seen_envelope": wording.envelope_publicity(register),
        "states": _states(register),
        "counts": [(count, register.publicly_verifiable[count.name]) for count in definition.counts],
        "list_url": common.list_url(register) if mine else "",
        "crumbs": common.crumbs(common.register_crumb(register)) if mine else common.crumbs(),
    }
    return render(request, "registers/about.html", context)


def _states(register: Register) -> list[dict[str, Any]]:
    """Each state with the steps that lead out of it: who does them, where to, after what waiting, with which paper."""
    life = register.life
    today = clock.today()
    shown: list[dict[str, Any]] = []
    for state in [None, *life.states]:
        name = state.name if state else None
        steps = [s for s in life.from_state(name) if s.entry]
        automatic = [life.state_by_name[a.to].title for a in life.auto if a.from_ == name]
        if state is None and not steps:
            continue
        due = next((rule for rule in life.deadlines if rule.state == name), None)
        shown.append(
            {
                "state": state,
                "automatic": automatic,
                "deadline": in_lang(rule_in_words(due.law or _wait(due), today)) if due else "",
                "steps": [
                    {
                        "title": step.title,
                        "who": common.roles_in_words(step),
                        "to": life.state_by_name[step.to].title if step.to and step.to != name else None,
                        "waits": in_lang(rule_in_words(step.waits_for, today)),
                        "not_same_as": wording.listed(
                            [in_lang(other.title) for v in step.not_same_as if (other := life.transition(v))]
                        ),
                        "paper": step.paper,
                    }
                    for step in steps
                ],
            }
        )
    return shown


def _wait(rule: Any) -> Any:
    from pinzhi.kernel.registers.definitions import Wait

    return Wait(days=rule.days, working=rule.working)
