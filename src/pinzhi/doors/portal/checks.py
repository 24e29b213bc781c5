"""Results of checks about a product as a shopper reads them: what was checked, when, by whom, with what result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pinzhi.doors.portal import described
from pinzhi.kernel.web.formats import as_date
from pinzhi.kernel.web.texts import in_lang

#: Registers of single results; each has the same fields.
REGISTERS = ("m01_results", "e13_label_checks", "d03_standard_checks", "m01_outside_results")


def of(registers: Mapping[str, Any], records: Iterable[Any]) -> list[dict[str, Any]]:
    """The results among the records, the newest first; a register that is not there has none."""
    found = [
        _line(registers[record.register], record)
        for record in records
        if record.register in REGISTERS and record.register in registers
    ]
    return sorted(found, key=lambda one: (str(one["on"] or ""), one["key"]), reverse=True)


def _line(register: Any, record: Any) -> dict[str, Any]:
    values = record.values
    return {
        "key": record.key,
        "url": described.record_url(record.register, record.key),
        "on": as_date(values.get("sampled_on")),
        "kind": _option(register, "check_kind", values) or in_lang(register.title),
        "level": _option(register, "level", values),
        "batch": values.get("batch_no", ""),
        "source": values.get("source", ""),
        "laboratory": values.get("laboratory_name", ""),
        "passed": values.get("final_result") == "pass",
        "word": _option(register, "final_result", values),
        "detail": values.get("failed_detail", "") if values.get("final_result") == "fail" else "",
        "overturned": values.get("first_result") == "fail" and values.get("final_result") == "pass",
    }


def _option(register: Any, name: str, values: Mapping[str, Any]) -> str:
    """The title of an enumerated value; the value itself where the definition has none."""
    value = values.get(name, "")
    for field in register.definition.fields:
        if field.name == name:
            for option in field.options or ():
                if option.value == value:
                    return in_lang({"zh": option.zh, "en": option.en})
    return str(value)
