"""The door for the public: comment on a draft standard under consultation. Nobody is logged in.

Limited by address, because anybody can knock. What is sent in is private until it is disposed of; who sent it stays so.
"""

from __future__ import annotations

from typing import Any

from allauth.core.internal import ratelimit
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from pinzhi.apps.standards.actions.send_comment import ASKED, COMMENTS, open_consultations, send_comment
from pinzhi.kernel import clock
from pinzhi.kernel.errors import Refused
from pinzhi.kernel.registers import catalogue
from pinzhi.kernel.web.forms import SectionedForm
from pinzhi.kernel.web.widgets import form_field

REQUIRED = {"required": _("Choose the draft that you comment on.")}
LIMITS = {"comment": "10/h/ip,40/d/ip"}


def _form(projects: list[tuple[str, str]], chosen: str) -> type[SectionedForm]:
    definition = catalogue.get(COMMENTS).definition
    made: dict[str, forms.Field] = {
        "project": forms.ChoiceField(
            label=_("Draft standard"), choices=projects, initial=chosen, error_messages=REQUIRED
        )
    }
    for name in ASKED:
        field = definition.by_name[name]
        made[name] = form_field(field, required=field.required)
    sections = [
        (_("Your comment"), ["project", "clause", "comment", "proposal"]),
        (_("You (never made public)"), ["kind_of_sender", "sender_name", "sender_contact"]),
    ]
    return type("ACommentForm", (SectionedForm,), {"sections_of": sections, **made})


def _with_day(label: str, until: object) -> str:
    return f"{label}（{until}）" if until else label


@require_http_methods(["GET", "POST"])
def comment(request: HttpRequest) -> HttpResponse:
    """The drafts that take comments, and the form; afterwards the comment's number."""
    found = open_consultations(clock.today())
    projects = [(row.key, _with_day(row.label, row.values.get("consultation_until"))) for row in found]
    asked = request.GET.get("project", "")[:160]
    known = asked in {key for key, _label in projects}
    # Who came for one draft must not find another chosen: a comment would go to a draft that nobody meant.
    context: dict[str, Any] = {"projects": found, "over": asked if asked and not known else ""}
    if projects:
        if not known:
            projects = [("", str(_("Choose a draft"))), *projects]
        form: Any = _form(projects, asked if known else "")(request.POST or None)
        context["form"] = form
        if request.method == "POST":
            if not ratelimit.consume(request, app="standards", action="comment", config=LIMITS):
                raise Refused(
                    "too_many_requests",
                    zh="提交次数过多。",
                    en="Too many attempts.",
                    remedy_zh="请一小时后再试。",
                    remedy_en="Try again in an hour.",
                    status=429,
                )
            if form.is_valid():
                data = dict(form.cleaned_data)
                try:
                    context["number"] = send_comment(data.pop("project"), data)
                except Refused as refused:
                    form.add_refusal(refused)
    status = 422 if projects and context["form"].errors else 200
    response = render(request, "standards/comment.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response
