"""The door for outsiders: claim an enterprise, see how the claim stands, join on an invitation. Nobody is logged in.

Limited by address, because anybody can knock. What is uploaded is private and read by who decides alone.
"""

from __future__ import annotations

from typing import Any

from allauth.core.internal import ratelimit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from pinzhi.apps.parties.actions.claim_enterprise import claim_enterprise, claim_state
from pinzhi.apps.parties.actions.invite_user import invitation, join_enterprise
from pinzhi.apps.parties.forms import ClaimForm, JoinForm, StateForm
from pinzhi.kernel.errors import Refused

LIMITS = {"claim": "6/h/ip,20/d/ip", "claim_state": "20/h/ip", "join": "20/h/ip"}


def _refuse_too_many(request: HttpRequest, action: str) -> None:
    if not ratelimit.consume(request, app="parties", action=action, config=LIMITS):
        raise Refused(
            "too_many_requests",
            zh="提交次数过多。",
            en="Too many attempts.",
            remedy_zh="请一小时后再试。",
            remedy_en="Try again in an hour.",
            status=429,
        )


@sensitive_post_parameters("password", "password_again")
@require_http_methods(["GET", "POST"])
def claim(request: HttpRequest) -> HttpResponse:
    """The form; afterwards the number and the code, which are shown once."""
    form = ClaimForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        _refuse_too_many(request, "claim")
        if form.is_valid():
            data = {name: value for name, value in form.cleaned_data.items() if name != "password_again"}
            try:
                receipt = claim_enterprise(**data)
            except Refused as refused:
                form.add_refusal(refused)
            else:
                return _private(render(request, "parties/claim_done.html", {"receipt": receipt}))
    return _private(
        render(request, "parties/claim_form.html", {"form": form}, status=422 if form.errors else 200)
    )


@require_http_methods(["GET", "POST"])
def state(request: HttpRequest) -> HttpResponse:
    """How a claim stands, for who has its number and code."""
    form, found = StateForm(request.POST or None), None
    if request.method == "POST":
        _refuse_too_many(request, "claim_state")
        if form.is_valid():
            try:
                found = claim_state(**form.cleaned_data)
            except Refused as refused:
                form.add_refusal(refused)
    return _private(
        render(
            request,
            "parties/claim_state.html",
            {"form": form, "claim": found},
            status=422 if form.errors else 200,
        )
    )


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """An invited person opens the own account."""
    row = invitation(token)
    form = JoinForm(request.POST or None)
    context: dict[str, Any] = {"form": form, "invitation": row}
    if request.method == "POST":
        _refuse_too_many(request, "join")
        if form.is_valid():
            try:
                context["user"] = join_enterprise(token, **form.cleaned_data)
            except Refused as refused:
                form.add_refusal(refused)
            else:
                return _private(
                    render(request, "parties/joined.html", {"joined": context["user"], "invitation": row})
                )
    return _private(render(request, "parties/join.html", context, status=422 if form.errors else 200))


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response
