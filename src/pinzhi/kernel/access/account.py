"""The pages of the own account: profile, password, tokens. Login and second factor are allauth's views."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pinzhi.kernel.access import names, queries
from pinzhi.kernel.access.actions.change_password import change_password
from pinzhi.kernel.access.actions.change_profile import change_profile
from pinzhi.kernel.access.actions.issue_token import issue_token
from pinzhi.kernel.access.actions.revoke_token import revoke_token
from pinzhi.kernel.access.actor import actor_of, user_of
from pinzhi.kernel.access.forms import PasswordForm, ProfileForm, TokenForm
from pinzhi.kernel.access.gate import totp_is_missing
from pinzhi.kernel.access.tokens import READ
from pinzhi.kernel.errors import Refused


@login_required
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Who I am here, for whom I speak and what I may do."""
    from allauth.mfa.models import Authenticator

    return render(
        request,
        "access/overview.html",
        {
            "grants": [names.grant_in_words(grant) for grant in queries.list_grants(user_of(request))],
            "has_totp": Authenticator.objects.filter(
                user_id=user_of(request).pk, type=Authenticator.Type.TOTP
            ).exists(),
            "needs_totp": queries.needs_totp(actor_of(request)),
            "totp_missing": totp_is_missing(request),
            "tokens": queries.list_tokens(user_of(request)),
            "party_name": names.party(user_of(request).speaks_for, user_of(request).party),
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """The own name, addresses and language."""
    user = user_of(request)
    form = ProfileForm(
        request.POST or None,
        initial={
            "display_name": user.display_name,
            "email": user.email,
            "phone": user.phone,
            "language": user.language,
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            changed = change_profile(**form.cleaned_data, by=actor_of(request))
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("Saved."))
            response = redirect("account_overview")
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                changed.language,
                max_age=365 * 24 * 3600,
                secure=settings.SESSION_COOKIE_SECURE,
                samesite="Lax",
            )
            return response
    return render(request, "access/profile.html", {"form": form}, status=422 if form.errors else 200)


@sensitive_post_parameters("old", "new", "again")
@login_required
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change the own password; other sessions of the account end, this one goes on under a new key."""
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = change_password(
                old=form.cleaned_data["old"], new=form.cleaned_data["new"], by=actor_of(request)
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            update_session_auth_hash(request, user)
            messages.success(
                request, _("The password is changed. Other sessions of this account have ended.")
            )
            return redirect("account_overview")
    return render(request, "access/password.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """The own access tokens: make one (its text is shown once), see when each was used, end it."""
    actor = actor_of(request)
    form = TokenForm(request.POST or None, scopes=scope_choices(request))
    issued = None
    if request.method == "POST" and form.is_valid():
        try:
            _token, issued = issue_token(**form.cleaned_data, by=actor)
        except Refused as refused:
            form.refuse(refused)
        else:
            form = TokenForm(scopes=scope_choices(request))
    return render(
        request,
        "access/tokens.html",
        {"form": form, "issued": issued, "tokens": queries.list_tokens(user_of(request))},
        status=422 if form.errors else 200,
    )


@login_required
@require_POST
def end_token(request: HttpRequest, prefix: str) -> HttpResponse:
    revoke_token(prefix=prefix, by=actor_of(request))
    messages.success(request, _("The token is revoked."))
    return redirect("account_tokens")


def scope_choices(request: HttpRequest) -> list[tuple[str, str]]:
    """Reading everything, and each role for each register as the holder has it."""
    actor = actor_of(request)
    choices = [(READ, _("Read what I may read"))]
    if actor.speaks_for != "agency":
        choices.append(("*:subject", _("Apply and report for the party that I speak for")))
    for right in actor.rights:
        scope = f"{right.register}:{right.role}"
        if scope not in dict(choices):
            choices.append((scope, f"{names.register(right.register)} · {names.role(right.role)}"))
    return choices
