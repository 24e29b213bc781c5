"""Who may give whom which right: never oneself, never beyond the own region, never the last key away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from pinzhi.kernel import clock
from pinzhi.kernel.access.actions.change_password import change_password, reset_password
from pinzhi.kernel.access.actions.create_first_administrator import create_first_administrator
from pinzhi.kernel.access.actions.create_user import create_user
from pinzhi.kernel.access.actions.disable_user import disable_user, enable_user
from pinzhi.kernel.access.actions.grant_right import grant_right
from pinzhi.kernel.access.actions.revoke_right import revoke_right
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.access.models import Grant, User
from pinzhi.kernel.access.queries import UserFilter, actor_for_user, list_users, may, regions_held
from pinzhi.kernel.audit.models import AuditEvent
from pinzhi.kernel.errors import Conflict, NotFound, NotPermitted, Refused
from tests.kernel.access.conftest import PASSWORD

Make = Callable[..., User]


def actor(user: User) -> Actor:
    return actor_for_user(User.objects.get(pk=user.pk), clock.today())


def new(by: Actor, username: str = "li", region: str = "350100", **more: object) -> User:
    values = {"display_name": "李", "speaks_for": "agency", "party": "AG1", "password": PASSWORD, **more}
    return create_user(username=username, region=region, by=by, **values)  # type: ignore[arg-type]


def test_the_first_administrator_is_made_once(db: None) -> None:
    first = create_first_administrator(username="Root", display_name="管理员", password=PASSWORD)
    assert first.username == "root"
    assert may(actor(first), "administrator", region="350100", register="e01_cqo")
    with pytest.raises(Conflict, match="administrator_exists"):
        create_first_administrator(username="root2", display_name="二", password=PASSWORD)
    assert User.objects.count() == 1


def test_an_administrator_opens_accounts_in_the_own_subtree_only(account: Make) -> None:
    city = actor(account("city", "administrator@350100", region="350100"))
    user = new(city, "ＬＩ", "350102")
    assert (user.username, user.must_change_password) == ("li", True)
    event = AuditEvent.objects.get(action="access.create_user", subject_key="li")
    assert (event.username, event.region) == ("city", "350102")
    for elsewhere in ("350200", "350000", "360100", ""):
        with pytest.raises(NotPermitted):
            new(city, "zhao", elsewhere)
    with pytest.raises(Conflict, match="username_taken"):
        new(city, "Li", "350100")
    with pytest.raises(Refused, match="weak_password") as weak:
        new(city, "zhao", "350100", password="12345")
    assert weak.value.place == "password"
    assert "10" in weak.value.zh
    with pytest.raises(Refused) as bad:
        new(city, "a b", "350100")
    assert bad.value.place == "username"


@pytest.mark.parametrize("role", ["clerk", "reviewer", "approver", "auditor", "subject"])
def test_other_roles_keep_no_accounts(account: Make, role: str) -> None:
    who = {"speaks_for": "enterprise", "party": "91350100MA2XTEST1K"} if role == "subject" else {}
    somebody = actor(account("somebody", f"{role}@350000", **who))
    target = account("target", region="350100")
    with pytest.raises(NotPermitted):
        new(somebody)
    with pytest.raises((NotPermitted, NotFound)):
        grant_right(username="target", role="clerk", region="350100", by=somebody)
    with pytest.raises((NotPermitted, NotFound)):
        disable_user(username="target", by=somebody)
    with pytest.raises((NotPermitted, NotFound)):
        reset_password(username="target", new="Another-Long-Word-7", by=somebody)
    with pytest.raises(NotPermitted):
        list_users(UserFilter(), by=somebody)
    target.refresh_from_db()
    assert target.is_active and target.check_password(PASSWORD)
    assert not target.grants.exists()


@pytest.mark.parametrize(
    ("right", "register", "function", "region", "allowed"),
    [
        ("administrator@350100", "*", "*", "350100", True),
        ("administrator@350100", "*", "*", "350102", True),
        ("administrator@350100", "*", "*", "350200", False),
        ("administrator@350100", "*", "*", "350000", False),
        ("administrator@350100", "*", "*", "", False),
        ("administrator@", "*", "*", "", True),
        ("administrator@", "e01_cqo", "quality", "360000", True),
        ("administrator/e01_cqo@350000", "e01_cqo", "*", "350100", False),  # keeps no accounts, see below
    ],
)
def test_nobody_grants_beyond_the_own_scope(
    account: Make, right: str, register: str, function: str, region: str, allowed: bool
) -> None:
    by = actor(account("admin", right, region="350000"))
    account("target", region="350102")
    given = {"username": "target", "role": "clerk", "register": register, "function": function}
    if allowed:
        grant = grant_right(**given, region=region, by=by)
        assert may(actor(grant.user), "clerk", register=register, function=function, region=region)
        assert AuditEvent.objects.filter(action="access.grant_right", username="admin").count() == 1
    else:
        with pytest.raises((NotPermitted, NotFound)):
            grant_right(**given, region=region, by=by)
        assert not Grant.objects.filter(user__username="target").exists()


def test_nobody_grants_to_oneself_or_to_a_stranger(account: Make) -> None:
    by = actor(account("admin", "administrator@350100", region="350100"))
    account("stranger", region="350200")
    with pytest.raises(NotPermitted, match="not_to_oneself"):
        grant_right(username="admin", role="approver", region="350100", by=by)
    with pytest.raises(NotFound):
        grant_right(username="stranger", role="clerk", region="350100", by=by)


def test_administrator_and_auditor_are_two_people(account: Make) -> None:
    by = actor(account("admin", "administrator@"))
    account("keeper", "administrator@350100")
    account("watcher", "auditor@350100")
    with pytest.raises(Conflict, match="separation_of_duties"):
        grant_right(username="keeper", role="auditor", by=by)
    with pytest.raises(Conflict, match="separation_of_duties"):
        grant_right(username="watcher", role="administrator", by=by)


def test_an_enterprise_only_applies(account: Make) -> None:
    by = actor(account("admin", "administrator@"))
    account("firm", speaks_for="enterprise", party="91350100MA2XTEST1K", region="350100")
    with pytest.raises(Refused, match="role_not_for_party"):
        grant_right(username="firm", role="approver", by=by)
    assert grant_right(username="firm", role="subject", by=by).role == "subject"


def test_a_right_has_days_and_ends_at_once_when_revoked(account: Make) -> None:
    by = actor(account("admin", "administrator@"))
    account("target", region="350100")
    with clock.at(date(2026, 5, 1)):
        with pytest.raises(Refused, match="ends_before_start"):
            grant_right(username="target", role="clerk", ends_on=date(2026, 4, 1), by=by)
        grant = grant_right(
            username="target",
            role="clerk",
            region="350100",
            starts_on=date(2026, 5, 2),
            ends_on=date(2026, 5, 3),
            by=by,
        )
        with pytest.raises(Conflict, match="right_exists"):
            grant_right(username="target", role="clerk", region="350100", by=by)
        assert not may(actor(grant.user), "clerk", region="350100")
    for day, held in ((2, True), (3, True), (4, False)):
        with clock.at(date(2026, 5, day)):
            assert may(actor(grant.user), "clerk", region="350100") is held
    with clock.at(date(2026, 5, 3)):
        revoke_right(grant_id=grant.pk, by=by)
        assert not may(actor(grant.user), "clerk", region="350100")
        with pytest.raises(NotFound):
            revoke_right(grant_id=grant.pk, by=by)
    kept = Grant.objects.get(pk=grant.pk)
    assert (kept.granted_by, kept.revoked_by) == ("admin", "admin")


def test_the_last_administrator_stays(account: Make) -> None:
    one = account("one", "administrator@")
    two = account("two", "administrator@")
    disable_user(username="one", by=actor(two))
    assert not User.objects.get(pk=one.pk).is_active
    with pytest.raises(Conflict, match="last_administrator"):
        revoke_right(grant_id=two.grants.get().pk, by=actor(two))
    enable_user(username="one", by=actor(two))
    revoke_right(grant_id=two.grants.get().pk, by=actor(User.objects.get(pk=one.pk)))
    with pytest.raises(Conflict, match="last_administrator"):
        disable_user(username="one", by=Actor.system())


def test_a_password_is_changed_by_its_holder_and_reset_by_another(account: Make) -> None:
    user = account("target", region="350100")
    admin = actor(account("admin", "administrator@350000"))
    with pytest.raises(Refused, match="wrong_password") as wrong:
        change_password(old="no", new="Another-Long-Word-7", by=actor(user))
    assert wrong.value.place == "old"
    change_password(old=PASSWORD, new="Another-Long-Word-7", by=actor(user))
    with pytest.raises(NotPermitted, match="not_to_oneself"):
        reset_password(username="admin", new="Third-Long-Word-8", by=admin)
    reset_password(username="target", new="Third-Long-Word-8", by=admin)
    user.refresh_from_db()
    assert user.check_password("Third-Long-Word-8") and user.must_change_password
    details = list(AuditEvent.objects.filter(action__contains="password").values_list("detail", flat=True))
    assert len(details) == 2
    assert "Word" not in str(details)


def test_what_an_administrator_sees_of_accounts(account: Make) -> None:
    admin = actor(account("admin", "administrator@350100", region="350100"))
    account("near", "clerk@350102", region="350102")
    account("far", region="360100")
    assert [user.username for user in list_users(UserFilter(), by=admin)] == ["admin", "near"]
    assert [user.username for user in list_users(UserFilter(role="clerk"), by=admin)] == ["near"]
    assert [user.username for user in list_users(UserFilter(search="EA"), by=admin)] == ["near"]
    held = regions_held(admin, "administrator")
    assert held is not None and held >= {"350100", "350102"} and "350200" not in held
    assert regions_held(admin, "clerk") == frozenset()
