"""Papers of a sample as PDF: the sampling sheet, labels with QR codes, the laboratory's report with its way to the proof.

The wording is Chinese whatever the reader's language: these are papers that are signed and sealed.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Frame, KeepTogether, PageTemplate, Spacer, Table
from reportlab.platypus.doctemplate import BaseDocTemplate

from pinzhi.apps.inspection import queries_sampling
from pinzhi.apps.inspection.models import Paper, Report, Sample
from pinzhi.apps.inspection.publishing import REGISTER_OF
from pinzhi.kernel import clock
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.web import pdf

WIDTH, HEIGHT = A4
SIDE, TOP = 18 * mm, 16 * mm
WIDE = WIDTH - 2 * SIDE
CHANNELS = {"plant": "生产企业", "shop": "实体店", "online": "电商平台", "school": "学校幼儿园"}
OUTCOMES = {"taken": "已抽样", "refused": "拒绝抽样", "absent": "停业或无货"}
VERDICTS = {"pass": "合格", "fail": "不合格", "open": "无法判定"}
TESTS = {"first": "首次检验", "re_inspection": "复检", "re_check": "整改后复查"}
ONLINE = {
    "platform": "平台",
    "shop": "店铺",
    "order": "订单号",
    "payment": "付款凭证",
    "account": "购样账号",
    "delivered_to": "收货地址",
    "ordered_on": "下单日期",
    "received_on": "收货日期",
}
PARTS = {"test": "检样", "backup": "备样"}
#: A sheet of self-adhesive labels A4, 3 × 7 of 63.5 × 38.1 mm.
COLUMNS, ROWS, LABEL_WIDE, LABEL_HIGH = 3, 7, 63.5 * mm, 38.1 * mm
GAP, LEFT, UPPER = 2.5 * mm, 7.2 * mm, 15.1 * mm


def _document(title: str, author: str, story: Iterable[Flowable], foot: str = "") -> bytes:
    out = io.BytesIO()
    document = BaseDocTemplate(out, pagesize=A4, title=title, author=author, lang="zh-CN")

    def page_foot(canvas: Canvas, template: Any) -> None:
        canvas.setFont(pdf.face("song"), 9)
        canvas.drawString(SIDE, 9 * mm, pdf.plain(foot))
        canvas.drawRightString(WIDTH - SIDE, 9 * mm, f"第 {template.page} 页")

    frame = Frame(SIDE, TOP, WIDE, HEIGHT - 2 * TOP, 0, 0, 0, 0)
    document.addPageTemplates(PageTemplate(frames=[frame], onPage=page_foot))
    document.build(list(story))
    return out.getvalue()


def _grid(rows: Sequence[tuple[str, str, str, str] | tuple[str, str]]) -> Table:
    """Facts in four columns; a pair fills the line."""
    name, value = pdf.style("hei", 9.5, 14), pdf.style("song", 10, 14.5)
    cells: list[list[Any]] = []
    lines: list[tuple[Any, ...]] = [
        ("GRID", (0, 0), (-1, -1), 0.5, "#333333"),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("BACKGROUND", (0, 0), (0, -1), "#f0f2f4"),
    ]
    for number, row in enumerate(rows):
        made = [pdf.paragraph(text or "—", name if at % 2 == 0 else value) for at, text in enumerate(row)]
        if len(row) == 2:
            made += ["", ""]
            lines.append(("SPAN", (1, number), (3, number)))
        else:
            lines.append(("BACKGROUND", (2, number), (2, number), "#f0f2f4"))
        cells.append(made)
    widths = [WIDE * 0.16, WIDE * 0.34, WIDE * 0.16, WIDE * 0.34]
    return Table(cells, colWidths=widths, style=lines)


def _agency(code: str) -> str:
    found = places.agency_name(code)
    return found.zh if found else code


def sampling_sheet(sample: Sample, paper: Paper, address: str) -> bytes:
    """The sampling sheet; `address` is where the QR code leads: the sample's custody page."""
    middle = pdf.style("song", 10, 15, alignment=TA_CENTER)
    agency = _agency(sample.programme.agency)
    seals = list(sample.seals.order_by("backup", "number"))
    signed = {one.get("role"): one for one in sample.signatures}
    price = f"{sample.price:,.2f} 元" if sample.price is not None else ""
    if sample.outcome != Sample.Outcome.TAKEN:
        bought = "未抽样"
    else:
        bought = f"购买　{price}　票据 {sample.receipt or '—'}" if sample.bought else "未付费"
    facts: list[tuple[str, str, str, str] | tuple[str, str]] = [
        ("抽查计划", f"{sample.programme.title}（{sample.programme.number}）"),
        ("样品编号", sample.number, "任务编号", sample.task.number if sample.task else ""),
        ("抽样情况", OUTCOMES[sample.outcome], "抽样环节", CHANNELS.get(sample.channel, sample.channel)),
        ("抽样日期", sample.sampled_on.isoformat(), "产品类别", sample.rules.rules.product_class),
        ("被抽样单位", sample.sampled_at_name, "信用代码", sample.sampled_at_code),
        ("标称生产企业", sample.producer_name, "信用代码", sample.producer_code),
        ("产品名称", sample.product_name, "商标", sample.trademark),
        ("规格型号", sample.specification, "商品条码", sample.gtin),
        ("执行标准", sample.standard_executed, "批号或日期", sample.batch_no or _day(sample.produced_on)),
        ("检验样品", f"{sample.test_samples} {sample.rules.sample_unit}", "备用样品",
         f"{sample.backup_samples} {sample.rules.sample_unit}"),
        ("检样封签", "、".join(s.number for s in seals if not s.backup), "备样封签",
         "、".join(s.number for s in seals if s.backup)),
        ("库存（基数）", sample.stock, "购样", bought),
        ("承检机构", queries_sampling.laboratory_name(sample.laboratory)),
    ]  # fmt: skip
    if sample.online:
        said = "；".join(f"{ONLINE.get(name, name)} {value}" for name, value in sample.online.items())
        facts.append(("网络购样", said))
    if sample.refusal:
        facts.append(("情况说明", sample.refusal))
    kinds = len(sample.photos)
    facts.append(("照片", f"{kinds} 张，随记录保存，按内容校验值核对" if kinds else "无"))

    def place(role: str, title: str) -> list[Any]:
        one = signed.get(role, {})
        name = str(one.get("name") or "")
        how = "（手机签名已存）" if one.get("sha256") else "（键入姓名）" if name else ""
        return [
            pdf.paragraph(title, pdf.style("hei", 10, 15)),
            pdf.paragraph(f"签名：{name}{how}", pdf.style("song", 10, 15)),
            Spacer(1, 16 * mm),
            pdf.paragraph("（盖章）　　　　　年　　月　　日", middle),
        ]

    people = "、".join(queries_sampling.inspector_names(sample.inspectors))
    signatures = Table(
        [[place("firm", "被抽样单位确认"), place("inspector", f"抽样人员：{people}")]],
        colWidths=[WIDE / 2, WIDE / 2],
        style=[("GRID", (0, 0), (-1, -1), 0.5, "#333333"), ("VALIGN", (0, 0), (-1, -1), "TOP")],
    )
    foot = Table(
        [[pdf.QrCode(address, 26 * mm), pdf.paragraph(
            "扫码登记样品交接（需登录）。样品不得由被抽样单位自行处理；对抽样有异议的，请在本单上注明。本单一式三份：被抽样单位、"
            "承检机构、组织抽查的部门各一份。", pdf.style("song", 9.5, 15))]],
        colWidths=[30 * mm, WIDE - 30 * mm], style=[("VALIGN", (0, 0), (-1, -1), "MIDDLE")],
    )  # fmt: skip
    story: list[Flowable] = [
        pdf.paragraph(agency, pdf.style("title", 14, 22, alignment=TA_CENTER)),
        pdf.paragraph("产品质量监督抽查抽样单", pdf.style("title", 18, 28, alignment=TA_CENTER)),
        pdf.paragraph(paper.text, middle),
        Spacer(1, 3 * mm),
        _grid(facts),
        signatures,
        Spacer(1, 2 * mm),
        KeepTogether([foot]),
    ]
    return _document(f"抽样单 {paper.text}", agency, story, f"{paper.text}　样品 {sample.number}")


