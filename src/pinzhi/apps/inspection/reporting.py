"""Laboratory reports checked and judged, many at a time: what of them is taken, what is refused and why.

A report is taken whole or refused whole. It is judged item by item against the detailed rules that were in force on
the day of sampling. Nothing is written here; `actions/enter_reports` does that.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import connection

from pinzhi.apps.inspection import remedies, rulebook
from pinzhi.apps.inspection.rulebook import Book, Capabilities, Item
from pinzhi.rules.inspection.judgement import Unreadable, Verdict, judge, of_batch

if TYPE_CHECKING:
    from pinzhi.apps.inspection.reporting_again import Again

FIRST, RE_INSPECTION, RE_CHECK = "first", "re_inspection", "re_check"
Fault = tuple[str, str, str]


@dataclass(slots=True)
class GivenItem:
    """One item as the laboratory gave it; `word` is the item's code or name."""

    word: str
    value: str
    unit: str = ""
    method: str = ""
    uncertainty: str = ""
    said: str = ""


@dataclass(slots=True)
class GivenReport:
    """One report as it came; days are None where they were blank. `row`: where it stands in its file."""

    sample: str
    number: str
    laboratory: str
    tested_on: date | None
    issued_on: date | None
    items: list[GivenItem]
    received_on: date | None = None
    said: str = ""
    seals: list[str] = field(default_factory=list)
    test: str = FIRST
    file: str = ""
    row: int = 1
    faults: list[Fault] = field(default_factory=list)
    """What was found wrong while reading it: code, zh, en."""
    sampled_on: date | None = None
    """When the sample of a re-check was taken; of the other tests the sampling record says it."""

    def as_given(self) -> dict[str, Any]:
        """For the record of a refused attempt."""
        return {
            "sample": self.sample,
            "number": self.number,
            "laboratory": self.laboratory,
            "received_on": _day(self.received_on),
            "tested_on": _day(self.tested_on),
            "issued_on": _day(self.issued_on),
            "said": self.said,
            "seals": self.seals,
            "test": self.test,
            "sampled_on": _day(self.sampled_on),
            "items": [[i.word, i.value, i.unit, i.method, i.uncertainty] for i in self.items],
        }


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


@dataclass(frozen=True, slots=True)
class SampleFacts:
    """What a report is held against."""

    id: int
    outcome: str
    sampled_on: date
    region: str
    version: int
    food: bool
    received_on: date | None
    number: str
    producer_code: str
    producer_name: str
    place_code: str
    place_name: str
    agency: str


@dataclass(slots=True)
class Judged:
    """A report that is taken: verdict and, item by item, what stands in the table."""

    given: GivenReport
    sample: SampleFacts
    verdict: Verdict
    failed: list[str]
    serious: bool
    microbiological: bool
    rows: list[tuple[int, str, str, str, str, str, Verdict, bool]]
    """item id, value, unit, limit, method, uncertainty, verdict, close"""
    version: int = 0
    """The detailed rules that it was judged by."""
    event: str = ""
    """What it is in the case of the batch, of a re-inspection or re-check."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A report that is not taken: `code` is stable; `place` names the item or field."""

    given: GivenReport
    code: str
    zh: str
    en: str
    region: str = ""

    @property
    def remedy(self) -> str:
        """What helps, in the reader's language."""
        return remedies.remedy(self.code)


