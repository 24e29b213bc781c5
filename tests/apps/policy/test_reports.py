"""A period's report: the page, the paper, and the same numbers on both; major matters and their answers."""

from __future__ import annotations

import zipfile
from datetime import date
from io import BytesIO
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from lxml.etree import tostring

from pinzhi.apps.policy import reminding
from pinzhi.apps.policy.actions.compute_appraisal import compute_appraisal
from pinzhi.apps.policy.actions.compute_readings import compute_readings, targets_in_force
from pinzhi.apps.policy.actions.create_appraisal import create_appraisal
from pinzhi.apps.policy.actions.report_major_matter import reply, report_major_matter
from pinzhi.apps.policy.actions.report_progress import report_progress
from pinzhi.apps.policy.actions.set_criteria import set_criteria
from pinzhi.apps.policy.actions.write_report import write_report
from pinzhi.apps.policy.models import Document, Duty, MajorMatter
from pinzhi.apps.policy.reports import letter, progress
from pinzhi.apps.policy.reports.figures import Figures, figures
from pinzhi.apps.policy.reports.official import FANGSONG, HEI, KAI, TITLE, Head, Paper, chinese_number
from pinzhi.apps.policy.reports.period import parse, periods
from pinzhi.kernel import clock
from pinzhi.kernel.access import matrix
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Conflict, NotFound, NotPermitted, Refused
from pinzhi.kernel.jobs import reminders
from pinzhi.kernel.jobs.models import Notice
from tests.apps.policy.world import BOSS, FUJIAN, FUZHOU, XIAMEN, chief_officers, login, official, plans, user

INDUSTRY = "350000-industry"


@pytest.mark.parametrize(
    ("code", "first", "last", "zh"),
    [
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "2024年2月"),
        ("2024Q2", date(2024, 4, 1), date(2024, 6, 30), "2024年第二季度"),
        ("2024H2", date(2024, 7, 1), date(2024, 12, 31), "2024年下半年"),
        ("2024", date(2024, 1, 1), date(2024, 12, 31), "2024年度"),
    ],
)
def test_periods(code: str, first: date, last: date, zh: str) -> None:
    found = parse(code)
    assert (found.start, found.end, found.zh) == (first, last, zh)
    assert found in periods(first, last, found.kind)


@pytest.mark.parametrize("code", ["2024Q5", "2024-13", "24", "2024H0", "x", "1899", "2024-1"])
def test_no_periods(code: str) -> None:
    with pytest.raises(NotFound):
        parse(code)


@pytest.mark.parametrize(("n", "zh"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (35, "三十五")])
def test_heading_numbers(n: int, zh: str) -> None:
    assert chinese_number(n) == zh


@pytest.fixture
def plan(db: None) -> Document:
    with clock.at(date(2024, 1, 5)):
        return plans()[0]


@pytest.fixture
def second_quarter(plan: Document) -> Figures:
    """Three duties reported on, one of them after the period; the targets counted at the end of May."""
    chief_officers(FUZHOU, 7, date(2024, 2, 1))
    lead = list(Duty.objects.filter(measure__document=plan, role="lead").order_by("measure__position"))
    with clock.at(date(2024, 4, 20)):
        report_progress(
            lead[0].pk, by=BOSS, text="培训两期，覆盖120家企业", state="on_course", problem="师资不足"
        )
    with clock.at(date(2024, 5, 31)):
        report_progress(lead[1].pk, by=BOSS, text="全年抽查计划已完成", state="done")
        compute_readings(targets_in_force(), by=BOSS)
    with clock.at(date(2024, 7, 3)):
        report_progress(lead[0].pk, by=BOSS, text="第三期开班", state="done")
    Duty.objects.filter(pk=lead[2].pk).update(due_on=date(2024, 6, 20))
    with clock.at(date(2024, 7, 10)):
        return figures(plan, parse("2024Q2"))


def test_the_figures_are_those_of_the_day_on_which_the_period_ended(second_quarter: Figures) -> None:
    found = second_quarter
    assert found.as_of == date(2024, 6, 30) and found.over
    assert found.duties == 3 and found.supporting == 2
    assert found.states == {"done": 1, "on_course": 1, "behind": 0, "not_started": 1, "changed": 0}, (
        "what came later is not in it"
    )
    assert found.overdue == 1 and found.notes == 2
    assert [(unit.unit, len(unit.lines)) for unit in found.units] == [("省市场监管局", 2), ("省工信厅", 1)]
    officers = next(line for line in found.targets if line.target.unit == "家")
    assert officers.reading is not None and officers.reading.value == 7 and not officers.stale
    assert found.tally["behind"] == 1 and found.tally["cannot_tell"] == 1
    assert [text for _unit, _duty, text in found.problems] == ["师资不足"]


