"""The console's pages that keep accounts and rights, and the one that says who may do what."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pinzhi.kernel.access import matrix, names, queries
from pinzhi.kernel.access.actions.change_password import reset_password
from pinzhi.kernel.access.actions.create_user import create_user
from pinzhi.kernel.access.actions.disable_user import disable_user, enable_user
from pinzhi.kernel.access.actions.grant_right import grant_right
from pinzhi.kernel.access.actions.link_identity import link_identity, unlink_identity
from pinzhi.kernel.access.actions.reset_totp import reset_totp
from pinzhi.kernel.access.actions.revoke_right import revoke_right
from pinzhi.kernel.access.actor import actor_of
from pinzhi.kernel.access.forms import GrantForm, IdentityForm, ResetPasswordForm, UserForm
from pinzhi.kernel.access.models import Role, SpeaksFor
from pinzhi.kernel.errors import Refused

PER_PAGE = 50


@require_safe
def users(request: HttpRequest) -> HttpResponse:
    """The accounts that the administrator keeps."""
    get = request.GET
    filters = queries.UserFilter(
        search=get.get("q", "").strip()[:100],
        speaks_for=get.get("speaks_for", ""),
        role=get.get("role", ""),
        region=get.get("region", "").strip(),
        active={"yes": True, "no": False}.get(get.get("active", "")),
    )
    page = Paginator(queries.list_users(filters, by=actor_of(request)), PER_PAGE).get_page(get.get("page"))
    rows = [
        {"user": user, "party": names.party(user.speaks_for, user.party), "region": names.region(user.region)}
        for user in page
    ]
    return render(
        request,
        "access/users.html",
        {
            "page": page,
            "rows": rows,
            "filters": filters,
            "roles": [(code, names.role(code)) for code in Role.values],
            "kinds": SpeaksFor.choices,
        },
    )


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def new_user(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    queries.require_any_region(actor, Role.ADMINISTRATOR)
    form = UserForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            user = create_user(**{**data, "password": data["password"] or None}, by=actor)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("The account is open. Give it its rights next."))
            return redirect("access_user", user.username)
    return render(request, "access/user_new.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
def user(request: HttpRequest, username: str) -> HttpResponse:
    return _user_page(request, username)


@require_POST
def grant(request: HttpRequest, username: str) -> HttpResponse:
    """Give the account a right."""
    form = _grant_form(request.POST)
    if form.is_valid():
        try:
            grant_right(username=username, **form.cleaned_data, by=actor_of(request))
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("The right is granted."))
            return redirect("access_user", username)
    return _user_page(request, username, grant_form=form)


@require_POST
def revoke(request: HttpRequest, username: str, grant_id: int) -> HttpResponse:
    return _done(request, username, _("The right is revoked."), revoke_right, grant_id=grant_id)


@require_POST
def disable(request: HttpRequest, username: str) -> HttpResponse:
    return _done(request, username, _("The account is closed."), disable_user, username=username)


@require_POST
def enable(request: HttpRequest, username: str) -> HttpResponse:
    return _done(request, username, _("The account is open again."), enable_user, username=username)


@require_POST
def drop_totp(request: HttpRequest, username: str) -> HttpResponse:
    return _done(request, username, _("The second factor is removed."), reset_totp, username=username)


@require_POST
def unlink(request: HttpRequest, username: str, identity_id: int) -> HttpResponse:
    return _done(
        request, username, _("Unlinked."), unlink_identity, username=username, identity_id=identity_id
    )


@require_POST
def link(request: HttpRequest, username: str) -> HttpResponse:
    """Tie an identity of the login service to the account."""
    form = IdentityForm(request.POST, auto_id="identity_%s")
    if form.is_valid():
        try:
            link_identity(username=username, **form.cleaned_data, by=actor_of(request))
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("Linked."))
            return redirect("access_user", username)
    return _user_page(request, username, identity_form=form)


@sensitive_post_parameters("new")
@require_POST
def set_password(request: HttpRequest, username: str) -> HttpResponse:
    """A new first password for somebody who lost the own."""
    form = ResetPasswordForm(request.POST, auto_id="password_%s")
    if form.is_valid():
        try:
            reset_password(username=username, new=form.cleaned_data["new"], by=actor_of(request))
        except Refused as refused:
            form.refuse(Refused(refused.code, zh=refused.zh, en=refused.en, place="new"))
        else:
            messages.success(request, _("The password is set; it must be changed at the next login."))
            return redirect("access_user", username)
    return _user_page(request, username, password_form=form)


@require_safe
def rights(request: HttpRequest) -> HttpResponse:
    """Who may do what, in words: read by whoever is logged in."""
    return render(
        request,
        "access/rights.html",
        {"roles": [(code, names.role(code)) for code in Role.values], "sections": matrix.in_words()},
    )


def _done(request: HttpRequest, page_of: str, said: str, action: Any, /, **arguments: Any) -> HttpResponse:
    """An action without a form: what it refuses is said at the top of the account's page."""
    try:
        action(**arguments, by=actor_of(request))
    except Refused as refused:
        messages.error(request, f"{refused.text} {refused.remedy}".strip())
    else:
        messages.success(request, said)
    return redirect("access_user", page_of)


def _grant_form(data: Any = None) -> GrantForm:
    return GrantForm(
        data, auto_id="grant_%s", functions=names.function_choices(), registers=names.register_choices()
    )


def _user_page(request: HttpRequest, username: str, **forms: Any) -> HttpResponse:
    from allauth.mfa.models import Authenticator
    from allauth.socialaccount.models import SocialAccount

    account = queries.get_user(username, by=actor_of(request))
    context = {
        "account": account,
        "party_name": names.party(account.speaks_for, account.party),
        "region_name": names.region(account.region),
        "grants": [names.grant_in_words(grant) for grant in queries.list_grants(account)],
        "has_totp": Authenticator.objects.filter(user=account, type=Authenticator.Type.TOTP).exists(),
        "identities": SocialAccount.objects.filter(user=account),
        "tokens": queries.list_tokens(account),
        "oidc": bool(settings.OIDC_URL),
        "oneself": account.pk == request.user.pk,
        "grant_form": _grant_form(),
        "password_form": ResetPasswordForm(auto_id="password_%s"),
        "identity_form": IdentityForm(initial={"provider": "oidc"}, auto_id="identity_%s"),
        **forms,
    }
    return render(request, "access/user.html", context, status=422 if forms else 200)
