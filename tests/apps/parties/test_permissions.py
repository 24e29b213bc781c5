"""Every action of parties × every role × scope: a table of who may, walked; and what the app offers to decisions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from pinzhi.apps.parties import access
from pinzhi.apps.parties.actions.change_enterprise import change_enterprise
from pinzhi.apps.parties.actions.change_product import change_product
from pinzhi.apps.parties.actions.close_enterprise import close_enterprise
from pinzhi.apps.parties.actions.import_file import IMPORTS
from pinzhi.apps.parties.actions.merge_enterprises import merge_enterprises, reject_duplicate
from pinzhi.apps.parties.actions.propose_duplicates import propose_duplicates
from pinzhi.apps.parties.actions.register_bodies import change_body, register_bodies
from pinzhi.apps.parties.actions.register_enterprises import register_enterprises
from pinzhi.apps.parties.actions.register_products import register_products
from pinzhi.apps.parties.actions.rename_enterprise import rename_enterprise
from pinzhi.apps.parties.actions.set_risk_classes import set_risk_classes
from pinzhi.apps.parties.models import DuplicateProposal, Enterprise
from pinzhi.apps.parties.queries import enterprise, enterprises, risk_class_on, risk_classes
from pinzhi.kernel import clock
from pinzhi.kernel.access import matrix
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import NotFound, NotPermitted
from pinzhi.kernel.registers import eligibility
from pinzhi.kernel.registers.actions.carry_out import Item, carry_out
from pinzhi.kernel.transfer.imports import require_import
from pinzhi.rules.identifiers import gtin, uscc
from tests.apps.parties.conftest import FUJIAN, XIAMEN, code, firm, goods

pytestmark = pytest.mark.django_db
ROLES = ("clerk", "reviewer", "approver", "auditor", "administrator")
BODY = uscc.make(7, region="350100", kind="12").text


@pytest.fixture(autouse=True)
def there(db: None) -> None:
    """What the actions are tried on, all of it in Fuzhou."""
    system = Actor.system("tests")
    register_enterprises([firm(1), firm(2)], by=system)
    register_products([goods(1, code(1))], by=system)
    register_bodies([{"uscc": BODY, "name": "质检所", "region": "350105", "kinds": "检验检测"}], by=system)
    propose_duplicates(by=system)


def _pair() -> int:
    return DuplicateProposal.objects.get().pk


ACTIONS: dict[str, tuple[Callable[[Actor], Any], set[str]]] = {
    "register_enterprises": (lambda by: register_enterprises([firm(5)], by=by), {"clerk"}),
    "change_enterprise": (lambda by: change_enterprise(code(1), {"size": "small"}, by=by), {"clerk"}),
    "rename_enterprise": (lambda by: rename_enterprise(code(1), "新名有限公司", by=by), {"clerk"}),
    "close_enterprise": (lambda by: close_enterprise(code(1), by=by), {"clerk"}),
    "register_products": (lambda by: register_products([goods(5, code(1))], by=by), {"clerk"}),
    "change_product": (lambda by: change_product(gtin.make(1).key, {"brand": "新"}, by=by), {"clerk"}),
    "register_bodies": (
        lambda by: register_bodies(
            [{"uscc": code(8), "name": "所", "region": "350105", "kinds": "检验"}], by=by
        ),
        {"clerk"},
    ),
    "change_body": (lambda by: change_body(BODY, {"short_name": "所"}, by=by), {"clerk"}),
    "set_risk_classes": (
        lambda by: set_risk_classes([{"uscc": code(1), "risk_class": "A"}], by=by),
        {"reviewer"},
    ),
    "require_import": (lambda by: require_import(IMPORTS, "enterprises", by), {"clerk"}),
    "propose_duplicates": (lambda by: propose_duplicates(region="350105", by=by), {"reviewer", "approver"}),
    "merge_enterprises": (
        lambda by: merge_enterprises(code(1), code(2), reason="同一家", by=by),
        {"reviewer", "approver"},
    ),
    "reject_duplicate": (
        lambda by: reject_duplicate(_pair(), reason="两家", by=by),
        {"reviewer", "approver"},
    ),
    "read": (lambda by: enterprise(code(1), by=by), {"clerk", "reviewer", "approver", "auditor"}),
}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("action", ACTIONS)
def test_role_by_action(action: str, role: str, official: Callable[..., Actor]) -> None:
    do, may = ACTIONS[action]
    by = official(role, role, region=FUJIAN)
    if role in may:
        do(by)
    else:
        with pytest.raises((NotPermitted, NotFound)):
            do(by)


@pytest.mark.parametrize("action", sorted(set(ACTIONS) - {"require_import"}))
def test_outside_the_scope_nothing(action: str, official: Callable[..., Actor]) -> None:
    """All roles, but of another city, of another function, of another register, or in the past."""
    do, _ = ACTIONS[action]
    strangers = [
        official("elsewhere", *ROLES, region=XIAMEN),
        official("commerce", *ROLES, function="commerce"),
        official("cqo", *ROLES, register="e01_cqo"),
        Actor("firm", "enterprise", code(9)),
        Actor("nobody", "agency", "amr-350000"),
    ]
    for by in strangers:
        with pytest.raises((NotPermitted, NotFound)):
            do(by)
        assert list(enterprises(by=by)) == []


def test_every_verb_is_in_the_table_of_who_may() -> None:
    named = {verb.name for verb in matrix.verbs() if verb.section == "parties"}
    assert named == {
        "parties.read", "parties.write", "parties.import", "parties.read_risk", "parties.set_risk",
        "parties.decide_duplicate", "parties.decide_claim", "parties.revoke_user", "parties.invite_user",
    }  # fmt: skip


def test_risk_classes_are_seen_by_those_who_may(official: Callable[..., Actor]) -> None:
    set_risk_classes([{"uscc": code(1), "risk_class": "C", "since": "2026-01-01"}], by=Actor.system("tests"))
    row = Enterprise.objects.get(uscc=code(1))
    seen = risk_classes(row, by=official("r", "auditor"))
    assert seen is not None and [one.risk_class for one in seen] == ["C"]
    assert risk_classes(row, by=official("x", "clerk", region=XIAMEN)) is None
    assert risk_classes(row, by=Actor("firm", "enterprise", code(1))) is None, "not even the firm itself"
    assert (
        risk_class_on(code(1), date(2026, 5, 1)) == "C" and risk_class_on(code(1), date(2025, 5, 1)) is None
    )


def test_regions_held(official: Callable[..., Actor]) -> None:
    assert access.held(Actor.system("x"), "parties.write", access.ENTERPRISES) is None
    assert access.held(official("c", "clerk", region=""), "parties.write", access.ENTERPRISES) is None
    held = access.held(official("c", "clerk", region=XIAMEN), "parties.write", access.ENTERPRISES)
    assert held is not None and XIAMEN in held and "350105" not in held


def test_the_list_of_abnormal_operation_is_asked(official: Callable[..., Actor]) -> None:
    from pinzhi.kernel.registers import catalogue

    sample = dict(catalogue.get("c05_abnormal_operation").definition.sample)
    on = date(2026, 3, 2)
    with clock.at(on):
        item = Item(subject=code(1), region="350105", values=sample, decision_number="1")
        (ref,) = carry_out("c05_abnormal_operation", "enter_decision", [item], by=official("a", "approver"))
    verdicts = eligibility.check(["not_abnormal_operation"], [code(1), code(2)], on)
    assert [verdicts[code(1)][0].ok, verdicts[code(2)][0].ok] == [False, True]
    assert ref.key in verdicts[code(1)][0].zh
    with clock.at(on):
        remove = Item(key=ref.key, reason="已补报年报", decision_number="2")
        carry_out("c05_abnormal_operation", "remove", [remove], by=official("b", "approver"))
    assert eligibility.check(["not_abnormal_operation"], [code(1)], on)[code(1)][0].ok is True