def test_before_the_first_count_nothing_is_claimed(plan: Document) -> None:
    with clock.at(date(2024, 2, 1)):
        found = figures(plan, parse("2024Q1"))
    assert not found.over and all(line.stale and line.status == "cannot_tell" for line in found.targets)
    words = "".join(progress.summary(found))
    assert "无法判断2项" in words and "没有逾期" in words


def text_of(content: bytes) -> str:
    word = docx.Document(BytesIO(content))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(p.text for p in word.paragraphs), *cells])


def paper(found: Figures, **changes: Any) -> bytes:
    kwargs: dict[str, Any] = {
        "agency": "福建省市场监督管理局",
        "red_head": False,
        "signed_on": date(2024, 7, 10),
    }
    return progress.paper(found, None, **{**kwargs, **changes})


def test_the_paper_is_in_the_official_layout(second_quarter: Figures) -> None:
    word = docx.Document(BytesIO(paper(second_quarter)))
    section = word.sections[0]
    sides = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(side.mm) for side in sides] == [37, 35, 28, 26]
    assert round((section.page_width - section.left_margin - section.right_margin) / Mm(1)) == 156
    assert round((section.page_height - section.top_margin - section.bottom_margin) / Mm(1)) == 225
    looks = {}
    for paragraph in word.paragraphs:
        for run in paragraph.runs:
            if run.text.strip():
                looks.setdefault(run.text, (run._r.rPr.rFonts.get(qn("w:eastAsia")), run.font.size))
    assert looks["关于《福建省人民政府关于提升消费品质量的实施意见》"] == (TITLE, Pt(22))
    assert looks["一、总体情况"] == (HEI, Pt(16)) and looks["（一）省市场监管局"] == (KAI, Pt(16))
    assert looks["2024年7月10日"] == (FANGSONG, Pt(16))
    assert [p.text for p in word.paragraphs if p.text[1:2] == "、"] == [
        "一、总体情况",
        "二、目标进展情况",
        "三、任务落实情况",
        "四、存在的主要问题",
    ]
    body = next(p for p in word.paragraphs if p.text.startswith("截至2024年6月30日"))
    assert body.paragraph_format.line_spacing == Pt(28.9)
    assert body._p.pPr.ind.get(qn("w:firstLineChars")) == "200"
    footers = (section.footer, section.even_page_footer)
    assert [tostring(footer.paragraphs[0]._p, method="text", encoding="unicode") for footer in footers] == [
        "— PAGE —"
    ] * 2
    assert [footer.paragraphs[0].alignment for footer in footers] == [2, 0], (
        "odd pages right, even pages left"
    )
    assert word.settings.odd_and_even_pages_header_footer
    borders = word.tables[0]._tbl.tblPr.find(qn("w:tblBorders"))
    assert [edge.tag.rsplit("}")[1] for edge in borders] == ["top", "bottom"], "three lines, none upright"
    assert word.tables[0].rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    fonts = zipfile.ZipFile(BytesIO(paper(second_quarter))).read("word/fontTable.xml").decode()
    assert "方正小标宋简体" in fonts and "Noto Serif CJK SC" in fonts


def test_the_order_of_properties_is_the_schemas(second_quarter: Figures) -> None:
    """Word refuses what LibreOffice forgives: children of a paragraph's properties out of order."""
    order = [
        "pStyle",
        "keepNext",
        "keepLines",
        "widowControl",
        "pBdr",
        "shd",
        "tabs",
        "snapToGrid",
        "spacing",
        "ind",
        "jc",
        "rPr",
    ]
    papers = [paper(second_quarter, red_head=True), Paper(Head("某局", "某函〔2024〕1号", "letter")).save()]
    for content in papers:
        word = docx.Document(BytesIO(content))
        parts = [word.element, word.sections[0].footer._element, word.sections[0].first_page_footer._element]
        for part in parts:
            for properties in part.iter(qn("w:pPr")):
                names = [child.tag.rsplit("}")[1] for child in properties]
                assert set(names) <= set(order), names
                assert names == sorted(names, key=order.index), names


