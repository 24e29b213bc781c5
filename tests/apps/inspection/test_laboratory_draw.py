"""The laboratory of a re-inspection, from the registered draw to the case; repeated by a stranger."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pinzhi.apps.inspection.actions.draw_laboratory import (
    abandon_laboratory_draw,
    make_laboratory_draw,
    name_laboratory_draw,
    take_next_laboratory,
)
from pinzhi.apps.inspection.actions.keep_lists import recuse
from pinzhi.apps.inspection.actions.record_case_event import Given, record_case_event
from pinzhi.apps.inspection.models import Attempt, Capability, Case, DetailedRules
from pinzhi.apps.inspection.queries import standing
from pinzhi.kernel import clock
from pinzhi.kernel.errors import Conflict, NotPermitted, Refused
from pinzhi.kernel.files.disk import open_content
from pinzhi.kernel.registers import queries as registers
from pinzhi.rules.identifiers import uscc
from tests.apps.inspection import world
from tests.apps.inspection.test_api import post
from tests.apps.inspection.test_pages import login, text
from tests.apps.inspection.world import (
    CLERK,
    FUJIAN,
    LABORATORY,
    PRODUCER,
    REVIEWER,
    entered,
    report,
    sampled,
)

pytestmark = pytest.mark.django_db(databases=["default", "portal"])
MAY = datetime(2026, 5, 7, 9, 0, tzinfo=clock.SHANGHAI)
SOURCE = {
    "kind": "lottery",
    "name": "福彩双色球（红球开出顺序）",
    "issue": "2026050",
    "at": MAY + timedelta(hours=12),
}
FALLBACK = {**SOURCE, "issue": "2026051", "at": MAY + timedelta(days=2)}
VALUE = {"numbers": "07 12 33 21 05 18 11"}
OTHERS = [uscc.make(n, region=FUJIAN, kind="12").text for n in range(900_010, 900_014)]


def able(*codes: str, since: date = date(2020, 1, 1)) -> None:
    rules = DetailedRules.objects.get(code="XZ-TEX")
    for code in codes:
        Capability.objects.create(
            body_code=code, name=f"机构{code[-3:]}", region=FUJIAN, rules=rules, valid_from=since
        )


def accepted(*, food: bool = True) -> str:
    """A failed batch whose objection was accepted (and filed for, where that is asked)."""
    world.rules(food=food)
    (number,) = sampled(world.programme("XZ-TEX"))
    entered(report(number, formaldehyde="120"))
    case = Case.objects.get()
    for kind, day in (
        ("result_served", 28), ("objected", 29), ("objection_accepted", 30), *([] if food else [("re_inspection_filed", 30)]),
    ):  # fmt: skip
        served = kind == "result_served"
        with clock.at(date(2026, 5, 6)):
            record_case_event(
                case.number,
                Given(kind, date(2026, 4, day), "mail" if served else "", "EMS 1" if served else ""),
                by=CLERK,
            )
    return case.number


def named(case: str) -> Any:
    with clock.at(MAY):
        return name_laboratory_draw(case, source=SOURCE, fallback=FALLBACK, by=CLERK)


def drawn(case: str) -> Any:
    named(case)
    with clock.at(MAY + timedelta(days=1)):
        return make_laboratory_draw(case, value=VALUE, by=CLERK)


def last(case: str) -> Any:
    return Case.objects.get(number=case).events.filter(kind="laboratory_named").last()


def test_from_the_registered_draw_to_the_case_and_a_strangers_check(tmp_path: Path) -> None:
    case = accepted()
    able(*OTHERS)
    with clock.at(date(2026, 5, 6)):
        recuse(OTHERS[0], PRODUCER, reason="投资关系", region=FUJIAN, by=CLERK)
    draw = named(case)
    shown = registers.get_record("m02_draws", draw.number).values
    assert (shown["stage"], shown["roster_size"], shown["excluded"]) == ("awaited", 5, 2)
    assert PRODUCER not in json.dumps(shown, ensure_ascii=False) and "files" not in shown
    row = drawn_after(case)
    assert row.laboratory in OTHERS[1:]
    event = last(case)
    assert (event.on, event.detail) == (date(2026, 5, 8), {"laboratory": row.laboratory, "draw": draw.number})
    with clock.at(date(2026, 5, 8)):
        clocks = {c.name: c.status for c in standing(Case.objects.get(number=case)).clocks}
    assert clocks["food_laboratory"] == "met"
    for one in registers.get_record("m02_draws", draw.number).values["files"]:
        with open_content(one["sha256"]) as content:
            (tmp_path / one["name"]).write_bytes(content.read())
    assert PRODUCER not in (tmp_path / "laboratory-draw.json").read_text("utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "verify_assignment.py", "laboratory", "laboratory-draw.json",
         "--commitment", shown["commitment"]],
        cwd=tmp_path, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0 and row.laboratory in done.stdout, done.stdout


def drawn_after(case: str) -> Any:
    with clock.at(MAY + timedelta(days=1)):
        return make_laboratory_draw(case, value=VALUE, by=CLERK)


def test_who_declines_is_followed_by_the_next_in_line_and_the_first_laboratory_never_comes() -> None:
    case = accepted()
    able(*OTHERS[:3])
    row = drawn(case)
    seen = [row.laboratory]
    for day in (11, 12):
        with clock.at(date(2026, 5, day)):
            with pytest.raises(Refused):  # nobody has declined
                take_next_laboratory(case, by=CLERK)
            record_case_event(case, Given("laboratory_declined", note="设备停用"), by=CLERK)
            with pytest.raises(Refused) as refused:  # another public value could be chosen to one's liking
                name_laboratory_draw(case, source=SOURCE, fallback=FALLBACK, by=CLERK)
            assert refused.value.code == "line_goes_on"
            seen.append(take_next_laboratory(case, by=CLERK).laboratory)
    assert sorted(seen) == sorted(OTHERS[:3])
    with clock.at(date(2026, 5, 13)):
        record_case_event(case, Given("laboratory_declined"), by=CLERK)
        with pytest.raises(Refused) as refused:
            take_next_laboratory(case, by=CLERK)
        assert refused.value.code == "no_laboratory"
        later = {"at": datetime(2026, 5, 13, 21, tzinfo=clock.SHANGHAI)}
        again = {"source": {**SOURCE, **later, "issue": "2026053"},
                 "fallback": {**SOURCE, "issue": "2026054", "at": later["at"] + timedelta(days=2)}}  # fmt: skip
        able(OTHERS[3])
        draw = name_laboratory_draw(case, **again, by=CLERK)
    whys = {lab["id"]: lab["why"] for lab in draw.pools["laboratories"]}
    assert whys == {LABORATORY: "first", OTHERS[3]: "", **dict.fromkeys(OTHERS[:3], "declined")}


def test_without_a_capable_laboratory_it_is_refused_with_reasons_and_kept() -> None:
    case = accepted()
    with clock.at(date(2026, 5, 6)):
        recuse(LABORATORY, PRODUCER, reason="投资关系", region=FUJIAN, by=CLERK)
    able(OTHERS[0], since=date(2026, 9, 1))  # not yet
    with pytest.raises(Refused) as refused:
        named(case)
    assert refused.value.code == "no_laboratory" and "须回避" in refused.value.zh
    kept = Attempt.objects.get(code="no_laboratory")
    assert (kept.what, kept.key, kept.by) == ("case", case, "clerk")


def test_the_only_laboratory_may_test_again() -> None:
    assert drawn(accepted()).laboratory == LABORATORY


def test_steps_out_of_turn() -> None:
    case = accepted()
    able(*OTHERS)
    for work in (
        lambda: make_laboratory_draw(case, value=VALUE, by=CLERK),
        lambda: take_next_laboratory(case, by=CLERK),
        lambda: abandon_laboratory_draw(case, "登记有误", by=CLERK),
        lambda: name_laboratory_draw(case, source={**SOURCE, "at": MAY - timedelta(1)}, fallback=FALLBACK, by=CLERK),
        lambda: record_case_event(case, Given("laboratory_named", detail={"laboratory": OTHERS[0]}), by=CLERK),
    ):  # fmt: skip
        with clock.at(MAY), pytest.raises(Refused):
            work()
    assert Attempt.objects.filter(what="case").count() == 5
    named(case)
    with clock.at(MAY), pytest.raises(Conflict):
        name_laboratory_draw(case, source=SOURCE, fallback=FALLBACK, by=CLERK)
    with clock.at(MAY), pytest.raises(Refused):  # not out yet
        make_laboratory_draw(case, value=VALUE, by=CLERK)
    with clock.at(MAY), pytest.raises(NotPermitted):
        make_laboratory_draw(case, value=VALUE, by=REVIEWER)
    with clock.at(MAY + timedelta(days=1)):
        for wrong in ({"signature": "ab" * 48}, {"numbers": "7"}, {}, {**VALUE, "of": "fallback"}):
            with pytest.raises(Refused):
                make_laboratory_draw(case, value=wrong, by=CLERK)
    spare = {**VALUE, "of": "fallback", "reason": "停售"}
    with clock.at(FALLBACK["at"] - timedelta(minutes=1)), pytest.raises(Refused) as refused:
        make_laboratory_draw(case, value=spare, by=CLERK)
    assert refused.value.code == "not_out_yet"  # nobody can know it: it would be made up
    with clock.at(FALLBACK["at"]):
        row = make_laboratory_draw(case, value=spare, by=CLERK)
    assert row.settled["value"]["of"] == "fallback" and last(case) is not None


def test_a_draw_that_is_given_up_shows_and_a_withdrawn_objection_ends_it() -> None:
    case = accepted()
    able(*OTHERS)
    first = named(case)
    with clock.at(MAY):
        with pytest.raises(Refused):
            abandon_laboratory_draw(case, " ", by=CLERK)
        abandon_laboratory_draw(case, "期号登记有误", by=CLERK)
    assert registers.get_record("m02_draws", first.number).values["abandoned_reason"] == "期号登记有误"
    second = named(case)
    with clock.at(MAY):
        record_case_event(case, Given("objection_withdrawn"), by=CLERK)
    assert registers.get_record("m02_draws", second.number).values["stage"] == "abandoned"


def test_goods_that_are_no_food_may_have_it_named_or_drawn() -> None:
    case = accepted(food=False)
    able(*OTHERS[:2])
    with clock.at(MAY):
        recuse(OTHERS[0], PRODUCER, reason="投资关系", region=FUJIAN, by=CLERK)
        for code, why in (
            (OTHERS[0], "recused"),
            (LABORATORY, "same_laboratory"),
            (OTHERS[3], "no_capability"),
        ):
            with pytest.raises(Refused) as refused:
                record_case_event(case, Given("laboratory_named", detail={"laboratory": code}), by=CLERK)
            assert refused.value.code == why
    assert drawn(case).laboratory == OTHERS[1]


def test_a_clerk_walks_the_draw_in_the_console() -> None:
    case = accepted()
    able(*OTHERS[:2])
    clerk, page = login("wang", "clerk"), f"/console/inspection/cases/{case}/laboratory/"
    with clock.at(MAY):
        assert "登记复检机构抽取" in text(clerk, f"/console/inspection/cases/{case}/")
        named_by_hand = text(clerk, f"/console/inspection/cases/{case}/event/")
        assert "laboratory_named" not in named_by_hand
        assert "初检机构" in text(clerk, page)
        form = {"source_kind": "lottery", "name": "福彩双色球", "issue": "1", "at": "2026-05-07T21:00",
                "fallback_issue": "2", "fallback_at": "2026-05-09T21:00"}  # fmt: skip
        assert "不晚于声明的" in text(clerk, page, 422, **{**form, "at": "2026-05-06T21:00"})
        text(clerk, page, 302, **form)
        text(clerk, page, 302, numbers="1 2 3", signature="", reason="")
        waiting = text(clerk, page)
        assert "公共随机数尚未公布，2026-05-07 21:00以后才能使用" in waiting and "放弃抽取" in waiting
        assert 'name="numbers"' not in waiting  # nothing to fill in before its time
    with clock.at(MAY + timedelta(days=1)):
        asked = text(clerk, page)
        assert 'name="numbers"' in asked and 'name="signature"' not in asked  # a lottery was named
        spare = text(clerk, page, 422, numbers="1 2 3", fallback="on", reason="停售")
        assert "后备尚未公布，2026-05-09 21:00以后才能使用" in spare
        text(clerk, page, 302, numbers="01 05 09 22", signature="", reason="")
        first = Case.objects.get(number=case).laboratory_draws.get().laboratory
        record = clerk.get(
            f"{page}{Case.objects.get(number=case).laboratory_draws.get().number}/laboratory-draw.json"
        )
        assert record.json()["laboratory"] == first
        event = f"/console/inspection/cases/{case}/event/"
        text(clerk, event, 302, kind="laboratory_declined", on="2026-05-08", note="设备停用")
        assert "按顺位确定下一机构" in text(clerk, page)
        text(clerk, page, 302, go="1")
        assert Case.objects.get(number=case).laboratory_draws.get().laboratory != first
        by_name = {lab["id"]: lab["name"] for lab in record.json()["pools"]["laboratories"]}
        second = Case.objects.get(number=case).laboratory_draws.get().laboratory
        assert f"顺位机构为 {by_name[second]}。" in text(clerk, f"/console/inspection/cases/{case}/")
    reviewer = login("zhao", "reviewer")
    assert "登记复检机构抽取" not in text(reviewer, page)


def test_another_system_draws_by_api_and_reports_the_re_inspection(tmp_path: Path) -> None:
    case = accepted()
    able(*OTHERS[:2])
    clerk, base = login("wang", "clerk"), f"cases/{case}/laboratory-draw"
    value = {"kind": "lottery", "name": "福彩双色球", "issue": "1", "at": "2026-05-07T21:00:00+08:00"}
    later = {**value, "issue": "2", "at": "2026-05-09T21:00:00+08:00"}
    with clock.at(MAY):
        assert post(clerk, base, {"source": later, "fallback": value}, 422)["code"] == "draw_refused"
        assert post(clerk, base, {"source": value, "fallback": later})["stage"] == "awaited"
        assert post(clerk, f"{base}/value", {"numbers": "1 2 3"}, 422)["code"] == "not_out_yet"
    with clock.at(MAY + timedelta(days=1)):
        first = post(clerk, f"{base}/value", {"numbers": "1 2 3"})["laboratory"]
        post(clerk, f"cases/{case}/events", {"kind": "laboratory_declined"})
        second = post(clerk, f"{base}/next", {})
        assert second["laboratory"] != first and second["declined"] == [first]
        assert clerk.get(f"/api/v1/inspection/{base}").json()["laboratory"] == second["laboratory"]
        post(clerk, f"cases/{case}/events", {"kind": "re_inspection_sent"})
        sample = Case.objects.get(number=case).sample.number
        again = {"sample": sample, "number": "FJ-1", "test": "re_inspection", "tested_on": "2026-05-08",
                 "issued_on": "2026-05-08", "items": [{"item": "HCHO", "value": "30", "unit": "mg/kg"}]}  # fmt: skip
        lab = login("lab", speaks_for="body", party=second["laboratory"])
        other = login("other", speaks_for="body", party=first)
        assert post(other, "reports", {"reports": [again]})["refused"][0]["code"] == "other_laboratory"
        assert post(lab, "reports", {"reports": [again]})["taken"] == 1
    row = Case.objects.get(number=case)
    assert row.events.filter(kind="re_inspection_passed").exists()
