"""A firm claimed, approved or refused; further users invited; accounts ended."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from pinzhi.apps.parties.actions.claim_enterprise import (
    approve_claim,
    claim_enterprise,
    claim_state,
    refuse_claim,
)
from pinzhi.apps.parties.actions.invite_user import (
    hand_over,
    invitation,
    invite_user,
    join_enterprise,
    revoke_user,
)
from pinzhi.apps.parties.actions.register_enterprises import register_enterprises
from pinzhi.apps.parties.models import Claim, EnterpriseUser
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.access.models import User
from pinzhi.kernel.access.queries import actor_for_user
from pinzhi.kernel.errors import Conflict, NotFound, NotPermitted, Refused
from tests.apps.parties.conftest import XIAMEN, code, firm

pytestmark = pytest.mark.django_db
PASSWORD = "Kestrel-over-Wuyi-9"
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def fast_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    from django.core.cache import cache

    cache.clear()


def paper(name: str = "licence.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def asked(number: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        "uscc": code(number), "username": f"lin{number}", "password": PASSWORD, "display_name": "林经理",
        "phone": "13800000000", "email": "lin@example.cn", "licence": paper(), "letter": paper("letter.pdf", PDF + b"x"),
        **changes,
    }  # fmt: skip


@pytest.fixture
def firms(clerk: Actor) -> None:
    register_enterprises([firm(1), firm(2)], by=clerk)


@pytest.fixture
def reviewer(official: Callable[..., Actor]) -> Actor:
    return official("reviewer", "reviewer")


def actor(username: str) -> Actor:
    return actor_for_user(User.objects.get(username=username), clock.today())


def approved(reviewer: Actor, number: int = 1, **changes: Any) -> User:
    return approve_claim(claim_enterprise(**asked(number, **changes)).number, by=reviewer)


def test_claimed_and_approved(firms: None, reviewer: Actor, client: Client) -> None:
    receipt = claim_enterprise(**asked())
    claim = claim_state(receipt.number.lower(), receipt.code)
    assert claim.status == "pending" and claim.licence["type"] == "application/pdf"
    assert not User.objects.filter(username="lin1").exists(), "nothing is open before an official decides"
    assert receipt.code not in str(Claim.objects.values().get())
    user = approve_claim(receipt.number, by=reviewer)
    assert (user.speaks_for, user.party, user.region) == ("enterprise", code(1), "350105")
    assert user.check_password(PASSWORD) and Claim.objects.get().password == ""
    assert EnterpriseUser.objects.get(user=user).is_keeper
    assert actor("lin1").is_subject(code(1))
    assert client.login(username="lin1", password=PASSWORD)
    with pytest.raises(Conflict):
        approve_claim(receipt.number, by=reviewer)


def test_refused_with_a_reason(firms: None, reviewer: Actor) -> None:
    receipt = claim_enterprise(**asked())
    with pytest.raises(Refused, match="reason"):
        refuse_claim(receipt.number, reason="  ", by=reviewer)
    refuse_claim(receipt.number, reason="授权书未盖章", by=reviewer)
    claim = claim_state(receipt.number, receipt.code)
    assert (claim.status, claim.reason, claim.password) == ("refused", "授权书未盖章", "")
    assert not User.objects.exists()
    claim_enterprise(**asked())


def test_a_wrong_code_tells_nothing(firms: None) -> None:
    receipt = claim_enterprise(**asked())
    texts = set()
    for number, secret in ((receipt.number, "x"), ("RL000000AAAA", receipt.code)):
        with pytest.raises(NotFound) as refused:
            claim_state(number, secret)
        texts.add(str(refused.value))
    assert len(texts) == 1


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"uscc": code(1)[:17] + "?"}, "uscc"),
        ({"uscc": code(9)}, code(9)),
        ({"password": "short"}, "password"),
        ({"username": "a b"}, "username"),
        ({"display_name": ""}, "display_name"),
        ({"phone": "12"}, "phone"),
        ({"licence": None}, "licence"),
        ({"letter": paper("letter.exe", b"MZ\x00\x01" * 50)}, "letter"),
        ({"licence": paper("a.pdf", b"")}, "licence"),
    ],
)
def test_what_is_wrong_stands_at_its_field(firms: None, changes: dict[str, Any], place: str) -> None:
    with pytest.raises(Refused) as refused:
        claim_enterprise(**asked(**changes))
    assert refused.value.place == place and refused.value.zh and refused.value.en
    assert not Claim.objects.exists()


def test_user_names_and_too_many_claims(firms: None, reviewer: Actor) -> None:
    claim_enterprise(**asked())
    with pytest.raises(Conflict, match="taken"):
        claim_enterprise(**asked())
    for number in (2, 3):
        claim_enterprise(**asked(username=f"other{number}"))
    with pytest.raises(Conflict, match="waiting"):
        claim_enterprise(**asked(username="other4"))


def test_who_decides(firms: None, reviewer: Actor, official: Callable[..., Actor]) -> None:
    receipt = claim_enterprise(**asked())
    for by in (
        official("x", "reviewer", region=XIAMEN),
        official("c", "clerk"),
        Actor("e", "enterprise", code(1)),
    ):
        with pytest.raises((NotPermitted, NotFound)):
            approve_claim(receipt.number, by=by)
        with pytest.raises((NotPermitted, NotFound)):
            refuse_claim(receipt.number, reason="x", by=by)


def test_the_keeper_invites_and_ends(firms: None, reviewer: Actor) -> None:
    approved(reviewer)
    keeper = actor("lin1")
    token = invite_user("陈质量", by=keeper)
    assert invitation(token).display_name == "陈质量"
    user = join_enterprise(token, username="chen", password=PASSWORD)
    assert user.party == code(1) and not EnterpriseUser.objects.get(user=user).is_keeper
    with pytest.raises(NotFound):
        join_enterprise(token, username="chen2", password=PASSWORD)
    with pytest.raises(NotPermitted):
        invite_user("黄某", by=actor("chen"))
    with pytest.raises(NotPermitted):
        revoke_user("lin1", by=actor("chen"))
    with pytest.raises(NotPermitted):
        revoke_user("lin1", by=keeper)
    revoke_user("chen", by=keeper)
    user.refresh_from_db()
    assert not user.is_active
    with pytest.raises(NotFound):
        revoke_user("chen", by=keeper)


def test_invitations_are_over_after_a_week(firms: None, reviewer: Actor) -> None:
    approved(reviewer)
    token = invite_user("陈质量", by=actor("lin1"))
    with clock.at(clock.now() + timedelta(days=8)), pytest.raises(NotFound):
        invitation(token)


def test_keeping_is_handed_over(firms: None, reviewer: Actor) -> None:
    approved(reviewer)
    join_enterprise(invite_user("陈", by=actor("lin1")), username="chen", password=PASSWORD)
    hand_over("chen", by=actor("lin1"))
    with pytest.raises(NotPermitted):
        invite_user("x", by=actor("lin1"))
    revoke_user("lin1", by=actor("chen"))
    assert EnterpriseUser.objects.get(user__username="chen").is_keeper


def test_an_official_ends_an_account(firms: None, reviewer: Actor, official: Callable[..., Actor]) -> None:
    approved(reviewer)
    join_enterprise(invite_user("陈", by=actor("lin1")), username="chen", password=PASSWORD)
    with pytest.raises(NotPermitted):
        revoke_user("lin1", reason="离职", by=official("x", "reviewer", region=XIAMEN))
    with pytest.raises(Refused, match="reason"):
        revoke_user("lin1", by=reviewer)
    revoke_user("lin1", reason="离职", by=reviewer)
    assert EnterpriseUser.objects.get(user__username="chen").is_keeper, (
        "the firm is not left without a keeper"
    )


def test_of_another_firm_nothing(firms: None, reviewer: Actor) -> None:
    approved(reviewer, 1)
    approved(reviewer, 2)
    with pytest.raises(NotPermitted):
        revoke_user("lin1", reason="x", by=actor("lin2"))
    with pytest.raises(NotFound):
        hand_over("lin1", by=actor("lin2"))


def test_the_door_is_open_to_outsiders(firms: None, client: Client) -> None:
    page = client.get("/console/claim/")
    assert page.status_code == 200 and "no-store" in page["Cache-Control"]
    assert client.get("/console/claim/state/").status_code == 200
    assert client.get("/console/parties/").status_code == 302, "and nothing else is"
    data = asked(password_again=PASSWORD)
    page = client.post("/console/claim/", data)
    assert page.status_code == 200, page.content.decode()
    claim = Claim.objects.get()
    assert claim.number in page.content.decode()
    again = client.post("/console/claim/", asked(password_again="other", licence=paper(), letter=paper()))
    assert again.status_code == 422 and PASSWORD not in again.content.decode()


def test_knocking_is_limited(firms: None, client: Client) -> None:
    codes = [
        client.post("/console/claim/state/", {"number": "RL1", "code": str(n)}).status_code for n in range(22)
    ]
    assert codes[0] == 422 and codes[-1] == 429


def test_joining_through_the_link(firms: None, reviewer: Actor, client: Client) -> None:
    approved(reviewer)
    token = invite_user("陈质量", by=actor("lin1"))
    assert client.get(f"/console/claim/join/{token}/").status_code == 200
    page = client.post(
        f"/console/claim/join/{token}/", {"username": "chen", "password": PASSWORD, "phone": ""}
    )
    assert page.status_code == 200 and User.objects.filter(username="chen", party=code(1)).exists()
    assert client.get(f"/console/claim/join/{token}/").status_code == 404


def test_papers_are_for_who_decides(firms: None, reviewer: Actor, client: Client) -> None:
    from pinzhi.kernel.access.accounts import give_right, open_account

    receipt = claim_enterprise(**asked())
    address = f"/console/parties/claims/{receipt.number}/licence/"
    assert client.get(address).status_code == 302
    system = Actor.system("tests")
    for name, role, region in (("shen", "reviewer", "350100"), ("xia", "reviewer", XIAMEN)):
        user = open_account(
            username=name,
            display_name=name,
            speaks_for="agency",
            party="amr-350000",
            region=region,
            by=system,
        )
        give_right(user, role=role, region=region, starts_on=clock.today(), by=system)
    client.force_login(User.objects.get(username="xia"))
    assert client.get(address).status_code == 404
    client.force_login(User.objects.get(username="shen"))
    answer = client.get(address)
    assert answer.status_code == 200 and io.BytesIO(b"".join(answer)).getvalue() == PDF  # type: ignore[arg-type]
    assert "attachment" in answer["Content-Disposition"]
    assert client.post(f"/console/parties/claims/{receipt.number}/", {"choice": "approve"}).status_code == 302
    assert User.objects.filter(username="lin1").exists()


def test_accounts_that_an_administrator_opened(firms: None, reviewer: Actor) -> None:
    """Without a claim the oldest account keeps the firm's accounts, and all of them can be ended."""
    from pinzhi.apps.parties.queries import is_keeper
    from pinzhi.kernel.access.accounts import open_account

    for name in ("first", "second"):
        open_account(
            username=name,
            display_name=name,
            speaks_for="enterprise",
            party=code(1),
            region="350105",
            by=Actor.system("t"),
        )
    assert is_keeper(actor("first")) and not is_keeper(actor("second"))
    with pytest.raises(NotPermitted):
        invite_user("x", by=actor("second"))
    assert invite_user("x", by=actor("first"))
    revoke_user("second", by=actor("first"))
    assert not User.objects.get(username="second").is_active
