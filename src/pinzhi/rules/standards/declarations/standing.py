"""The standard that is declared: whether it is one, and how it stands on the day."""

from __future__ import annotations

from pinzhi.rules.standards.declarations.facts import Cited, Work


def standing(work: Work) -> None:
    declared, cited = work.declared, work.facts.standard
    if not declared.standard.strip():
        work.say(
            "declaration.number_and_name",
            "no_standard",
            "standard",
            "没有写执行的标准编号",
            "the number of the standard is missing",
            "填写执行的标准编号，例如 GB 31701-2015、Q/XYZ 001-2026",
            "give it, e.g. GB 31701-2015 or Q/XYZ 001-2026",
        )
        return
    if cited.state == "unreadable":
        work.say(
            "declaration.number_and_name",
            "standard_unreadable",
            "standard",
            f"标准编号看不懂：{cited.wrong[0]}",
            f"the number cannot be read: {cited.wrong[1]}",
            *cited.right,
        )
        return
    if not (declared.title.strip() or cited.title):
        work.say(
            "declaration.number_and_name",
            "no_title",
            "standard_title",
            "没有写标准名称",
            "the name of the standard is missing",
            "填写标准封面上的名称",
            "give the name on its cover",
        )
    _edition(work, cited)
    if cited.own and not work.declared.indicators:
        work.say(
            "declaration.own_indicators",
            "indicators_missing",
            "indicators",
            "执行本企业标准，但没有公开任何功能指标、性能指标",
            "an own standard is declared without any functional or performance indicator",
            "在指标表中逐项填写",
            "fill in the table of indicators",
        )


def _edition(work: Work, cited: Cited) -> None:
    key = "declaration.standard_in_force"
    if cited.state == "withdrawn":
        since = f"已于 {cited.withdrawn_on} 废止" if cited.withdrawn_on else "已废止"
        since_en = f"was withdrawn on {cited.withdrawn_on}" if cited.withdrawn_on else "was withdrawn"
        after = "、".join(cited.successors)
        work.say(
            key,
            "standard_lapsed",
            "standard",
            f"{cited.number} {since}，按废止的标准声明不算按标准组织生产",
            f"{cited.number} {since_en}; declaring it does not count as producing to a standard",
            f"改为现行的 {after}" if after else "改为现行的标准",
            f"declare {after}" if after else "declare one in force",
        )
    elif cited.state == "not_yet":
        work.say(
            key,
            "standard_not_yet",
            "standard",
            f"{cited.number} {cited.effective_on} 起实施，今天还未生效",
            f"{cited.number} comes into force on {cited.effective_on} only",
            "可以提前执行；同时仍应符合现行版本" + (f"（{'、'.join(cited.known)}）" if cited.known else ""),
            "it may be applied early; the edition in force still has to be met",
            at_most="warn",
        )
    elif cited.state == "draft":
        work.say(
            key,
            "standard_draft",
            "standard",
            f"{cited.number} 还是草案，没有发布",
            f"{cited.number} is a draft and not published",
            "声明已发布的标准",
            "declare a published one",
            at_most="warn",
        )
    elif cited.state == "unknown_year":
        known = "、".join(cited.known)
        work.say(
            key,
            "standard_unknown_year",
            "standard",
            f"{cited.number} 没有这一年的版本",
            f"there is no edition of that year: {cited.number}",
            f"已知的版本：{known}" if known else "核对年份",
            f"known: {known}" if known else "compare the year",
            at_most="warn",
        )
    elif cited.state == "unknown_number":
        work.say(
            key,
            "standard_unknown",
            "standard",
            f"标准目录中没有 {cited.number}，无法核对是否现行",
            f"{cited.number} is not in the catalogue; whether it is in force cannot be told",
            "核对编号；编号无误的可以照常声明",
            "compare the number; if it is right go on",
            at_most="warn",
        )
    elif not cited.dated and not cited.own:
        work.say(
            key,
            "standard_undated",
            "standard",
            f"没有写年份，今天指 {cited.number}",
            f"without a year it means {cited.number} today",
            f"建议写明 {cited.number}",
            f"better write {cited.number}",
            at_most="note",
        )
