"""From what a form, a file or the API gives to the kept values of parties.

The way is `kernel/transfer/cleaning`; added is what the fields do not say: codes of trades, defaults, what hangs together.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from pinzhi.apps.parties.fields import fields_of
from pinzhi.kernel import clock
from pinzhi.kernel.errors import RowError
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.registers import values
from pinzhi.kernel.registers.definitions import FieldDef
from pinzhi.kernel.transfer.cleaning import Clean, RowCleaner, coded, quick, remembered
from pinzhi.kernel.transfer.judging import Kept
from pinzhi.rules.identifiers import registration
from pinzhi.rules.identifiers.errors import IdentifierError

#: What registers of other systems call the choices, by field: beginnings of the text, the longest that fits counts.
OPTION_WORDS: dict[str, dict[str, str]] = {
    "size": {"大": "large", "中": "medium", "小": "small", "微": "micro", "小微": "", "中小": ""},
    "status": {
        "存续": "active", "在营": "active", "在业": "active", "开业": "active", "正常": "active", "仍注册": "active",
        "登记成立": "active", "歇业": "suspended", "停业": "suspended", "吊销": "revoked", "注销": "deregistered",
        "已注销": "deregistered", "已吊销": "revoked", "迁出": "moved_out", "已迁出": "moved_out",
    },
    "enterprise_type": {
        "有限责任公司": "company", "有限公司": "company", "股份": "company", "国有独资": "company", "全民所有制": "other",
        "集体所有制": "other", "外商投资企业": "", "外国": "other", "农民专业合作": "cooperative", "合作社": "cooperative",
        "个体": "individual_business", "个人独资": "sole", "普通合伙": "partnership", "有限合伙": "partnership",
        "特殊普通合伙": "partnership", "合伙": "partnership", "事业": "institution",
    },
    "roles": {
        "生产": "producer", "制造": "producer", "销售": "seller", "经营": "seller", "流通": "seller", "进口": "importer",
        "出口": "exporter", "进出口": "", "电商平台": "platform", "平台": "platform", "网络交易平台": "platform",
    },
}  # fmt: skip


def _meant(field: FieldDef, text: str) -> str:
    """The choice that other systems' wording means, or the text as it was, for the error to show."""
    words = OPTION_WORDS[field.name]
    folded = "".join(unicodedata.normalize("NFKC", text).split())
    fits = max((word for word in words if folded.startswith(word)), key=len, default="")
    return words.get(fits) or text


def _choices(field: FieldDef) -> Clean:
    """The cleaning of a choice: as the field says, else by the words that other systems have for it."""
    known = quick(field)

    def clean(raw: Any) -> Any:
        try:
            return known(raw)
        except values.Wrong:
            if not isinstance(raw, str):
                raise
            parts = re.split(r"[;；\n、,，/]", raw) if field.many else [raw]
            meant = [_meant(field, part) for part in parts if part.strip()]
            return known("、".join(meant)) if field.many else known(meant[0])

    return remembered(clean)


def old_number(text: str) -> str:
    try:
        return registration.parse(text).text
    except IdentifierError as error:
        raise values.Wrong(error.zh, error.en, "核对旧营业执照", "compare the old licence") from None


def _identifier(kind: str) -> Clean:
    def clean(raw: Any) -> Any:
        if values.is_blank(raw):
            return None
        return values.normalise_code(kind, str(raw))

    return clean


def _cleaner(field: FieldDef) -> Clean:
    if field.format in ("uscc", "gtin"):
        return _identifier(field.format)
    if field.format == "trade":
        return remembered(coded(values.trade_code))
    if field.options and field.name in OPTION_WORDS:
        return _choices(field)
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
