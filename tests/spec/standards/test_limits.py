"""Limits: what is read, and which of two is stricter. The tables beside this file are the test."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from itertools import combinations
from pathlib import Path

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.shared import SHARED
from tests.spec.standards.vocabulary import limit, vocabulary

from pinzhi.rules.standards.limits import (
    Limit,
    LimitError,
    LimitValue,
    compare,
    flipped,
    limit_of_row,
    read_limit,
    value_text,
    written,
)
from pinzhi.rules.standards.limits.model import accepted
from pinzhi.rules.standards.limits.reasons import REASONS
from pinzhi.rules.standards.limits.units import exact

HERE = Path(__file__).parent
TABLE = yaml.safe_load((HERE / "limits_read.yaml").read_text(encoding="utf-8"))
GROUPS = yaml.safe_load((HERE / "limits_pairs.yaml").read_text(encoding="utf-8"))
PAIRS = [
    pytest.param({**group["base"], **pair["a"]}, {**group["base"], **pair["b"]}, pair, id=f"{group['base'].get('analyte', '')}:{pair['a']}~{pair['b']}"[:120])
    for group in GROUPS
    for pair in group["pairs"]
]  # fmt: skip


def shown(value: LimitValue) -> str:
    if value.form == "not_detected":
        return "nd" if value.lod is None else f"nd {value.lod} {value.unit}"
    if value.form == "prohibited":
        return "prohibited"
    low = f"[{value.low:f}.." if value.low is not None and value.low_in else "(.."
    high = f"{value.high:f}" + ("]" if value.high_in else ")") if value.high is not None else ")"
    if value.form == "ordinal":
        return f"grade {low}{high}"
    return f"{low}{high} {value.unit}".strip()


@pytest.mark.parametrize("row", TABLE["read"], ids=lambda row: f"{row['kind']}:{row['raw']}")
def test_reads(row: dict[str, str]) -> None:
    words = vocabulary()
    value = read_limit(row["raw"], words.kind(row["kind"]), words, unit=row.get("unit", ""))
    assert shown(value) == row["is"]
    assert value.raw == row["raw"].strip()


@pytest.mark.parametrize("row", TABLE["refused"], ids=lambda row: f"{row['kind']}:{row['raw']}")
def test_refuses_with_a_reason(row: dict[str, str]) -> None:
    words = vocabulary()
    with pytest.raises(LimitError) as caught:
        read_limit(row["raw"], words.kind(row["kind"]), words, unit=row.get("unit", ""))
    assert caught.value.code == row["code"], caught.value.zh
    assert caught.value.zh
    assert caught.value.en


@pytest.mark.parametrize(("a", "b", "pair"), PAIRS)
def test_verdict(a: dict[str, str], b: dict[str, str], pair: dict[str, str]) -> None:
    one, other = limit("GB 1-2020", **a), limit("EN 2:2020", **b)
    verdict = compare(one, other, vocabulary())
    assert verdict.relation == pair["is"], verdict.zh
    if "why" in pair:
        assert verdict.code == pair["why"], verdict.zh
    back = compare(other, one, vocabulary())
    assert (back.relation, back.code) == (flipped(verdict).relation, flipped(verdict).code)
    assert verdict.zh
    assert verdict.en


def test_every_reason_is_used_and_said() -> None:
    assert all(zh and en for zh, en in REASONS.values())


def test_a_kind_must_be_said() -> None:
    with pytest.raises(LimitError, match="missing") as caught:
        limit(analyte="甲醛", value="≤20 mg/kg")
    assert caught.value.code == "no_kind"
    with pytest.raises(LimitError) as other:
        limit(analyte="甲醛", kind="好看程度", value="≤20 mg/kg")
    assert other.value.code == "unknown_kind"


def test_documents_of_different_times_can_be_held_side_by_side_when_asked() -> None:
    old = limit("GB 1-2001", analyte="甲醛", kind="含量", value="≤75 mg/kg", until="2010-12-31")
    new = limit("GB 1-2010", analyte="甲醛", kind="含量", value="≤20 mg/kg", **{"from": "2011-01-01"})
    assert compare(new, old, vocabulary()).code == "dates"
    verdict = compare(new, old, vocabulary(), same_time=False)
    assert verdict.relation == "stricter"
    assert "other_times" in verdict.caveats


def test_two_undetected_without_limit_are_equal_only_by_one_named_method() -> None:
    words = vocabulary()
    bare = limit("A-2020", analyte="甲醛", kind="含量", value="不得检出", scope="纺织品")
    other = replace(bare, edition="B-2020")
    assert compare(bare, other, words).code == "detection_limit"
    named = replace(bare, method="GB/T 2912.1"), replace(other, method="ISO 14184-1")
    assert compare(*named, words).relation == "equal"
    assert compare(bare, bare, words).relation == "equal"


# Properties. Numbers from a small grid, so that bounds meet often.
NUMBERS = st.integers(0, 12).map(lambda n: Decimal(n) / 4)
UNITS = ("mg/kg", "ppm", "%", "mg/100g", "ug/g", "g/kg", "g/100g", "ng/mg", "‰")


@st.composite
def demands(draw: st.DrawFn) -> LimitValue:
    form = draw(st.sampled_from(["interval"] * 4 + ["not_detected", "prohibited"]))
    if form == "prohibited":
        return LimitValue("prohibited")
    if form == "not_detected":
        lod = draw(NUMBERS)
        assume(lod > 0)
        return LimitValue("not_detected", "mg/kg", lod=lod)
    low, high = draw(st.none() | NUMBERS), draw(st.none() | NUMBERS)
    assume(low is not None or high is not None)
    if low is not None and high is not None and low > high:
        low, high = high, low
    value = LimitValue("interval", "mg/kg", low, high, draw(st.booleans()), draw(st.booleans()))
    try:
        accepted(value, vocabulary().kind("含量"), vocabulary())
    except LimitError:
        assume(False)
    return value


@st.composite
def limits(draw: st.DrawFn, aggregates: tuple[str, ...] = ("each", "sum", "max", "mean")) -> Limit:
    words = vocabulary()
    return Limit(
        edition=draw(st.sampled_from(["GB 1-2020", "EN 2:2020", "US 3"])),
        analyte=draw(st.sampled_from(["DEHP+DBP+BBP"] * 6 + ["DEHP"])),
        kind=words.kind("含量"),
        value=draw(demands()),
        scope="玩具",
        aggregate=draw(st.sampled_from(aggregates)),  # type: ignore[arg-type]
    )


@given(limits())
def test_a_limit_equals_itself(one: Limit) -> None:
    assert compare(one, one, vocabulary()).relation == "equal"
    again = replace(one, edition="another")
    assert compare(one, again, vocabulary()).relation == "equal"


@given(limits(), limits())
@settings(max_examples=150)
def test_antisymmetry(a: Limit, b: Limit) -> None:
    there, back = compare(a, b, vocabulary()), compare(b, a, vocabulary())
    assert (flipped(there).relation, flipped(there).code) == (back.relation, back.code)


@given(limits(), limits(), limits())
@settings(max_examples=250)
def test_transitivity(a: Limit, b: Limit, c: Limit) -> None:
    words = vocabulary()
    one, two, whole = (compare(x, y, words).relation for x, y in ((a, b), (b, c), (a, c)))
    steps = {one, two}
    if steps <= {"stricter", "equal"}:
        assert whole == ("stricter" if "stricter" in steps else "equal")
    if steps <= {"laxer", "equal"}:
        assert whole == ("laxer" if "laxer" in steps else "equal")


@given(limits(), limits(), st.sampled_from(UNITS), st.sampled_from(UNITS))
@settings(max_examples=120)
def test_units_change_nothing(a: Limit, b: Limit, unit_a: str, unit_b: str) -> None:
    words = vocabulary()
    plain = compare(a, b, words)
    moved = compare(a.in_unit(unit_a, words), b.in_unit(unit_b, words), words)
    assert moved.relation == plain.relation
    assert moved.code == plain.code or plain.code == "same_limit"


@given(limits(("each",)), limits(("each",)), NUMBERS)
@settings(max_examples=150)
def test_a_verdict_is_about_what_passes(a: Limit, b: Limit, result: Decimal) -> None:
    """What passes the stricter limit passes the laxer one, result by result."""
    words = vocabulary()
    assume(a.analyte == b.analyte)
    relation = compare(a, b, words).relation
    base = words.units.read("mg/kg").base(exact(result))
    passes = [accepted(one.value, one.kind, words).contains(base) for one in (a, b)]  # type: ignore[union-attr]
    if relation in ("stricter", "equal"):
        assert not passes[0] or passes[1]
    if relation in ("laxer", "equal"):
        assert not passes[1] or passes[0]


@given(demands())
def test_what_is_written_is_read_again(value: LimitValue) -> None:
    words = vocabulary()
    kind = words.kind("含量")
    for lang in ("zh", "en"):
        again = read_limit(value_text(value, False, lang), kind, words)
        assert accepted(again, kind, words) == accepted(value, kind, words)


@given(st.text(max_size=30) | st.from_regex(r"[≤≥<>~ 0-9.,%±()-]{0,12}(mg/kg|级|pH|N)?", fullmatch=True))
@settings(max_examples=120)
def test_any_text_is_read_or_refused(text: str) -> None:
    words = vocabulary()
    for kind in ("含量", "pH", "灰卡级数", "categorical", "ordinal class", "ratio"):
        try:
            read_limit(text, words.kind(kind), words)
        except LimitError as error:
            assert error.zh
            assert error.en


@given(
    st.decimals(min_value=0, max_value=10**6, allow_nan=False, places=4),
    st.sampled_from(UNITS),
    st.sampled_from(UNITS),
)
def test_units_convert_there_and_back(number: Decimal, one: str, other: str) -> None:
    units = vocabulary().units
    a, b = units.read(one), units.read(other)
    assert b.of_base(a.base(exact(number))) * b.factor == exact(number) * a.factor
    assert a.of_base(b.base(b.of_base(a.base(exact(number))))) == exact(number)


@pytest.fixture(scope="module")
def published() -> list[Limit]:
    path = SHARED / "data/standards/limits.csv"
    if not path.exists():
        pytest.skip("the table of published limits is not here")
    with path.open(encoding="utf-8") as stream:
        return [limit_of_row(row, vocabulary()) for row in csv.DictReader(stream)]


def test_published_limits_are_compared_only_when_they_may(published: list[Limit]) -> None:
    """All pairs of one indicator: no verdict across kinds of quantity or methods, and every pair both ways alike."""
    words = vocabulary()
    groups = defaultdict(list)
    for one in published:
        groups[words.analyte(one.analyte).key].append(one)
    verdicts = 0
    for group in groups.values():
        for a, b in combinations(group, 2):
            verdict, back = compare(a, b, words), compare(b, a, words)
            assert flipped(verdict).relation == back.relation
            if a.kind.kind != b.kind.kind:
                assert verdict.relation == "incomparable"
            if a.method and b.method and not words.method_classes(a.method) & words.method_classes(b.method):
                assert verdict.relation == "incomparable"
            verdicts += verdict.relation != "incomparable"
    assert len(published) == 172
    assert verdicts >= 80


@pytest.mark.parametrize(
    ("first", "second", "relation"),
    [
        (("GB 18401-2010", "pH of aqueous extract", "A"), ("GB 18401-2010", "pH of aqueous extract", "B"), "stricter"),
        (("GB 18401-2010", "pH of aqueous extract", "B"), ("GB 18401-2010", "pH of aqueous extract", "C"), "stricter"),
        (("GB 18401-2010", "formaldehyde content", "A"), ("OEKO-TEX 100", "formaldehyde content", "baby"), "laxer"),
        (("GB 18401-2010", "formaldehyde content", "B"), ("OEKO-TEX 100", "formaldehyde content", "direct skin"), "equal"),
        (("OEKO-TEX 100", "banned azo aromatic amines", "all"), ("REACH XVII 43", "banned azo aromatic amines", "skin contact"), "stricter"),
        (("CN toy coatings", "total Pb", "all"), ("16 CFR 1303", "total Pb", "all"), "laxer"),
        (("JP Food Sanitation Act", "phthalates: DEHP", "all"), ("16 CFR 1307", "phthalates: DEHP", "all"), "incomparable"),
        (("BR phthalates", "phthalates: DBP", "all"), ("16 CFR 1307", "phthalates: DBP", "all"), "equal"),
    ],
)  # fmt: skip
def test_published_pairs(
    published: list[Limit], first: tuple[str, ...], second: tuple[str, ...], relation: str
) -> None:
    def find(key: tuple[str, ...]) -> Limit:
        return next(one for one in published if (one.edition, one.analyte, one.applies) == key)

    assert compare(find(first), find(second), vocabulary()).relation == relation


def test_a_limit_is_written_with_its_unit() -> None:
    one = limit(analyte="甲醛", kind="含量", comparator="<=", high="20", unit="mg/kg")
    assert written(one) == ("≤ 20 mg/kg", "≤ 20 mg/kg")
    grade = limit(analyte="耐水色牢度", kind="灰卡级数", value="≥3-4")
    assert written(grade) == ("≥ 3-4级", "≥ grade 3-4")


@pytest.mark.parametrize("unit", ["1/0", "mg/0", "0", "0*mg", "9^99999999", "mg/9^99999999"])
def test_numbers_within_a_unit_never_break_it(unit: str) -> None:
    """A divisor of nothing and a power beyond sense are unknown units, said as such."""
    assert not vocabulary().units.knows(unit)
    assert vocabulary().units.knows("g/(10^3*kg)")