def test_page_and_paper_say_the_same_numbers(second_quarter: Figures) -> None:
    said = text_of(paper(second_quarter))
    for sentence in progress.summary(second_quarter):
        assert sentence in said
    assert "7家" in said and "≥40家" in said and "33" in said, "value, goal, gap"
    assert "培训两期，覆盖120家企业。" in said and "第三期" not in said and "师资不足" in said
    assert "逾期且本期未报告进展的任务1项：培育知名品牌。" in said


def test_the_head_in_red(second_quarter: Figures) -> None:
    word = docx.Document(BytesIO(paper(second_quarter, red_head=True)))
    name = next(p for p in word.paragraphs if p.text == "福建省市场监督管理局文件")
    assert str(name.runs[0].font.color.rgb) == "FF0000"
    assert "FF0000" in word.element.xml.split("w:pBdr")[1]


def test_written_text_goes_into_the_paper(plan: Document, second_quarter: Figures) -> None:
    with pytest.raises(NotPermitted):
        write_report(plan.pk, "2024Q2", {"opening": "x"}, by=official("x", "auditor"))
    with pytest.raises(Refused, match="invalid_date"):
        write_report(plan.pk, "2024Q2", {"signed_on": "昨天"}, by=BOSS)
    written = {
        "opening": "各单位高度重视。",
        "next_steps": "加快师资培养。",
        "addressee": "省人民政府",
        "signed_on": "2024年7月12日",
    }
    text = write_report(plan.pk, "2024Q2", written, by=BOSS)
    assert text.signed_on == date(2024, 7, 12)
    said = text_of(
        progress.paper(second_quarter, text, agency="某局", red_head=False, signed_on=date(2024, 7, 12))
    )
    assert "省人民政府：" in said and "五、下一步工作" in said and "加快师资培养。" in said


# --- major matters


def industry() -> Actor:
    return Actor("gx", "agency", INDUSTRY, "gx")


def matter(plan: Document, by: Actor, **changes: Any) -> MajorMatter:
    kwargs: dict[str, Any] = {
        "title": "某批次产品质量安全事件",
        "text": "情况如下。\n请求协调。",
        "reported_to": "福建省人民政府",
    }
    return report_major_matter(plan.pk, by=by, **{**kwargs, **changes})


def test_a_unit_with_a_duty_reports_and_the_answer_is_kept_once(plan: Document) -> None:
    found = matter(plan, industry(), urgency="urgent", signatory="张三", doc_number="闽工信报〔2024〕3号")
    assert found.unit == "福建省工业和信息化厅" and found.code.startswith("ZD-350000-")
    for stranger in (
        Actor("c", "agency", "350000-forestry", "c"),
        Actor("f", "enterprise", "91350100MA2XTEST1K", "f"),
    ):
        with pytest.raises(NotPermitted):
            matter(plan, stranger)
    with pytest.raises(NotPermitted):
        reply(found.pk, by=industry(), text="同意")
    reply(found.pk, by=BOSS, text="请省市场监管局牵头处置。")
    with pytest.raises(Conflict):
        reply(found.pk, by=BOSS, text="另议")
    with pytest.raises(Refused, match="invalid_matter"):
        matter(plan, industry(), text=" ")
    with pytest.raises(Refused, match="invalid_matter"):
        matter(plan, industry(), urgency="now")
    assert matter(plan, industry()).code == found.code[:-1] + "2"
    found.refresh_from_db()
    said = text_of(letter.report(found))
    assert (
        "福建省工业和信息化厅文件" in said
        and "加急" in said
        and "签发人：张三" in said
        and "关于某批次产品质量安全事件的报告" in said
    )
    answer = docx.Document(BytesIO(letter.reply(found)))
    assert answer.sections[0].different_first_page_header_footer and "福建省工业和信息化厅：" in text_of(
        letter.reply(found)
    )


def test_matters_of_a_period_are_in_its_report(plan: Document) -> None:
    with clock.at(date(2024, 5, 2)):
        matter(plan, industry())
    with clock.at(date(2024, 7, 2)):
        matter(plan, industry())
        found = figures(plan, parse("2024Q2"))
    assert len(found.matters) == 1
    assert "尚未获得答复" in text_of(paper(found))


# --- pages


