"""The progress report of a plan for a period as an official paper. Its numbers are those of `figures` and no others."""

from __future__ import annotations

from datetime import date

from pinzhi.apps.policy.models import ReportText, Target
from pinzhi.apps.policy.reports.figures import DutyLine, Figures, TargetLine, UnitPart, goal_text, number
from pinzhi.apps.policy.reports.official import Align, Head, Paper, day_text
from pinzhi.apps.policy.reports.official_pdf import PdfPaper
from pinzhi.rules.indicators.attainment import STATUS_TITLES

#: Of one unit's tasks so many are told in the text; the others are counted.
TOLD = 12


def title_of(figures: Figures) -> str:
    """《…》2024年第二季度落实情况的报告"""
    return f"关于《{figures.document.title}》\n{figures.period.zh}落实情况的报告"


def summary(figures: Figures) -> list[str]:
    """The opening sentences: what was counted, in words."""
    tally, states = figures.tally, figures.states
    when = day_text(figures.as_of)
    if figures.targets:
        parts = "、".join(f"{STATUS_TITLES[s]['zh']}{tally[s]}项" for s in tally)  # type: ignore[index]
        first = f"截至{when}，《{figures.document.title}》提出的{len(figures.targets)}项量化目标中，{parts}。"
    else:
        first = f"截至{when}，《{figures.document.title}》没有已确认的量化目标。"
    overdue = f"；其中逾期{figures.overdue}项" if figures.overdue else "，没有逾期"
    second = (
        f"牵头（责任）任务共{figures.duties}项，涉及{len(figures.units)}个单位：已完成{states['done']}项、"
        f"进展正常{states['on_course']}项、滞后{states['behind']}项、未启动{states['not_started']}项、"
        f"调整{states['changed']}项{overdue}。本期各单位报告进展{figures.notes}次。"
    )
    return [first, second]


def value_text(line: TargetLine) -> str:
    """The value now with its base: 91.30%（7,412/8,118）."""
    reading = line.reading
    if reading is None or reading.value is None:
        return "—"
    base = f"\n（{number(reading.numerator)}/{number(reading.denominator)}）" if reading.denominator else ""
    return f"{number(reading.value, line.precision)}{line.target.unit}{base}"


def gap_text(line: TargetLine) -> str:
    """What is lacking, 0 where the goal is reached."""
    if line.reading is None or line.reading.gap is None:
        return "—"
    return number(abs(line.reading.gap), line.precision)


def status_text(line: TargetLine) -> str:
    """Attainment with what makes it less than firm."""
    marks = [STATUS_TITLES[line.status]["zh"]]  # type: ignore[index]
    if line.reading is not None and line.reading.provisional:
        marks.append("暂定")
    if line.reading is not None and line.reading.source == "reported":
        marks.append("上报数")
    if line.stale:
        marks.append("本期未计算")
    return marks[0] + (f"\n（{'，'.join(marks[1:])}）" if marks[1:] else "")


def due_text(target: Target) -> str:
    """The year by whose end the goal is due."""
    ends = target.document.plan_until
    year = target.by_year or (ends.year if ends else None)
    return f"{year}年" if year else "—"


def unit_text(part: UnitPart) -> str:
    """How a unit's tasks stand, in one sentence."""
    said = f"承担牵头（责任）任务{len(part.lines)}项，已完成{part.done}项、进展正常{part.on_course}项、滞后{part.behind}项"
    return said + (f"，其中逾期{part.overdue}项。" if part.overdue else "。")


def duty_text(line: DutyLine) -> str:
    """One task: its state, days overdue, and what was reported within the period."""
    measure = line.duty.measure
    state = line.state_title + (f"，逾期{line.overdue}天" if line.overdue else "")
    told = "".join(_sentence(note.text) for note in reversed(line.notes))
    return f"{measure.title}（{state}）。{told}"


def silent_text(part: UnitPart) -> str:
    """What is overdue without a word, by name."""
    named = "、".join(line.duty.measure.title for line in part.silent[:TOLD])
    more = "等" if len(part.silent) > TOLD else ""
    return f"逾期且本期未报告进展的任务{len(part.silent)}项：{named}{more}。"


def _sentence(text: str) -> str:
    plain = "".join(text.split("\n")).strip()
    return plain if plain.endswith(("。", "！", "？", "；")) else f"{plain}。"


def paper(
    figures: Figures,
    text: ReportText | None,
    *,
    agency: str,
    red_head: bool,
    signed_on: date,
    sheet: type[Paper] | type[PdfPaper] = Paper,
) -> bytes:
    """The report as a Word or PDF file; with `red_head` as a document to a superior."""
    head = (
        Head(agency, text.doc_number if text else "", signatory=text.signatory if text else "")
        if red_head
        else None
    )
    paper = sheet(head)
    paper.title(title_of(figures))
    if text and text.addressee:
        paper.addressee(text.addressee)
    paper.heading("总体情况")
    if text and text.opening:
        paper.text(text.opening)
    for sentence in summary(figures):
        paper.text(sentence)
    if not figures.over:
        paper.text(f"{figures.period.zh}尚未结束，以上为截至{day_text(figures.as_of)}的情况。")
    paper.heading("目标进展情况")
    if figures.targets:
        paper.text("各项量化目标的目标值、现值、差距和进度见表1。括号内为计算现值的分子与分母。")
        paper.table("量化目标进展情况", HEAD, _rows(figures), (12, 40, 24, 27, 17, 16, 20), ALIGN)
    else:
        paper.text("没有已确认的量化目标。")
    paper.heading("任务落实情况")
    for part in figures.units:
        paper.heading(part.unit, 2)
        paper.text(unit_text(part))
        for line in part.told[:TOLD]:
            paper.text(duty_text(line))
        if len(part.told) > TOLD:
            paper.text(f"其余{len(part.told) - TOLD}项略。")
        if part.silent:
            paper.text(silent_text(part))
    paper.heading("存在的主要问题")
    paper.text(
        text.problems if text and text.problems else "" if figures.problems else "本期各单位未报告问题。"
    )
    for unit, duty, problem in figures.problems:
        paper.text(f"{unit}（{duty.measure.title}）：{_sentence(problem)}")
    if figures.matters:
        paper.heading("重大事项报告情况")
        for matter in figures.matters:
            answer = f"已获答复：{_sentence(matter.reply)}" if matter.reply else "尚未获得答复。"
            paper.text(f"{matter.title}（{matter.unit}）。{answer}")
    if text and text.next_steps:
        paper.heading("下一步工作")
        paper.text(text.next_steps)
    paper.signature(agency, signed_on)
    return paper.save()


HEAD = ("序号", "目标", "目标值", "现值", "差距", "时限", "进度")
ALIGN: tuple[Align, ...] = ("center", "left", "right", "right", "right", "center", "center")


def _rows(figures: Figures) -> list[tuple[str, ...]]:
    return [
        (
            str(place),
            line.target.name,
            goal_text(line.target),
            value_text(line),
            gap_text(line),
            due_text(line.target),
            status_text(line),
        )
        for place, line in enumerate(figures.targets, 1)
    ]
