"""A draw from its name to its opening, repeated by a stranger with verify_draw.py from the files alone."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pinzhi.apps.inspection.actions.freeze_draw import freeze_draw
from pinzhi.apps.inspection.actions.keep_lists import list_inspectors, recuse
from pinzhi.apps.inspection.actions.make_draw import make_draw
from pinzhi.apps.inspection.actions.name_draw import abandon_draw, name_draw
from pinzhi.apps.inspection.actions.name_public_value import name_public_value
from pinzhi.apps.inspection.actions.open_draw import (
    audit_draw,
    close_task,
    open_draw,
    prove_unit,
    read_draw,
)
from pinzhi.apps.inspection.actions.record_samples import record_samples
from pinzhi.apps.inspection.models import Attempt, Draw, Task
from pinzhi.apps.parties.actions.close_enterprise import close_enterprise
from pinzhi.apps.parties.actions.register_enterprises import register_enterprises
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.audit.models import AuditEvent
from pinzhi.kernel.errors import Conflict, NotFound, NotPermitted, Refused
from pinzhi.kernel.files.disk import open_content
from pinzhi.kernel.registers import queries as registers
from pinzhi.rules.inspection import verify_draw
from tests.apps.inspection import world
from tests.apps.inspection.world import BOSS, CLERK, FUJIAN, REVIEWER
from tests.apps.parties.conftest import firm

MARCH = datetime(2026, 3, 2, 9, 0, tzinfo=clock.SHANGHAI)
SOURCE = {
    "kind": "lottery",
    "name": "福彩双色球（红球开出顺序）",
    "issue": "2026024",
    "at": MARCH + timedelta(hours=12),
}
FALLBACK = {**SOURCE, "issue": "2026025", "at": MARCH + timedelta(days=2)}


@pytest.fixture
def plan():
    world.rules()
    with clock.at(date(2026, 1, 10)):
        register_enterprises([firm(n, size="小型" if n % 3 else "大型") for n in range(1, 31)], by=CLERK)
        close_enterprise(firm(30)["uscc"], status="suspended", by=CLERK)
        list_inspectors(
            [
                {
                    "code": f"ZF{n}",
                    "name": f"检查员{n}",
                    "agency": f"{FUJIAN}-market_supervision",
                    "region": FUJIAN,
                }
                for n in range(6)
            ],
            by=CLERK,
        )
    return world.programme("XZ-TEX")


def named(plan: Any, **more: Any) -> Draw:
    with clock.at(MARCH):
        return name_draw(
            plan.number, title="童装企业抽取", rules="XZ-TEX",
            scope={"strata": "size", "all_trades": True, **more.pop("scope", {})},
            design={"kind": "total", "n": 8, **more}, by=CLERK,
        )  # fmt: skip


def drawn(plan: Any) -> Draw:
    draw = named(plan)
    with clock.at(MARCH):
        freeze_draw(draw.number, by=CLERK)
        name_public_value(draw.number, source=SOURCE, fallback=FALLBACK, by=CLERK)
    with clock.at(MARCH + timedelta(days=1)):
        return make_draw(draw.number, value={"numbers": "07 12 33 21 05 18 11"}, by=CLERK)


def sample_all(draw: Draw, plan: Any, *, absent: int = 0) -> None:
    with clock.at(date(2026, 3, 20)):
        tasks = list(draw.tasks.filter(status="assigned").order_by("id"))
        for task in tasks[:absent]:
            close_task(task.number, "absent", "已搬迁，无货", by=CLERK)
        rows = [
            {**world.sample_row(plan), "task": t.number, "sampled_on": date(2026, 3, 20), "producer_code": t.uscc,
             "inspectors": [], "laboratory": ""}
            for t in tasks[absent:]
        ]  # fmt: skip
        record_samples(rows, by=CLERK)


def test_from_name_to_a_strangers_check(plan, tmp_path: Path) -> None:
    draw = drawn(plan)
    assert (draw.roster_size, draw.frame_size, draw.excluded, draw.exclusion_counts) == (
        30,
        29,
        1,
        {"closed": 1},
    )
    tasks = list(draw.tasks.all())
    assert len(tasks) == 8 and all(
        len(set(t.inspectors)) == 2 and t.laboratory == world.LABORATORY for t in tasks
    )
    shown = registers.get_record("m02_draws", draw.number).values
    assert shown["stage"] == "drawn" and shown["commitment"] == draw.commitment and "files" not in shown
    with pytest.raises(Refused):  # opened before sampling it would tip the firms off
        open_draw(draw.number, by=BOSS)
    sample_all(draw, plan)
    with clock.at(date(2026, 3, 25)):
        opened = open_draw(draw.number, by=BOSS)
    files = registers.get_record("m02_draws", draw.number).values["files"]
    for one in files:
        with open_content(one["sha256"]) as content:
            (tmp_path / one["name"]).write_bytes(content.read())
    done = subprocess.run(
        [sys.executable, str(tmp_path / "verify_draw.py"), "public", str(tmp_path)]
        if "public" in (verify_draw.__doc__ or "")
        else [sys.executable, str(tmp_path / "verify_draw.py"), "draw", str(tmp_path)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert opened.stage == "opened" and draw.commitment[:16] in done.stdout + str(opened.commitment)
    one = tasks[0].uscc
    proof = prove_unit(draw.number, one, by=Actor("firm", "enterprise", one, "firm", ()))
    assert proof["opened"]["rounds"][0]["drawn"] is not None
    # One name changed in the opened list is found out.
    frame = (tmp_path / "frame.tsv").read_bytes()
    (tmp_path / "frame.tsv").write_bytes(frame.replace("榕江3食品".encode(), "榕江9食品".encode(), 1))
    again = subprocess.run(done.args, capture_output=True, text=True)
    assert again.returncode != 0


def test_until_it_is_open_only_who_must_act_reads_and_each_reading_is_noted(plan) -> None:
    draw = drawn(plan)
    assert len(read_draw(draw.number, by=CLERK)) == 8
    event = AuditEvent.objects.get(action="inspection.read_draw")
    assert (event.username, event.subject_key, event.is_read) == ("clerk", draw.number, True)
    assert draw.events.filter(kind="read_draw", by="clerk").count() == 1
    for nobody in (
        REVIEWER,
        world.official("far", "clerk", region="360000"),
        Actor("f", "enterprise", "x", "f", ()),
    ):
        with pytest.raises(NotPermitted):
            read_draw(draw.number, by=nobody)
    own = draw.units.first().uscc
    assert prove_unit(draw.number, own, by=Actor("f", "enterprise", own, "f", ()))["opened"] is None


def test_absent_goods_are_replaced_in_a_round_with_fresh_randomness(plan) -> None:
    draw = drawn(plan)
    before = set(draw.units.values_list("uscc", flat=True))
    sample_all(draw, plan, absent=2)
    later = MARCH + timedelta(days=20)
    with clock.at(later):
        name_public_value(
            draw.number, source={**SOURCE, "issue": "2026033", "at": later + timedelta(hours=9)},
            fallback={**SOURCE, "issue": "2026034", "at": later + timedelta(days=2)}, by=CLERK,
        )  # fmt: skip
    with clock.at(later + timedelta(days=1)):
        draw = make_draw(draw.number, value={"numbers": "01 02 03 14 25 30 09"}, by=CLERK)
    assert draw.round == 2 and draw.units.count() == 10
    assert len(set(draw.units.values_list("uscc", flat=True)) - before) == 2
    with clock.at(later + timedelta(days=3)):
        for task in draw.tasks.filter(status="assigned"):
            close_task(task.number, "refused", "拒绝抽样，已录像", by=CLERK)
        assert open_draw(draw.number, by=BOSS).stage == "opened"


def test_an_auditor_derives_people_and_laboratories_again(plan, tmp_path: Path) -> None:
    with clock.at(date(2026, 2, 1)):
        recuse("ZF1", firm(3)["uscc"], reason="近亲属任职", region=FUJIAN, by=CLERK)
    draw = drawn(plan)
    auditor = world.official("audit", "auditor")
    with pytest.raises(NotFound):  # not open yet
        audit_draw(draw.number, tmp_path, by=auditor)
    sample_all(draw, plan)
    with clock.at(date(2026, 3, 25)):
        open_draw(draw.number, by=BOSS)
    for nobody in (CLERK, BOSS):
        with pytest.raises(NotPermitted):
            audit_draw(draw.number, tmp_path, by=nobody)
    audit_draw(draw.number, tmp_path, by=auditor)
    assert AuditEvent.objects.get(action="inspection.audit_draw").is_read

    def run() -> int:
        return subprocess.run(
            [sys.executable, "-I", "verify_assignment.py", "tasks", "."], cwd=tmp_path, capture_output=True
        ).returncode

    assert run() == 0 and verify_draw.main(["draw", str(tmp_path)]) == 0
    path = tmp_path / "assigned-0.json"
    told = json.loads(path.read_bytes())
    told["tasks"][0]["inspectors"] = (
        ["ZF0", "ZF1"] if told["tasks"][0]["inspectors"] != ["ZF0", "ZF1"] else ["ZF0", "ZF2"]
    )
    path.write_text(json.dumps(told))
    assert run() == 1
    pools = json.loads((tmp_path / "pools-0.json").read_bytes())
    pools["inspectors"][0]["recused"] = []
    pools["inspectors"] = pools["inspectors"][1:]
    (tmp_path / "pools-0.json").write_text(json.dumps(pools))
    assert run() == 1


def test_no_repeat_and_recusal_leave_firms_out(plan) -> None:
    with clock.at(date(2026, 2, 20)):
        other = world.sample_row(plan, sampled_on=date(2026, 2, 20), producer_code=firm(5)["uscc"])
        record_samples([other], by=CLERK)
        recuse(plan.agency, firm(6)["uscc"], reason="近亲属任职", region=FUJIAN, by=CLERK)
    draw = named(plan)
    with clock.at(MARCH):
        draw = freeze_draw(draw.number, by=CLERK)
    assert draw.exclusion_counts == {"closed": 1, "no_repeat": 1, "recused": 1}
    row = prove_unit(draw.number, firm(5)["uscc"], by=CLERK)["row"]
    assert "no_repeat" in row and "2026-02-20" in row
    lax = named(plan, scope={"no_repeat": []})
    with clock.at(MARCH):
        assert freeze_draw(lax.number, by=CLERK).exclusion_counts == {"closed": 1, "recused": 1}


def test_steps_out_of_turn_are_refused_and_kept(plan) -> None:
    draw = named(plan)
    with clock.at(MARCH), pytest.raises(Refused):
        name_public_value(draw.number, source=SOURCE, fallback=FALLBACK, by=CLERK)
    with clock.at(MARCH), pytest.raises(Refused):
        make_draw(draw.number, value={"numbers": "1 2 3"}, by=CLERK)
    with clock.at(MARCH):
        freeze_draw(draw.number, by=CLERK)
        old = {**SOURCE, "at": MARCH - timedelta(hours=1)}
        with pytest.raises(Refused):  # a value that is known already
            name_public_value(draw.number, source=old, fallback=FALLBACK, by=CLERK)
        with pytest.raises(Conflict):
            freeze_draw(draw.number, by=CLERK)
        name_public_value(draw.number, source=SOURCE, fallback=FALLBACK, by=CLERK)
        with pytest.raises(Refused):  # not out yet
            make_draw(draw.number, value={"numbers": "1 2 3"}, by=CLERK)
    with clock.at(MARCH + timedelta(days=1)):
        for wrong in ({"signature": "ab" * 48}, {"numbers": "7"}, {}, {"numbers": "1 2 3", "of": "fallback"}):
            with pytest.raises(Refused):
                make_draw(draw.number, value=wrong, by=CLERK)
    assert Attempt.objects.filter(what="draw", key=draw.number).count() == 9
    assert not Task.objects.exists()


def test_an_abandoned_draw_shows(plan) -> None:
    draw = named(plan)
    with clock.at(MARCH):
        with pytest.raises(Refused):
            abandon_draw(draw.number, " ", by=BOSS)
        abandon_draw(draw.number, "抽取范围登记有误", by=BOSS)
    shown = registers.get_record("m02_draws", draw.number).values
    assert (shown["stage"], shown["abandoned_reason"]) == ("abandoned", "抽取范围登记有误")


def test_two_are_needed_for_a_task(plan) -> None:
    from pinzhi.apps.inspection.models import Inspector

    Inspector.objects.exclude(code="ZF1").delete()
    with pytest.raises(Refused) as refused:
        drawn(plan)
    assert refused.value.code == "pools_too_small"
