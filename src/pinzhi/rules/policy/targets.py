"""Quantified goals: for each number in the text, whether it is one, and what it asks for.

Decided for every number: reach verbs (达到, 稳定在, 不低于), creation verbs (培育, 新增, 制修订), a verb carried over from
the clause before ("达850个，福建省著名商标3800个"), a bound (以上, 左右). Not targets: past facts, rules with rewards or
deadlines, numbers that only scope a task (围绕10个重点产业), attributes (年产值超100亿元的园区2家 wants 2).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from .clauses import clause_around, phrases, quoted, sentences, unquoted
from .indicators import DOES, distribute, name_indicator, subject_before
from .model import Path, Target
from .phrases import (
    ANTI,
    ANTI_HERE,
    CREATE,
    GROWTH,
    INCREMENT,
    LEAD_IN,
    LEVEL,
    METRIC_END,
    MONEY_GOAL,
    MONEY_RULE,
    PER_YEAR,
    PREFIX_BOUND,
    REACH,
    RULE,
    STRONG_REACH,
)
from .quantities import Quantity, find_quantities
from .text import SourceText
from .years import tells_past, years_in

_RANK = re.compile(
    r"(?:进入|跻身|位居|位列|居|排名|列|保持|稳居|进)[^，。；、]{0,16}?前(?P<n>\d{1,3}|[二三四五六七八九十]{1,3})(?P<u>位|名)"
)
_FIGURE_OF_TASK = re.compile(r"^(?:大|类|条|项|个)?(?:措施|任务|举措|方面|环节|原则|部门|工作任务|重大工程|制度|行业|关键词|字|文件|要求|问题)")
_ABSTRACT = re.compile(
    r"^(?:方面|环节|层次|层面|转变|全面|统一|结合|阶段|维度|方向|坚持|原则|关系|步骤|一批|意识|自信|确保|必须|领域|重点|关键|行业|部门|体系|机制|月|以上方面|轮子|到位|清单|中心任务)"
)


@dataclass(frozen=True)
class Context:
    """What surrounds a paragraph: its place, its section's role, years carried from before."""

    at: Path
    role: str
    issue_year: int | None
    carried_year: int | None


@dataclass(frozen=True)
class _Wanted:
    quantity: Quantity
    left: int
    right: int
    verb: str
    kind: str
    indicator: str
    year: int | None
    spreads: bool = False


def read_paragraph(text: SourceText, start: int, end: int, context: Context) -> tuple[list[Target], int | None]:
    """The targets in chars[start:end] and the last year that the paragraph sets for goals."""
    chars = text.chars
    found: list[Target] = []
    year = context.carried_year
    previous: _Wanted | None = None
    for a, b in sentences(chars, start, end):
        carry = previous if re.match(r"(?:其中|包括)", chars[a:b]) else None
        targets, year, previous_here = _sentence(text, a, b, replace(context, carried_year=year), carry)
        found.extend(targets)
        previous = previous_here or previous
    return found, year


def _sentence(
    text: SourceText, start: int, end: int, context: Context, carry: _Wanted | None
) -> tuple[list[Target], int | None, _Wanted | None]:
    chars = text.chars
    mentions = years_in(chars, start, end, context.issue_year)
    floor = context.issue_year or 0
    goals = [m for m in mentions if not m.base and m.year >= floor]
    year_after = goals[-1].year if goals else context.carried_year
    if not any(c.isdigit() or c in "一二两三四五六七八九十" for c in chars[start:end]):
        return [], year_after, None
    quantities = [q for q in find_quantities(chars, start, end) if not quoted(chars, q.start, start)]
    found: list[Target] = []
    previous: _Wanted | None = carry
    group: list[tuple[Quantity, int, int]] = []
    for quantity, (left, right, role) in zip(quantities, phrases(chars, quantities, start, end), strict=True):
        if role == "attribute":
            continue
        year = _year_for(chars, quantity, left, start, end, context, floor)
        if year is _PAST:
            continue
        nounless = role == "nounless" and previous is not None and previous.right <= quantity.start
        wanted = _decide(chars, quantity, left, right, start, end, context, previous, nounless)
        if wanted is None:
            if not nounless:
                previous = previous if chars[left : quantity.start].startswith("其中") else None
            continue
        wanted = replace(wanted, year=year if isinstance(year, int) else None)
        rows = _rows(text, wanted, start, end, context, nounless)
        if nounless and previous is not None:
            group.append((quantity, left, right))
        found.extend(rows)
        previous = wanted
    found = distribute(found, chars[start:end], years_in(chars, start, end, None))
    found.extend(_ranks(text, start, end, context, floor))
    return sorted(found, key=lambda t: t.start), year_after, previous


