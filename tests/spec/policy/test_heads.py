"""Heads as portals and law databases leave them: noise beside the title, fields in brackets, numbers in titles."""

from __future__ import annotations

import pytest

from pinzhi.rules.policy.reader import read_text

BODY = """
各县（市、区）人民政府，市政府各部门：
《方案》已经市政府同意，现印发给你们，请认真贯彻执行。
{signature}

一、总体要求
到2020年，抽查合格率达到95%。
"""
SIGNED = "青河市人民政府办公室\n2018年5月4日"

HEADS: list[tuple[str, str, str, dict[str, str | None]]] = [
    ("a breadcrumb and fields in brackets",
     "青河政府网|东原省政府网\n[ 索引号 ] 113300/2018-00021 [ 发文字号 ] 青政办(2018)12号\n[ 发布机构 ] 青河市人民政府办公室\n"
     "[ 标 题 ] 青河市人民政府办公室关于印发质量提升方案的通知\n\n青河市人民政府办公室关于印发质量提升方案的通知\n语音播报\n进入播报模式",
     SIGNED,
     {"title": "青河市人民政府办公室关于印发质量提升方案的通知", "doc_number": "青政办〔2018〕12号",
      "index_number": "113300/2018-00021", "issuer": "青河市人民政府办公室"}),
    ("a number before the title",
     "青政办〔2018〕12号《青河市人民政府办公室关于印发〈质量提升方案〉的通知》\n青政办〔2018〕12号", "2018年5月4日",
     {"title": "青河市人民政府办公室关于印发〈质量提升方案〉的通知", "doc_number": "青政办〔2018〕12号",
      "issuer": "青河市人民政府办公室", "issued_on": "2018-05-04"}),
    ("a number behind the title, dates of a law database",
     "当前位置: 首页 » 政策法规 » 青河市人民政府关于加强品牌建设的意见 (青政发〔2018〕7号)\n\n"
     "青河市人民政府关于加强品牌建设的意见 (青政发〔2018〕7号)\n扫描二维码 分享好友\n发布日期 2018-05-04 生效日期 2018-06-01", "",
     {"title": "青河市人民政府关于加强品牌建设的意见", "doc_number": "青政发〔2018〕7号",
      "issuer": "青河市人民政府", "issued_on": "2018-05-04"}),
    ("a register number and the name of the paper",
     "| 文号:QHD01—2018—0004 |\nQHD01—2018—0004\n青河市人民政府办公室文件\n青政办发〔2018〕12号\n青河市人民政府办公室关于印发\n质量提升三年计划的通知",
     SIGNED,
     {"title": "青河市人民政府办公室关于印发质量提升三年计划的通知", "doc_number": "青政办发〔2018〕12号"}),
    ("the number of another paper in the title",
     "青河市人民政府办公室\n关于明确青政〔2017〕33号文件\n重点工作责任单位的通知\n\n青政办〔2018〕12号", SIGNED,
     {"title": "青河市人民政府办公室关于明确青政〔2017〕33号文件重点工作责任单位的通知", "doc_number": "青政办〔2018〕12号"}),
    ("fields apart by bars, no number",
     "索引号: | 113300/2018-00021 | 信息分类: | 规范性文件 |\n发布机构: | 市政府（办公室） | 主题分类: | 综合政务 |\n"
     "发文字号: | 无 | 有 效 性: | 有效 |\n标 题: | 青河市人民政府办公室关于印发质量提升任务分解表的通知 | ||", SIGNED,
     {"title": "青河市人民政府办公室关于印发质量提升任务分解表的通知", "doc_number": None, "index_number": "113300/2018-00021"}),
    ("number and date on one line",
     "中共青河市委青河市人民政府关于开展质量提升行动的实施意见\n青委发〔2018〕27号 2018年6月29日", "",
     {"title": "中共青河市委青河市人民政府关于开展质量提升行动的实施意见", "doc_number": "青委发〔2018〕27号",
      "issued_on": "2018-06-29"}),
    ("the name of a site before the title",
     "青河网--青河法律信息网\n青河市人民政府关于印发《商标规划》的通知\n（青政发〔2018〕8号）", "二〇一八年三月十三日",
     {"title": "青河市人民政府关于印发《商标规划》的通知", "doc_number": "青政发〔2018〕8号", "issued_on": "2018-03-13",
      "issuer": "青河市人民政府"}),
]  # fmt: skip


@pytest.mark.parametrize(("head", "signature", "fields"), [h[1:] for h in HEADS], ids=[h[0] for h in HEADS])
def test_fields(head: str, signature: str, fields: dict[str, str | None]) -> None:
    document = read_text(head + "\n" + BODY.format(signature=signature)).document
    assert {name: getattr(document, name) for name in fields} == fields


def test_the_plans_own_title_stands_in_for_a_lost_one() -> None:
    text = "各区人民政府：\n现将《方案》印发给你们。\n青河市人民政府\n2018年5月4日\n（此件公开发布）\n青河市质量提升行动方案\n（2018—2020年）\n一、目标\n到2020年，合格率达到95%。"
    assert read_text(text).document.title == "青河市质量提升行动方案（2018—2020年）"
