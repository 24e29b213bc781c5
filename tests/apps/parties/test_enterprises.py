"""Enterprises registered, changed, renamed, closed; what the public sees of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import transaction

from pinzhi.apps.parties.actions.change_enterprise import change_enterprise
from pinzhi.apps.parties.actions.close_enterprise import close_enterprise
from pinzhi.apps.parties.actions.register_enterprises import register_enterprises
from pinzhi.apps.parties.actions.rename_enterprise import rename_enterprise
from pinzhi.apps.parties.models import Enterprise, FormerName
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.audit.models import AuditEvent
from pinzhi.kernel.errors import Conflict, NotPermitted, Refused, RefusedRows
from pinzhi.kernel.registers import counting, sequencer
from pinzhi.kernel.registers.models import Content, Entry, PublicRecord, Record
from tests.apps.parties.conftest import FUZHOU, XIAMEN, code, firm

pytestmark = pytest.mark.django_db
ROSTER = "p_enterprises"


def test_registered_published_counted(clerk: Actor) -> None:
    assert register_enterprises([firm(1), firm(2, size="")], by=clerk) == [code(1), code(2)]
    row = Enterprise.objects.get(uscc=code(1))
    assert (row.trade, row.size, row.roles, row.region) == (
        "1432",
        "medium",
        ["producer", "exporter"],
        "350105",
    )
    assert row.registered_on == date(2008, 3, 12)
    assert row.consumer_goods is True, "a food maker is in consumer goods by its trade"
    record = Record.objects.get(register=ROSTER, key=code(1))
    assert (
        record.state == "listed"
        and record.region == "350105"
        and record.values["roles"] == ["producer", "exporter"]
    )
    assert sequencer.drain() == 2
    shown = PublicRecord.objects.get(register=ROSTER, key=code(1))
    assert shown.values["name"] == "榕江1食品有限公司"
    assert counting.count(counting.spec_of(ROSTER, "consumer_exporters", on=clock.today())).value == 2
    assert AuditEvent.objects.get(action="parties.register_enterprises").count == 2


def test_nothing_private_in_the_register(clerk: Actor) -> None:
    register_enterprises([firm(1, contact_name="陈某", contact_email="c@example.cn")], by=clerk)
    sequencer.drain()
    entry = Entry.objects.get(register=ROSTER)
    whole = json.dumps(Content.objects.get(pk=entry.id).groups, ensure_ascii=False)
    whole += json.dumps(PublicRecord.objects.get(register=ROSTER).values, ensure_ascii=False)
    whole += Record.objects.get(register=ROSTER).search_text
    for private in ("林某某", "83000000", "陈某", "c@example.cn"):
        assert private not in whole


def test_a_wrong_code_names_the_character(clerk: Actor) -> None:
    good = code(1)
    right = good[17]
    bad = good[:17] + ("A" if right != "A" else "B")
    with pytest.raises(RefusedRows) as refused:
        register_enterprises(
            [firm(1), firm(2, uscc=bad), firm(3, uscc=code(3)[:5] + "O" + code(3)[6:])], by=clerk
        )
    check, letter = refused.value.rows
    assert (check.row, check.column) == (2, "统一社会信用代码")
    assert "第18位" in check.wrong_zh and right in check.wrong_zh
    assert letter.row == 3 and "第6位“O”" in letter.wrong_zh and "0" in letter.wrong_zh
    assert not Enterprise.objects.exists() and not Entry.objects.exists()


@pytest.mark.parametrize(
    ("changes", "column", "word"),
    [
        ({"region": "999999"}, "地区", "没有这个地区"),
        ({"region": ""}, "地区", "必填"),
        ({"name": ""}, "企业名称", "必填"),
        ({"trade": "9999"}, "行业代码（GB/T 4754）", "不是国民经济行业代码"),
        ({"trade": "A1432"}, "行业代码（GB/T 4754）", "不属于A门类"),
        ({"size": "巨型"}, "企业规模", "不在可选范围"),
        ({"registered_on": "2008-02-30"}, "成立日期", "不是有效日期"),
        ({"registration_no": "350100100012345"}, "工商注册号（15位）", "第15位"),
        ({"contact_email": "nobody"}, "联系人邮箱", "邮箱"),
        ({"colour": "red"}, "colour", "没有这个字段"),
        ({"name": "榕江\x07食品有限公司"}, "企业名称", "控制字符"),
    ],
)
def test_what_is_wrong_is_named(clerk: Actor, changes: dict[str, Any], column: str, word: str) -> None:
    with pytest.raises(RefusedRows) as refused:
        register_enterprises([firm(1, **changes)], by=clerk)
    (error,) = refused.value.rows
    assert error.column == column and word in error.wrong_zh and error.wrong_en


def test_the_same_twice(clerk: Actor) -> None:
    with pytest.raises(RefusedRows, match="stands in row 1"):
        register_enterprises([firm(1), firm(1, uscc=code(1).lower() + " ")], by=clerk)
    register_enterprises([firm(1)], by=clerk)
    with pytest.raises(RefusedRows, match="registered already"):
        register_enterprises([firm(1)], by=clerk)


def test_only_in_the_own_region(official: Callable[..., Actor]) -> None:
    here = official("xiamen", "clerk", region=XIAMEN)
    with pytest.raises(NotPermitted):
        register_enterprises([firm(1, region=XIAMEN), firm(2, region="350105")], by=here)
    assert not Enterprise.objects.exists()
    register_enterprises([firm(1, region="思明区")], by=here)
    with pytest.raises(NotPermitted):
        change_enterprise(code(1), {"region": "350105"}, by=here)
    with pytest.raises(NotPermitted):
        register_enterprises([firm(3)], by=official("reader", "auditor"))
    with pytest.raises(NotPermitted):
        register_enterprises([firm(3)], by=official("other", "clerk", function="commerce"))


def test_changed_only_where_it_changed(clerk: Actor) -> None:
    register_enterprises([firm(1)], by=clerk)
    assert change_enterprise(code(1), firm(1), by=clerk) == []
    assert Entry.objects.count() == 1
    changed = change_enterprise(code(1), {"size": "small", "contact_phone": "0591-83000001"}, by=clerk)
    assert changed == ["size", "contact_phone"]
    assert Record.objects.get(register=ROSTER).values["size"] == "small"
    assert change_enterprise(code(1), {"contact_phone": "0591-83000002"}, by=clerk)
    assert Entry.objects.count() == 2, "what is not public makes no entry"
    assert change_enterprise(code(1), {"address": ""}, by=clerk) == ["address"]
    assert "address" not in Record.objects.get(register=ROSTER).values
    with pytest.raises(RefusedRows, match="is required"):
        change_enterprise(code(1), {"region": ""}, by=clerk)
    with pytest.raises(RefusedRows, match="action of its own"):
        change_enterprise(code(1), {"name": "别名有限公司"}, by=clerk)


def test_somebody_was_quicker(clerk: Actor) -> None:
    register_enterprises([firm(1)], by=clerk)
    change_enterprise(code(1), {"size": "small"}, revision=1, by=clerk)
    with pytest.raises(Conflict, match="changed meanwhile"):
        change_enterprise(code(1), {"size": "large"}, revision=1, by=clerk)


def test_names_have_a_history(clerk: Actor) -> None:
    register_enterprises([firm(1, former_names="福州鱼丸厂")], by=clerk)
    with clock.at(date(2030, 5, 2)):
        rename_enterprise(code(1), "榕江食品股份有限公司", since=date(2030, 5, 1), by=clerk)
        with pytest.raises(Refused, match="rename_day"):
            rename_enterprise(code(1), "榕江集团有限公司", since=date(2030, 4, 30), by=clerk)
        with pytest.raises(Refused, match="same_name"):
            rename_enterprise(code(1), "榕江食品股份有限公司", by=clerk)
        rename_enterprise(code(1), "榕江集团有限公司", by=clerk)
    row = Enterprise.objects.get(uscc=code(1))
    borne = FormerName.objects.filter(enterprise=row, until__isnull=False).values_list(
        "name", "since", "until"
    )
    assert list(borne) == [
        ("榕江食品股份有限公司", date(2030, 5, 1), date(2030, 5, 2)),
        ("榕江1食品有限公司", None, date(2030, 5, 1)),
    ]
    record = Record.objects.get(register=ROSTER)
    assert set(record.values["former_names"]) == {"福州鱼丸厂", "榕江1食品有限公司", "榕江食品股份有限公司"}
    assert Enterprise.objects.filter(search_text__finds="鱼丸厂").exists()


def test_closed_and_opened_again(clerk: Actor) -> None:
    register_enterprises([firm(1), firm(2)], by=clerk)
    close_enterprise(code(1), on=date(2020, 1, 1), successor_code=code(2), by=clerk)
    row = Enterprise.objects.get(uscc=code(1))
    assert (row.status, row.closed_on, row.successor_code) == ("deregistered", date(2020, 1, 1), code(2))
    assert Record.objects.get(register=ROSTER, key=code(1)).values["successor_code"] == code(2)
    assert counting.count(counting.spec_of(ROSTER, "enterprises", on=clock.today())).value == 1
    close_enterprise(code(1), status="存续（在营）", by=clerk)
    assert Enterprise.objects.get(uscc=code(1)).closed_on is None
    with pytest.raises(Refused):
        close_enterprise(code(1), successor_code=code(1), by=clerk)
    with pytest.raises(Refused):
        close_enterprise(code(1), status="merged", by=clerk)


HOSTILE = [
    "=cmd|'/c calc'!A1",
    "<script>alert(1)</script>",
    "'; DROP TABLE parties_enterprise; --",
    "％_%\\有限",
    "𠮷野家有限公司",
    "a\tb",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_only_names(clerk: Actor, name: str) -> None:
    register_enterprises([firm(1, name=name)], by=clerk)
    assert Enterprise.objects.get(uscc=code(1)).name == name
    assert Enterprise.objects.filter(search_text__finds=name).exists()
    sequencer.drain()
    assert PublicRecord.objects.get(register=ROSTER).label == name


def test_all_or_nothing_with_the_roster(clerk: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry that cannot be written takes the enterprise with it."""
    from pinzhi.apps.parties import publishing

    def fails(*_: Any, **__: Any) -> None:
        raise RuntimeError("no entry today")

    monkeypatch.setattr(publishing, "publish", fails)
    with pytest.raises(RuntimeError), transaction.atomic():
        register_enterprises([firm(1)], by=clerk)
    assert not Enterprise.objects.exists()


def test_region_may_be_a_name(clerk: Actor) -> None:
    register_enterprises([firm(1, region="福州市"), firm(2, region="马尾区")], by=clerk)
    assert dict(Enterprise.objects.values_list("uscc", "region")) == {code(1): FUZHOU, code(2): "350105"}