class _Past:
    pass


_PAST = _Past()


def _year_for(
    chars: str, quantity: Quantity, left: int, start: int, end: int, context: Context, floor: int
) -> int | _Past | None:
    """The year that governs a number: the nearest named before it, else right after it, else what is carried."""
    mentions = years_in(chars, start, end, context.issue_year)
    before = [m for m in mentions if m.start < quantity.start]
    clause_start, clause_end = clause_around(chars, quantity.start, start, end)
    clause = chars[clause_start:quantity.start]
    governing = next((m for m in reversed(before) if not m.base), None)
    if tells_past(clause):
        return _PAST
    if governing is not None:
        if governing.year < floor:
            return _PAST
        span = chars[governing.end : quantity.start]
        if not tells_past(span):
            return governing.year
        return _PAST
    if tells_past(chars[start:clause_start]) and context.role != "goals" and not re.search("力争|到20|确保|争取", clause):
        return _PAST
    after = [m for m in mentions if quantity.end <= m.start <= clause_end and not m.base and m.year >= floor]
    if after and after[0].start - quantity.end <= 12:
        return after[0].year
    if context.role == "background":
        return _PAST
    return context.carried_year


def _decide(
    chars: str, quantity: Quantity, left: int, right: int, start: int, end: int, context: Context,
    previous: _Wanted | None, nounless: bool,
) -> _Wanted | None:  # fmt: skip
    before = unquoted(chars[left : quantity.start])
    after = chars[quantity.end : right]
    clause_start, clause_end = clause_around(chars, quantity.start, start, end)
    clause = chars[clause_start:clause_end]
    lead = chars[clause_start:left]
    reach = REACH.search(before)
    strong = STRONG_REACH.search(before)
    verbs = list(CREATE.finditer(before))
    antis = list(ANTI.finditer(before))
    verb = verbs[-1][0] if verbs else ""
    rule = RULE.search(chars[clause_start : min(end, clause_end + 14)])
    if rule and rule.start() < clause_end - clause_start and quantity.kind != "percent":
        return None
    if rule and re.search(r"给予|奖(?!项|牌|状|获|得|的|企|组|数|率|提|\d)|补助|补贴|罚|税|扣|比例(?:给|予|补)|贴息|不予", clause):
        return None
    inherited = previous is not None and not verbs and not antis and not _breaks(chars, previous.right, left)
    if nounless:
        inherited = True
    wants = _wants(quantity, before, after, clause, lead, reach, strong, verbs, antis, inherited, context, chars[start:left])
    if not wants:
        return None
    kind_text = before if not nounless and (verbs or strong or not inherited) else (previous.verb if previous else "") + before
    if not verbs and inherited and previous is not None and not _own_level(before):
        kind_text = previous.verb + before
    each_year = bool(PER_YEAR.search(before)) or bool(PER_YEAR.search(chars[max(start, clause_start) : quantity.start]))
    if not each_year and previous is not None and previous.spreads and (inherited or _same_run(chars, previous.right, left)):
        each_year = not re.search(r"累计|到20\d\d年|总数|总量|达到|建成|形成|期间|十[二三四五六]五|20\d\d年", before)
    if not each_year and re.match(r"[^，。]*?(?:每年|年均)", chars[start:clause_start]) and previous is None:
        each_year = not re.search(r"累计|总数|总量", before) and bool(re.search(r"每年[^，。]{0,12}$", chars[start : clause_start - 1]))
    kind = _kind(quantity, kind_text, each_year)
    spreads = each_year and (bool(re.search("每年", chars[clause_start : quantity.start])) or bool(previous and previous.spreads))
    indicator = name_indicator(chars, quantity, left, right, start, end, previous.indicator if previous and inherited else "")
    return _Wanted(quantity, left, right, _verb_text(kind_text, previous, inherited), kind, indicator, None, spreads)


