"""What actions on the catalogue begin with: rows locked, or the refusal that says what is not there."""

from __future__ import annotations

from collections.abc import Iterable

from pinzhi.apps.standards.models import Edition, OtherNumber, SystemTable
from pinzhi.apps.standards.numbers import read_number
from pinzhi.kernel.errors import NotFound
from pinzhi.kernel.registers.values import Wrong


def by_other_number(series: Iterable[str]) -> list[int]:
    """Ids of the editions that are cited by another number of these series."""
    rows = OtherNumber.objects.filter(series_key__any_of=sorted(series))
    return list(rows.values_list("edition_id", flat=True).distinct())


def edition(key: str, *, lock: bool = True) -> Edition:
    """The edition of that key, however the number is written; NotFound."""
    rows = Edition.objects.select_for_update() if lock else Edition.objects.all()
    found = rows.filter(key=key).first()
    if found is None:
        try:
            found = rows.filter(key=read_number(key).key).first()
        except Wrong:
            found = None
    if found is None:
        raise NotFound(
            "no_such_standard",
            zh=f"标准目录中没有“{key}”。",
            en=f"{key} is not in the catalogue of standards.",
            place=key,
            remedy_zh="请核对编号和年号；没有登记的先登记。",
            remedy_en="Compare number and year; register it if it is missing.",
        )
    return found


def system_table(code: str, *, lock: bool = True) -> SystemTable:
    """The standards-system table of that code, or NotFound."""
    rows = SystemTable.objects.select_for_update() if lock else SystemTable.objects.all()
    found = rows.filter(code=code).first()
    if found is None:
        raise NotFound(
            "no_such_table", zh=f"没有标准体系表“{code}”。", en=f"There is no table {code}.", place=code
        )
    return found
