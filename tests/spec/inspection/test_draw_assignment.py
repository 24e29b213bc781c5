"""Who goes and who tests: capability, recusal, load, and that nobody is left short while there is a way."""

from __future__ import annotations

import hashlib
import itertools
import math
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinzhi.rules.inspection.draws.assign import (
    Inspector,
    Laboratory,
    Task,
    draw_laboratory,
    draw_tasks,
    may_go,
    may_test,
    pool_document,
)
from pinzhi.rules.inspection.draws.design import DrawError

LABS = [Laboratory(f"L{at}", frozenset({"toys", "shoes"} if at % 2 else {"toys"})) for at in range(4)]
PEOPLE = [Inspector(f"I{at}", ("3501",) if at % 3 else ()) for at in range(8)]
TASKS = [Task(f"T{at}", f"F{at}", "350102", capabilities=frozenset({"toys"})) for at in range(6)]


def seed(at: int) -> bytes:
    return hashlib.sha256(b"%d" % at).digest()


def test_two_inspectors_and_a_laboratory_for_each_task() -> None:
    found = draw_tasks(TASKS, PEOPLE, LABS, seed(1))
    assert [a.task for a in found] == [t.key for t in TASKS]
    assert all(a.complete and len(set(a.inspectors)) == 2 and a.laboratory for a in found)
    assert found == draw_tasks(TASKS, PEOPLE[::-1], LABS[::-1], seed(1))
    assert found != draw_tasks(TASKS, PEOPLE, LABS, seed(2))


def test_everyone_has_the_same_chance() -> None:
    times = 2000
    pairs: Counter[tuple[str, ...]] = Counter()
    for at in range(times):
        pairs[draw_tasks(TASKS[:1], PEOPLE[:5], LABS, seed(at))[0].inspectors] += 1
    spread = math.sqrt(times * 0.1 * 0.9)
    assert len(pairs) == 10
    assert all(abs(count - times / 10) < 4 * spread for count in pairs.values())


pools = st.integers(1, 6).flatmap(
    lambda tasks: st.tuples(
        st.just(tasks),
        st.lists(
            st.tuples(st.sets(st.integers(0, tasks - 1)), st.sampled_from([None, 0, 1, 2])),
            min_size=1,
            max_size=5,
        ),
    )
)


@given(pools, st.integers(0, 50))
@settings(max_examples=150, deadline=None)
def test_as_many_places_are_filled_as_there_is_a_way_to_fill(
    pool: tuple[int, list[tuple[set[int], int | None]]], at: int
) -> None:
    count, people = pool
    tasks = TASKS[:count]
    inspectors = [
        Inspector(f"I{n}", recused=frozenset(f"F{f}" for f in recused), load=load)
        for n, (recused, load) in enumerate(people)
    ]
    found = draw_tasks(tasks, inspectors, LABS, seed(at))
    used = Counter(name for a in found for name in a.inspectors)
    by_id = {i.id: i for i in inspectors}
    for a, task in zip(found, tasks, strict=True):
        assert all(may_go(by_id[name], task) for name in a.inspectors)
        assert a.complete == (len(a.inspectors) == 2)
    assert all((by_id[name].load or 99) >= n and by_id[name].load != 0 for name, n in used.items())
    # By max-flow min-cut: for every set of tasks, what its people can carry bounds what is filled.
    bound = min(
        2 * (len(tasks) - size)
        + sum(
            min(size_of, by.load if by.load is not None else size_of)
            for by in inspectors
            for size_of in [sum(may_go(by, t) for t in group)]
        )
        for size in range(len(tasks) + 1)
        for group in itertools.combinations(tasks, size)
    )
    assert sum(used.values()) == bound


def test_what_is_missing_is_said() -> None:
    task = Task("T", "F", "360000", frozenset({"pressure vessels"}), frozenset({"shoes"}))
    (found,) = draw_tasks([task], PEOPLE, LABS[::2], seed(1))
    assert (found.inspectors, found.laboratory, found.complete) == ((), None, False)
    assert all(zh and en and zh != en for zh, en in found.why)
    assert not may_test(LABS[0], task) and may_test(LABS[1], task)
    assert not may_test(Laboratory("x", frozenset({"shoes"}), recused=frozenset({"F"})), task)


def test_fewer_than_two_and_ids_twice_are_refused() -> None:
    for work in (
        lambda: draw_tasks(TASKS, PEOPLE, LABS, seed(1), per_task=1),
        lambda: draw_tasks(TASKS * 2, PEOPLE, LABS, seed(1)),
        lambda: draw_tasks(TASKS, PEOPLE * 2, LABS, seed(1)),
        lambda: draw_tasks(TASKS, PEOPLE, LABS * 2, seed(1)),
    ):
        with pytest.raises(DrawError):
            work()


def test_a_re_inspection_goes_to_another_laboratory_unless_there_is_only_one() -> None:
    task = TASKS[0]
    for at in range(50):
        assert draw_laboratory(task, LABS, seed(at), first="L0") != "L0"
    assert draw_laboratory(task, LABS[:1], seed(1), first="L0") == "L0"
    chosen = draw_laboratory(task, LABS, seed(1), first="L0")
    following = draw_laboratory(task, LABS, seed(1), first="L0", declined={chosen: "设备停用"})
    assert following not in ("L0", chosen)
    with pytest.raises(DrawError):
        draw_laboratory(task, LABS, seed(1), first="L0", declined={f"L{n}": "x" for n in range(4)})


def test_the_pools_do_not_depend_on_their_order() -> None:
    assert pool_document(TASKS, PEOPLE, LABS) == pool_document(TASKS[::-1], PEOPLE[::-1], LABS[::-1])
