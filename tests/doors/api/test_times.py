"""Both times of a whole register by API, and the erasure of personal data with the list of what was erased."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

import pytest

from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.registers import catalogue, erasures
from pinzhi.kernel.registers.actions.carry_out import Item, carry_out
from pinzhi.kernel.registers.actions.correct_entry import correct_entry
from tests.doors.api.conftest import Caller

pytestmark = pytest.mark.django_db(transaction=True)
SYSTEM = Actor.system("tests")
CQO = "/registers/e01_cqo"


@pytest.fixture(autouse=True)
def definitions(transactional_db: None, settings: Any, tmp_path: Any) -> None:
    settings.STATE_DIR = tmp_path
    catalogue.sync()


@pytest.fixture
def life(firms: list[str]) -> list[str]:
    """Three officers entered on 10 March 2024; the second's day was wrong, which was found in June."""
    sample = catalogue.get("e01_cqo").definition.sample
    with clock.at(date(2024, 3, 10)):
        items = [Item(subject=firm, region="350100", values=sample) for firm in firms]
        keys = [ref.key for ref in carry_out("e01_cqo", "enter_decision", items, by=SYSTEM)]
    from pinzhi.kernel.registers.queries import history

    with clock.at(date(2024, 6, 1)):
        entry = history("e01_cqo", keys[1])[0].entry
        correct_entry(
            "e01_cqo", keys[1], entry.id, {}, by=SYSTEM, reason="day", effective_on=date(2024, 5, 1)
        )
    return keys


def test_two_times_of_a_list(life: list[str], caller: Callable[..., Caller]) -> None:
    clerk = caller("li", "clerk@350100")
    held = lambda query: {one["key"] for one in clerk.get(f"{CQO}/as-of?{query}")["items"]}  # noqa: E731
    assert held("on=2024-03-09") == set()
    assert held("on=2024-04-01") == {life[0], life[2]}, "as we know it now, the second began in May"
    assert held("on=2024-04-01&known_at=2024-04-01T12:00:00") == set(life), "as we knew it then"
    assert held("on=2024-05-01") == set(life)
    assert held("on=2024-05-01&region=350200") == set() and held("on=2024-05-01&state=draft") == set()
    assert clerk.get(f"{CQO}/as-of?region=nowhere", 422)["code"] == "no_such_region"
    first = clerk.get(f"{CQO}/as-of?on=2024-05-01&limit=2")
    assert [one["key"] for one in first["items"]] == sorted(life)[:2] and first["next"] == sorted(life)[1]
    rest = clerk.get(f"{CQO}/as-of?on=2024-05-01&limit=2&after={first['next']}")
    assert [one["key"] for one in rest["items"]] == sorted(life)[2:] and rest["next"] is None
    assert all(one["label"] and one["values"] for one in first["items"])
    elsewhere = caller("wu", "clerk@350200")
    assert elsewhere.get(f"{CQO}/as-of?on=2024-05-01")["items"] == []


def test_few_at_a_time(
    life: list[str], caller: Callable[..., Caller], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that looked at all it may look at is short, and leads on."""
    from pinzhi.kernel.registers import queries

    monkeypatch.setattr(queries, "LOOKED_AT", 1)
    clerk = caller("li", "clerk@350100")
    seen, after, pages = [], "", 0
    while pages < 10:
        page = clerk.get(f"{CQO}/as-of?on=2024-04-01&after={after}")
        seen += [one["key"] for one in page["items"]]
        pages += 1
        if page["next"] is None:
            break
        after = page["next"]
    assert seen == sorted({life[0], life[2]}) and pages == 3


def test_erasing(life: list[str], caller: Callable[..., Caller]) -> None:
    body = {"key": life[0], "group": "person", "reason": "asked for"}
    group = next(name for name, rule in catalogue.get("e01_cqo").definition.classes.items() if rule.personal)
    body["group"] = group
    clerk, administrator = (
        caller("li", "clerk@350100"),
        caller("chief", "administrator@350100", "clerk@350100"),
    )
    assert clerk.post(f"{CQO}/erasures", body, 403)["code"] == "not_permitted"
    assert clerk.get(f"{CQO}/erasures", 403)["code"] == "not_permitted"
    assert administrator.post(f"{CQO}/erasures", {**body, "group": "entry"}, 422)["code"] == "no_such_group"
    assert administrator.post(f"{CQO}/erasures", {**body, "key": "none"}, 404)["code"] == "no_such_record"
    assert administrator.post(f"{CQO}/erasures", body)["entries"] == 1
    (row,) = administrator.get(f"{CQO}/erasures")["items"]
    assert (row["key"], row["group"], row["by"]) == (life[0], group, "chief")
    assert administrator.get(f"{CQO}/erasures?since=2999-01-01")["items"] == []
    names = {field.name for field in catalogue.get("e01_cqo").definition.groups[group]}
    assert names and not names & set(administrator.get(f"{CQO}/records/{life[0]}")["values"])
    (line,) = erasures.journal().read_text(encoding="utf-8").splitlines()
    (kept,) = erasures.read([line])
    assert (kept.register, kept.key, kept.group) == ("e01_cqo", life[0], group)


def test_repeating(life: list[str]) -> None:
    """What an older backup has brought back goes again; what it does not know is passed over."""
    from pinzhi.kernel.registers.queries import get_record

    group = next(name for name, rule in catalogue.get("e01_cqo").definition.classes.items() if rule.personal)
    wanted = [
        erasures.Erasure("2024-07-01T00:00:00+00:00", "e01_cqo", life[0], group),
        erasures.Erasure("2024-07-01T00:00:00+00:00", "e01_cqo", "unknown", group),
        erasures.Erasure("2024-07-01T00:00:00+00:00", "no_register", life[0], group),
    ]
    gone, left = erasures.repeat(wanted)
    assert gone == 1 and left == wanted[2:]
    assert erasures.repeat(wanted)[0] == 0, "twice does no harm"
    names = {field.name for field in catalogue.get("e01_cqo").definition.groups[group]}
    assert not names & set(get_record("e01_cqo", life[0]).values)
    noon = datetime.combine(clock.today(), time(), clock.SHANGHAI)
    assert [one.key for one in erasures.since(noon)] == [life[0]]
