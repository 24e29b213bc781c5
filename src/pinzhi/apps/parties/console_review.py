"""The console's pages where an official decides: possible duplicates, claims; and a firm's own accounts."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pinzhi.apps.parties import access, queries, tables
from pinzhi.apps.parties.actions.claim_enterprise import approve_claim, refuse_claim
from pinzhi.apps.parties.actions.invite_user import hand_over, invite_user, revoke_user, withdraw_invitation
from pinzhi.apps.parties.actions.merge_enterprises import merge_enterprises, reject_duplicate
from pinzhi.apps.parties.actions.propose_duplicates import propose_duplicates
from pinzhi.apps.parties.forms import InviteForm, ReasonForm
from pinzhi.apps.parties.models import DuplicateProposal
from pinzhi.kernel import audit
from pinzhi.kernel.access.actor import actor_of
from pinzhi.kernel.errors import NotFound, NotPermitted, Refused
from pinzhi.kernel.files.queries import open_file
from pinzhi.kernel.web.lists import Asked, Found, from_queryset, render_list
from pinzhi.kernel.web.texts import in_lang

REASONS = {
    "organisation_code": {"zh": "组织机构代码（信用代码第9至17位）相同", "en": "the same organisation code"},
    "registration_no": {"zh": "原工商注册号相同", "en": "the same old registration number"},
    "name": {
        "zh": "名称相同（不计括号、全半角、“有限责任公司”写法）",
        "en": "the same name but for its writing",
    },
    "former_name": {"zh": "现名称是另一家的曾用名", "en": "one bears the other's former name"},
    "address_person": {"zh": "住所和法定代表人相同", "en": "the same address and legal representative"},
}
COMPARED = (
    "uscc", "name", "region", "status", "trade", "size", "registered_on", "address", "legal_representative",
    "contact_phone", "registration_no",
)  # fmt: skip


def _home() -> list[tuple[str, str]]:
    return [(_("Parties"), reverse("parties_index"))]


# ---------- duplicates ----------


@require_http_methods(["GET", "POST"])
def duplicates(request: HttpRequest) -> HttpResponse:
    """The pairs that wait for a decision; POST looks for new ones."""
    actor = actor_of(request)
    if access.held(actor, "parties.decide_duplicate", access.ENTERPRISES) == frozenset():
        raise NotPermitted(
            "not_permitted", zh="您没有裁定疑似重复的权限。", en="You may not decide on duplicates."
        )
    if request.method == "POST":
        regions = access.held(actor, "parties.decide_duplicate", access.ENTERPRISES)
        roots = [""] if regions is None else sorted({r.region for r in actor.rights if r.region in regions})
        count = sum(propose_duplicates(region=region, by=actor) for region in roots)
        messages.success(request, _("New pairs: %(count)s.") % {"count": count})
        return redirect("parties_duplicates")
    rows = queries.duplicates(by=actor)
    shown = [{"row": row, "reasons": [in_lang(REASONS[r]) for r in row.reasons]} for row in rows[:50]]
    return render(
        request, "parties/duplicates.html", {"rows": shown, "count": rows.count(), "crumbs": _home()}
    )


@require_http_methods(["GET", "POST"])
def duplicate(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Two entries side by side; the official says which stays, or that they are two firms."""
    actor = actor_of(request)
    row = queries.duplicates(by=actor).filter(pk=proposal_id).first()
    if row is None:
        raise NotFound("no_such_proposal", zh="没有这条待裁定的疑似重复。", en="There is no such open pair.")
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason, choice = form.cleaned_data["reason"], request.POST.get("choice", "")
        try:
            _decided(row, choice, reason, actor)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            messages.success(request, _("The decision is kept."))
            return redirect("parties_duplicates")
    pair = [queries.values_of(one, "enterprises") for one in (row.first, row.second)]
    compared = [
        (
            in_lang(tables.field("enterprises", name).title),
            pair[0].get(name),
            pair[1].get(name),
            tables.field("enterprises", name),
        )
        for name in COMPARED
    ]
    context = {
        "row": row,
        "compared": [(t, a, b, f, a == b and a not in (None, "")) for t, a, b, f in compared],
        "reasons": [in_lang(REASONS[r]) for r in row.reasons],
        "form": form,
        "crumbs": [*_home(), (_("Possible duplicates"), reverse("parties_duplicates"))],
    }
    return render(request, "parties/duplicate.html", context, status=422 if form.errors else 200)


