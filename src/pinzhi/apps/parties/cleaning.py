"""From what a form, a file or the API gives to the kept values of parties.

The way is `kernel/transfer/cleaning`; added is what the fields do not say: codes of trades, defaults, what hangs together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pinzhi.apps.parties.fields import fields_of
from pinzhi.kernel import clock
from pinzhi.kernel.errors import RowError
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.registers import values
from pinzhi.kernel.registers.definitions import FieldDef
from pinzhi.kernel.transfer.cleaning import Clean, RowCleaner, coded, quick, remembered
from pinzhi.kernel.transfer.judging import Kept
from pinzhi.rules.identifiers import gtin, registration, uscc
from pinzhi.rules.identifiers.errors import IdentifierError


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


def _cleaner(field: FieldDef) -> Clean:
    if field.format == "uscc":
        return _identifier(uscc.parse)
    if field.format == "gtin":
        return _identifier(gtin.parse)
    if field.format == "trade":
        return remembered(coded(trade_code))
    if field.name == "registration_no":
        return coded(old_number)
    return quick(field)


class Cleaner(RowCleaner):
    """Cleans rows of one kind. `defaults`: kept values where a row gives none (the file's region)."""

    def __init__(self, what: str, defaults: Mapping[str, Any] | None = None) -> None:
        super().__init__(fields_of(what), _cleaner)
        self.what = what
        self.defaults = dict(defaults or {})
        self._consumer: dict[str, bool | None] = {}

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
        return self.missing(kept, row)


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
