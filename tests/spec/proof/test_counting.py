"""What counting means, as tables: each row is entries of one register, a question, and its answer."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinzhi.rules.proof import verify
from pinzhi.rules.proof.verify import Entry, UnreadableError, count


def e(
    key: str, state: str | None, on: str, index: int, *, until: str | None = None, since: str | None = None,
    replaces: int | None = None, region: str | None = "350100", subject: str | None = None,
    record_type: str | None = None, known: str = "2020-01-01T00:00:00Z", **values: Any,
) -> Entry:  # fmt: skip
    envelope = {
        "id": f"#{index}", "key": key, "kind": "do", "state": state, "record_type": record_type, "effective_on": on,
        "valid_from": since, "valid_until": until, "region": region, "agency": None, "subject": subject or key,
        "recorded_at": known, "replaces": None if replaces is None else f"#{replaces}",
    }  # fmt: skip
    return Entry(index, envelope, values)


def level(date: str = "2020-12-31", **more: Any) -> dict[str, Any]:
    return {"register": "honours", "mode": "level", "date": date, "states": ["granted"], **more}


def increment(first: str = "2016-01-01", last: str = "2020-12-31", **more: Any) -> dict[str, Any]:
    return {
        "register": "honours",
        "mode": "increment",
        "from": first,
        "to": last,
        "states": ["granted"],
        **more,
    }


def series(date: str = "2020-12-31", aggregate: str = "latest", **more: Any) -> dict[str, Any]:
    return {
        "register": "stats", "mode": "series", "date": date, "aggregate": aggregate, "value_field": "value", **more
    }  # fmt: skip


def where(field: str, op: str, value: Any) -> dict[str, Any]:
    return {"filters": [{"field": field, "op": op, "value": value}]}


GRANT = e("A", "granted", "2018-05-01", 0, until="2020-05-01")
REVOKED = [e("A", "granted", "2018-05-01", 0), e("A", "revoked", "2019-05-01", 1)]
CORRECTED = [e("A", "granted", "2018-05-01", 0), e("A", "granted", "2019-05-01", 1, replaces=0)]
RENEWED = [GRANT, e("A", "granted", "2020-05-02", 1, since="2020-05-02", until="2022-05-01")]

LEVEL = [
    ("nothing", [], level(), 0, []),
    ("granted before the day", [GRANT], level("2019-01-01"), 1, [0]),
    ("counts on the day it takes effect", [GRANT], level("2018-05-01"), 1, [0]),
    ("not a day earlier", [GRANT], level("2018-04-30"), 0, []),
    ("counts on the last day of validity", [GRANT], level("2020-05-01"), 1, [0]),
    ("not a day later", [GRANT], level("2020-05-02"), 0, []),
    ("not before its validity begins", [e("A", "granted", "2018-05-01", 0, since="2018-06-01")], level("2018-05-31"), 0, []),
    ("renewal carries on", RENEWED, level("2020-05-02"), 1, [1]),
    ("before the renewal the old grant counts", RENEWED, level("2020-05-01"), 1, [0]),
    ("revoked is out", REVOKED, level("2019-05-01"), 0, []),
    ("but was in until then", REVOKED, level("2019-04-30"), 1, [0]),
    ("any of several states", REVOKED, level(states=["granted", "revoked"]), 1, [1]),
    ("another state only", [e("A", "applied", "2018-01-01", 0)], level(), 0, []),
    ("entered late, effective early: order is the effective day", [e("A", "revoked", "2019-01-01", 0), e("A", "granted", "2018-01-01", 1)], level(), 0, []),
    ("same day: the later entry", [e("A", "granted", "2019-01-01", 0), e("A", "revoked", "2019-01-01", 1)], level(), 0, []),
    ("a corrected entry is void", CORRECTED, level("2018-12-31"), 0, []),
    ("its correction counts", CORRECTED, level("2019-12-31"), 1, [1]),
    ("a withdrawal leaves what was before", [*REVOKED, e("A", None, "2019-06-01", 2, replaces=1)], level(), 1, [0]),
    ("an entry without state changes nothing", [GRANT, e("A", None, "2019-01-01", 1)], level("2019-06-01"), 1, [0]),
    ("replacing moves a key", [e("WRONG", "granted", "2018-01-01", 0), e("A", "granted", "2018-01-01", 1, replaces=0)], level(), 1, [1]),
    ("void for good, though the replacing one is withdrawn", [*CORRECTED, e("A", None, "2019-06-01", 2, replaces=1)], level(), 0, []),
    ("no entry replaces a later one", [e("A", None, "2018-01-01", 0, replaces=1), e("A", "granted", "2018-01-01", 1)], level(), 1, [1]),
    ("as the log stood at a size", REVOKED, level(size=1), 1, [0]),
    ("as it was known then", [GRANT, e("A", "revoked", "2018-06-01", 1, known="2020-02-01T00:00:00Z")], level("2019-01-01", known_at="2020-01-31T23:59:59Z"), 1, [0]),
    ("a correction not yet known does not replace", [CORRECTED[0], e("A", "granted", "2019-05-01", 1, replaces=0, known="2021-01-01T00:00:00Z")], level(known_at="2020-12-31T00:00:00Z"), 1, [0]),
    ("an entry whose envelope is not public", [Entry(0, {}, {"name": "x"})], level(), 0, []),
    ("keys are counted, not entries", [GRANT, e("A", "granted", "2018-06-01", 1), e("B", "granted", "2018-06-01", 2)], level(), 2, [1, 2]),
    ("distinct subjects", [e("A", "granted", "2018-01-01", 0, subject="S"), e("B", "granted", "2018-01-01", 1, subject="S")], level(distinct="subject"), 1, [0, 1]),
    ("distinct field, null passed over", [e("A", "granted", "2018-01-01", 0, trade="C13"), e("B", "granted", "2018-01-01", 1, trade=None)], level(distinct="trade"), 1, [0, 1]),
    ("distinct keeps types apart", [e("A", "granted", "2018-01-01", 0, n=1), e("B", "granted", "2018-01-01", 1, n="1"), e("C", "granted", "2018-01-01", 2, n=True)], level(distinct="n"), 3, [0, 1, 2]),
    ("a region with its subtree", [e("A", "granted", "2018-01-01", 0, region="350102"), e("B", "granted", "2018-01-01", 1, region="350200")], level(regions=["3501"]), 1, [0]),
    ("several regions", [e("A", "granted", "2018-01-01", 0, region="350102"), e("B", "granted", "2018-01-01", 1, region="350200")], level(regions=["350102", "3502"]), 2, [0, 1]),
    ("no region", [e("A", "granted", "2018-01-01", 0, region=None)], level(regions=["35"]), 0, []),
    ("an empty list of regions", [GRANT], level("2019-01-01", regions=[]), 0, []),
    ("the filter looks at the present picture", [e("A", "granted", "2018-01-01", 0, c=True), e("A", "granted", "2019-01-01", 1, c=False)], level(**where("c", "eq", True)), 0, []),
    ("the region too", [e("A", "granted", "2018-01-01", 0, region="350100"), e("A", "granted", "2019-01-01", 1, region="350200")], level(regions=["3501"]), 0, []),
    ("sum of a decimal field", [e("A", "granted", "2018-01-01", 0, n="1.5"), e("B", "granted", "2018-01-01", 1, n=2), e("C", "granted", "2018-01-01", 2)], level(aggregate="sum", value_field="n"), Fraction(7, 2), [0, 1, 2]),
    ("sum of nothing", [], level(aggregate="sum", value_field="n"), Fraction(0), []),
]  # fmt: skip

INCREMENT = [
    ("first granted in the period", [GRANT], increment(), 1, [0]),
    ("on the first day", [GRANT], increment("2018-05-01", "2018-05-01"), 1, [0]),
    ("before the period", [GRANT], increment("2018-05-02"), 0, []),
    ("after the period", [GRANT], increment(last="2018-04-30"), 0, []),
    ("a renewal is not new", RENEWED, increment("2020-01-01"), 0, []),
    ("revoked later is still new then", REVOKED, increment(), 1, [0]),
    ("granted again after revocation is not new", [*REVOKED, e("A", "granted", "2020-01-01", 2)], increment("2020-01-01"), 0, []),
    ("the application is not the grant", [e("A", "applied", "2015-01-01", 0), e("A", "granted", "2017-01-01", 1)], increment(), 1, [1]),
    ("the first by effective day, not by entry", [e("A", "granted", "2019-01-01", 0), e("A", "granted", "2015-01-01", 1)], increment(), 0, []),
    ("a corrected first entry is void", CORRECTED, increment("2019-01-01"), 1, [1]),
    ("filters look at the first entry", [e("A", "granted", "2018-01-01", 0, c=False), e("A", "granted", "2019-01-01", 1, c=True)], increment(**where("c", "eq", True)), 0, []),
    ("by year", [GRANT, e("B", "granted", "2020-05-01", 1)], {**increment("2018-02-01", "2020-12-31"), "mode": "per_year"}, {"2018": 1, "2019": 0, "2020": 1}, [0, 1]),
    ("the worst year", [GRANT, e("B", "granted", "2020-05-01", 1)], {**increment("2018-02-01"), "mode": "per_year", "years": "min"}, 0, [0, 1]),
    ("the best year", [GRANT], {**increment(), "mode": "per_year", "years": "max"}, 1, [0]),
    ("the last year", [GRANT], {**increment(), "mode": "per_year", "years": "last"}, 0, [0]),
    ("all years", [GRANT], {**increment(), "mode": "per_year", "years": "sum"}, 1, [0]),
    ("an empty period", [GRANT], {**increment("2021-01-01", "2020-01-01"), "mode": "per_year", "years": "min"}, None, []),
]  # fmt: skip


def figure(
    period: str, value: Any, index: int, region: str = "35", on: str | None = None, **more: Any
) -> Entry:
    return e(f"rate|{region}|{period}", more.pop("state", "reported"), on or f"{period}-12-31", index,
             region=region, period=period, value=value, **more)  # fmt: skip


REPORTED = [figure("2018", "90.1", 0), figure("2019", "91.3", 1), figure("2020", "92", 2)]
SERIES = [
    ("the latest figure", REPORTED, series(), Fraction(92), [0, 1, 2]),
    ("as of an earlier day", REPORTED, series("2020-06-30"), Fraction(913, 10), [0, 1]),
    ("one period", REPORTED, series(**where("period", "eq", "2018")), Fraction(901, 10), [0]),
    ("none", [], series(), None, []),
    ("a revised figure", [*REPORTED, figure("2020", "92.5", 3)], series(), Fraction(185, 2), [0, 1, 3]),
    ("a replaced figure", [*REPORTED, figure("2020", "91", 3, on="2020-12-30", replaces=2)], series(), Fraction(91), [0, 1, 3]),
    ("a withdrawn state", [*REPORTED, figure("2020", "92", 3, state="withdrawn")], series(states=["reported"]), Fraction(913, 10), [0, 1]),
    ("an empty figure is passed over", [*REPORTED, figure("2021", None, 3, on="2020-12-31")], series(), Fraction(92), [0, 1, 2, 3]),
    ("the sum over regions", [figure("2020", "1.5", 0, "3501"), figure("2020", 2, 1, "3502"), figure("2020", 9, 2, "3601")], series(aggregate="sum", regions=["35"]), Fraction(7, 2), [0, 1]),
    ("how many reported", REPORTED, series(aggregate="count"), 3, [0, 1, 2]),
    ("one key, many periods", [e("rate", "reported", "2019-12-31", 0, period="2019", value=1), e("rate", "reported", "2020-12-31", 1, period="2020", value=2)], series(aggregate="sum"), Fraction(3), [0, 1]),
]  # fmt: skip


@pytest.mark.parametrize(("what", "entries", "spec", "value", "positions"), LEVEL + INCREMENT + SERIES)
def test_counts(
    what: str, entries: list[Entry], spec: dict[str, Any], value: Any, positions: list[int]
) -> None:
    assert count(entries, spec) == (value, positions), what
    assert count(reversed(entries), spec) == (value, positions), f"{what}: in whatever order they are read"


VALUES = [
    ("eq", "甲", "甲", True), ("eq", "甲", "乙", False), ("eq", 1, True, False), ("eq", True, True, True),
    ("eq", "1", 1, False), ("eq", None, "x", False), ("eq", ["a", "b"], "b", True), ("eq", [], "b", False),
    ("ne", "甲", "乙", True), ("ne", "甲", "甲", False), ("ne", None, "x", True), ("ne", ["a", "b"], "b", False), ("ne", [], "b", True),
    ("in", "a", ["a", "b"], True), ("in", "c", ["a", "b"], False), ("in", None, ["a"], False), ("in", ["c", "a"], ["a"], True), ("in", 1, [True], False),
    ("ge", 5, 5, True), ("ge", "5.0", 5, True), ("ge", "10", "9", True), ("ge", "九", 9, False), ("ge", None, 0, False), ("ge", True, 0, False),
    ("gt", 5, 5, False), ("gt", "5.1", "5", True), ("lt", "4.99", 5, True), ("lt", 5, 5, False), ("le", 5, 5, True),
    ("ge", "2019-01-01", "2018-12-31", True), ("lt", "2019-01-01", "2018-12-31", False), ("ge", 2019, "2018-12-31", False),
    ("prefix", "C1310", "C13", True), ("prefix", "C1410", ["C13", "C14"], True), ("prefix", "C15", ["C13", "C14"], False),
    ("prefix", ["A", "C13"], "C", True), ("prefix", 13, "1", False), ("prefix", None, "", False),
    ("present", "x", True, True), ("present", None, True, False), ("present", None, False, True), ("present", 0, True, True), ("present", False, False, False),
]  # fmt: skip


@pytest.mark.parametrize(("op", "value", "wanted", "holds"), VALUES)
def test_filters(op: str, value: Any, wanted: Any, holds: bool) -> None:
    spec = level(**where("field", op, wanted))
    assert count([e("A", "granted", "2018-01-01", 0, field=value)], spec).value == int(holds)
    if value is None:
        assert count([e("A", "granted", "2018-01-01", 0)], spec).value == int(holds), "absent is as null"


@pytest.mark.parametrize(
    ("field", "value", "holds"),
    [("subject", "S", 1), ("region", "350100", 1), ("record_type", "T", 1), ("key", "A", 1), ("entry.kind", "do", 1),
     ("kind", "do", 0), ("kind", "own", 1), ("entry.state", "granted", 1), ("subject", "own", 0)],
)  # fmt: skip
def test_fields_of_the_envelope(field: str, value: str, holds: int) -> None:
    entry = e("A", "granted", "2018-01-01", 0, subject="S", record_type="T", kind="own")
    assert count([entry], level(**where(field, "eq", value))).value == holds


BAD = [
    None, [], {}, level(more=1), {**level(), "mode": "total"}, {**level(), "mode": ["level"]}, {**level(), "date": "2020"},
    {**level(), "date": "2020-13-01"}, {**level(), "date": None}, {**level(), "states": None}, level(states="granted"),
    {**level(), "register": "Bad Name"}, level(regions="35"), level(distinct=5), level(aggregate="mean"),
    level(aggregate="sum"), level(aggregate="latest", value_field="v"), level(aggregate="sum", value_field="v", distinct="w"),
    level(size="3"), level(size=True), level(known_at=5), level(years="mean"), level(period_field=3), level(filters={}), level(filters=["x"]),
    level(filters=[{"field": "a", "op": "eq"}]), level(**where("a", "like", "x")), level(**where("a", ["eq"], "x")),
    level(**where(5, "eq", "x")), level(**where("a", "eq", None)), level(**where("a", "eq", ["x"])), level(**where("a", "in", "x")),
    level(**where("a", "in", [None])), level(**where("a", "ge", True)), level(**where("a", "ge", None)),
    level(**where("a", "prefix", 5)), level(**where("a", "prefix", [5])), level(**where("a", "present", "yes")),
    {**increment(), "from": "2016"}, {**increment(), "to": None}, {**series(), "date": None}, {**series(), "value_field": None},
]  # fmt: skip


@pytest.mark.parametrize("spec", BAD)
def test_a_bad_spec_is_refused_in_both_languages(spec: Any) -> None:
    with pytest.raises(UnreadableError) as refusal:
        count([], spec)
    assert refusal.value.zh != refusal.value.en


@pytest.mark.parametrize(
    ("entries", "spec", "said"),
    [
        ([figure("2020", "1", 0, "3501"), figure("2020", "2", 1, "3502")], series(), "two keys"),
        ([figure("2020", "九十", 0)], series(), "not a number"),
        ([figure("2020", True, 0)], series(), "not a number"),
        ([figure("2020", ["1"], 0)], series(), "not a single value"),
        (
            [e("A", "granted", "2018-01-01", 0, v=1)],
            series(period_field="quarter", value_field="v"),
            "no period",
        ),
        ([e("A", "granted", "2018-01-01", 0, v=["x"])], level(distinct="v"), "not a single value"),
        ([e("A", "granted", "2018-01-01", 0, period=["x"])], series(), "not a single value"),
    ],
)
def test_figures_that_cannot_be_told_are_refused(
    entries: list[Entry], spec: dict[str, Any], said: str
) -> None:
    with pytest.raises(UnreadableError, match=said):
        count(entries, spec)


# ---- against a reading of the rules that goes key by key and looks at every pair of entries ----

days = st.sampled_from(["2018-01-01", "2018-06-30", "2019-01-01", "2019-12-31", "2020-07-01"])
maybe_day = st.none() | days
logs = st.lists(
    st.tuples(
        st.sampled_from("ABC"), st.sampled_from(["granted", "revoked", "applied", None]), days, maybe_day, maybe_day,
        st.none() | st.integers(0, 7), st.sampled_from(["3501", "3502", None]), st.booleans(),
    ),
    max_size=8,
)  # fmt: skip


def by_hand(
    entries: Sequence[Entry], mode: str, first: str, last: str, regions: list[str] | None
) -> set[str]:
    counted = set()
    for key in "ABC":
        own = []
        for one in entries:
            if one.envelope["key"] != key or one.envelope["state"] is None:
                continue
            if any(
                o.position > one.position and o.envelope["replaces"] == one.envelope["id"] for o in entries
            ):
                continue
            own.append(one)

        def beats(one: Entry, other: Entry) -> bool:
            left, right = one.envelope["effective_on"], other.envelope["effective_on"]
            return left > right or (left == right and one.position > other.position)

        for one in own:
            here = one.envelope
            if here["state"] != "granted" or not one.values["good"]:
                continue
            if regions is not None and here["region"] not in regions:
                continue
            if mode == "level":
                if here["effective_on"] > last:
                    continue
                if any(beats(o, one) and o.envelope["effective_on"] <= last for o in own):
                    continue
                if here["valid_from"] is not None and here["valid_from"] > last:
                    continue
                if here["valid_until"] is not None and here["valid_until"] < last:
                    continue
            else:
                if not first <= here["effective_on"] <= last:
                    continue
                if any(beats(one, o) and o.envelope["state"] == "granted" for o in own):
                    continue
            counted.add(key)
    return counted


@given(logs, days, days, st.none() | st.just(["3501"]), st.sampled_from(["level", "increment"]))
def test_agrees_with_a_pairwise_reading(
    log: list[Any], one: str, two: str, regions: list[str] | None, mode: str
) -> None:
    entries = [
        e(key, state, on, index, since=since, until=until, replaces=replaces, region=region, good=good)
        for index, (key, state, on, since, until, replaces, region, good) in enumerate(log)
    ]
    first, last = sorted([one, two])
    more = {"regions": regions, **where("good", "eq", True)}
    spec = level(last, **more) if mode == "level" else increment(first, last, **more)
    found = count(entries, spec)
    expected = by_hand(entries, mode, first, last, regions)
    assert found.value == len(expected)
    assert {entries[position].envelope["key"] for position in found.positions} == expected
    if mode == "increment":
        assert sum(count(entries, {**spec, "mode": "per_year"}).value.values()) == found.value


# ---- readings ----


def read(reading: Any) -> list[tuple[str, Any, Any, bool]]:
    registers = {
        "honours": [GRANT, e("B", "granted", "2018-05-01", 1), e("C", "revoked", "2018-05-01", 2)],
        "none": [],
    }
    return verify.recount(reading, lambda register: registers[register])


def part(value: Any, spec: Any) -> dict[str, Any]:
    return {"value": value, "count": spec}


ALL = level("2019-01-01", states=["granted", "revoked"])
TWO = level("2019-01-01")
NONE = {**TWO, "register": "none"}


@pytest.mark.parametrize(
    ("reading", "holds"),
    [
        (part("2", TWO), True), (part(2, TWO), True), (part("2.0", TWO), True), (part("3", TWO), False),
        (part(None, TWO), False), (part("二", TWO), False), (part(True, level("2019-01-01", **where("key", "eq", "A"))), False),
        (part(None, {**series(), "register": "none"}), True), (part("0", {**series(), "register": "none"}), False),
        (part({"2018": "2"}, {**increment("2018-01-01", "2018-12-31"), "mode": "per_year"}), True),
        (part({"2018": "1"}, {**increment("2018-01-01", "2018-12-31"), "mode": "per_year"}), False),
        (part({}, {**increment("2018-01-01", "2018-12-31"), "mode": "per_year"}), False),
        ({"value": "66.7", "scale": 100, "numerator": part("2", TWO), "denominator": part("3", ALL)}, True),
        ({"value": "66.67", "scale": 100, "numerator": part("2", TWO), "denominator": part("3", ALL)}, True),
        ({"value": "67", "scale": 100, "numerator": part("2", TWO), "denominator": part("3", ALL)}, True),
        ({"value": "66.6", "scale": 100, "numerator": part("2", TWO), "denominator": part("3", ALL)}, False),
        ({"value": "0.667", "numerator": part("2", TWO), "denominator": part("3", ALL)}, True),
        ({"value": "0.667", "numerator": part("3", TWO), "denominator": part("3", ALL)}, False),
        ({"value": "0.667", "numerator": part("2", TWO), "denominator": part("4", ALL)}, False),
        ({"value": None, "numerator": part("2", TWO), "denominator": part("0", NONE)}, True),
        ({"value": "0", "numerator": part("2", TWO), "denominator": part("0", NONE)}, False),
        ({"value": None, "numerator": part("2", TWO), "denominator": part("3", ALL)}, False),
    ],
)  # fmt: skip
def test_readings(reading: Any, holds: bool) -> None:
    assert all(row[3] for row in read(reading)) is holds


@pytest.mark.parametrize(
    "reading",
    [None, [], {}, {"value": "1"}, part("2", None), {"value": "1", "numerator": part("2", TWO)},
     {"value": "1", "numerator": [], "denominator": {}},
     {"value": "1", "scale": "100", "numerator": part("2", TWO), "denominator": part("3", ALL)},
     {"value": "1", "numerator": part({}, {**increment(), "mode": "per_year"}), "denominator": part("3", ALL)}],
)  # fmt: skip
def test_malformed_readings_are_refused(reading: Any) -> None:
    with pytest.raises(UnreadableError):
        read(reading)


@pytest.mark.parametrize(
    ("value", "shown"),
    [(5, "5"), (None, "—"), (Fraction(7, 2), "3.5"), (Fraction(-1, 8), "-0.125"), (Fraction(2, 3), "2/3"),
     (Fraction(1, 40), "0.025"), (Fraction(4), "4"), ({"2019": 1, "2020": Fraction(1, 2)}, "2019: 1, 2020: 0.5")],
)  # fmt: skip
def test_numbers_are_shown_as_people_write_them(value: Any, shown: str) -> None:
    assert verify.plain_number(value) == shown