def _day(day: Any) -> str:
    return day.isoformat() if day else ""


@dataclass(frozen=True)
class Label:
    """One label: which part of a sample (test or backup), under which seal."""

    sample: Sample
    part: str
    seal: str


def labels_of(sample: Sample) -> list[Label]:
    """One label for each seal; a sample without seals has one for the test and one for the backup."""
    seals = list(sample.seals.order_by("backup", "number"))
    if seals:
        return [Label(sample, "backup" if s.backup else "test", s.number) for s in seals]
    parts = ["test", *(["backup"] if sample.backup_samples else [])]
    return [Label(sample, part, "") for part in parts]


def label_sheet(labels: Sequence[Label], address_of: Any, skip: int = 0) -> bytes:
    """Labels on sheets of 3 × 7; `skip` places of the first sheet are used already. `address_of(sample, part)` → QR address."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, lang="zh-CN")
    canvas.setTitle("样品标签")
    for number, label in enumerate(labels, skip % (COLUMNS * ROWS)):
        place = number % (COLUMNS * ROWS)
        if place == 0 and number:
            canvas.showPage()
        x = LEFT + place % COLUMNS * (LABEL_WIDE + GAP)
        y = HEIGHT - UPPER - (place // COLUMNS + 1) * LABEL_HIGH
        _label(canvas, label, address_of(label.sample, label.part), x, y)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _label(canvas: Canvas, label: Label, address: str, x: float, y: float) -> None:
    sample, side = label.sample, 30 * mm
    canvas.setLineWidth(0.3)
    canvas.roundRect(x, y, LABEL_WIDE, LABEL_HIGH, 2 * mm)
    code = pdf.QrCode(address, side)
    code.drawOn(canvas, x + 0.5 * mm, y + (LABEL_HIGH - side) / 2)
    small, wide = pdf.style("song", 8, 10.5), LABEL_WIDE - side - 2.5 * mm
    goods = sample.product_name[:26]
    lines = [
        (PARTS[label.part], pdf.style("hei", 12, 15)),
        (sample.number, pdf.style("hei", 8.5, 11)),
        (goods, small),
        (f"封签 {label.seal}" if label.seal else "未用封签", small),
        (sample.sampled_on.isoformat(), small),
    ]
    top = y + LABEL_HIGH - 2 * mm
    for text, style in lines:
        block = pdf.paragraph(text, style)
        _wide, high = block.wrap(wide, LABEL_HIGH)
        block.drawOn(canvas, x + side + 1 * mm, top - high)
        top -= high + 0.8 * mm


@dataclass(frozen=True)
class Proof:
    """Where the public can check a report's result; empty before it is published."""

    address: str
    key: str


