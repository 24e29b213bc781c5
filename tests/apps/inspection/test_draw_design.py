"""The design of a draw through its page and by API; where a firm stands, on its own page and by the verifier."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from pinzhi.apps.inspection.actions.freeze_draw import freeze_draw
from pinzhi.apps.inspection.actions.make_draw import make_draw
from pinzhi.apps.inspection.actions.name_public_value import as_printed, name_public_value
from pinzhi.apps.inspection.models import Attempt, Draw
from pinzhi.apps.parties.actions.register_enterprises import register_enterprises
from pinzhi.apps.parties.actions.set_risk_classes import set_risk_classes
from pinzhi.kernel import clock
from pinzhi.kernel.access.models import User
from pinzhi.rules.inspection import verify_draw
from pinzhi.rules.inspection.draws.beacon import CHAINS
from tests.apps.inspection import test_draws, world
from tests.apps.inspection.test_draws import FALLBACK, MARCH, SOURCE
from tests.apps.inspection.test_pages import login, text
from tests.apps.inspection.world import CLERK, REVIEWER, sampled
from tests.apps.parties.conftest import firm
from tests.shared import SHARED

pytestmark = pytest.mark.django_db(databases=["default", "portal"])
plan = test_draws.plan
VECTORS = SHARED / "data/inspection/drand/verify_beacon.json"
FORM = {
    "title": "童装企业抽取", "rules": "XZ-TEX", "unit": "enterprise", "region": world.FUJIAN, "channel": "plant", "trades": "", "all_trades": "on",
    "strata": "size", "kind": "total", "n": "８", "minimum": "1", "method": "equal", "no_repeat": ["same_department"],
}  # fmt: skip


def code(n: int) -> str:
    return str(firm(n)["uscc"])


def named(client: Client, plan: Any, status: int = 302, **changes: Any) -> str:
    with clock.at(MARCH):
        return text(client, f"/console/inspection/programmes/{plan.number}/draw/", status, **FORM | changes)


def test_shares_by_class_sure_ones_and_those_left_out(plan: Any) -> None:
    with clock.at(date(2026, 1, 20)):
        classes = [{"uscc": code(n), "risk_class": "ABCD"[n % 4]} for n in range(1, 28)]
        set_risk_classes(classes, source="测试", by=REVIEWER)
    client = login("wang", "clerk")
    sampled(plan, 1, producer_code=code(5), sampled_on=date(2026, 2, 10))
    named(
        client, plan, kind="ratios", share_a="5", share_b="20", share_c="60", share_d="100", share_="50",
        certain=f"{code(5)}\n{code(6).lower()}", exempt=code(7), exempt_reason="闽市监函〔2026〕3号，停产检修",
    )  # fmt: skip
    draw = Draw.objects.get()
    assert draw.design["n"] == {"A": "0.05", "B": "0.2", "C": "0.6", "D": "1", "": "0.5"}
    page = text(client, f"/console/inspection/draws/{draw.number}/")
    assert "A 5 %" in page and "闽市监函〔2026〕3号" in page
    with clock.at(MARCH):
        freeze_draw(draw.number, by=CLERK)
        name_public_value(draw.number, source=SOURCE, fallback=FALLBACK, by=CLERK)
    with clock.at(MARCH + timedelta(days=1)):
        make_draw(draw.number, value={"numbers": "07 12 33 21 05 18 11"}, by=CLERK)
    draw.refresh_from_db()
    # The firm that was sampled in February is followed up: the six months do not hold for it.
    assert draw.exclusion_counts == {"closed": 1, "exempt": 1}
    drawn = set(draw.units.values_list("uscc", flat=True))
    assert {code(5), code(6)} <= drawn and code(7) not in drawn
    certain = draw.units.get(uscc=code(5))
    assert certain.probability == 1
    assert "大型" in text(client, f"/console/inspection/draws/{draw.number}/result/")


def test_a_number_for_each_stratum_and_a_cap(plan: Any) -> None:
    client = login("wang", "clerk")
    named(client, plan, kind="strata", n="", per_stratum="大型＝3\nsmall: 5", capacity="小型 = 4")
    draw = Draw.objects.get()
    assert (draw.size, draw.design["n"], draw.design["capacity"]) == (
        8,
        {"large": 3, "small": 5},
        {"small": 4},
    )
    assert "大型 3、小型 5" in text(client, f"/console/inspection/draws/{draw.number}/")


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"n": ""}, "请填写共抽多少"),
    ({"n": "99999999999999999999"}, "1000000"),
    ({"kind": "strata", "n": ""}, "请填写各层抽多少"),
    ({"kind": "strata", "per_stratum": "巨型=3"}, "巨型"),
    ({"kind": "strata", "per_stratum": "大型=三"}, "没有写明整数"),
    ({"kind": "strata", "per_stratum": "大型=3\n大型=4"}, "写了两次"),
    ({"kind": "ratios"}, "每个等级都要有比例"),
    (
        {"kind": "ratios", "share_a": "1", "share_b": "1", "share_c": "1", "share_d": "1"},
        "每个等级都要有比例",
    ),
    ({"kind": "ratios", "share_a": "500"}, "100"),
    ({"per_firm": "2"}, "只用于抽产品"),
    ({"certain": "123"}, "不是有效的统一社会信用代码"),
    ({"exempt": code(1)}, "请写明书面决定"),
    ({"exempt": code(1), "exempt_reason": "x", "certain": code(1)}, "同时列为必抽"),
    ({"region": "110000"}, ""),
    ({"all_trades": ""}, "没有写明行业"),
    ({"trades": "18"}, "既写了行业，又选了全部行业"),
    ({"all_trades": "", "trades": "18，9999"}, "国民经济行业分类中没有“9999”"),
]


def test_a_design_that_cannot_be_is_told_at_its_field(plan: Any) -> None:
    client = login("wang", "clerk")
    for changes, said in WRONG:
        assert said in named(client, plan, 422, **changes), changes
    assert not Draw.objects.exists()


def test_how_large_the_frame_would_be_is_seen_before_it_is_frozen(plan: Any) -> None:
    client = login("wang", "clerk")
    with clock.at(MARCH):
        others = [firm(n, trade="C1811") for n in range(40, 44)]
        register_enterprises(others, by=CLERK)
    named(client, plan)
    home = f"/console/inspection/draws/{Draw.objects.get().number}/"
    page = text(client, home)
    assert "如果现在冻结名单" in page and "14 食品制造业 29、18 纺织服装、服饰业 4" in page
    with clock.at(MARCH):
        freeze_draw(Draw.objects.get().number, by=CLERK)
    assert Draw.objects.get().frame_size == 33 and "如果现在冻结名单" not in text(client, home)
    Draw.objects.update(stage="abandoned")
    named(client, plan, all_trades="", trades="1811, C143")
    page = text(client, f"/console/inspection/draws/{Draw.objects.first().number}/")
    assert "14 食品制造业 29、18 纺织服装、服饰业 4" in page
    Draw.objects.update(stage="abandoned")
    named(client, plan, all_trades="", trades="18", n="3")
    with clock.at(MARCH):
        assert freeze_draw(Draw.objects.first().number, by=CLERK).roster_size == 4


def test_a_public_value_is_named_in_the_readers_language(plan: Any) -> None:
    client, draw = login("wang", "clerk"), test_draws.named(plan)
    with clock.at(MARCH):
        freeze_draw(draw.number, by=CLERK)
        drand = {"kind": "drand", "chain": "drand quicknet", "at": MARCH + timedelta(hours=9)}
        draw = name_public_value(draw.number, source=drand, fallback=FALLBACK, by=CLERK)
    number = draw.declaration["document"]["source"]["round"]
    assert draw.public_source == f"drand quicknet #{number}"
    home = f"/console/inspection/draws/{draw.number}/"
    said = {"zh-hans": f"drand quicknet 第 {number} 轮", "en": f"drand quicknet, round {number}"}
    spare = {"zh-hans": f"第 {FALLBACK['issue']} 期", "en": f", issue {FALLBACK['issue']}"}
    for language, other in (("zh-hans", "en"), ("en", "zh-hans")):
        User.objects.update(language=language)
        page = text(client, home)
        assert said[language] in page and spare[language] in page, language
        assert said[other] not in page and spare[other] not in page, language


@pytest.mark.skipif(not VECTORS.exists(), reason="no round of drand at hand")
def test_a_round_of_drand_is_typed_in_and_its_signature_checked(plan: Any) -> None:
    """The whole way by pages, with a round that the network has signed; the clock stands before and after it."""
    (vector,) = (v for v in json.loads(VECTORS.read_text()) if v["Round"] == 2634945)
    (chain,) = (c for c in CHAINS.values() if c.public_key == vector["PubKey"])
    out = chain.time_of(vector["Round"])
    client, draw = login("wang", "clerk"), test_draws.named(plan)
    home = f"/console/inspection/draws/{draw.number}/"
    local = (out - timedelta(seconds=chain.period)).astimezone(clock.SHANGHAI)
    spare = out.astimezone(clock.SHANGHAI) + timedelta(days=1)
    named = {
        "source_kind": chain.name, "at": f"{local:%Y-%m-%dT%H:%M:%S}", "fallback_at": f"{spare:%Y-%m-%dT%H:%M:%S}"
    }  # fmt: skip
    with clock.at(out - timedelta(hours=3)):
        freeze_draw(draw.number, by=CLERK)
        text(client, f"{home}value/", 302, **named)
    draw.refresh_from_db()
    assert draw.declaration["document"]["source"]["round"] == vector["Round"]
    good = {"signature": vector["Sig"], "previous": vector["PrevSig"]}
    bent = vector["Sig"][:-2] + f"{int(vector['Sig'][-2:], 16) ^ 1:02x}"
    with clock.at(out - timedelta(seconds=1)):
        assert "尚未公布" in text(client, f"{home}make/", 422, **good)
    with clock.at(out + timedelta(minutes=1)):
        page = text(client, f"{home}make/")
        assert 'name="previous"' in page and 'name="numbers"' not in page
        assert f"drand default 第 {vector['Round']} 轮" in page
        for wrong, said in (
            ({**good, "signature": bent}, "签名不是 drand default"),
            ({**good, "signature": vector["PrevSig"]}, "签名不是 drand default"),
            ({**good, "previous": ""}, "签名不是 drand default"),
            ({**good, "signature": "deutsch"}, "drand 的签名（十六进制）"),
            ({**good, "fallback": "on", "reason": "停机"}, "后备尚未公布"),
        ):
            assert said in text(client, f"{home}make/", 422, **wrong), wrong
        assert Draw.objects.get().stage == "awaited"
        text(client, f"{home}make/", 302, **good)
    draw.refresh_from_db()
    assert draw.stage == "drawn" and draw.public_value == vector["Sig"] and draw.units.count() == 8


def test_products_two_stages_by_page(plan: Any) -> None:
    client = login("wang", "clerk")
    named(client, plan, unit="product", per_firm="2", strata="none")
    draw = Draw.objects.get()
    assert (draw.scope["sector"], draw.design["per_firm"]) == ("children", 2)


def test_a_firm_takes_its_proof_away_and_runs_the_program(plan: Any, tmp_path: Path) -> None:
    draw = test_draws.drawn(plan)
    inside, closed = draw.units.first().uscc, code(30)
    seen = {}
    for name, uscc_ in (("f1", inside), ("f2", closed)):
        client = login(name, speaks_for="enterprise", party=uscc_)
        assert "own-draws" in text(client, "/console/inspection/")
        seen[name] = text(client, "/console/inspection/own-draws/")
        assert draw.number in seen[name] and draw.commitment in seen[name]
        proof = text(client, f"/console/inspection/draws/{draw.number}/proof/{uscc_}/")
        (tmp_path / f"{name}.json").write_text(proof)
        foreign = code(3) if uscc_ != code(3) else code(4)
        assert client.get(f"/console/inspection/draws/{draw.number}/proof/{foreign}/").status_code == 403
        response = client.get("/console/inspection/own-draws/verify_draw.py")
        (tmp_path / "verify_draw.py").write_bytes(b"".join(response.streaming_content))  # type: ignore[arg-type]
        done = subprocess.run(
            [sys.executable, "-I", "verify_draw.py", "firm", f"{name}.json", "--commitment", draw.commitment],
            cwd=tmp_path, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
    assert "在抽样框内；抽取尚未公开" in seen["f1"]  # drawn, and not told before the opening
    assert "已排除：注销、停业等" in seen["f2"]
    assert (tmp_path / "verify_draw.py").read_bytes() == Path(verify_draw.__file__).read_bytes()
    clerk = login("wang", "clerk")
    assert clerk.get("/console/inspection/own-draws/").status_code == 404
    asked = clerk.get(f"/console/inspection/draws/{draw.number}/proof/?key={inside.lower()}", follow=True)
    assert asked.status_code == 200 and asked.json()["opened"] is None
    assert clerk.get(f"/console/inspection/draws/{draw.number}/proof/?key=x", follow=True).status_code == 404


def send(client: Client, path: str, data: Any = None, status: int = 200) -> Any:
    said = client.post(f"/api/v1/inspection/{path}", json.dumps(data or {}), content_type="application/json")
    assert said.status_code == status, said.content.decode()[:800]
    return said.json()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("０１　０２ 03", "01 02 03"),
        (" 07,12、33 + 5\t", "07 12 33 5"),
        ("33 05 07", "33 05 07"),  # as drawn, not sorted
        ("", None),
        ("　", None),
    ],
)
def test_numbers_as_they_are_typed(typed: str, kept: str | None) -> None:
    assert as_printed(typed) == kept


def test_a_whole_draw_by_api(plan: Any) -> None:
    client = login("wang", "clerk")
    new = {
        "programme": plan.number, "title": "接口抽取", "rules": "XZ-TEX", "scope": {"strata": "size"},
        "design": {"n": 6},
    }  # fmt: skip

    def at(moment: datetime) -> str:
        return moment.isoformat()

    with clock.at(MARCH):
        missing = send(client, "draws", new, 422)
        assert (missing["code"], "各行各业" in str(missing)) == ("trades_missing", True)
        new["scope"] = {"strata": "size", "trades": ["143"]}
        number = send(client, "draws", new)["number"]
        assert send(client, f"draws/{number}/draw", {"numbers": "1 2"}, 422)["code"] == "not_declared"
        assert send(client, f"draws/{number}/freeze")["frame_size"] == 29
        values = [{**one, "at": at(one["at"])} for one in (SOURCE, FALLBACK)]
        late = [{**values[0], "at": at(MARCH - timedelta(days=1))}, values[1]]
        refused = send(
            client, f"draws/{number}/public-value", dict(zip(("source", "fallback"), late, strict=True)), 422
        )
        assert refused["code"] == "draw_declared"
        named = send(
            client, f"draws/{number}/public-value", dict(zip(("source", "fallback"), values, strict=True))
        )
        assert named["public_source"] == f"{SOURCE['name']} #{SOURCE['issue']}"  # no language's words
    with clock.at(MARCH + timedelta(days=1)):
        assert send(client, f"draws/{number}/draw", {"numbers": "07 12 33 21 05 18 11"})["stage"] == "drawn"
        assert send(client, f"draws/{number}/open", status=403)
        units = client.get(f"/api/v1/inspection/draws/{number}/units").json()
        assert len(units) == 6 and {u["status"] for u in units} == {"assigned"}
        tasks = client.get("/api/v1/inspection/tasks").json()
        assert tasks["count"] == 6 and tasks["items"][0]["draw"] == number
    draw = Draw.objects.get(number=number)
    assert draw.events.filter(kind="read_draw", by="wang").count() == 2  # by units, by tasks
    listed = client.get("/api/v1/inspection/draws?stage=drawn").json()
    assert [one["number"] for one in listed["items"]] == [number]


@pytest.mark.parametrize("field", ["at", "fallback_at"])
@pytest.mark.parametrize("moment", ["0001-01-01T00:00", "9999-12-31T23:59", "2062-01-01T00:00"])
def test_a_slip_of_the_year_of_the_public_value_is_refused(plan: Any, field: str, moment: str) -> None:
    clerk, draw = login("wang", "clerk"), test_draws.named(plan)
    with clock.at(test_draws.MARCH):
        freeze_draw(draw.number, by=world.CLERK)
        given = {
            "source_kind": "lottery", "name": "x", "issue": "1", "at": "2026-03-03T20:00", "fallback_issue": "2",
            "fallback_at": "2026-03-04T20:00", field: moment,
        }  # fmt: skip
        answer = clerk.post(f"/console/inspection/draws/{draw.number}/value/", given)
    assert answer.status_code == 422
    draw.refresh_from_db()
    assert draw.stage == "frozen" and Attempt.objects.filter(what="draw", key=draw.number).exists()


def test_a_lottery_without_name_or_issue_is_told_at_its_fields(plan: Any) -> None:
    clerk, draw = login("wang", "clerk"), test_draws.named(plan)
    given = {"source_kind": "lottery", "at": "2026-03-03T20:00", "fallback_at": "2026-03-04T20:00"}
    answer = clerk.post(f"/console/inspection/draws/{draw.number}/value/", given)
    assert set(answer.context["form"].errors) == {"name", "issue", "fallback_issue"}


def test_the_english_page_says_why_firms_were_left_out_in_english(plan: Any) -> None:
    clerk, draw = login("wang", "clerk"), test_draws.named(plan)
    with clock.at(test_draws.MARCH):
        freeze_draw(draw.number, by=world.CLERK)
    clerk.cookies["pinzhi_lang"] = "en"
    page = clerk.get(f"/console/inspection/draws/{draw.number}/").content.decode()
    assert "1 (closed or suspended 1)" in page and "注销" not in page


def test_nothing_is_noted_as_read_where_nothing_was_drawn(plan: Any) -> None:
    clerk, draw = login("wang", "clerk"), test_draws.named(plan)
    assert clerk.get(f"/console/inspection/draws/{draw.number}/result/").status_code == 404
    assert not draw.events.filter(kind="read_draw").exists()