def _own_level(before: str) -> bool:
    return bool(STRONG_REACH.search(before))


def _verb_text(kind_text: str, previous: _Wanted | None, inherited: bool) -> str:
    words = [m[0] for m in CREATE.finditer(kind_text)] + [m[0] for m in LEVEL.finditer(kind_text)]
    return "".join(words[-3:]) or (previous.verb if previous and inherited else "")


def _breaks(chars: str, start: int, end: int) -> bool:
    """Whether something between two phrases ends the first one's verb: another clause without a number."""
    between = chars[start:end]
    return bool(re.search(r"[，；][^，；]{3,}[，；]", between)) or len(between) > 40 or ("。" in between and "其中" not in chars[end : end + 4])


def _same_run(chars: str, start: int, end: int) -> bool:
    return end - start <= 2


def _wants(
    quantity: Quantity, before: str, after: str, clause: str, lead: str, reach: re.Match[str] | None,
    strong: re.Match[str] | None, verbs: list[re.Match[str]], antis: list[re.Match[str]], inherited: bool, context: Context,
    subject: str,
) -> bool:  # fmt: skip
    last_anti = antis[-1].start() if antis else -1
    last_verb = verbs[-1].start() if verbs else -1
    noun_before = re.sub(r"[“”\"]", "", before)
    if quantity.kind == "digits":
        return bool(re.search(r"增|速|长", before))
    if quantity.kind == "bare":
        metric = METRIC_END.search(REACH.sub("", before)) or re.search(r"指数|得分|评分|满意度|系数", before)
        return bool(strong and metric and not re.search(r"\d$", before))
    if quantity.kind == "percent":
        if re.search(r"(?:以|按|为)(?:不低于|不超过)?$", before) and re.search(r"比例|标准", after[:6]):
            return False
        if re.match(r"(?:以上|以下)?的(?:奖|补|比例|标准|资金|股|经费)", chars_after(quantity, after)):
            return bool(re.match(r"(?:以上|以下)?的(?:比例)$", after)) and bool(strong)
        metric = METRIC_END.search(REACH.sub("", before)) or re.search(r"率|比重|占比|占|比例|程度|度|水平|增速|强度|覆盖", before)
        metric_after = re.match(r"(?:以上|左右)?的?[^，。]{0,24}(?:企业|产品|机构|单位|项目|标准|乡镇|村|市|县)", after)
        if strong or reach or GROWTH.search(before):
            return last_anti < 0 or bool(metric) or strong is not None
        if inherited or metric:
            return True
        if verbs and len(after) >= 2 and (quantity.value == 100 or metric_after):
            return True
        return bool(verbs and metric_after) or (context.role == "goals" and len(noun_before) >= 2)
    if quantity.kind == "points":
        return bool(GROWTH.search(before) or strong or inherited)
    if quantity.kind == "time":
        shortens = re.search(r"缩短|压缩|压减|缩减|控制|减少|提速|精简", before)
        metric = re.search(r"时间|时限|周期|时长|寿命|天数|期限", clause)
        direct = re.search(r"(?:平均[^，]{0,16}|周期|时间|时长|天数|用时)(?:总体|平均|一般)?$", REACH.sub("", before))
        return bool((shortens and (strong or metric)) or (metric and strong and (direct or context.role == "goals")))
    if _FIGURE_OF_TASK.match(after) and not strong and not quantity.bound and context.role != "goals":
        if not re.search(r"新增|每年|制定|出台|推出|建立", before) or re.match(r"(?:措施|任务|举措|方面|环节)", after):
            return False
    if quantity.unit == "分":
        return bool(strong and re.search(r"满意|指数|评价|得分|测评|考核", before))
    if quantity.worded and _ABSTRACT.match(after):
        return False
    if quantity.unit.endswith(("元", "美元")) or quantity.unit in ("亿", "万"):
        if MONEY_RULE.search(clause) and not re.search(r"产值|收入|减负|融资|贷款", before):
            return False
        topic = before + after if re.search("[\u4e00-\u9fff]", REACH.sub("", LEAD_IN.sub("", before)) + after) else clause + subject
        return bool((MONEY_GOAL.search(topic) or inherited) and (reach or strong or GROWTH.search(before) or inherited or verbs or quantity.bound or re.search("力争|确保|争取|实现", clause)))
    if quantity.worded:
        near = verbs and len(before) - verbs[-1].end() <= 10 and last_verb > last_anti
        strict = bool(near and re.match(r"建立|建成|建设|培育|打造|创建|新增|新建|组建|设立|形成|认定|培养|引进|争创|获得|制定|制修订|建|每年|选择|遴选|培训|选树|开展|举办|组织", verbs[-1][0] if verbs else ""))
        return strict or bool(strong) or inherited or (bool(quantity.bound) and last_verb > last_anti)
    if last_anti > last_verb and not strong:
        return False
    if ANTI_HERE.search(before) and not strong and not reach:
        if not (PER_YEAR.search(before) or verbs or (quantity.bound and inherited)):
            return False
        if re.search(r"(?:围绕|针对|对|在|从|向|前|近|这|该|上述)$", before):
            return bool(re.search(r"每年|新增", before)) or bool(re.search(r"开展|实施|推广|组织", after) and context.role == "goals")
    if strong or inherited:
        return True
    if verbs or PER_YEAR.search(before) or GROWTH.search(before):
        return True
    if DOES.match(after) and quantity.unit in ("家", "个", "户", "所") and last_anti < 0:
        return True
    if not after and len(noun_before) >= 4 and last_anti < 0 and quantity.unit not in ("次", "级", "位", "星", "期", "人"):
        return not ANTI_HERE.search(before) and not re.search(r"[总满]分|共|等$", before)
    if quantity.bound and (after or noun_before):
        return context.role == "goals" or bool(re.search(r"达|超|建成|培育|新增|注册|认定", clause))
    return context.role == "goals" and len(noun_before) >= 2 and not re.match(r"[，。]", noun_before)


