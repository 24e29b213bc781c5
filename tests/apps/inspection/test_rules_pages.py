"""Pages of detailed rules and programmes: templates by kind of check, wrong cells, release by another person."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from pinzhi.apps.inspection import item_templates
from pinzhi.apps.inspection.actions.save_programme import save_programme
from pinzhi.apps.inspection.actions.save_rules import release_rules, save_rules
from pinzhi.apps.inspection.models import DetailedRules, Programme, RulesVersion
from pinzhi.kernel import clock, law
from pinzhi.kernel.errors import Conflict, NotPermitted, Refused, RefusedRows
from tests.apps.inspection import world
from tests.apps.inspection.test_pages import login, text
from tests.apps.inspection.world import BOSS, CLERK, FUJIAN, FUZHOU, official

pytestmark = pytest.mark.django_db(databases=["default", "portal"])
RULES = "/console/inspection/rules/"


def typed(rows: list[tuple[str, str, str]], **more: Any) -> dict[str, Any]:
    """What a clerk types: name, requirement, unit of each item."""
    return {
        "code": "XZ-NEW", "kind": "spot_check", "product_class": "儿童雨衣", "sector": "children", "region": FUJIAN, "risk": "B",
        "test_samples": "2", "backup_samples": "1", "sample_unit": "件", "standards": "GB 18401-2010\n\nGB 31701-2015",
        "judgement": "任一项目不合格，判该批次不合格。", "basis": "", "rows.name": [r[0] for r in rows],
        "rows.requirement": [r[1] for r in rows], "rows.unit": [r[2] for r in rows],
    } | more  # fmt: skip


GOOD = [
    ("甲醛含量", "≤75", "mg/kg"),
    ("", "", ""),
    ("pH值", "4.0～8.5", ""),
    ("耐摩擦色牢度", "≥3-4级", ""),
    ("异味", "无异味", ""),
]


def test_a_clerk_draws_rules_up_and_another_releases_them() -> None:
    clerk, boss = login("wang", "clerk", "approver"), login("li", "approver")
    assert "检查类型" in text(clerk, RULES + "new/")
    new = RULES + "new/?kind=spot_check"
    assert 'name="rows.requirement"' in text(clerk, new)
    text(clerk, new, 302, **typed(GOOD))
    draft = RulesVersion.objects.get()
    kept = [(i.code, i.kind, str(i.lower or ""), str(i.upper or ""), i.unit) for i in draft.items.all()]
    assert kept == [
        ("01", "max", "", "75.000000", "mg/kg"), ("02", "range", "4.000000", "8.500000", ""),
        ("03", "min", "3.500000", "", "级"), ("04", "conforms", "", "", ""),
    ]  # fmt: skip
    assert draft.standards == ["GB 18401-2010", "GB 31701-2015"] and draft.drafted_by == "wang"
    page = text(clerk, RULES + "XZ-NEW/")
    assert "须由另一人核对发布" in page and "≥3.5" in page and "编制实施细则" in page
    release = RULES + "XZ-NEW/release/"
    today = clock.today().isoformat()
    assert "须由另一人发布" in text(clerk, release, 422, valid_from=today)
    assert "首版内容" in text(boss, release)
    assert text(boss, release, 422, valid_from="x")
    text(boss, release, 302, valid_from=today)
    assert "XZ-NEW" in text(boss, RULES + "?kind=spot_check&state=none")
    assert "XZ-NEW" not in text(boss, RULES + "?state=draft")


def test_each_wrong_cell_is_named_where_the_reader_sees_it() -> None:
    clerk = login("wang", "clerk")
    rows = [
        ("甲醛含量", "75", "mg/kg"),
        ("", "", ""),
        ("铅", "≤90", "斗"),
        ("pH值", "", ""),
        ("汞", "≤1", "mg/kg"),
    ]
    page = text(clerk, RULES + "new/?kind=spot_check", 422, **typed(rows))
    assert "第 1 行：“75”没有写明是上限还是下限" in page and "第 3 行：单位“斗”不认识" in page
    assert "第4行" in page and not DetailedRules.objects.exists()
    rows = [("甲醛含量", "≤75", "mg/kg"), ("", "", ""), ("甲醛释放", "≤20", "mg/kg")]
    more = {"rows.code": ["A", "", "A"]}
    assert "第 3 行：A 项目代码“A”重复" in text(
        clerk, RULES + "new/?kind=spot_check", 422, **typed(rows, **more)
    )
    page = text(clerk, RULES + "new/?kind=spot_check", 422, **typed(GOOD, code="a/b", test_samples="0"))
    assert "XZ-NEW" not in page
    world.rules()
    page = text(clerk, RULES + "new/?kind=spot_check", 422, **typed(GOOD, code="XZ-TEX"))
    assert "已有细则" in page and "起草新版本" in page
    for address in (
        "new/?kind=none",
        "new/?kind=label_check",
        "new/?kind=declared_standard&declaration=SM-0",
    ):
        assert text(clerk, RULES + address, 422)


def test_who_may_not_is_refused() -> None:
    world.rules()
    boss, lab = login("li", "approver"), login("lab", speaks_for="body", party=world.LABORATORY)
    reviewer, firm = login("zhao", "reviewer"), login("firm", speaks_for="enterprise", party=world.PRODUCER)
    for client in (boss, lab, reviewer, firm):
        assert client.get(RULES + "new/").status_code == 403
        assert client.post(RULES + "new/?kind=spot_check", typed(GOOD)).status_code == 403
        assert client.get("/console/inspection/programmes/new/").status_code == 403
    assert reviewer.post(RULES + "XZ-TEX/release/", {"valid_from": "2027-01-01"}).status_code == 403
    assert lab.get(RULES + "XZ-TEX/").status_code == 200 and firm.get(RULES + "XZ-TEX/").status_code == 404
    assert reviewer.get(RULES + "XZ-TEX/edit/").status_code == 403


def test_rules_belong_to_the_region_that_drew_them_up() -> None:
    world.rules()
    elsewhere = official("city", "clerk", "approver", region=FUZHOU)
    given = {"product_class": "婴幼儿服装", "sector": "children", "items": world.ITEMS, "region": FUZHOU}
    with pytest.raises(NotPermitted):
        save_rules("XZ-TEX", **given, by=elsewhere)
    save_rules("XZ-TEX", **given, by=CLERK)  # the province's own clerk, whatever region a form says
    with pytest.raises(NotPermitted):
        release_rules("XZ-TEX", date(2030, 1, 1), region=FUZHOU, by=elsewhere)
    with pytest.raises(Conflict):
        save_rules("XZ-TEX", **given, new=True, by=CLERK)
    for wrong in (
        {"code": "a/b"},
        {"sector": ""},
        {"kind": "x"},
        {"test_samples": 0},
        {"product_class": " "},
    ):
        with pytest.raises(Refused):
            save_rules(**({"code": "XZ-2"} | given | wrong), by=CLERK)
    both = official("both", "clerk", "approver")
    save_rules("XZ-2", **given | {"region": FUJIAN}, by=both)
    with pytest.raises(Refused, match="second_person"):
        release_rules("XZ-2", date(2030, 1, 1), by=both)
    release_rules("XZ-2", date(2030, 1, 1), by=BOSS)


def test_the_next_version_begins_with_the_one_before_and_shows_what_it_changes() -> None:
    world.rules()
    clerk, boss = login("wang", "clerk"), login("li", "approver")
    page = text(clerk, RULES + "XZ-TEX/edit/")
    assert "≤75" in page and "HCHO" in page and "4～8.5" in page
    rows = [
        ("甲醛含量", "≤20", "mg/kg"),
        ("纤维含量", "应符合要求", ""),
        ("可分解致癌芳香胺染料", "禁用", ""),
    ]
    form = typed(rows, **{"rows.code": ["HCHO", "FIBRE", ""], "test_samples": "3"})
    text(clerk, RULES + "XZ-TEX/edit/", 302, **form)
    assert RulesVersion.objects.get(number=2).rules.code == "XZ-TEX"
    page = text(boss, RULES + "XZ-TEX/release/")
    for said in ("≤75 mg/kg", "≤20 mg/kg", "pH值", "删除", "新增", "2 + 2 件", "3 + 1 件"):
        assert said in page, said
    day = (clock.today() + timedelta(days=3)).isoformat()
    text(boss, RULES + "XZ-TEX/release/", 302, valid_from=day)
    old, new = RulesVersion.objects.order_by("number")
    assert old.valid_until == new.valid_from - timedelta(days=1)
    page = text(clerk, RULES + "XZ-TEX/")
    assert "尚未生效" in page and "版本 2" in page.replace("第 2 版", "版本 2")
    # A clerk saves the draft again while nobody looks: the draft is replaced, released versions are not.
    text(clerk, RULES + "XZ-TEX/edit/", 302, **form)
    text(clerk, RULES + "XZ-TEX/edit/", 302, **form)
    assert [v.number for v in RulesVersion.objects.order_by("number")] == [1, 2, 3]


def test_a_draft_changes_nothing_of_the_rules_in_force_before_it_is_released() -> None:
    world.rules()
    clerk, boss = login("wang", "clerk"), login("li", "approver")
    rows = [("甲醛含量", "≤75", "mg/kg")]
    changed = typed(rows, food="on", risk="D", product_class="婴幼儿食品接触用品", sector="food")
    text(clerk, RULES + "XZ-TEX/edit/", 302, **changed)
    row = DetailedRules.objects.get()
    assert (row.food, row.risk, row.sector, row.product_class) == (False, "B", "children", "婴幼儿服装")
    assert "婴幼儿食品接触用品" in text(clerk, RULES + "XZ-TEX/edit/")  # what was drafted is gone on with
    page = text(boss, RULES + "XZ-TEX/release/")
    assert "婴幼儿食品接触用品" in page and "食品" in page
    text(boss, RULES + "XZ-TEX/release/", 302, valid_from=clock.today().isoformat())
    row.refresh_from_db()
    assert (row.food, row.risk, row.sector, row.product_class) == (True, "D", "food", "婴幼儿食品接触用品")
    page = text(clerk, RULES + "XZ-TEX/edit/", 422, **changed | {"kind": "label_check"})
    assert "不能改变检查类型" in page and "另立编号" in page


def test_label_items_by_field_day_and_source() -> None:
    today = date(2026, 11, 22)
    children = item_templates.label_template("children", today)
    codes = [one.code for one in children.items]
    assert codes[:4] == ["LB-ET", "LB-PL", "LB-CD", "LB-RQ"] and "LB-MC" in codes and "LB-SM" not in codes
    assert {one.code for one in children.items if one.verified} == {"LB-ET", "LB-PL", "LB-CD", "LB-RQ"}
    assert all(one.label and one.requirement for one in children.items)
    food = item_templates.label_template("food", today)
    assert ("GB 7718-2011" in {one.standard.split(" 第")[0] for one in food.items}) and "LB-ET" not in {
        one.code for one in food.items
    }
    later = item_templates.label_template("food", date(2027, 3, 16))
    assert any(one.standard.startswith("GB 7718-2025") for one in later.items)
    assert not item_templates.label_template("medicine", date(2016, 1, 1)).items
    for parameter in law.law():
        if parameter.key.startswith(item_templates.LABELS):
            for period in parameter.periods:
                assert period.source and set(period.value) == {"sectors", "items"}
                assert all({"code", "zh", "en", "must"} == set(one) for one in period.value["items"])


def test_a_label_check_from_its_template_to_its_programme() -> None:
    clerk, boss = login("wang", "clerk"), login("li", "approver")
    new = "/console/inspection/programmes/new/?kind=label_check"
    assert "请先编制" in text(clerk, new)
    page = text(clerk, RULES + "new/?kind=label_check&sector=children")
    assert "特殊人群适用性" in page and "尚未与文本核对" in page and "产品质量法" in page
    rows = [("原产地", "标明原产地", ""), ("特殊人群适用性", "标明适用或不适用的特殊人群", "")]
    form = typed(rows, code="BQ-ET", kind="label_check", **{"rows.mark": ["label", "label_serious"]})
    text(clerk, RULES + "new/?kind=label_check&sector=children", 302, **form)
    text(boss, RULES + "BQ-ET/release/", 302, valid_from=clock.today().isoformat())
    assert [(i.label, i.serious) for i in RulesVersion.objects.get().items.all()] == [
        (True, False),
        (True, True),
    ]
    page = text(clerk, new)
    assert "BQ-ET" in page and "请先编制" not in page
    plan = {
        "title": "2026年标签检查", "year": "2026", "level": "provincial", "region": FUJIAN, "channels": "shop",
        "products.rules": "BQ-ET", "products.batches": "40", "products.unit_cost": "200",
    }  # fmt: skip
    text(clerk, new, 302, **plan)
    row = Programme.objects.get()
    assert row.kind == "label_check" and row.products.get().batches == 40
    # Rules of another kind are not among those to choose from; by the action they are refused.
    world.rules()
    assert "XZ-TEX" not in text(clerk, new)
    with pytest.raises(RefusedRows) as caught:
        world.programme("XZ-TEX", kind="label_check")
    assert "与计划的检查类型不符" in caught.value.rows[0].wrong_zh


def test_wrong_products_are_named_at_their_rows() -> None:
    world.rules()
    clerk = login("wang", "clerk")
    new = "/console/inspection/programmes/new/?kind=spot_check"
    plan = {
        "title": "计划", "year": "2026", "level": "provincial", "region": FUJIAN, "channels": "shop",
        "products.rules": ["XZ-TEX", "XZ-TEX"], "products.batches": ["0", "5"], "products.unit_cost": ["", "-3"],
        "parties.agency": ["nobody"], "parties.items": ["安全"],
    }  # fmt: skip
    page = text(clerk, new, 422, **plan)
    assert "没有找到“nobody”" in page
    page = text(clerk, new, 422, **plan | {"parties.agency": [""], "parties.items": [""]})
    assert (
        "第 1 行：0 批次数应大于零" in page and "第 2 行：XZ-TEX 这份细则重复" in page and "不是金额" in page
    )
    plan |= {"products.rules": "XZ-TEX", "products.batches": "5", "products.unit_cost": "100"}
    text(
        clerk,
        new,
        302,
        **plan | {"parties.agency": [f"{FUJIAN}-market_supervision"], "parties.items": ["安全、标识"]},
    )
    row = Programme.objects.get()
    assert row.joint and row.parties.get().items == ["安全", "标识"]
    edit = f"/console/inspection/programmes/{row.number}/edit/"
    assert 'value="5"' in text(clerk, edit)
    changed = plan | {
        "title": "改名",
        "revision": str(row.revision),
        "parties.agency": [""],
        "parties.items": [""],
    }
    text(clerk, edit, 302, **changed)
    assert "已被他人修改" in text(clerk, edit, 422, **changed)  # the page that was open before
    second = login("zhou", "clerk", "approver")
    current = Programme.objects.get()
    text(second, edit, 302, **changed | {"revision": str(current.revision)})
    assert "须由另一人发布" in text(second, f"/console/inspection/programmes/{row.number}/")
    assert second.post(f"/console/inspection/programmes/{row.number}/release/").status_code == 422


def test_a_new_programme_begins_with_that_of_the_year_before() -> None:
    world.rules()
    world.programme("XZ-TEX", year=2025, kind="spot_check")
    page = text(login("wang", "clerk"), "/console/inspection/programmes/new/?kind=spot_check")
    assert "2025年监督抽查计划" in page and 'value="50"' in page


def test_two_windows_on_one_draft_overwrite_nothing() -> None:
    """Who had an older draft before them is told so, and keeps what was typed."""
    wang, li = login("wang", "clerk"), login("li", "clerk")
    text(wang, RULES + "new/?kind=spot_check", 302, **typed(GOOD))
    seen = RulesVersion.objects.get().pk
    edit = RULES + "XZ-NEW/edit/"
    assert f'name="seen" value="{seen}"' in text(li, edit)
    text(wang, edit, 302, **typed(GOOD, basis="第一窗口", seen=str(seen)))
    page = text(li, edit, 422, **typed(GOOD, basis="第二窗口", seen=str(seen)))
    assert "刚被 wang 修改" in page and "第二窗口" in page and f'name="seen" value="{seen}"' in page
    assert RulesVersion.objects.get().basis == "第一窗口"


def test_what_is_released_is_what_was_looked_at() -> None:
    """A draft that was changed after the second person opened it is shown again, not released unseen."""
    wang, li = login("wang", "clerk"), login("li", "approver")
    text(wang, RULES + "new/?kind=spot_check", 302, **typed(GOOD))
    seen = RulesVersion.objects.get().pk
    release, today = RULES + "XZ-NEW/release/", clock.today().isoformat()
    assert f'name="seen" value="{seen}"' in text(li, release)
    text(wang, RULES + "XZ-NEW/edit/", 302, **typed(GOOD, basis="后来改的"))
    page = text(li, release, 422, valid_from=today, seen=str(seen))
    assert "刚被 wang 修改" in page
    fresh = RulesVersion.objects.get()
    assert fresh.released_at is None and f'name="seen" value="{fresh.pk}"' in page
    text(li, release, 302, valid_from=today, seen=str(fresh.pk))


def test_a_programme_that_changed_meanwhile_is_not_released_unseen() -> None:
    world.rules()
    wang, li = login("wang", "clerk"), login("li", "approver")
    with clock.at(date(2026, 1, 15)):
        row = save_programme(
            title="计划", year=2026, level="provincial", region=FUJIAN, budget=Decimal(1_000_000),
            products=[{"rules": "XZ-TEX", "batches": 5, "unit_cost": "2000", "channels": ["plant"]}], by=CLERK,
        )  # fmt: skip
    url = f"/console/inspection/programmes/{row.number}/"
    assert f'name="revision" value="{row.revision}"' in text(li, url)
    assert wang.get(url).status_code == 200
    row.__class__.objects.update(revision=row.revision + 1)
    said = li.post(url + "release/", {"revision": str(row.revision)}, follow=True).content.decode()
    assert "已被他人修改" in said
    row.refresh_from_db()
    assert row.status == "draft"
    li.post(url + "release/", {"revision": str(row.revision)})
    row.refresh_from_db()
    assert row.status == "released"
