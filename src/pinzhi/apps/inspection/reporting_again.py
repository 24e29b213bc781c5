"""Reports of re-inspections and re-checks: what they are held against, and what they mean for the case.

A re-inspection tests again what had failed, on the backup sample, in the laboratory that was named, by the rules of the
day of sampling; what is not tested again stands as it was found first. A re-check tests goods made after the correction
by the rules of the day on which its own sample was taken, at least in the items that had failed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from pinzhi.apps.inspection import following, rulebook
from pinzhi.apps.inspection.models import Case, CaseEvent, ReportItem
from pinzhi.apps.inspection.reporting import (
    RE_CHECK,
    RE_INSPECTION,
    Fault,
    GivenReport,
    Judged,
    SampleFacts,
    judged,
)
from pinzhi.apps.inspection.rulebook import Book
from pinzhi.apps.inspection.wording import why_not
from pinzhi.kernel import clock, law
from pinzhi.kernel.calendar import queries as calendar
from pinzhi.rules.inspection.follow_up import Event, NotNow, check_received
from pinzhi.rules.inspection.judgement import Unreadable, after_re_inspection


class Again:
    """The cases that such reports belong to, locked, with what the first test found."""

    def __init__(self, samples: Iterable[str]) -> None:
        rows = Case.objects.select_for_update(of=("self",)).filter(sample__number__in=set(samples))
        self.cases = {
            row.sample.number: row
            for row in rows.select_related("sample__rules").prefetch_related("events").order_by("pk")
        }
        items = ReportItem.objects.filter(report__in=[row.report_id for row in self.cases.values()])
        self._first: dict[int, list[ReportItem]] = {}
        for item in items.select_related("item"):
            self._first.setdefault(item.report_id, []).append(item)

    def wrong(self, given: GivenReport, sample: SampleFacts) -> Fault | None:
        """Why such a report cannot be taken now; None where it can."""
        case = self.cases.get(sample.number)
        if case is None:
            return "no_case", "该样品没有不合格后处理案件", "there is no case of this sample"
        if given.test == RE_INSPECTION:
            return self._wrong_re_inspection(given, case)
        if given.test == RE_CHECK:
            return self._wrong_re_check(given, case)
        return "no_such_test", f"没有检验类别“{given.test}”", f"there is no test {given.test!r}"

    def _wrong_re_inspection(self, given: GivenReport, case: Case) -> Fault | None:
        kinds = {e.kind for e in case.events.all()}
        if kinds & {"re_inspection_passed", "re_inspection_failed"}:
            return (
                "second_report",
                "复检已有结论，复检结论为最终结论",
                "there is a re-inspection already; it is final",
            )
        named, sent = _last(case, "laboratory_named"), _last(case, "re_inspection_sent")
        if named is None or sent is None or (sent.on, sent.pk) < (named.on, named.pk):
            return "not_sent", "备用样品尚未移交复检机构", "the backup sample was not handed over yet"
        code = str(named.detail.get("laboratory") or "")
        if code != given.laboratory:
            return (
                "other_laboratory",
                f"复检机构为 {code}，不是 {given.laboratory}",
                f"the re-inspection is with {code}, not with {given.laboratory}",
            )
        if given.tested_on is not None and given.tested_on < sent.on:
            return (
                "before_hand_over",
                f"检验日期早于移交样品的 {sent.on}",
                f"tested before the hand-over on {sent.on}",
            )
        return None

    def _wrong_re_check(self, given: GivenReport, case: Case) -> Fault | None:
        ordered = _last(case, "second_failure_published") or _last(case, "correction_ordered")
        if ordered is None:
            return (
                "no_correction",
                "尚未责令整改，没有复查",
                "no correction was ordered, so nothing is re-checked",
            )
        day = given.sampled_on
        if day is None:
            return "no_re_check_day", "没有复查抽样日期", "the day of the re-check's sampling is missing"
        if day < ordered.on or (given.tested_on is not None and given.tested_on < day):
            return (
                "before_sampling",
                f"复查抽样日期 {day} 早于责令整改的 {ordered.on}，或晚于检验日期",
                f"the re-check was sampled on {day}: before the order of {ordered.on}, or after its test",
            )
        return None

    def judged(self, given: GivenReport, sample: SampleFacts, book: Book) -> Judged:
        """The report item by item, and what it is in the case. Raises Unreadable."""
        case = self.cases[sample.number]
        first = self._first.get(case.report_id, [])
        failed = {item.item.code for item in first if item.verdict == "fail"}
        if given.test == RE_CHECK:
            if given.sampled_on is not None:
                book = _book_on(book.rules, given.sampled_on) or book
            wanted = {item.id for item in book.items if item.code in failed}
            one = judged(given, sample, book, wanted)
            verdict = one.verdict
            second = any(e.kind == "second_failure_published" for e in case.events.all())
            kind = "second_re_check" if second else "re_check"
        else:
            one = judged(given, sample, book, ())
            codes = {item.id: item for item in book.items}
            for row in one.rows:
                item = codes[row[0]]
                if item.code not in failed:
                    raise Unreadable(
                        "not_contested",
                        f"{item.name} 初检未判不合格，不属于复检项目",
                        f"{item.name} had not failed",
                    )
                if case.food and item.microbiological:
                    raise Unreadable(
                        "microbiological",
                        "微生物指标不合格不予复检",
                        "microbiological failures are not re-inspected",
                    )
            found = {item.item.code: item.verdict for item in first}
            verdict = after_re_inspection(found, {codes[row[0]].code: row[6] for row in one.rows})  # type: ignore[arg-type]
            kind = "re_inspection"
        if verdict == "open" or not one.rows:
            raise Unreadable(
                "no_verdict", "复检、复查应有明确结论，不能无法判定", "such a test must come to a verdict"
            )
        one.event = f"{kind}_{'passed' if verdict == 'pass' else 'failed'}"
        self._its_turn(case, one)
        return one

    def _its_turn(self, case: Case, one: Judged) -> None:
        events, on = following.events_of(case.events.all()), one.given.issued_on or clock.today()
        try:
            check_received(
                events,
                Event(one.event, on, max((e.number for e in events), default=0) + 1),
                food=case.food,
                today=clock.today(),
                law_on=law.as_of,
                calendar=calendar.workdays(),
                microbiological=case.microbiological,
            )
        except NotNow as wrong:
            raise Unreadable(wrong.code, *why_not(wrong)) from None


def _last(case: Case, kind: str) -> CaseEvent | None:
    found = [event for event in case.events.all() if event.kind == kind]
    return found[-1] if found else None


def _book_on(rules: int, day: date) -> Book | None:
    version = rulebook.version_on(rules, day)
    return rulebook.books([version.pk])[version.pk] if version is not None else None