def chars_after(quantity: Quantity, after: str) -> str:
    """The text after a number with its bound word left out (it is part of the quantity)."""
    return after


def _kind(quantity: Quantity, words: str, each_year: bool) -> str:
    if each_year:
        return "per_year"
    if quantity.kind == "points":
        return "increment"
    if quantity.kind == "digits":
        return "level"
    strong = re.search(r"(?:提高|提升|增加|增长|扩大|上升|下降|降低|减少|压缩|缩短|压减|缩减)(?:到|至)$|增至$|降至$|降到$|稳定在$|保持在$|控制在$|[到至](?:约|近)?$", words)
    if quantity.kind == "percent":
        if strong:
            return "level"
        growth = re.search(r"(?:增长|提高|提升|下降|降低|减少|压减|压缩|缩短|上升|增加|增幅|降幅|节约|递增)(?:了|约|超过|不低于|至少)?$", words)
        return "increment" if growth else "level"
    if quantity.kind == "time":
        return "increment" if re.search(r"(?:缩短|压缩|减少|压减)$", words) else "level"
    if quantity.kind == "bare":
        return "level"
    if strong:
        return "level"
    if re.search(r"新增|新注册|新建|新培育|新认定|新创|新获|新发展|新设|新组建|新打造|净增|增加(?!到|至|值)|培训|引进|引育|轮训", words):
        return "increment"
    if re.search(r"(?:达到|达|累计|总数|总量|总计|共计|合计|超过|突破|不少于|不低于|拥有|保有|稳定|保持)(?:约|近|到|在)?$", words):
        return "level"
    if re.search(r"(?:增长|减少|下降|降低|压减|压缩)$", words):
        return "increment"
    last_level = max((m.start() for m in LEVEL.finditer(words)), default=-1)
    last_new = max((m.start() for m in INCREMENT.finditer(words)), default=-1)
    if last_new < 0 and last_level < 0:
        return "level"
    return "increment" if last_new > last_level else "level"


