"""From what a form, a file or the API gives to kept values, quickly enough for a million rows.

The rules are those of the registers' own fields (`values.clean_value`); what is quick here is only the way to the same
answer: columns with few different values are looked up, plain text is taken as it is. What the fields do not say is
added: codes of regions and trades, defaults, and what hangs together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pinzhi.apps.parties.fields import fields_of, required_in_file
from pinzhi.kernel import clock
from pinzhi.kernel.errors import RowError
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.registers import values
from pinzhi.kernel.registers.definitions import FieldDef
from pinzhi.kernel.transfer.regions import region_code
from pinzhi.rules.identifiers import gtin, registration, uscc
from pinzhi.rules.identifiers.errors import IdentifierError

Kept = dict[str, Any]
Clean = Callable[[Any], Any]
_MOST_REMEMBERED = 50_000


def trade_code(text: str) -> str:
    """The code of GB/T 4754 without the section's letter; raises Wrong."""
    try:
        return places.trades().parse(text).code
    except IdentifierError as error:
        raise values.Wrong(error.zh, error.en, "填四位行业小类代码", "a code of four digits") from None


def old_number(text: str) -> str:
    try:
        return registration.parse(text).text
    except IdentifierError as error:
        raise values.Wrong(error.zh, error.en, "核对旧营业执照", "compare the old licence") from None


def _identifier(parse: Callable[[str], Any]) -> Clean:
    def clean(raw: Any) -> Any:
        if values.is_blank(raw):
            return None
        try:
            return str(parse(str(raw)))
        except IdentifierError as error:
            raise values.Wrong(error.zh, error.en, "核对证照上的代码", "compare the licence") from None

    return clean


def _plain(field: FieldDef) -> Clean:
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


def _remembered(plain: Clean) -> Clean:
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


def _coded(code: Callable[[str], str]) -> Clean:
    return lambda raw: None if values.is_blank(raw) else code(str(raw))


def _cleaner(field: FieldDef) -> Clean:
    if field.format == "uscc":
        return _identifier(uscc.parse)
    if field.format == "gtin":
        return _identifier(gtin.parse)
    if field.format == "region":
        return _remembered(_coded(region_code))
    if field.format == "trade":
        return _remembered(_coded(trade_code))
    if field.name == "registration_no":
        return _coded(old_number)
    if field.options or field.many or field.type in ("boolean", "date"):
        return _remembered(lambda raw: values.clean_value(field, raw))
    return _plain(field) if field.type in ("string", "text") else (lambda raw: values.clean_value(field, raw))


class Cleaner:
    """Cleans rows of one kind. `defaults`: kept values where a row gives none (the file's region)."""

    def __init__(self, what: str, defaults: Mapping[str, Any] | None = None) -> None:
        self.what = what
        self.fields = fields_of(what)
        self.defaults = dict(defaults or {})
        self._cleaners = [(field.name, field, _cleaner(field)) for field in self.fields]
        self._known = {field.name for field in self.fields}
        self._required = [field for field in self.fields if field.required]
        self._in_file = required_in_file(what)
        self._consumer: dict[str, bool | None] = {}

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
                errors.append(RowError(row, field.title.zh, _shown(field, raw[name]), *wrong.args4))
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

    def completed(self, kept: Kept, row: int) -> list[RowError]:
        """Defaults for a new party put in, and what is still missing."""
        for name, value in self.defaults.items():
            kept.setdefault(name, value)
        if self.what == "enterprises":
            kept.setdefault("status", "active")
            kept.setdefault("roles", [])
            trade = kept.get("trade")
            if trade and kept.get("consumer_goods") is None:
                if trade not in self._consumer:
                    self._consumer[trade] = places.trades().is_consumer_goods(trade, clock.today())
                if self._consumer[trade] is not None:
                    kept["consumer_goods"] = self._consumer[trade]
        elif self.what == "products":
            kept.setdefault("status", "on_sale")
            kept.setdefault("consumer_goods", True)
            kept.setdefault("sector", "other")
        elif self.what == "bodies":
            kept.setdefault("status", "active")
        return [
            RowError(row, field.title.zh, None, "必填", "is required", "请填写", "fill it in")
            for field in self._required
            if kept.get(field.name) is None
        ]

    def whole(self, raw: Mapping[str, Any], row: int = 1) -> tuple[Kept, list[RowError]]:
        """A row of a new party: cleaned, completed, checked."""
        kept, errors = self.given(raw, row)
        missing = self.completed(kept, row)
        # A value that is wrong is not missing as well.
        named = {error.column for error in errors}
        return kept, errors + [error for error in missing if error.column not in named]


def _shown(field: FieldDef, raw: Any) -> str | None:
    return None if field.personal else str(raw)[:80]


def differing(before: Any, kept: Kept, names: Sequence[str]) -> list[str]:
    """Of the fields given, those whose value is another than a party's present one (a model row)."""
    changed = []
    for name in names:
        if name in kept and kept_form(getattr(before, name)) != kept_form(kept[name]):
            changed.append(name)
    return changed


def kept_form(value: Any) -> Any:
    """A model's value as values are kept: days as text, no empty text."""
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return None if value == "" else value
