"""Which year a goal is due, and whether a clause tells of the past.

到2020年, 2020年底前, 2018—2020年 and 到“十四五”末 name an end; 比2015年提高 names a base and no end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .numerals import chinese_number

_FIVE_YEAR = {
    "十五": 2005, "十一五": 2010, "十二五": 2015, "十三五": 2020, "十四五": 2025, "十五五": 2030, "十六五": 2035,
}  # fmt: skip
_YEAR = re.compile(
    r"20\d\d年\d{1,2}月(?:\d{1,2}日)?(?:起)?[-~至到]{1,2}(?P<until>20\d\d)年\d{1,2}月(?:\d{1,2}日|底|末)?"
    r"|(?P<from>20\d\d)年?[-~至到]{1,2}(?P<to>20\d\d)年|(?P<year>20\d\d)年(?P<end>底|末|年底|年末)?(?P<before>以?前|之前)?"
    r"|(?P<worded>二[〇零•O0][一二三四五][〇零•O0一二三四五六七八九])年(?P<wordedend>底|末|年底|年末)?(?:以?前|之前)?"
    r"|[“\"]?(?P<plan>十[一二三四五六]五|(?<![二三四五六七八九第])十五(?=”?(?:末|期末|时期|期间)))[”\"]?(?P<span>末|期末|时期|期间|规划期末|期内|结束)"
)
_BASE_BEFORE = re.compile(r"(?:比|较|相比|相较|与|以|在|从|自|由|超过|高于|低于|于)$")
_BASE_AFTER = re.compile(
    r"^(?:的)?(?:起|开始|基础上|为基期|为基数|相比|以来|的?水平|发布|印发|修订|同期|的\d+(?:\.\d+)?倍"
    r"|的\d[^，。]{0,12}?(?:提高|增加|提升|增长|扩大|上升|下降|降低|减少|压缩)(?:到|至))"
)
_GOAL_BEFORE = re.compile(r"(?:到|至|力争|确保|争取)$")
_RELATIVE = re.compile(
    r"(?P<this>今年|本年度?|当年|(?<![一二两三四五六七八九十\d])年内)(?!度?考核)|(?P<next>明年)"
)
_PAST_WORDS = re.compile(
    r"截至目前|截止目前|(?<![由从])目前|(?<![由从])现有(?!基础|水平)(?=[^，。]{0,14}\d)|已有|已达|已经|已(?=[^知]{0,6}(?:建|达|有|完成|培育|获|成"
    r"|制定|累计))|近年来|近几年|以来|(?<![以比较同与由从按低高于])上年|(?<![比较同与由从按低高于])去年|(?<![比较年])同期|一直|此前"
    r"|历年|过去|近[一二两三四五]年|(?<!不)仅(?:占|为|有|达)|只有(?=\d)|不到(?=\d|[一二三四五六七八九]成)"
)
# 近年来，…: the whole sentence tells what was done. 现有企业3200家，其中…: so do the clauses behind.
_SINCE = re.compile(
    r"[^，。\d]{0,16}(?:以来|近[一二两三四五]年来?|近年来|近几年来?|多年来|[一二三四五]年来|几年来|目前|截至目前|截止目前)，"
)
_STANDS = re.compile(
    r"(?:(?<![由从])现有(?!基础|水平)|目前(?:有|共有|拥有)|已有|已建成|已培育|已累计|现已|共有)[^，；。]{0,20}\d"
)
_WANTED = re.compile(
    r"力争|争取|确保|努力|目标|到20|20\d\d年底?前|每年|不低于|不少于|[提升增扩][高升加大长]?(?:到|至)|达到|再|新增|新建|新认定|控制在"
    r"|稳定在|保持|突破|超过"
)


# 2018年6月底前上线运行，年访问量…: a day for one deed says nothing of the clauses after it.
_DEADLINE = re.compile(r"\d{1,2}月(?:\d{1,2}日|份)?(?:底|末)?(?:以?前|之前)[^，。；\d]{2,12}[，；]")

_DEED = re.compile(r"[^，。；\d]{2,20}[，；]")


@dataclass(frozen=True)
class YearMention:
    """A year named at start:end of the canonical text; `base` when it is what a change is measured from."""

    year: int
    start: int
    end: int
    base: bool


def years_in(chars: str, start: int, end: int, issue_year: int | None) -> list[YearMention]:
    """All years named in chars[start:end] outside of titles of documents, in order."""
    found = []
    counted, open_titles = start, 0
    for match in _YEAR.finditer(chars, start, end):
        open_titles += chars.count("《", counted, match.start()) - chars.count("》", counted, match.start())
        counted = match.start()
        if open_titles > 0:
            continue
        before = chars[max(start, match.start() - 3) : match.start()]
        after = chars[match.end() : min(end, match.end() + 20)]
        if match["plan"]:
            year = _FIVE_YEAR[match["plan"]]
        elif match["worded"]:
            year = chinese_number(re.sub("[•O0零]", "〇", match["worded"])) or 0
            if re.match(r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})月", after):
                continue
        else:
            year = int(match["until"] or match["to"] or match["year"])
        if match["year"] and re.match(r"\d{1,2}月\d{1,2}日|\d{1,2}月(?!底|末|前|份?之前)", after) and not re.match(
            r"\d{1,2}月(?:\d{1,2}日)?(?:底|末)?(?:以?前|之前)", after
        ):  # fmt: skip
            continue
        if re.search(r"截[至止]?(?:到)?$", before) and issue_year is not None and year <= issue_year:
            year = min(year, issue_year - 1)  # 截至2017年底，…: how it stood
        base = bool(_BASE_BEFORE.search(before)) or (
            not match["end"]
            and not match["wordedend"]
            and not _GOAL_BEFORE.search(before)
            and bool(_BASE_AFTER.match(after))
        )
        if re.search(r"(?:在|于)$", before) and not _BASE_AFTER.match(after):
            base = False
        base = base or re.match(r"的(?:\d+(?:\.\d+)?|[两二三四五])倍", after) is not None
        found.append(YearMention(year, match.start(), match.end(), base))
    if issue_year is not None:
        for match in _RELATIVE.finditer(chars, start, end):
            found.append(
                YearMention(issue_year + (1 if match["next"] else 0), match.start(), match.end(), False)
            )
    return sorted(found, key=lambda y: y.start)


def only_dates_a_deed(chars: str, mention: YearMention, at: int) -> bool:
    """Whether a year belongs to a deadline of a clause that ends before `at`."""
    deed = _DEADLINE.match(chars, mention.end, at)
    if deed is None and chars[mention.end - 1] == "前":
        deed = _DEED.match(chars, mention.end, at)
    return deed is not None and deed.end() <= at


_PAST_YEAR = re.compile(r"(?:截[至止]?|到)?(20\d\d)年(?!底?前|以前|之前)")
_FORWARD = re.compile(
    r"力争|争取|确保|努力|目标|计划|拟|到20|20\d\d年|十[三四五六]五|每年|年均|不低于|不少于|以上|稳定在|要|将|应|今年|明年"
    r"|加快|推动|进一步|培育|建设|打造|开展|实施|组织|鼓励|支持|引导|完善|健全|建立|推进|加强|提高到|提升到"
)


def looks_forward(sentence: str) -> bool:
    """Whether a sentence names a year or says that something is wanted."""
    return _FORWARD.search(sentence) is not None


def begins_in_the_past(sentence: str, issue_year: int | None) -> bool:
    """Whether a sentence begins with a year before the document's: what follows it tells of that year as well.

    2017年，新增商标2万件。总量达24万件，居全国第五。
    """
    match = _PAST_YEAR.match(sentence)
    return match is not None and issue_year is not None and int(match[1]) < issue_year


def tells_how_it_stands(before: str, clause: str) -> bool:
    """Whether the sentence up to `clause` says how things stand, and `clause` sets nothing against it."""
    if _WANTED.search(clause):
        return False
    return bool(_SINCE.match(before) or _STANDS.search(before))


_YEAR_OF_TITLE = re.compile(
    r"(20\d\d)年(?!远景|以来|版|修订)度?(?=[^，。()]{0,40}(?:计划|要点|安排|工作|任务|方案|行动|措施|意见|清单))"
)
_PERIOD = re.compile(r"20\d\d年?[-~至到]{1,2}20\d\d年?")


def year_of_plan(title: str, issue_year: int | None) -> int | None:
    """The one year of a yearly plan by its title: 2018年质量工作要点. A plan of several years names none here."""
    spans = [m.span() for m in _PERIOD.finditer(title)]
    named = [
        int(m[1]) for m in _YEAR_OF_TITLE.finditer(title) if not any(a <= m.start() < b for a, b in spans)
    ]
    return named[-1] if named and named[-1] >= (issue_year or 0) else None


_STATUS = re.compile(
    r"(?:(?:全省|全市|全县|全区|全国|我省|我市|我县|我区)[，]?)?(?:截[至止](?:到)?目前|目前|近年来|近几年来?|多年来|[^，。]{0,12}以来)，"
)
_WISHED = re.compile(
    r"力争|争取|确保|努力|计划|到20|十[三四五六]五|每年|将(?!军)|拟|今年|明年|下一步|不低于|不少于|提[高升]到|再"
)


def begins_with_how_it_stands(sentence: str) -> bool:
    """Whether a sentence opens with 截至目前, 近年来, …以来: it tells how things stand."""
    return _STATUS.match(sentence) is not None


def says_wanted(sentence: str) -> bool:
    """Whether a sentence says in so many words that something is wanted."""
    return _WISHED.search(sentence) is not None


_ASIDE = re.compile(r"\([^()]*\)")


def is_aside(chars: str, mention: YearMention, at: int) -> bool:
    """Whether a year stands in a bracket that is closed before `at`: …12家（2016年已有9家），检测收入增速达到15%."""
    opened = chars.rfind("(", max(0, mention.start - 60), mention.start)
    closed = chars.find(")", mention.end, at)
    stage = chars.startswith("：", closed + 1)  # 第一阶段（2020—2021年）：… is dated by its bracket
    return opened >= 0 and chars.find(")", opened, mention.start) < 0 and closed >= 0 and not stage


def tells_past(clause: str) -> bool:
    """Whether a clause says how things stand rather than what is wanted; what stands in brackets is an aside."""
    clause = _ASIDE.sub("", clause)
    hit = _PAST_WORDS.search(clause)
    if hit is None:
        return bool(re.search(r"(?:建成|制定|培育|新增|达到|完成|实现|获得|超过|开展)了", clause))
    return not re.search(r"力争|确保|争取|目标", clause[hit.start() :])
