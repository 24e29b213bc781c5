"""From what a form, a file or the API gives to kept values, quickly enough for a million rows.

The rules are those of the registers' own fields (`values.clean_value`); what is quick here is only the way to the same
answer: columns with few different values are looked up, plain text is taken as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pinzhi.kernel.errors import RowError
from pinzhi.kernel.registers import values
from pinzhi.kernel.registers.definitions import FieldDef
from pinzhi.kernel.transfer.judging import Kept
from pinzhi.kernel.transfer.regions import region_code

Clean = Callable[[Any], Any]
_MOST_REMEMBERED = 50_000


def plain(field: FieldDef) -> Clean:
    """The cleaning of a text: what has nothing to be cleaned is taken as it is."""
    longest = field.constraints.maxLength or (4000 if field.type == "text" else 400)
    checked = field.format != "default" or field.constraints.pattern or field.constraints.minLength

    def clean(raw: Any) -> Any:
        if raw is None:
            return None
        if not checked and type(raw) is str and raw.isprintable() and 0 < len(raw) <= longest:
            if raw[0] != " " and raw[-1] != " ":
                return raw
        return values.clean_value(field, raw)

    return clean


def remembered(plain: Clean) -> Clean:
    """The same cleaning, its answers looked up: for columns with few different values."""
    known: dict[Any, Any] = {}

    def clean(raw: Any) -> Any:
        if raw is None:
            return None
        if type(raw) is not str:
            return plain(raw)
        if raw in known:
            found = known[raw]
            return list(found) if type(found) is list else found
        found = plain(raw)
        if len(known) < _MOST_REMEMBERED:
            known[raw] = found
        return list(found) if type(found) is list else found

    return clean


def coded(code: Callable[[str], str]) -> Clean:
    """The cleaning by a function from text to code, which raises Wrong; a blank is none."""
    return lambda raw: None if values.is_blank(raw) else code(str(raw))


def quick(field: FieldDef) -> Clean:
    """The cleaning of a field by its type; a region is given by code or name."""
    if field.format == "region":
        return remembered(coded(region_code))
    if field.options or field.many or field.type in ("boolean", "date"):
        return remembered(lambda raw: values.clean_value(field, raw))
    return plain(field) if field.type in ("string", "text") else (lambda raw: values.clean_value(field, raw))


class RowCleaner:
    """Cleans rows of named fields. A subclass says which (`cleaner`: how each) and what follows from the rest."""

    def __init__(
        self,
        fields: Sequence[FieldDef],
        cleaner: Callable[[FieldDef], Clean] = quick,
        *,
        also: frozenset[str] = frozenset(),
    ) -> None:
        """`also`: names that a row may give and that are no fields."""
        self.fields = fields
        self._cleaners = [(field.name, field, cleaner(field)) for field in fields]
        self._known = {field.name for field in fields} | also
        self._required = [field for field in fields if field.required]

    def given(self, raw: Mapping[str, Any], row: int) -> tuple[Kept, list[RowError]]:
        """What a row gives, each value in its kept form; blanks are left out, nothing is demanded or added."""
        kept: Kept = {}
        errors: list[RowError] = []
        for name, field, clean in self._cleaners:
            value = raw.get(name)
            if value is None:
                continue
            try:
                value = clean(value)
            except values.Wrong as wrong:
                shown = None if field.personal else str(raw[name])[:80]
                errors.append(RowError(row, field.title.zh, shown, *wrong.args4))
                continue
            if value is not None:
                kept[name] = value
        for name in raw:
            if name not in self._known:
                errors.append(
                    RowError(
                        row, name, None, "没有这个字段", "is not a field", "见导入模板", "see the template"
                    )
                )
        return kept, errors

    def missing(self, kept: Kept, row: int) -> list[RowError]:
        """The required fields that have no value."""
        return [
            RowError(row, field.title.zh, None, "必填", "is required", "请填写", "fill it in")
            for field in self._required
            if kept.get(field.name) is None
        ]

    def completed(self, kept: Kept, row: int) -> list[RowError]:
        """What follows from the rest put in for something new, and what is still missing."""
        return self.missing(kept, row)

    def whole(self, raw: Mapping[str, Any], row: int = 1) -> tuple[Kept, list[RowError]]:
        """A row of something new: cleaned, completed, checked. A value that is wrong is not missing as well."""
        kept, errors = self.given(raw, row)
        named = {error.column for error in errors}
        return kept, errors + [error for error in self.completed(kept, row) if error.column not in named]

    def whole_rows(
        self, rows: Sequence[Mapping[str, Any]], key: str, twice: Callable[[int, str, int], RowError]
    ) -> tuple[list[Kept], list[RowError], dict[str, int]]:
        """Rows of something new, numbered from 1: as kept, what is wrong, and by key the row that names it.

        `twice`: the error of a row whose key stood in an earlier one (row, key, that row).
        """
        kept: list[Kept] = []
        errors: list[RowError] = []
        first: dict[str, int] = {}
        for number, raw in enumerate(rows, 1):
            one, wrong = self.whole(raw, number)
            errors += wrong
            named = one.get(key)
            if named and named in first:
                errors.append(twice(number, named, first[named]))
            elif named:
                first[named] = number
            kept.append(one)
        return kept, errors, first
