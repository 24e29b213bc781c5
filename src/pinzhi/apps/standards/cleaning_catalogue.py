"""From what a form, a file or the API gives to the kept values of editions and relations.

The way is `kernel/transfer/cleaning`; added is what hangs together: the number's own level and nature, the order of the
days, the status that follows from them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from pinzhi.apps.standards.fields_catalogue import DOMESTIC, fields_of
from pinzhi.apps.standards.numbers import LAWS_OF, Number, read_law, read_list, read_number
from pinzhi.kernel import clock
from pinzhi.kernel.errors import RowError
from pinzhi.kernel.registers import values
from pinzhi.kernel.registers.definitions import FieldDef
from pinzhi.kernel.registers.values import Wrong
from pinzhi.kernel.transfer.cleaning import Clean, RowCleaner, quick, remembered
from pinzhi.kernel.transfer.judging import Kept
from pinzhi.rules.standards.edition_facts import read_status

#: Lists of numbers: read into relations, kept as a list of (number, key, series key, dated, part).
LISTS = ("replaces", "cites", "implements")
#: Where metadata names what a document adopts, without a sentence.
ADOPTS = "adopts"


def _status(field: FieldDef) -> Clean:
    def clean(raw: Any) -> Any:
        if isinstance(raw, str) and (said := read_status(raw)) is not None:
            return said.value
        return values.clean_value(field, raw)

    return clean


def related(text: str) -> list[dict[str, Any]]:
    """A list of numbers as relations are kept; raises Wrong."""
    found: dict[str, dict[str, Any]] = {}
    for named in read_list(text):
        number = named.number
        found[number.key] = {
            "to_number": number.number,
            "to_key": number.key if number.dated else "",
            "to_series_key": number.series_key,
            "dated": number.dated,
            "part": named.part,
        }
    return list(found.values())


def adopted(numbers: Sequence[str]) -> list[dict[str, Any]]:
    """Numbers that a document says it adopts, to a degree that it does not state; what is no number is kept as written."""
    found = []
    for text in numbers:
        try:
            number = read_number(text)
        except Wrong:
            found.append({"to_number": text[:200], "to_key": "", "to_series_key": "", "dated": False})
            continue
        found.append(
            {
                "to_number": number.number,
                "to_key": number.key if number.dated else "",
                "to_series_key": number.series_key,
                "dated": number.dated,
            }
        )
    return found


def _cleaner(field: FieldDef) -> Clean:
    if field.name in LISTS:
        return lambda raw: None if values.is_blank(raw) else related(str(raw))
    if field.name == "status":
        return remembered(_status(field))
    if field.format == "standard":
        return lambda raw: None if values.is_blank(raw) else str(raw).strip()
    return quick(field)


class Cleaner(RowCleaner):
    """Cleans rows of one kind. `region`: of those that name none."""

    def __init__(self, what: str = "editions", *, region: str = "") -> None:
        super().__init__(fields_of(what), _cleaner, also=frozenset({ADOPTS}))
        self.what, self.region = what, region

    def given(self, raw: Mapping[str, Any], row: int) -> tuple[Kept, list[RowError]]:
        """What a row gives, each value in its kept form, blanks left out; with `key` and what the number says."""
        kept, errors = super().given(raw, row)
        if raw.get(ADOPTS):
            kept[ADOPTS] = adopted(raw[ADOPTS])
        if "number" in kept:
            try:
                self._numbered(kept)
            except Wrong as wrong:
                errors.append(RowError(row, "标准编号", str(raw.get("number"))[:80], *wrong.args4))
        if "to_number" in kept:
            try:
                self._other(kept)
            except Wrong as wrong:
                errors.append(RowError(row, "对象标准编号", str(raw.get("to_number"))[:80], *wrong.args4))
        return kept, errors

    def _numbered(self, kept: Kept) -> None:
        text, level = str(kept["number"]), kept.get("level", "")
        try:
            number = read_number(text)
        except Wrong:
            if level not in LAWS_OF:
                raise
            number = read_law(text, level)
        if not number.dated:
            raise Wrong(
                "编号没有年号，指的不是一个版本",
                "has no year, so it names no edition",
                "写全年号，例如 GB/T 1.1-2020",
                "give the year, such as GB/T 1.1-2020",
            )
        if level and level != number.level:
            title = _title(self.fields, "level", number.level)
            raise Wrong(
                f"与标准级别不符：{number.number}是{title}",
                f"is a number of the level {number.level}",
                "删去标准级别，或核对编号",
                "leave the level out, or compare the number",
            )
        self._of(kept, number)
        if kept.get("nature") and number.level in DOMESTIC and number.nature != "none":
            if kept["nature"] != number.nature:
                title = _title(self.fields, "nature", number.nature)
                raise Wrong(
                    f"与标准性质不符：{number.number}是{title}",
                    f"is the number of a {number.nature} standard",
                    "删去标准性质，或核对编号",
                    "leave the nature out, or compare the number",
                )
        kept.setdefault("nature", number.nature)

    def _of(self, kept: Kept, number: Number) -> None:
        kept["number"], kept["key"], kept["series_key"] = number.number, number.key, number.series_key
        kept["body"], kept["level"] = number.body, number.level
        if number.identifier is not None and number.identifier.adopted is not None:
            kept["adopted_number"] = number.identifier.adopted.designation

    def _other(self, kept: Kept) -> None:
        try:
            number = read_number(str(kept["to_number"]))
        except Wrong:
            # What is adopted or cited may be a paper or a law; what is replaced is a standard.
            if kept.get("kind") in (None, "replaces"):
                raise
            kept["to_number"] = " ".join(str(kept["to_number"]).split())[:200]
            kept["to_key"] = kept["to_series_key"] = ""
            kept["dated"] = False
            return
        kept["to_number"] = number.number
        kept["to_key"] = number.key if number.dated else ""
        kept["to_series_key"], kept["dated"] = number.series_key, number.dated

    def completed(self, kept: Kept, row: int, today: date | None = None) -> list[RowError]:
        """What follows from the rest for a new edition, and what is missing or does not fit together."""
        if self.what != "editions":
            return self.missing(kept, row)
        if self.region:
            kept.setdefault("region", self.region)
        if kept.get("field") and kept["field"] != "other":
            kept.setdefault("consumer_goods", True)
        errors = self.missing(kept, row)
        if not (kept.get("title_zh") or kept.get("title_en")):
            errors.append(
                RowError(row, "标准名称", None, "没有名称", "has no title", "填中文或英文名称", "fill one in")
            )
        if not kept.get("region"):
            errors.append(
                RowError(row, "地区", None, "必填", "is required", "填行政区划代码", "code of a region")
            )
        errors += check_days(kept, row)
        if not errors:
            kept["status"] = kept.get("status") or status_from(kept, today or clock.today())
            errors += check_status(kept, row, today or clock.today())
        return errors


def _title(fields: Sequence[FieldDef], name: str, value: str) -> str:
    found = next(field for field in fields if field.name == name).option_title(value)
    return found.zh if found else value


def status_from(kept: Mapping[str, Any], today: date) -> str:
    """The status that the days give; in force where nothing speaks against it."""
    day = today.isoformat()
    if kept.get("withdrawn_on") and str(kept["withdrawn_on"]) <= day:
        return "withdrawn"
    if kept.get("comment_until") and not kept.get("published_on"):
        return "draft"
    if kept.get("effective_on") and str(kept["effective_on"]) > day:
        return "published"
    return "in_force"


_ORDER = (
    ("published_on", "effective_on", "发布日期", "实施日期", "is in force before it was published"),
    ("effective_on", "withdrawn_on", "实施日期", "废止日期", "was withdrawn before it came into force"),
    ("published_on", "withdrawn_on", "发布日期", "废止日期", "was withdrawn before it was published"),
)


def check_days(kept: Mapping[str, Any], row: int) -> list[RowError]:
    """Days that stand the wrong way round."""
    errors = []
    for first, second, first_zh, second_zh, wrong_en in _ORDER:
        before, after = kept.get(first), kept.get(second)
        if before and after and str(after) < str(before):
            errors.append(
                RowError(
                    row,
                    second_zh,
                    str(after),
                    f"早于{first_zh}（{before}）",
                    f"{wrong_en} ({before})",
                    "核对日期",
                    "compare the days",
                )
            )
    return errors


def check_status(kept: Mapping[str, Any], row: int, today: date) -> list[RowError]:
    """A status that the days contradict."""
    status, day = kept.get("status"), today.isoformat()
    withdrawn, effective = str(kept.get("withdrawn_on") or ""), str(kept.get("effective_on") or "")
    wrong: tuple[str, str, str, str] | None = None
    if status in ("in_force", "published") and withdrawn and withdrawn <= day:
        wrong = (
            f"废止日期（{withdrawn}）已到",
            f"was withdrawn on {withdrawn}",
            "改为“废止”",
            "is withdrawn",
        )
    elif status == "in_force" and effective > day:
        wrong = (
            f"实施日期（{effective}）未到",
            f"comes into force on {effective}",
            "改为“即将实施”",
            "is published",
        )
    elif status == "published" and effective and effective <= day:
        wrong = (
            f"实施日期（{effective}）已到",
            f"came into force on {effective}",
            "改为“现行”",
            "is in force",
        )
    elif status == "withdrawn" and withdrawn > day:
        wrong = (
            f"废止日期（{withdrawn}）未到",
            f"is to be withdrawn on {withdrawn}",
            "改为“现行”",
            "is in force",
        )
    if wrong is None:
        return []
    zh, en, right_zh, right_en = wrong
    return [RowError(row, "状态", str(status), zh, en, right_zh, right_en)]
