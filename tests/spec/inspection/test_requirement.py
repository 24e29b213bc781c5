"""Requirements as people write them, as a table; what may be read in two ways is refused."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinzhi.rules.inspection.judgement import Unreadable
from pinzhi.rules.inspection.requirement import Requirement, read_requirement, written


def number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


READ = [
    ("≤75 mg/kg", "", "max", None, "75", "mg/kg"),
    ("≤75", "mg/kg", "max", None, "75", "mg/kg"),
    ("＜＝７５", "mg/kg", "max", None, "75", "mg/kg"),
    ("不大于 0.05 mg/m³", "", "max", None, "0.05", "mg/m3"),
    ("不得超过1,000 CFU/g", "", "max", None, "1000", "CFU/g"),
    ("≤1×10^5", "CFU/g", "max", None, "100000", "CFU/g"),
    ("at most 3 %", "", "max", None, "3", "%"),
    ("≥3", "级", "min", "3", None, "级"),
    ("≥3-4级", "", "min", "3.5", None, "级"),
    ("不低于40 N/cm", "", "min", "40", None, "N/cm"),
    ("4.0～8.5", "", "range", "4.0", "8.5", ""),
    ("4.0-8.5", "", "range", "4.0", "8.5", ""),
    ("-5~5 ℃", "", "range", "-5", "5", "°C"),
    ("20℃至30℃", "", "range", "20", "30", "°C"),
    ("10±2 N", "", "range", "8", "12", "N"),
    ("(10±2) N", "", "range", "8", "12", "N"),
    ("=220 V", "", "equal", "220", None, "V"),
]


@pytest.mark.parametrize(("text", "unit", "kind", "low", "high", "meant"), READ, ids=[row[0] for row in READ])
def test_numbers(text: str, unit: str, kind: str, low: str | None, high: str | None, meant: str) -> None:
    found = read_requirement(text, unit)
    assert (found.kind, found.lower, found.upper, found.unit) == (kind, number(low), number(high), meant)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("不得检出", "absent"), ("未检出（检出限 20 mg/kg）", "absent"), ("ND", "absent"), ("应符合 GB 6675.2 第4.4条", "conforms"),
        ("无异味", "conforms"), ("标明产地", "conforms"), ("仅报告", "report"), ("—", "report"),
    ],
)  # fmt: skip
def test_words(text: str, kind: str) -> None:
    found = read_requirement(text)
    assert found.kind == kind and found.lower is found.upper is None
    assert found.wording == ("" if text == "—" else text)


REFUSED = [
    ("", "", "requirement_empty"), ("75", "mg/kg", "no_sign"), ("75 mg/kg", "", "no_sign"), ("<75", "mg/kg", "strict_sign"),
    ("小于75", "", "strict_sign"), ("8.5～4.0", "", "upside_down"), ("3-4级", "", "grade_range"), ("3-4", "级", "grade_range"),
    ("≤75 mg/kg", "mg/m3", "two_units"), ("≤75 毫克每公斤左右", "", "unit_unknown"), ("≤七十五", "", "requirement_unreadable"),
    ("4.4条的要求", "", "requirement_unreadable"), ("≤0.0000001", "mg/kg", "too_exact"), ("≤1e13", "", "too_exact"),
    ("≥2-4级", "", "requirement_unreadable"), ("好" * 201, "", "too_long"), ("≤75", "斗", "unit_unknown"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "unit", "code"), REFUSED, ids=[f"{t[:12]}-{c}" for t, _u, c in REFUSED])
def test_refused(text: str, unit: str, code: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_requirement(text, unit)
    assert caught.value.code == code and caught.value.zh and caught.value.en


numbers = st.decimals(min_value=-(10**9), max_value=10**9, places=4)


@given(
    st.sampled_from(["max", "min", "equal", "range"]),
    numbers,
    numbers,
    st.sampled_from(["", "mg/kg", "级", "N", "%"]),
)
def test_what_is_written_is_read_again(kind: str, one: Decimal, other: Decimal, unit: str) -> None:
    low, high = sorted((one, other))
    item = {
        "max": Requirement("max", None, high, unit),
        "min": Requirement("min", low, None, unit),
        "equal": Requirement("equal", low, None, unit),
        "range": Requirement("range", low, high, unit),
    }[kind]
    again = read_requirement(written(item), unit)
    assert (again.kind, again.lower, again.upper, again.unit) == (item.kind, item.lower, item.upper, unit)


@given(st.text(max_size=60), st.sampled_from(["", "mg/kg", "级"]))
def test_any_text_is_read_or_refused(text: str, unit: str) -> None:
    try:
        found = read_requirement(text, unit)
    except Unreadable:
        return
    if found.kind in ("conforms", "absent"):
        assert found.wording == text.strip()
