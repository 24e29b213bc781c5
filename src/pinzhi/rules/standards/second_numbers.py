"""The other numbers of one document: what a joint, a dual or a European number says besides its own key."""

from __future__ import annotations

from typing import NamedTuple

from pinzhi.rules.standards.identifiers import Identifier


class SecondNumber(NamedTuple):
    """Another number by which the same text is cited: its key (that of the series where it names no edition) and its series."""

    key: str
    series_key: str


_OWN = frozenset({"ISO", "IEC", "CISPR"})


def second_numbers(one: Identifier) -> tuple[SecondNumber, ...]:
    """The numbers by which the text is cited besides its own.

    Those of the other bodies of a joint document (ISO/IEC 9594-8:2020 | ITU-T X.509), of the partner in ISO/IEC/IEEE 42010, of
    the international standard in a dual number (GB/T 19001-2016/ISO 9001:2015: such numbering says that the text is identical,
    GB/T 1.2-2020) and in EN ISO 14184-1:2011 (of the year of the European number).
    """
    found = [SecondNumber(other.key, other.series_key) for other in one.joint]
    other = one.adopted
    if other is not None and one.chinese:
        if one.degree in ("", "IDT"):
            found.append(SecondNumber(other.key, other.series_key))
    while other is not None and not one.chinese:
        found.append(SecondNumber(_of_year(other.series_key, one.year), other.series_key))
        other = other.adopted
    if (
        one.level == "international"
        and "/" in one.body
        and not one.type
        and not one.stage
        and not one.supplements
    ):
        core = one.series_key.rsplit(" ", 1)[-1]
        found += [
            SecondNumber(_of_year(f"{partner} {core}", one.year), f"{partner} {core}")
            for partner in one.body.split("/")
            if partner not in _OWN
        ]
    return tuple(dict.fromkeys(found))


def _of_year(series: str, year: int | None) -> str:
    return f"{series}:{year}" if year else series
