"""The laboratory of a re-inspection: who is in the line, that the line is fair, and that a stranger finds the same."""

from __future__ import annotations

import datetime as dt
import json
import math
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinzhi.rules.inspection import verify_assignment
from pinzhi.rules.inspection.draws import assign, seed
from pinzhi.rules.inspection.draws.design import DrawError
from pinzhi.rules.inspection.draws.reinspection import Candidate, commitment, in_line, pool, record
from pinzhi.rules.inspection.verify_draw import canonical, digest

DAY = dt.datetime(2026, 5, 6, 1, 0, tzinfo=dt.UTC)
LABS = [Candidate(f"L{n}", f"机构{n}") for n in range(5)]


def settled(head: dict[str, Any], numbers: str) -> seed.Round:
    source = seed.Lottery("演示彩票", "2026118", DAY + dt.timedelta(hours=12))
    fallback = seed.Lottery("演示彩票", "2026119", DAY + dt.timedelta(days=2))
    declared = seed.declare(head, announced_at=DAY, source=source, fallback=fallback)
    return seed.settle(declared, seed.Value(numbers=numbers))


def drawn(
    labs: list[Candidate], numbers: str = "1 2 3 4"
) -> tuple[dict[str, Any], dict[str, Any], seed.Round]:
    pools = pool("HC-2026-000001", "XZ-1", labs)
    head = commitment("CQ-2026-350000-000001", pools, DAY)
    return head, pools, settled(head, numbers)


def test_the_first_laboratory_is_left_out_unless_it_is_alone() -> None:
    first = Candidate("L0", "机构0", "first")
    for at in range(40):
        _, pools, round_ = drawn([first, *LABS[1:]], f"{at} 2 3")
        assert in_line(pools, round_) != "L0"
    _, pools, round_ = drawn([first, Candidate("L1", "机构1", "recused")])
    assert in_line(pools, round_) == "L0"
    _, pools, round_ = drawn([first])
    assert in_line(pools, round_) == "L0"


@pytest.mark.parametrize(
    "nobody", [[], [Candidate("L1", "x", "recused")], [Candidate("L1", "x", "declined")]]
)
def test_nobody_is_refused_in_both_languages(nobody: list[Candidate]) -> None:
    with pytest.raises(DrawError) as refused:
        pool("HC-1", "XZ-1", nobody)
    assert refused.value.zh and refused.value.en
    with pytest.raises(DrawError):
        pool("HC-1", "XZ-1", [LABS[0], LABS[0]])


def test_who_declines_is_followed_by_the_next_in_line_until_nobody_is_left() -> None:
    _, pools, round_ = drawn(LABS)
    seen: list[str] = []
    while len(seen) < len(LABS):
        found = in_line(pools, round_, seen)
        assert found not in seen
        seen.append(found)
    assert sorted(seen) == sorted(lab.id for lab in LABS)
    with pytest.raises(DrawError):
        in_line(pools, round_, seen)


def test_everyone_has_the_same_chance() -> None:
    times = 3000
    counted = Counter(
        in_line(pools, round_) for _, pools, round_ in (drawn(LABS, f"{n} 7 9") for n in range(times))
    )
    spread = math.sqrt(times * 0.2 * 0.8)
    assert len(counted) == 5 and all(abs(n - times / 5) < 4 * spread for n in counted.values())


def verified(path: Path, *more: str, what: str = "laboratory") -> int:
    return verify_assignment.main([what, str(path), *more, "--lang", "en"])


@given(
    st.lists(st.sampled_from(["", "", "first", "recused", "declined"]), min_size=1, max_size=7),
    st.lists(st.integers(0, 99), min_size=3, max_size=7),
)
@settings(max_examples=40, deadline=None)
def test_a_stranger_finds_the_same(tmp_path_factory: Any, whys: list[Any], numbers: list[int]) -> None:
    labs = [Candidate(f"L{n}", f"机构{n}", why) for n, why in enumerate(whys)]
    try:
        head, pools, round_ = drawn(labs, " ".join(map(str, numbers)))
    except DrawError:
        return
    path = tmp_path_factory.mktemp("d") / "draw.json"
    document = record(head, pools, round_)
    path.write_bytes(canonical(document))
    assert verified(path, "--commitment", digest("commitment", head)) == 0
    for other in labs:
        if other.id != document["laboratory"]:
            path.write_bytes(canonical({**document, "laboratory": other.id}))
            assert verified(path) == 1


