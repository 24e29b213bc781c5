"""A token acts for its owner within its scopes, its region and the owner's rights of the moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from pinzhi.kernel import clock
from pinzhi.kernel.access.actions.issue_token import issue_token
from pinzhi.kernel.access.actions.revoke_right import revoke_right
from pinzhi.kernel.access.actions.revoke_token import revoke_token
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.access.models import ApiToken, User
from pinzhi.kernel.access.queries import actor_for_user, may
from pinzhi.kernel.access.tokens import authenticate_token
from pinzhi.kernel.audit.models import AuditEvent
from pinzhi.kernel.errors import NotFound, NotPermitted, Refused
from tests.kernel.access.conftest import SYSTEM

Make = Callable[..., User]
FIRM = "91350100MA2XTEST1K"


def actor(user: User) -> Actor:
    return actor_for_user(User.objects.get(pk=user.pk), clock.today())


def bearer(text: str, *, writes: bool = True) -> Actor | None:
    return authenticate_token(f"Bearer {text}", writes=writes)


def test_only_the_hash_is_kept_and_the_text_opens(account: Make) -> None:
    user = account("wang", "clerk@350100")
    token, text = issue_token(name="交换", scopes=["e01_cqo:clerk"], by=actor(user))
    row = ApiToken.objects.filter(pk=token.pk).values().get()
    assert text.startswith(token.prefix)
    assert text.removeprefix(token.prefix) not in str(row)
    who = bearer(text)
    assert who is not None
    assert (who.username, who.via) == ("wang", token.prefix)
    assert ApiToken.objects.get().last_used_at is not None
    assert AuditEvent.objects.filter(action="access.issue_token", subject_key=token.prefix).exists()
    for wrong in (
        text[:-1] + ("A" if text[-1] != "A" else "B"),
        text.upper(),
        "",
        "pz_",
        "x" * 5000,
        text + " ",
    ):
        assert (bearer(wrong) is None) is (wrong.strip() != text)
    assert authenticate_token(f"Basic {text}", writes=False) is None


def test_scopes_narrow_the_owner(account: Make) -> None:
    user = account("wang", "clerk@350100", "approver/e02_brand@350000")
    _, text = issue_token(name="t", scopes=["e01_cqo:clerk"], region="350102", by=actor(user))
    who = bearer(text)
    assert who is not None
    assert may(who, "clerk", register="e01_cqo", region="350102")
    assert not may(who, "clerk", register="e01_cqo", region="350100")
    assert not may(who, "clerk", register="e02_brand", region="350102")
    assert not may(who, "approver", register="e02_brand", region="350102")


def test_a_token_that_reads_cannot_write(account: Make) -> None:
    user = account("wang", "clerk@350100")
    _, text = issue_token(name="t", scopes=["read"], by=actor(user))
    reading, writing = bearer(text, writes=False), bearer(text, writes=True)
    assert reading is not None and writing is not None
    assert may(reading, "clerk", register="e01_cqo", region="350102")
    assert not may(writing, "clerk", register="e01_cqo", region="350102")
    assert writing.rights == ()


def test_an_enterprise_acts_in_its_own_matters_only_with_a_scope_for_it(account: Make) -> None:
    firm = actor(account("firm", speaks_for="enterprise", party=FIRM))
    assert firm.is_subject(FIRM, "e01_cqo")
    assert not firm.is_subject("91350100MA2XOTHER0", "e01_cqo")
    _, read = issue_token(name="r", scopes=["read"], by=firm)
    _, one = issue_token(name="w", scopes=["e01_cqo:subject"], by=firm)
    reading, writing, limited = bearer(read, writes=False), bearer(read), bearer(one)
    assert reading is not None and writing is not None and limited is not None
    assert reading.is_subject(FIRM, "e01_cqo")
    assert not writing.is_subject(FIRM, "e01_cqo") and writing.party == ""
    assert limited.is_subject(FIRM, "e01_cqo")
    assert not limited.is_subject(FIRM, "e02_brand")


@pytest.mark.parametrize("scope", ["e01_cqo:approver", "*:administrator", "*:subject"])
def test_no_scope_beyond_the_own_rights(account: Make, scope: str) -> None:
    user = account("wang", "clerk@350100")
    with pytest.raises(NotPermitted, match="scope_beyond_rights"):
        issue_token(name="t", scopes=[scope], by=actor(user))
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize(
    ("values", "place"),
    [
        ({"name": " "}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["everything"]}, "scopes"),
        ({"days": 0}, "days"),
        ({"days": 400}, "days"),
    ],
)
def test_what_a_token_must_have(account: Make, values: dict[str, object], place: str) -> None:
    user = account("wang", "clerk@350100")
    with pytest.raises(Refused) as refused:
        issue_token(**{"name": "t", "scopes": ["read"], "by": actor(user), **values})  # type: ignore[arg-type]
    assert refused.value.place == place


def test_a_token_follows_its_owner(account: Make) -> None:
    user = account("wang", "clerk@350100")
    _, text = issue_token(name="t", scopes=["*:clerk"], days=30, by=actor(user))
    who = bearer(text)
    assert who is not None and may(who, "clerk", register="e01_cqo", region="350100")
    with pytest.raises(NotPermitted, match="not_with_a_token"):
        issue_token(name="more", scopes=["read"], by=who)
    revoke_right(grant_id=user.grants.get().pk, by=SYSTEM)
    who = bearer(text)
    assert who is not None and not may(who, "clerk", register="e01_cqo", region="350100")
    with clock.at(clock.now() + timedelta(days=31)):
        assert bearer(text) is None
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert bearer(text) is None


def test_a_token_ends_at_once_by_its_owner_or_an_administrator(account: Make) -> None:
    user = account("wang", "clerk@350100", region="350100")
    stranger = account("zhao", "clerk@350100", region="350100")
    admin = account("admin", "administrator@350000")
    for by in (user, admin):
        token, text = issue_token(name="t", scopes=["read"], by=actor(user))
        with pytest.raises(NotFound):
            revoke_token(prefix=token.prefix, by=actor(stranger))
        assert bearer(text) is not None
        revoke_token(prefix=token.prefix, by=actor(by))
        assert bearer(text) is None