def _decided(row: DuplicateProposal, choice: str, reason: str, actor: Any) -> None:
    first, second = row.first.uscc, row.second.uscc
    if choice == "two":
        reject_duplicate(row.pk, reason=reason, by=actor)
    elif choice in (first, second):
        merge_enterprises(choice, second if choice == first else first, reason=reason, by=actor)
    else:
        raise Refused(
            "choose", zh="请选择保留哪一家，或认定为两家。", en="Choose which stays, or that they are two."
        )


# ---------- claims ----------


@require_safe
def claims(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    if access.held(actor, "parties.decide_claim", access.ENTERPRISES) == frozenset():
        raise NotPermitted(
            "not_permitted", zh="您没有审批企业认领的权限。", en="You may not decide on claims."
        )

    def fetch(asked: Asked) -> Found:
        return from_queryset(queries.claims(by=actor, **asked.filters), asked)

    return render_list(
        request, tables.claims(), fetch, context={"list_title": _("Claims of enterprises"), "crumbs": _home()}
    )


@require_http_methods(["GET", "POST"])
def claim(request: HttpRequest, number: str) -> HttpResponse:
    """One claim with its papers; approve, or refuse with a reason."""
    actor = actor_of(request)
    row = queries.claim(number, by=actor)
    form = ReasonForm(request.POST or None)
    if request.method == "POST":
        try:
            if request.POST.get("choice") == "approve":
                approve_claim(number, by=actor)
                messages.success(request, _("Approved. The account is open."))
                return redirect("parties_claim", number)
            if form.is_valid():
                refuse_claim(number, reason=form.cleaned_data["reason"], by=actor)
                messages.success(request, _("Refused."))
                return redirect("parties_claim", number)
        except NotFound:
            raise
        except Refused as refused:
            form.add_refusal(refused)
    context = {
        "row": row,
        "form": form,
        "papers": [
            (_("Business licence"), "licence", row.licence),
            (_("Letter of authorisation"), "letter", row.letter),
        ],
        "crumbs": [*_home(), (_("Claims of enterprises"), reverse("parties_claims"))],
    }
    return render(
        request, "parties/claim.html", context, status=422 if form.is_bound and form.errors else 200
    )


@require_safe
def claim_paper(request: HttpRequest, number: str, paper: str) -> HttpResponseBase:
    """A paper of a claim, for who decides on it; the reading is noted."""
    actor = actor_of(request)
    row = queries.claim(number, by=actor)
    file = {"licence": row.licence, "letter": row.letter}.get(paper)
    if file is None:
        raise NotFound("no_such_file", zh="没有这个文件。", en="There is no such file.")
    audit.record_read(
        "parties.read_file", by=actor, subject_kind="claim", subject_key=number, register=access.ENTERPRISES,
        region=row.enterprise.region, detail={"paper": paper},
    )  # fmt: skip
    response = FileResponse(
        open_file(file["sha256"]), content_type=file["type"], as_attachment=True, filename=file["name"]
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


# ---------- a firm's accounts ----------


@require_http_methods(["GET", "POST"])
def users(request: HttpRequest) -> HttpResponse:
    """The keeper's page: who speaks for the firm, invitations, a link for a further person."""
    actor = actor_of(request)
    if actor.speaks_for != "enterprise":
        raise NotFound("not_an_enterprise", zh="本页供企业使用。", en="This page is for enterprises.")
    row = queries.enterprise(actor.party, by=actor)
    form, link = InviteForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            token = invite_user(form.cleaned_data["display_name"], by=actor)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            link = request.build_absolute_uri(reverse("parties_join", args=[token]))
            form = InviteForm()
    context = {
        "row": row,
        "users": queries.users_of(row, by=actor),
        "invitations": queries.open_invitations(row),
        "is_keeper": queries.is_keeper(actor),
        "me": actor.user_id,
        "form": form,
        "link": link,
    }
    return render(
        request, "parties/users.html", context, status=422 if form.is_bound and form.errors else 200
    )


@require_POST
def user_change(request: HttpRequest, username: str) -> HttpResponse:
    """End an account, or hand the keeping of the accounts over."""
    actor = actor_of(request)
    try:
        if request.POST.get("choice") == "hand_over":
            hand_over(username, by=actor)
        else:
            revoke_user(username, reason=request.POST.get("reason", ""), by=actor)
    except NotFound:
        raise
    except Refused as refused:
        messages.error(request, f"{refused.text}{refused.remedy}")
    else:
        messages.success(request, _("Done."))
    if actor.speaks_for == "enterprise":
        return redirect("parties_users")
    back = request.POST.get("uscc", "")
    return redirect("parties_enterprise", back) if back.isalnum() else redirect("parties_index")


@require_POST
def invitation_withdraw(request: HttpRequest, invitation_id: int) -> HttpResponse:
    withdraw_invitation(invitation_id, by=actor_of(request))
    return redirect("parties_users")
