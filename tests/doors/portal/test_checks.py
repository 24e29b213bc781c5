"""A shopper's list of checks: newest first, in words, a result that was overturned says so."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from pinzhi.doors.portal import checks
from pinzhi.kernel.registers import catalogue


def record(register: str, key: str, **values: Any) -> Any:
    return SimpleNamespace(register=register, key=key, values=values)


def test_results_are_read_from_three_registers_newest_first() -> None:
    names = ("m01_results", "e13_label_checks", "m01_products")
    registers = {name: catalogue.get(name) for name in names}
    found = checks.of(
        registers,
        [
            record("m01_results", "A", sampled_on="2025-04-01", final_result="fail", first_result="fail",
                   failed_detail="甲醛含量：100 mg/kg，要求 ≤75 mg/kg", level="city", check_kind="spot_check"),
            record("e13_label_checks", "B", sampled_on="2026-02-01", final_result="pass", first_result="fail",
                   failed_detail="产地", level="provincial", check_kind="label_check"),
            record("m01_products", "C", last_checked_on="2026-03-01"),
            record("d03_standard_checks", "D", sampled_on="2026-03-01", final_result="pass"),
        ],
    )  # fmt: skip
    assert [one["key"] for one in found] == ["B", "A"]
    passed, failed = found
    assert passed["passed"] and passed["overturned"] and passed["detail"] == ""
    assert not failed["passed"] and not failed["overturned"] and "甲醛" in failed["detail"]
    assert failed["level"] not in ("", "city") and failed["word"] not in ("", "fail")


def test_what_is_missing_breaks_nothing() -> None:
    (one,) = checks.of({"m01_results": catalogue.get("m01_results")}, [record("m01_results", "A")])
    assert one["on"] is None and not one["passed"]