def register_of(sample: Sample) -> str:
    """The register that a sample's result is published in."""
    return REGISTER_OF[sample.programme.kind]


def report_paper(report: Report, proof: Proof | None) -> bytes:
    """A laboratory's report item by item. The laboratory's name stands on it: it answers for what it found."""
    sample = report.sample
    laboratory = queries_sampling.laboratory_name(report.laboratory)
    middle = pdf.style("song", 10, 15, alignment=TA_CENTER)
    facts: list[tuple[str, str, str, str] | tuple[str, str]] = [
        ("检验机构", laboratory, "信用代码", report.laboratory),
        ("报告编号", report.number, "检验类别", TESTS[report.test]),
        ("样品编号", sample.number, "抽样日期", sample.sampled_on.isoformat()),
        ("产品名称", sample.product_name, "规格型号", sample.specification),
        ("商标", sample.trademark, "批号或日期", sample.batch_no or _day(sample.produced_on)),
        ("标称生产企业", sample.producer_name, "被抽样单位", sample.sampled_at_name),
        (
            "样品接收",
            _day(report.received_on or sample.received_on),
            "检验日期",
            report.tested_on.isoformat(),
        ),
        ("检验依据", "、".join(report.rules.standards)),
        ("实施细则", f"{report.rules.rules.code} 第 {report.rules.number} 版（抽样日有效）"),
    ]
    head = pdf.style("hei", 9.5, 14)
    cell = pdf.style("song", 9.5, 14)
    rows: list[list[Any]] = [
        [pdf.paragraph(t, head) for t in ("序号", "检验项目", "要求", "实测值", "不确定度", "方法", "判定")]
    ]
    for number, one in enumerate(report.items.select_related("item").order_by("item__position"), 1):
        value = f"{one.value} {one.unit}".strip()
        texts = (
            str(number),
            one.item.name,
            one.limit,
            value,
            one.uncertainty,
            one.method,
            VERDICTS[one.verdict],
        )
        rows.append([pdf.paragraph(text or "—", cell) for text in texts])
    shares = (0.07, 0.2, 0.2, 0.15, 0.11, 0.16, 0.11)
    items = Table(
        rows,
        colWidths=[WIDE * share for share in shares],
        repeatRows=1,
        style=[("GRID", (0, 0), (-1, -1), 0.5, "#333333"), ("BACKGROUND", (0, 0), (-1, 0), "#f0f2f4"),
               ("VALIGN", (0, 0), (-1, -1), "MIDDLE")],
    )  # fmt: skip
    failed = "；不合格项目：" + "、".join(report.failed_items) if report.failed_items else ""
    verdict = f"检验结论：{VERDICTS[report.verdict]}{failed}。"
    seal = [
        pdf.paragraph(laboratory, middle),
        pdf.paragraph("批准：　　　　审核：　　　　主检：", middle),
        Spacer(1, 14 * mm),
        pdf.paragraph(f"签发日期 {report.issued_on.isoformat()}", middle),
        pdf.paragraph("（检验检测专用章）", middle),
    ]
    small = pdf.style("song", 9, 13, alignment=TA_CENTER)
    left: list[Flowable] = (
        [pdf.QrCode(proof.address, 30 * mm), pdf.paragraph(f"扫码核验公布的结果 {proof.key}", small)]
        if proof
        else [pdf.paragraph("结果尚未公布；公布后重新下载的报告带有核验二维码。", small)]
    )
    foot = Table(
        [[left, seal]],
        colWidths=[WIDE * 0.38, WIDE * 0.62],
        style=[("VALIGN", (0, 0), (-1, -1), "MIDDLE")],
    )
    story: list[Flowable] = [
        pdf.paragraph(laboratory, pdf.style("title", 14, 22, alignment=TA_CENTER)),
        pdf.paragraph("检验报告", pdf.style("title", 20, 32, alignment=TA_CENTER)),
        pdf.paragraph(report.number, middle),
        Spacer(1, 3 * mm),
        _grid(facts),
        Spacer(1, 4 * mm),
        items,
        Spacer(1, 4 * mm),
        KeepTogether([pdf.paragraph(verdict, pdf.style("hei", 12, 20)), Spacer(1, 4 * mm), foot]),
    ]
    foot_text = f"{report.number}　由录入的检验数据生成，{clock.today().isoformat()}；检验机构对检验数据负责"
    return _document(f"检验报告 {report.number}", laboratory, story, foot_text)
