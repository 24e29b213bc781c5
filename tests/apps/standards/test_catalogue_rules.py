"""What needs no database: loops of replacements whatever the order, numbers however they are written, places in order."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinzhi.apps.standards.cleaning_catalogue import check_days, check_status, status_from
from pinzhi.apps.standards.numbers import pieces, read_list, read_number, sort_key, typed, writings
from pinzhi.apps.standards.relating import Chains
from pinzhi.apps.standards.systems import place_key
from pinzhi.kernel.registers.values import Wrong
from pinzhi.kernel.search.folding import searchable, terms_of

EDGES = st.lists(
    st.tuples(st.integers(0, 7), st.lists(st.integers(0, 7), min_size=1, max_size=3)), max_size=12
)


def circular(graph: dict[str, list[str]]) -> bool:
    """Whether there is a circle: an oracle that takes away what replaces nothing any more, until nothing can be."""
    left = {key: set(to) for key, to in graph.items()}
    while True:
        ends = {key for key, to in left.items() if not {one for one in to if one in left}}
        if not ends:
            return bool(left)
        left = {key: to for key, to in left.items() if key not in ends}


@given(EDGES)
@settings(max_examples=120, deadline=None)
def test_a_loop_is_refused_exactly_where_there_is_one(edges: list[tuple[int, list[int]]]) -> None:
    chains, graph = Chains(), {}
    for key, replaced in edges:
        name, others = f"GB/T {key}-2000", [f"GB/T {one}-2000" for one in replaced]
        way = chains.state(name, others)
        tried = {**graph, name: others}
        assert (way is not None) == circular(tried)
        if way is None:
            graph = tried
        else:
            assert way[0] == way[-1] == name
            assert all(b in tried.get(a, []) for a, b in pairwise(way))
    assert not circular(graph)


BODIES = st.sampled_from(["GB", "GB/T", "QB/T", "FZ/T", "DB35/T", "T/CNTAC"])


@given(
    BODIES,
    st.integers(1, 45000),
    st.one_of(st.none(), st.integers(1, 30)),
    st.integers(1985, 2030),
    st.sampled_from("-–—－−‐"),
)
def test_however_it_is_written_it_is_found(
    body: str, number: int, part: int | None, year: int, dash: str
) -> None:
    whole = f"{body} {number}{f'.{part}' if part else ''}"
    one = read_number(f"{whole}{dash}{year}")
    assert one.key == f"{whole}-{year}"
    text = searchable(*writings(one))
    for query in (
        f"{whole}{dash}{year}",
        f"{whole.split()[1]}{dash}{year}",
        whole.replace(" ", ""),
        f"{body}　{number}",
        str(number)[:4],
        f"{whole.split()[1]} {dash} {year}",
    ):
        assert all(term in text for term in terms_of(typed(query))), query


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("GB/T 1-2000；GB/T 2-2001", [("GB/T 1-2000", "wholly"), ("GB/T 2-2001", "wholly")]),
        (
            "GB/T 1-2000 名称、续 (全部代替)、GB 2—2001（部分代替）",
            [("GB/T 1-2000", "wholly"), ("GB 2-2001", "partly")],
        ),
        ("GB 18401", [("GB 18401", "wholly")]),
        ("ISO 8124-1:2018, ISO 8124-2:2014", [("ISO 8124-1:2018", "wholly"), ("ISO 8124-2:2014", "wholly")]),
        ("GB/T 3-2013 刀柄 第3部分:拉钉 (全部代替)", [("GB/T 3-2013", "wholly")]),
        ("GB/T 3-2013 玩具安全 第3部分", [("GB/T 3-2013", "wholly")]),
        ("代替GB/T 1-2000 部分代替GB/T 2-2001", [("GB/T 1-2000", "wholly"), ("GB/T 2-2001", "partly")]),
        ("GB/T 1-2000 和 GB/T 2-2001（部分）", [("GB/T 1-2000", "wholly"), ("GB/T 2-2001", "partly")]),
        ("无", []),
        ("—", []),
        ("/", []),
        ("", []),
        ("；；", []),
    ],
)
def test_lists_of_numbers(text: str, found: list[tuple[str, str]]) -> None:
    assert [(one.number.key, one.part) for one in read_list(text)] == found


@pytest.mark.parametrize("text", ["GB/T 1-2000；无", "见附录", "2000", "GB/T"])
def test_what_is_no_number_is_named(text: str) -> None:
    with pytest.raises(Wrong) as wrong:
        list(read_list(text))
    assert pieces(text)[-1][:10] in wrong.value.args4[0]


def test_numbers_stand_in_their_order() -> None:
    keys = ["GB 2-2000", "GB 10-1999", "GB 10-2005", "GB 10.2-2005", "GB/T 3-2000"]
    assert sorted(set(keys), key=sort_key) == keys
    assert sorted(["1.10", "1.2", "2", "1"], key=place_key) == ["1", "1.2", "1.10", "2"]


DAYS = st.one_of(st.none(), st.dates(min_value=date(2000, 1, 1), max_value=date(2040, 1, 1)))


@given(DAYS, DAYS, DAYS, st.dates(min_value=date(2005, 1, 1), max_value=date(2035, 1, 1)))
def test_a_status_that_follows_from_the_days_never_contradicts_them(
    published, effective, withdrawn, today
) -> None:  # type: ignore[no-untyped-def]
    kept = {
        name: day.isoformat()
        for name, day in (
            ("published_on", published),
            ("effective_on", effective),
            ("withdrawn_on", withdrawn),
        )
        if day
    }
    if check_days(kept, 1):
        return
    kept["status"] = status_from(kept, today)
    assert not check_status(kept, 1, today), kept