def test_what_was_changed_afterwards_is_found(tmp_path: Path) -> None:
    head, pools, round_ = drawn([Candidate("L0", "机构0", "first"), *LABS[1:]])
    document, path = record(head, pools, round_, ["L1"]), tmp_path / "draw.json"
    assert "L1" not in document["laboratory"]

    def changed(**changes: Any) -> int:
        path.write_bytes(canonical({**document, **changes}))
        return verified(path)

    assert changed() == 0
    fewer = {**pools, "laboratories": pools["laboratories"][:-1]}
    assert changed(pools=fewer) == 1
    others = ({**round_.document, "value": {"of": "source", "numbers": f"{n} 9 9"}} for n in range(50))
    other = next(r for r in others if in_line(pools, seed.Round(r), ["L1"]) != document["laboratory"])
    assert changed(round=other) == 1
    assert changed(commitment={**head, "frozen_at": "2026-05-06T14:00:00Z"}) == 1
    late = {**round_.document, "announced_at": "2026-05-07T01:00:00Z"}
    assert changed(round=late) == 1
    assert changed(declined=[document["laboratory"]]) == 1
    assert verified(path, "--commitment", "00" * 32) == 1
    path.write_bytes(b"{}")
    assert verified(path) == 2


def test_the_script_stands_alone_and_is_short(tmp_path: Path) -> None:
    source = Path(verify_assignment.__file__)
    assert len(source.read_text("utf-8").splitlines()) <= 300
    head, pools, round_ = drawn(LABS)
    (tmp_path / "draw.json").write_bytes(canonical(record(head, pools, round_)))
    (tmp_path / "verify.py").write_bytes(source.read_bytes())
    done = subprocess.run(
        [sys.executable, "-I", "verify.py", "laboratory", "draw.json", "--lang", "zh"],
        cwd=tmp_path, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0 and "核对通过" in done.stdout, done.stdout + done.stderr


pools_of = st.integers(1, 5).flatmap(
    lambda tasks: st.tuples(
        st.just(tasks),
        st.lists(
            st.tuples(st.sets(st.integers(0, tasks - 1)), st.sampled_from([None, 1, 2, 3])),
            min_size=3, max_size=6,
        ),
        st.integers(0, 99),
    )
)  # fmt: skip


@given(pools_of)
@settings(max_examples=60, deadline=None)
def test_people_and_laboratories_of_tasks_are_drawn_again(tmp_path_factory: Any, given_: Any) -> None:
    count, people, number = given_
    inspectors = [
        assign.Inspector(f"I{n}", ("35",), recused=frozenset(f"F{f}" for f in firms), load=load)
        for n, (firms, load) in enumerate(people)
    ]
    labs = [assign.Laboratory(f"L{n}", frozenset({"toys"}), load=3) for n in range(3)]
    tasks = [assign.Task(f"T{n}", f"F{n}", "350102", capabilities=frozenset({"toys"})) for n in range(count)]
    pools = assign.pool_document([], inspectors, labs)
    head = {"frozen_at": seed.instant(DAY), "root": "00"}
    round_ = settled(head, f"{number} 3 5")
    veil = "ab" * 32
    found = assign.draw_tasks(tasks, inspectors, labs, seed.assignment_seed(round_, veil, pools))
    if not all(a.complete for a in found):
        return
    folder = tmp_path_factory.mktemp("d")
    document = assign.assigned_document(tasks, found, pools)
    for name, value in (
        ("commitment.json", head), ("rules.json", {"veil": veil}), ("round-0.json", dict(round_.document)),
        ("pools-0.json", pools), ("assigned-0.json", document),
    ):  # fmt: skip
        (folder / name).write_bytes(canonical(value))
    (folder / "drawn-0.tsv").write_text("".join(f"{t.key}\tx\n" for t in tasks), "utf-8")
    assert verified(folder, what="tasks") == 0
    swapped = json.loads(canonical(document))
    stranger = next(name for name in ("I0", "I1", "I2") if name not in found[0].inspectors)
    swapped["tasks"][0]["inspectors"] = [stranger, found[0].inspectors[0]]
    (folder / "assigned-0.json").write_bytes(canonical(swapped))
    assert verified(folder, what="tasks") == 1