class Judging:
    """Everything needed to check a set of reports, asked from the database once. `again`: for what is no first test."""

    def __init__(
        self,
        given: Sequence[GivenReport],
        today: date,
        may: Callable[[str, str], bool],
        again: Again | None = None,
    ) -> None:
        self.today, self.may, self.again = today, may, again
        self.samples = _samples([g.sample for g in given])
        self.books: dict[int, Book] = rulebook.books({s.version for s in self.samples.values()})
        self.able: Capabilities = rulebook.capabilities({g.laboratory for g in given})
        ids = [s.id for s in self.samples.values()]
        self.reported = _reported(ids)
        self.numbers = _numbers({(g.laboratory, g.number) for g in given})
        self.seals = _seals(
            [seal for g in given for seal in g.seals], ids if any(g.seals for g in given) else []
        )
        self.seen: Counter[tuple[str, str]] = Counter((g.sample, g.test) for g in given)
        self.seen_numbers: Counter[tuple[str, str]] = Counter((g.laboratory, g.number) for g in given)

    def one(self, given: GivenReport) -> Judged | Refusal:
        sample = self.samples.get(given.sample)
        wrong = self._wrong(given, sample)
        if wrong is not None or sample is None:
            code, zh, en = wrong or ("no_such_sample", "", "")
            return Refusal(given, code, zh, en, sample.region if sample else "")
        try:
            if given.test != FIRST and self.again:
                return self.again.judged(given, sample, self.books[sample.version])
            return judged(given, sample, self.books[sample.version])
        except Unreadable as error:
            return Refusal(given, error.code, error.zh, error.en, sample.region)

    def _wrong(self, given: GivenReport, sample: SampleFacts | None) -> Fault | None:
        if given.faults:
            return given.faults[0]
        if wrong := _unkeepable(given):
            return wrong
        if sample is None:
            return (
                "no_such_sample",
                f"没有样品“{given.sample}”的抽样记录",
                f"no sample {given.sample} was ever taken",
            )
        if sample.outcome != "taken":
            return (
                "sample_not_taken",
                f"样品“{given.sample}”未抽到（拒抽或无货），不应有检验报告",
                f"sample {given.sample} was not taken: it was refused or there were no goods",
            )
        if not self.may(given.laboratory, sample.region):
            return (
                "not_permitted",
                "您不能录入该机构或该地区的报告",
                "you may not enter reports of this laboratory",
            )
        if not given.number.strip():
            return "no_number", "没有报告编号", "the report has no number"
        if wrong := self._wrong_days(given, sample):
            return wrong
        if self.seen[given.sample, given.test] > 1 or (given.test == FIRST and sample.id in self.reported):
            return (
                "second_report",
                f"样品“{given.sample}”已有检验报告，或在同一批中出现两份",
                f"sample {given.sample} has a report already, or two in this set",
            )
        pair = given.laboratory, given.number
        if pair in self.numbers or self.seen_numbers[pair] > 1:
            return (
                "number_taken",
                f"报告编号“{given.number}”已用过",
                f"the report number {given.number} was used before",
            )
        book = self.books[sample.version]
        if not self.able.holds(given.laboratory, book.rules, given.tested_on or sample.sampled_on):
            return (
                "no_capability",
                f"检验机构 {given.laboratory or '（未填）'} 当日没有该产品的承检能力",
                f"laboratory {given.laboratory or '(none)'} was not able to test these goods on that day",
            )
        if wrong := self._wrong_seals(given, sample):
            return wrong
        if given.test == FIRST:
            return None
        if self.again is None:
            return "no_such_test", f"没有检验类别“{given.test}”", f"there is no test {given.test!r}"
        return self.again.wrong(given, sample)

    def _wrong_days(self, given: GivenReport, sample: SampleFacts) -> Fault | None:
        if given.tested_on is None or given.issued_on is None:
            return "no_date", "没有检验日期或签发日期", "there is no day of the test or of issue"
        named = (("收样", given.received_on), ("检验", given.tested_on), ("签发", given.issued_on))
        for word, day in named:
            if day is not None and day < sample.sampled_on:
                return (
                    "before_sampling",
                    f"{word}日期 {day} 早于抽样日期 {sample.sampled_on}",
                    f"{day} is before the sampling on {sample.sampled_on}",
                )
            if day is not None and day > self.today:
                return "in_the_future", f"{word}日期 {day} 晚于今天", f"{day} lies after today"
        if given.issued_on < given.tested_on:
            return "issued_before_test", "签发日期早于检验日期", "it was issued before the test"
        return None

    def _wrong_seals(self, given: GivenReport, sample: SampleFacts) -> Fault | None:
        if len(set(given.seals)) != len(given.seals):
            return "seal_twice", "同一封签编号出现两次", "a seal number stands twice"
        for number in given.seals:
            status, owner = self.seals.get(number, ("", None))
            if not status:
                return "seal_unknown", f"封签“{number}”从未发放", f"seal {number} was never issued"
            if status in ("stolen", "spoilt"):
                return (
                    "seal_stolen",
                    f"封签“{number}”已登记被盗、遗失或损毁",
                    f"seal {number} was reported lost or spoilt",
                )
            if owner != sample.id:
                return (
                    "seal_of_another",
                    f"封签“{number}”不是该样品的封签",
                    f"seal {number} is not on this sample",
                )
        return None


#: What the tables hold of a text.
_OF_REPORT = (
    ("样品编号", "sample number", 64),
    ("报告编号", "report number", 80),
    ("检验机构", "laboratory", 18),
)
_OF_ITEM = (
    ("检验项目", "item", 120),
    ("检验结果", "value", 60),
    ("单位", "unit", 24),
    ("检验方法", "method", 120),
    ("不确定度", "uncertainty", 40),
)
_MOST_ITEMS, _MOST_SEALS, _LONGEST_SEAL = 200, 40, 40


def _unkeepable(given: GivenReport) -> Fault | None:
    """What cannot be kept as it was given: nothing is cut."""
    for text, (zh, en, most) in zip((given.sample, given.number, given.laboratory), _OF_REPORT, strict=True):
        if len(text) > most:
            return _too_long(text, zh, en, most)
    for i in given.items:
        for text, (zh, en, most) in zip(
            (i.word, i.value, i.unit, i.method, i.uncertainty), _OF_ITEM, strict=True
        ):
            if len(text) > most:
                return _too_long(text, zh, en, most)
    if len(given.items) > _MOST_ITEMS:
        return "too_many_items", f"检验项目超过 {_MOST_ITEMS} 个", f"there are more than {_MOST_ITEMS} items"
    if len(given.seals) > _MOST_SEALS or any(len(one) > _LONGEST_SEAL for one in given.seals):
        return "too_many_seals", "封签过多或编号过长", "there are too many seals, or one is too long"
    return None