@pytest.mark.urls("tests.apps.policy.urls")
def test_pages(plan: Document, second_quarter: Figures, settings: Any) -> None:
    settings.DEMO = True
    clerk = login(user("clerk", "clerk"))
    base = f"/console/policy/{plan.code}/reports/"
    assert "第二季度" in clerk.get(base).content.decode()
    page = clerk.get(base + "2024Q2/").content.decode()
    for sentence in progress.summary(second_quarter):
        assert sentence in page
    assert "师资不足" in page and "逾期" in page
    word = clerk.get(base + "2024Q2/report.docx?head=1")
    assert word.status_code == 200 and "福建省市场监督管理局文件" in text_of(word.content)
    assert clerk.get(base + "2024Q9/").status_code == 404
    assert clerk.post(base + "2024Q2/text/", {"opening": "好", "signed_on": "x"}).status_code == 422
    assert clerk.post(base + "2024Q2/text/", {"opening": "好", "signed_on": ""}).status_code == 302
    own = login(user("gx", region=FUJIAN, party=INDUSTRY))
    form = f"/console/policy/{plan.code}/matters/new/"
    typed = {"title": "事件", "text": "情况", "urgency": "normal", "reported_to": "省政府", "duty_id": ""}
    assert own.get(form).status_code == 200
    pdf = BytesIO(b"%PDF-1.4\n%%EOF\n")
    pdf.name = "evidence.pdf"
    sent = own.post(form, {**typed, "files": pdf})
    assert sent.status_code == 302, sent.content.decode()[:4000]
    found = MajorMatter.objects.get()
    assert found.files[0]["name"] == "evidence.pdf"
    address = f"/console/matters/{found.code}/"
    assert own.get(address).status_code == 200 and own.get(address + "report.docx").status_code == 200
    assert own.get(address + f"files/{found.files[0]['sha256']}/").status_code == 200
    assert own.get(address + "files/" + "0" * 64 + "/").status_code == 404
    assert "事件" in own.get("/console/matters/").content.decode()
    other = login(user("other", "clerk", region=XIAMEN, party="350200-market_supervision"))
    assert (
        other.get(address).status_code == 403
        and "事件" not in other.get("/console/matters/").content.decode()
    )
    assert clerk.post(address, {"text": "已阅"}).status_code == 302
    assert "答复" in own.get(address).content.decode() and own.get(address + "reply.docx").status_code == 200


# --- reminders


def test_units_are_reminded_thirty_and_seven_days_before_and_when_overdue(plan: Document) -> None:
    user("gx", party=INDUSTRY)
    user("boss2", "clerk")
    due = date(2024, 6, 30)
    Duty.objects.filter(measure__document=plan).update(due_on=due)
    told: dict[date, int] = {}
    for day in (
        date(2024, 5, 1),
        date(2024, 6, 2),
        date(2024, 6, 3),
        date(2024, 6, 24),
        date(2024, 6, 30),
        date(2024, 7, 5),
    ):
        with clock.at(day):
            reminders.send("policy.duties", day)
        told[day] = Notice.objects.filter(user__username="gx").count()
    assert list(told.values()) == [0, 1, 1, 2, 2, 3], "each stage once, one message for all duties of a plan"
    last = Notice.objects.filter(user__username="gx").latest("id")
    assert "2 项任务" in last.text_zh and "已逾期 5 天" in last.text_zh
    Duty.objects.filter(measure__document=plan).update(state="done")
    with clock.at(date(2024, 7, 30)):
        assert list(reminding.due_duties(date(2024, 7, 30))) == []


def test_my_work_shows_what_is_near(plan: Document) -> None:
    with clock.at(date(2024, 2, 1)):
        assert reminding.waiting(industry()) == []
        Duty.objects.filter(measure__document=plan, agency=INDUSTRY, role="lead").update(state="behind")
        assert [str(item.title) for item in reminding.waiting(industry())] == ["培育知名品牌"]
    assert reminding.waiting(Actor("f", "enterprise", "91350100MA2XTEST1K", "f")) == []


def test_what_waits_for_a_second_person(plan: Document) -> None:
    with clock.at(date(2025, 2, 1)):
        made = create_appraisal(by=BOSS, year=2024, title="考核", region=FUJIAN)
        set_criteria(made.pk, [{"title": "任务", "source": "duties", "weight": 1}], by=BOSS)
        second = official("second", "approver")
        assert reminding.deciding(second) == []
        compute_appraisal(made.pk, by=BOSS)
        assert [item.title for item in reminding.deciding(second)] == ["考核"]
        assert (
            reminding.deciding(BOSS) == []
            and reminding.deciding(official("x", "approver", region=XIAMEN)) == []
        )


def test_every_verb_is_on_the_page_of_rights() -> None:
    names = {verb.name for verb in matrix.verbs() if verb.section == "policy"}
    assert {
        "policy.confirm",
        "policy.map",
        "policy.confirm_appraisal",
        "policy.decide_award",
        "policy.publish_year_plan",
    } <= names
