"""Inspectors, laboratories, recusals and seals: who may, what is refused and where, what the pages show."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinzhi.apps.inspection import seal_ranges
from pinzhi.apps.inspection.actions.keep_lists import declare_capabilities, list_inspectors, recuse
from pinzhi.apps.inspection.actions.keep_seals import hand_seals, issue_seals, report_seals
from pinzhi.apps.inspection.models import Attempt, Capability, Inspector, Recusal, Seal
from pinzhi.apps.parties.actions.register_enterprises import register_enterprises
from pinzhi.kernel import clock
from pinzhi.kernel.errors import Conflict, NotPermitted, Refused, RefusedRows
from tests.apps.inspection import world
from tests.apps.inspection.test_pages import login, text
from tests.apps.inspection.world import (
    CLERK,
    DAY,
    FUJIAN,
    FUZHOU,
    LABORATORY,
    MAWEI,
    OTHER_LABORATORY,
    PRODUCER,
    official,
    sample_row,
)

pytestmark = pytest.mark.django_db(databases=["default", "portal"])
HOME = "/console/inspection/"
BUREAU = f"{FUJIAN}-market_supervision"
CITY = official("city", "clerk", region=FUZHOU)
MEN = [{"code": f"ZF{n}", "name": f"抽样员{n}", "agency": BUREAU, "region": FUJIAN} for n in (1, 2)]


def firm() -> None:
    row = {"uscc": PRODUCER, "name": "榕江童装有限公司", "region": MAWEI, "trade": "1830", "roles": "生产者"}
    register_enterprises([row], by=CLERK)


# --- inspectors -------------------------------------------------------------------------------------------


def test_inspectors_are_listed_changed_and_never_deleted() -> None:
    clerk, boss = login("wang", "clerk"), login("li", "approver")
    new = HOME + "inspectors/new/"
    form = {
        "code": "ZF3501",
        "name": "王一",
        "agency": BUREAU,
        "region": FUJIAN,
        "username": "wang",
        "active": "on",
    }
    assert boss.get(new).status_code == 403 and boss.post(new, form).status_code == 403
    assert "请填写" in text(clerk, new, 422, **form | {"name": ""})
    assert "没有找到" in text(clerk, new, 422, **form | {"agency": "nobody"})
    assert "没有账号" in text(clerk, new, 422, **form | {"username": "nobody"})
    assert "去掉这些字符" in text(clerk, new, 422, **form | {"code": "闽执法/1"})
    text(clerk, new, 302, **form)
    page = text(clerk, new, 422, **form | {"name": "李二"})
    assert "已在名录中（王一）" in page and "到该人员的页面修改" in page
    page = text(boss, HOME + "inspectors/ZF3501/")
    assert (
        "参加抽取" in page
        and "登记抽样人员" in page
        and "修改" not in page.split("<main")[-1].split("</h1>")[0]
    )
    text(clerk, HOME + "inspectors/ZF3501/edit/", 302, **{k: v for k, v in form.items() if k != "active"})
    assert not Inspector.objects.get().active
    assert "ZF3501" in text(boss, HOME + "inspectors/?active=no")
    assert "ZF3501" not in text(boss, HOME + "inspectors/?active=yes")
    for who in ("enterprise", "body"):
        outsider = login(who, speaks_for=who, party=PRODUCER)
        assert outsider.get(HOME + "inspectors/").status_code == 403
        assert outsider.get(HOME + "inspectors/ZF3501/").status_code == 403


def test_a_city_neither_sees_nor_takes_over_the_provinces_inspectors() -> None:
    list_inspectors(MEN, by=CLERK)
    with pytest.raises(NotPermitted):
        list_inspectors([MEN[0] | {"region": FUZHOU}], by=CITY)
    with pytest.raises(RefusedRows):
        list_inspectors([MEN[0], MEN[0]], by=CLERK)
    with pytest.raises(RefusedRows):
        list_inspectors([MEN[0] | {"agency": "nobody"}], by=CLERK)
    assert {i.region for i in Inspector.objects.all()} == {FUJIAN}


# --- laboratories -----------------------------------------------------------------------------------------


def test_a_capability_is_noted_changed_ended_and_shown_to_its_laboratory() -> None:
    world.rules(), world.rules("XZ-TOY")
    Capability.objects.all().delete()
    clerk, reviewer = login("wang", "clerk"), login("zhao", "reviewer")
    lab = login("lab", speaks_for="body", party=LABORATORY)
    new = HOME + "laboratories/new/"
    assert lab.get(new).status_code == reviewer.get(new).status_code == 403
    assert "没有登记承检能力" in text(lab, HOME + f"laboratories/{LABORATORY}/")
    form = {
        "laboratory": LABORATORY, "name": "", "region": FUJIAN, "rules": ["XZ-TEX", "XZ-TOY"], "valid_from": "2026-01-01",
        "valid_until": "", "capacity": "800",
    }  # fmt: skip
    assert "请填写名称" in text(clerk, new, 422, **form)
    form["name"] = "省产品质量检验研究院"
    assert text(clerk, new, 422, **form | {"rules": []})
    assert "终止日期早于起始日期" in text(clerk, new, 422, **form | {"valid_until": "2025-12-31"})
    text(clerk, new, 302, **form)
    assert Capability.objects.count() == 2
    page = text(clerk, new, 422, **form | {"valid_from": "2026-06-01"})
    assert "重叠" in page and Capability.objects.count() == 2
    term = Capability.objects.get(rules__code="XZ-TOY")
    change = HOME + f"laboratories/terms/{term.pk}/"
    assert reviewer.post(change, {"capacity": "0"}).status_code == 403
    ended = (clock.today() - timedelta(days=1)).isoformat()
    text(clerk, change, 302, valid_until=ended, capacity="5")
    page = text(lab, HOME + f"laboratories/{LABORATORY}/")
    assert "已终止" in page and "XZ-TEX" in page and "登记承检能力" not in page
    assert lab.get(HOME + f"laboratories/{OTHER_LABORATORY}/").status_code == 404
    assert lab.get(HOME + "laboratories/").status_code == 302
    page = text(reviewer, HOME + "laboratories/?held=yes")
    assert "省产品质量检验研究院" in page
    assert "省产品质量检验研究院" not in text(reviewer, HOME + "laboratories/?rules=XZ-TOY&held=yes")


def test_another_region_does_not_end_what_the_province_has_noted() -> None:
    world.rules()
    row = {
        "laboratory": LABORATORY,
        "name": "甲",
        "rules": "XZ-TEX",
        "valid_from": date(2020, 1, 1),
        "capacity": 1,
    }
    with pytest.raises(NotPermitted):
        declare_capabilities([row | {"region": FUZHOU, "valid_until": date(2020, 1, 2)}], by=CITY)
    for wrong in ({"rules": "none"}, {"laboratory": "1"}, {"capacity": -1}):
        with pytest.raises(RefusedRows):
            declare_capabilities([row | {"region": FUJIAN} | wrong], by=CLERK)


# --- recusals ---------------------------------------------------------------------------------------------


def test_recusals_are_noted_and_end() -> None:
    world.rules()
    firm()
    list_inspectors(MEN, by=CLERK)
    clerk, boss = login("wang", "clerk"), login("li", "approver")
    new = HOME + "recusals/new/"
    form = {
        "who": "ZF1",
        "uscc": PRODUCER,
        "since": DAY.isoformat(),
        "reason": "近亲属任职",
        "region": FUJIAN,
    }
    assert boss.get(new).status_code == 403
    assert "名录中没有" in text(clerk, new, 422, **form | {"who": "ZF9"})
    assert "请填写" in text(clerk, new, 422, **form | {"reason": ""})
    text(clerk, new, 302, **form)
    assert "已登记" in text(clerk, new, 422, **form)
    text(clerk, new, 302, **form | {"who": LABORATORY})
    page = text(boss, HOME + "recusals/?state=held")
    assert (
        "抽样员1" in page
        and "榕江童装有限公司" in page
        and "近亲属任职" in page
        and "省产品质量检验研究院" in page
    )
    assert "近亲属任职" in text(boss, HOME + "inspectors/ZF1/")
    row = Recusal.objects.get(who="ZF1")
    end = HOME + f"recusals/{row.pk}/end/"
    assert boss.post(end, {"until": "2026-05-01"}).status_code == 403
    assert "早于起始日期" in text(clerk, end, 422, until="2026-04-01")
    text(clerk, end, 302, until="2026-05-01")
    assert "抽样员1" in text(boss, HOME + "recusals/?state=ended")
    with pytest.raises(NotPermitted):
        recuse("ZF2", PRODUCER, reason="x", region=FUZHOU, by=CITY)
    with pytest.raises(Conflict):
        recuse(LABORATORY, PRODUCER, reason="x", region=FUJIAN, by=CLERK)
    with pytest.raises(Refused):
        recuse("ZF2", "91", reason="x", region=FUJIAN, by=CLERK)


# --- seals ------------------------------------------------------------------------------------------------


def test_seals_by_the_range_from_issue_to_loss() -> None:
    list_inspectors(MEN, by=CLERK)
    clerk, boss = login("wang", "clerk"), login("li", "approver")
    issue, hand, lost = (HOME + f"seals/{verb}/" for verb in ("issue", "hand", "report"))
    for url in (issue, hand, lost):
        assert boss.get(url).status_code == 403
    page = text(clerk, issue, 422, numbers="FJ0001～FK0009", agency=BUREAU)
    assert "不是同一号段" in page
    text(clerk, issue, 302, numbers="FJ0001 ～ FJ0060，FJ0099", agency=BUREAU)
    assert Seal.objects.count() == 61
    page = text(clerk, issue, 422, numbers="FJ0050～FJ0070", agency=BUREAU)
    assert (
        "FJ0050" in page and "已发放" in page and "另有 1 个编号有误" in page and Seal.objects.count() == 61
    )
    today = clock.today().isoformat()
    form = {"numbers": "FJ0001～FJ0010", "holder": "ZF1", "on": today, "region": FUJIAN}
    assert text(clerk, hand, 422, **form | {"holder": "nobody"})
    assert "从未发放" in text(clerk, hand, 422, **form | {"numbers": "FJ0060～FJ0061"})
    text(clerk, hand, 302, **form)
    page = text(boss, HOME + "seals/")
    assert "抽样员1" in page and "FJ0001 … FJ0010" in page and ">51<" in page
    assert "FJ0011" not in text(boss, HOME + "seals/?holder=ZF1")
    text(clerk, hand, 302, **form | {"numbers": "FJ0010", "holder": ""})
    assert Seal.objects.get(number="FJ0010").holder == ""
    assert text(clerk, lost, 422, numbers="FJ0009", region=FUJIAN)  # lost or spoilt?
    text(clerk, lost, 302, numbers="FJ0008～FJ0009", what="stolen", region=FUJIAN)
    assert "未发放、已使用、已登记" in text(clerk, lost, 422, numbers="FJ0009", what="spoilt", region=FUJIAN)
    assert "已登记" in text(clerk, hand, 422, **form | {"numbers": "FJ0008", "holder": "ZF2"})
    page = text(boss, HOME + "seals/?status=stolen")
    assert "FJ0008" in page and "被盗或遗失" in page.replace("被盗、遗失", "被盗或遗失")
    assert "持有封签" in text(boss, HOME + "inspectors/ZF1/")


def test_a_seal_of_one_who_does_not_take_the_sample_is_refused_and_kept() -> None:
    world.rules()
    plan = world.programme("XZ-TEX")
    list_inspectors(MEN, by=CLERK)
    with clock.at(DAY):
        issue_seals(["S1", "S2"], BUREAU, region=FUJIAN, by=CLERK)
        hand_seals(["S1"], "ZF1", region=FUJIAN, by=CLERK)
    from pinzhi.apps.inspection.actions.record_samples import record_samples

    with clock.at(DAY), pytest.raises(RefusedRows) as caught:
        record_samples([sample_row(plan, inspectors=["ZF2", "ZF3"], seals=["S1"])], by=CLERK)
    assert "由“ZF1”领用" in caught.value.rows[0].wrong_zh
    assert Attempt.objects.filter(what="sample").count() == 1
    with clock.at(DAY):
        record_samples([sample_row(plan, inspectors=["ZF2", "ZF1"], seals=["S1", "S2"])], by=CLERK)
    assert Seal.objects.filter(status="used").count() == 2
    with clock.at(DAY), pytest.raises(RefusedRows):
        hand_seals(["S1"], "ZF1", region=FUJIAN, by=CLERK)


def test_a_city_does_not_dispose_of_the_provinces_seals() -> None:
    list_inspectors([MEN[0] | {"agency": f"{FUZHOU}-market_supervision", "region": FUZHOU}], by=CITY)
    issue_seals(["S1"], BUREAU, region=FUJIAN, by=CLERK)
    with pytest.raises(RefusedRows):
        hand_seals(["S1"], "ZF1", region=FUZHOU, by=CITY)
    with pytest.raises(Refused):
        report_seals(["S1"], stolen=True, region=FUZHOU, by=CITY)
    with pytest.raises(Refused):
        issue_seals(["S2"], "nobody", region=FUJIAN, by=CLERK)


@given(
    st.sampled_from(["", "A", "YL", "FJ26-", "抽"]), st.integers(1, 7), st.integers(0, 99_999), st.integers(0, 300),
    st.sampled_from(["", "X", "-甲"]),
)  # fmt: skip
def test_a_range_is_its_numbers_and_they_are_the_range(
    head: str, width: int, first: int, more: int, tail: str
) -> None:
    width = max(width, len(str(first + more)))
    one, other = f"{head}{first:0{width}d}{tail}", f"{head}{first + more:0{width}d}{tail}"
    found = seal_ranges.expand(f"{one}～{other}")
    assert len(found) == more + 1 == len(set(found)) and (found[0], found[-1]) == (one, other)
    assert seal_ranges.ranges(found) == [(one, other, more + 1)]


@given(st.text(alphabet="AB019～-—,， 至\n", max_size=30))
def test_any_text_is_numbers_or_a_reason(given_: Any) -> None:
    try:
        found = seal_ranges.expand(given_)
    except seal_ranges.RangeError as error:
        assert error.zh and str(error)
        return
    assert found and all(0 < len(one) <= seal_ranges.LONGEST for one in found)


@pytest.mark.parametrize("text_", ["", " ,，", "A1～A99999", "A1～A02", "A9～A1", "A1～B2", "A～B", "x" * 41])
def test_what_is_no_range(text_: str) -> None:
    with pytest.raises(seal_ranges.RangeError):
        seal_ranges.expand(text_)


def test_days_are_filled_in_whatever_the_language() -> None:
    world.rules()
    clerk, today = login("wang", "clerk"), clock.today().isoformat()
    for language in ("zh-hans", "en"):
        clerk.cookies["pinzhi_lang"] = language
        for page in ("laboratories/new/", "recusals/new/", "seals/hand/"):
            assert f'value="{today}"' in text(clerk, HOME + page), (language, page)


@pytest.mark.parametrize("typed", ["🙂", "封签", "YL000001, abc", "🙂1"])
def test_what_has_no_digit_is_no_seal_number(typed: str) -> None:
    with pytest.raises(seal_ranges.RangeError):
        seal_ranges.expand(typed)


def test_letters_of_any_script_may_stand_in_a_seal_number() -> None:
    assert seal_ranges.expand("闽质监A-0001、ＹＬ０２") == ["闽质监A-0001", "YL02"]
