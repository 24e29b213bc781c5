"""My work: what waits for this account, what ends soon, what it was told; cards that apps offer; the way to begin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pinzhi.kernel.access.actor import Actor, actor_of
from pinzhi.kernel.errors import in_language
from pinzhi.kernel.jobs import queries as jobs
from pinzhi.kernel.registers import queries, waiting
from pinzhi.kernel.registers.console import common
from pinzhi.kernel.web import work
from pinzhi.kernel.web.formats import datetime_text
from pinzhi.kernel.web.marks import Mark
from pinzhi.kernel.web.texts import in_lang
from pinzhi.kernel.web.work import WorkItem

MOST = 50


@require_safe
def my_work(request: HttpRequest) -> HttpResponse:
    """The first page after logging in: what to do first stands first."""
    actor = actor_of(request)
    found = waiting.waiting_for(actor, MOST)
    notices = list(jobs.inbox(by=actor, unread=True)[:5])
    own = actor.speaks_for in ("enterprise", "body")
    context: dict[str, Any] = {
        "waiting": [_item(actor, one) for one in found],
        "capped": len(found) == MOST,
        "ending": [
            WorkItem(
                title=record.label,
                url=common.record_url(register, record.key),
                hint=f"{in_lang(register.title)} · {record.key}",
                due=record.valid_until,
            )
            for register, record in waiting.ending_soon(actor)
        ],
        "notices": [
            {
                "text": in_language(notice.text_zh, notice.text_en),
                "at": notice.created_at,
                "due": notice.due,
                "open": reverse("jobs_open_notice", args=[notice.pk]),
            }
            for notice in notices
        ],
        "cards": work.cards(actor),
        "drafts": drafts_of(actor),
        "own": own,
        "begin": _beginnings(actor) if own else [],
        "records": _own_records(actor) if own else [],
    }
    return render(request, "console/work.html", context)


def _item(actor: Actor, one: waiting.Waiting) -> WorkItem:
    register, record = one.register, one.record
    # What is to be done stands in front; that it could also be refused or sent back is seen on its page.
    main = [n for n in one.steps if waiting.leads_on(register, record, n.step)] or list(one.steps)
    open_steps = [n for n in main if n.open]
    if len(open_steps) == 1:
        url = reverse("registers_step", args=[register.name, record.key, open_steps[0].step.name])
    else:
        url = common.record_url(register, record.key)
    state = None
    if not open_steps:
        ready = min((n.ready for n in main if n.ready and n.waits), default=None)
        if ready:
            state = Mark(_("from %(day)s on") % {"day": ready.isoformat()}, "hourglass")
    steps = " / ".join(in_lang(n.step.title) for n in (open_steps or main)[:3])
    return WorkItem(
        title=f"{steps}{_(': ')}{record.label}",
        url=url,
        hint=f"{in_lang(register.title)} · {record.key}",
        due=one.due.on if one.due else None,
        article=waiting.rule_in_words(one.due.law, record.state_since) if one.due else "",
        state=state,
    )


def drafts_of(actor: Actor) -> Sequence[WorkItem]:
    """Forms that were begun and not handed in."""
    return [
        WorkItem(
            title=f"{in_lang(one.step.title)}{_(': ')}{in_lang(one.register.title)}",
            url=reverse("registers_begin", args=[one.register.name, one.step.name])
            + f"?draft={one.draft.pk}",
            hint=_("kept %(when)s") % {"when": datetime_text(one.draft.updated_at)},
        )
        for one in waiting.drafts(actor)
    ]


def _beginnings(actor: Actor) -> list[WorkItem]:
    """What an enterprise or body can apply for."""
    return [
        WorkItem(
            title=register.title,
            url=reverse("registers_new", args=[register.name]),
            hint=register.definition.purpose,
        )
        for register in queries.registers_for(actor)
        if common.beginnings(actor, register)
    ]


def _own_records(actor: Actor) -> list[dict[str, Any]]:
    """An enterprise's own records over all registers, those in force and in hand first."""
    return [
        {"record": record, "url": common.record_url(register, record.key), "register": register}
        for register, record in waiting.own_records(actor)
    ]