def _too_long(text: str, zh: str, en: str, most: int) -> Fault:
    return (
        "too_long",
        f"{zh}“{text[:20]}…”超过 {most} 个字",
        f"the {en} {text[:20]}… has more than {most} characters",
    )


def judged(
    given: GivenReport, sample: SampleFacts, book: Book, wanted: Container[int] | None = None
) -> Judged:
    """A report judged item by item against one version of the rules; `wanted`: the items that must be in it (None: all).

    Raises Unreadable: an item that is unknown, missing or there twice, a value that cannot be judged.
    """
    found: dict[int, tuple[Item, GivenItem]] = {}
    for item in given.items:
        known = book.find(item.word)
        if known is None:
            raise Unreadable(
                "item_unknown", f"实施细则中没有项目“{item.word}”", f"the rules have no item {item.word}"
            )
        if known.id in found:
            raise Unreadable("item_twice", f"项目“{item.word}”出现两次", f"{item.word} stands twice")
        found[known.id] = known, item
    missing = [
        item.name for item in book.items if item.id not in found and (wanted is None or item.id in wanted)
    ]
    if missing:
        raise Unreadable(
            "item_missing", f"缺少项目：{'、'.join(missing[:5])}", f"missing: {', '.join(missing[:5])}"
        )
    rows, verdicts, failed, serious, micro = [], [], [], False, False
    for known, item in found.values():
        try:
            one = judge(item.value, item.unit, known.limit, item.uncertainty)
        except Unreadable as error:
            raise Unreadable(error.code, f"{known.name}：{error.zh}", f"{known.name}: {error.en}") from None
        verdicts.append(one.verdict)
        if one.verdict == "fail":
            failed.append(known.name)
            serious, micro = serious or known.serious, micro or known.microbiological
        rows.append(
            (
                known.id,
                item.value,
                item.unit,
                known.wording,
                item.method or known.method,
                item.uncertainty,
                one.verdict,
                one.close,
            )
        )
    verdict = of_batch(verdicts)
    if given.said and given.said != verdict:
        raise Unreadable(
            "verdict_differs",
            f"机构结论（{_said(given.said)}）与按实施细则逐项判定的结果（{_said(verdict)}）不一致",
            f"the laboratory says {given.said}, its values say {verdict}",
        )
    return Judged(given, sample, verdict, failed, serious, micro, rows, book.version)


def _said(verdict: str) -> str:
    return {"pass": "合格", "fail": "不合格"}.get(verdict, "无法判定")


_SAMPLES = """
SELECT s.number, s.id, s.outcome, s.sampled_on, s.region, s.rules_id, d.food, s.received_on, s.producer_code,
       s.producer_name, s.sampled_at_code, s.sampled_at_name, p.agency
FROM inspection_sample s JOIN inspection_rulesversion v ON v.id = s.rules_id
JOIN inspection_detailedrules d ON d.id = v.rules_id JOIN inspection_programme p ON p.id = s.programme_id
WHERE s.number = ANY(%s)
"""


def _samples(numbers: Sequence[str]) -> Mapping[str, SampleFacts]:
    with connection.cursor() as cursor:
        cursor.execute(_SAMPLES, [list(set(numbers))])
        return {
            r[0]: SampleFacts(r[1], r[2], r[3], r[4], r[5], r[6], r[7], r[0], r[8], r[9], r[10], r[11], r[12])
            for r in cursor.fetchall()
        }


def _reported(samples: Sequence[int]) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sample_id FROM inspection_report WHERE test = 'first' AND sample_id = ANY(%s)",
            [list(samples)],
        )
        return {row[0] for row in cursor.fetchall()}


def _numbers(pairs: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Of these pairs of laboratory and report number those that are taken."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT laboratory, number FROM inspection_report WHERE number = ANY(%s)", [[n for _, n in pairs]]
        )
        return {(row[0], row[1]) for row in cursor.fetchall()} & pairs


def _seals(numbers: Sequence[str], samples: Sequence[int]) -> dict[str, tuple[str, int | None]]:
    if not numbers:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number, status, sample_id FROM inspection_seal WHERE number = ANY(%s)",
            [list(set(numbers))],
        )
        return {row[0]: (row[1], row[2]) for row in cursor.fetchall()}


def given_json(given: GivenReport) -> str:
    """As it was given, cut to what an attempt keeps."""
    text = json.dumps(given.as_given(), ensure_ascii=False)
    if len(text) > 20_000:
        text = json.dumps(
            {"sample": given.sample, "number": given.number, "too_long": True}, ensure_ascii=False
        )
    return text
