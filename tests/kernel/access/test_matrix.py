"""Every verb × every role × inside and outside the region: what the matrix says is what the actions do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pinzhi.kernel import clock
from pinzhi.kernel.access import matrix
from pinzhi.kernel.access.accounts import give_right
from pinzhi.kernel.access.actions.change_password import change_password, reset_password
from pinzhi.kernel.access.actions.create_user import create_user
from pinzhi.kernel.access.actions.disable_user import disable_user
from pinzhi.kernel.access.actions.grant_right import grant_right
from pinzhi.kernel.access.actions.issue_token import issue_token
from pinzhi.kernel.access.actions.link_identity import link_identity
from pinzhi.kernel.access.actions.revoke_right import revoke_right
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.access.models import Role, User
from pinzhi.kernel.access.queries import actor_for_user
from pinzhi.kernel.audit import queries as trail
from pinzhi.kernel.errors import NotFound, NotPermitted
from tests.kernel.access.conftest import PASSWORD, SYSTEM

Make = Callable[..., User]
NEW = "Another-Long-Word-7"


def do(verb: str, by: Actor, target: User) -> Any:
    """Carries the verb out on an account of region 350102."""
    name = target.username
    if verb == "access.create_user":
        return create_user(
            username="fresh",
            display_name="新",
            speaks_for="agency",
            party="AG1",
            region="350102",
            password=NEW,
            by=by,
        )
    if verb == "access.disable_user":
        return disable_user(username=name, by=by)
    if verb == "access.grant_right":
        return grant_right(username=name, role="reviewer", region="350102", by=by)
    if verb == "access.revoke_right":
        return revoke_right(grant_id=target.grants.get().pk, by=by)
    if verb == "access.reset_password":
        return reset_password(username=name, new=NEW, by=by)
    if verb == "access.link_identity":
        return link_identity(username=name, provider="oidc", subject="abc", by=by)
    if verb == "access.change_password":
        return change_password(old=PASSWORD, new=NEW, by=by)
    if verb == "access.issue_token":
        return issue_token(name="t", scopes=["read"], by=by)
    if verb in ("audit.read", "audit.export"):
        return list(trail.events(trail.EventFilter(), by=by))
    raise AssertionError(f"the matrix test does not know {verb}")


VERBS = [verb for verb in matrix.verbs() if verb.name.startswith(("access.", "audit."))]


@pytest.mark.parametrize("region", ["350100", "350200"])
@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_every_verb_for_every_role_in_and_out_of_scope(
    account: Make, verb: matrix.Verb, role: str, region: str
) -> None:
    firm = {"speaks_for": "enterprise", "party": "91350100MA2XTEST1K"} if role == "subject" else {}
    by = actor_for_user(account("who", f"{role}@{region}", region=region, **firm), clock.today())
    target = account("target", region="350102")
    give_right(target, role="clerk", region="350102", by=SYSTEM)
    target = User.objects.get(pk=target.pk)
    somewhere = verb.name.startswith(
        "audit."
    )  # an auditor reads the trail of the own region, whichever it is
    allowed = matrix.allowed(by, verb.name, region=region if somewhere else "350102", own=verb.own)
    if allowed:
        do(verb.name, by, target)
    else:
        with pytest.raises((NotPermitted, NotFound)):
            do(verb.name, by, target)
    assert allowed is (verb.own or (role in verb.roles and (somewhere or region == "350100")))


def test_the_page_says_what_the_lifecycles_say(db: None) -> None:
    sections = matrix.in_words()
    assert len(sections) > 3
    steps = {
        row["title"].en if hasattr(row["title"], "en") else row["title"]["en"]
        for s in sections
        for row in s["rows"]
    }
    assert {"open an account", "read the audit trail"} <= steps
    for life in matrix.record_steps():
        assert life["steps"], life["lifecycle"]
        for step in life["steps"]:
            assert step["who"] <= {*Role.values, "system"}


def test_a_verb_is_declared_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        matrix.declare("audit.read", section="audit", zh="x", en="x", roles={"clerk"})
    with pytest.raises(KeyError):
        matrix.allowed(SYSTEM, "nobody.declared_this")