def _comparator(quantity: Quantity, before: str) -> str:
    if quantity.value_max is not None:
        return quantity.bound if quantity.bound in ("~", "<=") else "="
    if quantity.bound in (">=", "<=", "~"):
        return quantity.bound
    trimmed = re.sub(r"(?:各|共|总计|合计)$", "", before)
    for pattern, sign in PREFIX_BOUND:
        if pattern.search(trimmed):
            if sign == ">=" and re.search(r"(?:下降|降低|减少|压减|压缩|缩短)[^，]{0,4}$", trimmed) and re.search("到|至", trimmed[-3:]):
                return "<="
            return sign
    if quantity.bound == ">" or re.search(r"(?:至少|不少于|不低于)[^，。]{0,6}$", before):
        return ">="
    if quantity.kind == "digits":
        return ">="
    return "="


def _rows(
    text: SourceText, wanted: _Wanted, start: int, end: int, context: Context, nounless: bool
) -> list[Target]:
    chars = text.chars
    quantity = wanted.quantity
    left, right = wanted.left, wanted.right
    if nounless:
        left = clause_around(chars, quantity.start, start, end)[0]
    while left < quantity.start and chars[left] in "，、：；•-":
        left += 1
    right = max(right, quantity.end)
    if right - left > 90:
        right = max(quantity.end, min(right, quantity.end + 40))
        if quantity.start - left > 60:
            cut = chars.rfind("、", left, quantity.start - 20)
            left = cut + 1 if cut > left and quantity.start - cut < 70 else quantity.start - 50
    before = chars[wanted.left : quantity.start]
    quote = text.verbatim(left, right)
    raw_start, raw_end = text.raw_range(left, right)
    return [
        Target(
            quote, wanted.indicator, _comparator(quantity, before), quantity.value, quantity.value_max, quantity.unit,
            wanted.year, wanted.kind, context.at, raw_start, raw_end,
        )
    ]  # fmt: skip


def _ranks(text: SourceText, start: int, end: int, context: Context, floor: int) -> list[Target]:
    """进入全国前10位 is a goal of rank: at most 10."""
    from .numerals import parse_number

    chars = text.chars
    found = []
    for match in _RANK.finditer(chars, start, end):
        value = parse_number(match["n"])
        clause_start, clause_end = clause_around(chars, match.start("n"), start, end)
        clause = chars[clause_start:clause_end]
        if value is None or tells_past(clause) or context.role == "background" or quoted(chars, match.start("n"), start):
            continue
        years = [m for m in years_in(chars, start, match.start("n"), context.issue_year) if not m.base]
        if years and years[-1].year < floor:
            continue
        raw = text.raw_range(clause_start, clause_end)
        subject = subject_before(chars, match.start(), clause_start, start)
        found.append(
            Target(
                text.verbatim(clause_start, clause_end), f"{subject}排名", "<=", value, None, match["u"],
                years[-1].year if years else context.carried_year, "level", context.at, *raw,
            )
        )  # fmt: skip
    return found
