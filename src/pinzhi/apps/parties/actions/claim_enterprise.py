"""A person claims an enterprise with its licence and a letter of authorisation; an official decides."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from pinzhi.apps.parties import access, loading
from pinzhi.apps.parties.models import Claim, Enterprise, EnterpriseUser
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.accounts import check_password, check_values, normal_username, open_account
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.access.models import SpeaksFor, User
from pinzhi.kernel.errors import Conflict, NotFound, Refused
from pinzhi.kernel.files.actions.store_file import store_file
from pinzhi.kernel.jobs.notify import notify
from pinzhi.rules.identifiers import phone as phones
from pinzhi.rules.identifiers.errors import IdentifierError

PAPERS = ("pdf", "jpg", "png", "ofd")
MAX_BYTES = 10 * 1024 * 1024
#: One firm's claims that may wait at a time: more is no hurry but mischief.
MOST_PENDING = 3
VISITOR = Actor.system("visitor")
Status = Claim.Status


@dataclass(frozen=True)
class Receipt:
    """What the claimant keeps: the number, and the code with which the state can be seen. The code is shown once."""

    number: str
    code: str


def claim_enterprise(
    *,
    uscc: str,
    username: str,
    password: str,
    display_name: str,
    phone: str,
    email: str = "",
    licence: Any,
    letter: Any,
) -> Receipt:
    """Hand in a claim. `licence` and `letter` are uploads (`name`, `read`); nobody is logged in.

    Raises Refused with the field that is wrong, NotFound for a firm on no roster, Conflict for a taken user name or a
    firm with claims waiting.
    """
    row = _enterprise(uscc)
    username, display_name = normal_username(username), unicodedata.normalize("NFC", display_name).strip()
    try:
        telephone = phones.parse(phone)
    except IdentifierError as error:
        raise Refused("invalid_phone", zh=error.zh + "。", en=error.en + ".", place="phone") from None
    probe = User(
        username=username,
        display_name=display_name,
        speaks_for=SpeaksFor.ENTERPRISE,
        party=row.uscc,
        email=email,
    )
    _check_account(probe, password)
    if Claim.objects.filter(enterprise=row, status=Status.PENDING).count() >= MOST_PENDING:
        raise Conflict(
            "claims_waiting",
            zh="该企业已有待审批的认领申请。",
            en="Claims of this enterprise are waiting already.",
            remedy_zh="请等待审批结果，或联系当地市场监管部门。",
            remedy_en="Wait for the decision, or ask the local bureau.",
        )
    papers = {}
    for place, upload in (("licence", licence), ("letter", letter)):
        if upload is None:
            raise Refused("paper_missing", zh="请上传文件。", en="Choose a file.", place=place)
        try:
            stored = store_file(upload, name=upload.name, accept=PAPERS, max_bytes=MAX_BYTES, by=VISITOR)
        except Refused as refused:
            refused.place = place
            raise
        papers[place] = {
            "sha256": stored.sha256, "name": stored.original_name, "size": stored.size, "type": stored.media_type,
        }  # fmt: skip
    code = secrets.token_urlsafe(12)
    with transaction.atomic():
        claim = Claim.objects.create(
            number=_number(),
            secret=_hash(code),
            enterprise=row,
            username=username,
            password=make_password(password),
            display_name=display_name,
            phone=telephone,
            email=email.strip(),
            made_at=clock.now(),
            **papers,
        )
        audit.record(
            "parties.claim_enterprise",
            by=VISITOR,
            subject_kind="claim",
            subject_key=claim.number,
            register=access.ENTERPRISES,
            region=row.region,
            detail={"uscc": row.uscc},
        )
        for role in ("reviewer", "approver"):
            notify(
                zh=f"“{row.name}”的企业认领申请待审批。",
                en=f"A claim of {row.name} waits for a decision.",
                role=role,
                register=access.ENTERPRISES,
                function="market_registration",
                region=row.region,
                link=f"/console/parties/claims/{claim.number}/",
                key=f"claim-{claim.number}",
            )
    return Receipt(claim.number, code)


def claim_state(number: str, code: str) -> Claim:
    """The claim of a receipt. The same NotFound whether the number or the code is wrong."""
    claim = Claim.objects.select_related("enterprise").filter(number=number.strip().upper()).first()
    if claim is None or not secrets.compare_digest(claim.secret, _hash(code.strip())):
        raise NotFound(
            "no_such_claim",
            zh="没有这个申请，或查询码不对。",
            en="There is no such claim, or the code is not right.",
            remedy_zh="请核对提交时给出的编号和查询码。",
            remedy_en="Compare the number and code given when the claim was handed in.",
        )
    return claim


@transaction.atomic
def approve_claim(number: str, *, by: Actor) -> User:
    """Open the account that was asked for; the first of a firm keeps the firm's accounts.

    Raises NotFound, NotPermitted, Conflict (decided already, user name taken meanwhile).
    """
    claim = _pending(number, by)
    enterprise = claim.enterprise
    user = open_account(
        username=claim.username,
        display_name=claim.display_name,
        speaks_for=SpeaksFor.ENTERPRISE,
        party=enterprise.uscc,
        region=enterprise.region,
        email=claim.email,
        phone=claim.phone,
        by=by,
    )
    user.password = claim.password
    user.save(update_fields=["password"])
    first = not EnterpriseUser.objects.filter(enterprise=enterprise, revoked_at=None, is_keeper=True).exists()
    EnterpriseUser.objects.create(
        user=user, enterprise=enterprise, is_keeper=first, claim=claim, since=clock.now()
    )
    _decided(claim, Status.APPROVED, "", by)
    _record("parties.approve_claim", claim, by)
    notify(
        zh=f"您已可代表“{enterprise.name}”办理业务。",
        en=f"You may now act for {enterprise.name}.",
        users=[user],
        link="/console/",
        key=f"claim-{claim.number}-approved",
    )
    return user


@transaction.atomic
def refuse_claim(number: str, *, reason: str, by: Actor) -> None:
    """Refuse with a reason, which the claimant reads. Raises NotFound, NotPermitted, Refused, Conflict."""
    claim = _pending(number, by)
    reason = reason.strip()
    if not reason or len(reason) > 500:
        raise Refused(
            "reason_needed",
            zh="请填写不予批准的理由（不超过 500 字）。",
            en="Give the reason (500 characters at most).",
            place="reason",
        )
    _decided(claim, Status.REFUSED, reason, by)
    _record("parties.refuse_claim", claim, by)


def _enterprise(uscc: str) -> Enterprise:
    row = loading.enterprise(loading.credit_code(uscc), lock=False)
    if row.merged_into:
        row = loading.enterprise(row.merged_into, lock=False)
    if row.status in ("deregistered", "revoked"):
        raise Conflict(
            "enterprise_closed", zh=f"“{row.name}”已注销或吊销。", en=f"{row.name} has ended.", place="uscc"
        )
    return row


def _check_account(user: User, password: str) -> None:
    if not user.username or not user.display_name:
        place = "username" if not user.username else "display_name"
        raise Refused("required", zh="请填写。", en="Fill it in.", place=place)
    taken = Claim.objects.filter(username=user.username, status=Status.PENDING).exists()
    if taken or User.objects.filter(username=user.username).exists():
        raise Conflict(
            "username_taken",
            zh=f"用户名“{user.username}”已被使用。",
            en=f"The user name {user.username} is taken.",
            place="username",
            remedy_zh="请换一个用户名。",
            remedy_en="Choose another.",
        )
    check_password(password, user)
    user.password = "!"  # noqa: S105  checked above; the model only asks that there is one
    check_values(user)


def _pending(number: str, by: Actor) -> Claim:
    claim = (
        Claim.objects.select_for_update(of=("self",))
        .select_related("enterprise")
        .filter(number=number)
        .first()
    )
    if claim is None or not access.allowed(
        by, "parties.decide_claim", access.ENTERPRISES, claim.enterprise.region
    ):
        if claim is not None:
            access.require(by, "parties.decide_claim", access.ENTERPRISES, [claim.enterprise.region])
        raise NotFound("no_such_claim", zh=f"没有申请“{number}”。", en=f"There is no claim {number}.")
    if claim.status != Status.PENDING:
        raise Conflict(
            "decided",
            zh=f"该申请已由 {claim.decided_by} 办结。",
            en=f"{claim.decided_by} has decided this claim.",
        )
    return claim


def _decided(claim: Claim, status: str, reason: str, by: Actor) -> None:
    # The password's hash is needed no longer, whatever was decided.
    claim.status, claim.reason, claim.password = status, reason, ""
    claim.decided_by, claim.decided_at = by.username, clock.now()
    claim.save()


def _record(action: str, claim: Claim, by: Actor) -> None:
    audit.record(
        action,
        by=by,
        subject_kind="claim",
        subject_key=claim.number,
        register=access.ENTERPRISES,
        region=claim.enterprise.region,
        detail={"uscc": claim.enterprise.uscc},
    )


def _number() -> str:
    """Unguessable, so that numbers tell nobody how many claims there are."""
    return f"RL{clock.today():%Y%m}" + "".join(
        secrets.choice("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ") for _ in range(8)
    )


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
