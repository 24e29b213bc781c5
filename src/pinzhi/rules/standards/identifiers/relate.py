"""How two identifiers stand to each other."""

from __future__ import annotations

from enum import StrEnum

from pinzhi.rules.standards.identifiers.model import Identifier


class Relation(StrEnum):
    """What `relate(a, b)` says of a, seen from b."""

    SAME = "same"
    SAME_EDITION = "same_edition"
    """The same edition in another rendering: language, consolidated text, redline, dual number."""
    OTHER_EDITION = "other_edition"
    PART_OF_SAME = "part_of_same"
    AMENDMENT_OF = "amendment_of"
    AMENDED_BY = "amended_by"
    ADOPTS = "adopts"
    ADOPTED_BY = "adopted_by"
    UNRELATED = "unrelated"


def relate(a: Identifier, b: Identifier) -> Relation:
    """The closest relation that the two identifiers tell by themselves (not what a catalogue knows besides)."""
    if a.key == b.key:
        alike = (a.languages, a.format, a.edition, a.adopted and a.adopted.key) == (
            b.languages, b.format, b.edition, b.adopted and b.adopted.key,
        )  # fmt: skip
        return Relation.SAME if alike else Relation.SAME_EDITION
    if (a.joint or b.joint) and {a.key, *(x.key for x in a.joint)} & {b.key, *(x.key for x in b.joint)}:
        return Relation.SAME_EDITION
    if a.supplements and a.base_key == b.key:
        return Relation.SAME_EDITION if _consolidated(a) else Relation.AMENDMENT_OF
    if b.supplements and b.base_key == a.key:
        return Relation.SAME_EDITION if _consolidated(b) else Relation.AMENDED_BY
    if a.base_key == b.base_key:
        if len(a.supplements) > len(b.supplements) and a.supplements[: len(b.supplements)] == b.supplements:
            return Relation.AMENDMENT_OF
        if len(b.supplements) > len(a.supplements) and b.supplements[: len(a.supplements)] == a.supplements:
            return Relation.AMENDED_BY
        return Relation.PART_OF_SAME
    if _adopts(a, b):
        return Relation.ADOPTS
    if _adopts(b, a):
        return Relation.ADOPTED_BY
    if _series(a) == _series(b) and a.range_end == b.range_end:
        return Relation.OTHER_EDITION
    if (a.body, a.number) == (b.body, b.number) and (a.parts or b.parts) and a.parts != b.parts:
        return Relation.PART_OF_SAME
    return Relation.UNRELATED


def _series(one: Identifier) -> tuple[str, str, tuple[str, ...]]:
    """The nature does not make another standard: GB 18401 became GB/T by a change of nature, ISO/TS became ISO."""
    key = one.series_key.split("/AMD")[0].split("/COR")[0].split("/XG")[0]
    return one.body, key.rsplit(" ", 1)[-1], one.parts


def _consolidated(one: Identifier) -> bool:
    return all(supplement.joined == "+" for supplement in one.supplements)


def _adopts(a: Identifier, b: Identifier) -> bool:
    other = a.adopted
    while other is not None:
        if other.key == b.key or (other.series_key == b.series_key and not (other.dated and b.dated)):
            return True
        other = other.adopted
    return False
