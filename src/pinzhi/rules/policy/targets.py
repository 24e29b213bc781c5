"""Quantified goals: for each number in the text, whether it is one, and what it asks for.

Decided for every number: reach verbs (达到, 稳定在, 不低于), creation verbs (培育, 新增, 制修订), a verb carried over from
the clause before ("达850个，福建省著名商标3800个"), a bound (以上, 左右). Not targets: past facts, rules with rewards or
deadlines, numbers that only scope a task (围绕10个重点产业), attributes (年产值超100亿元的园区2家 wants 2).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from .clauses import clause_around, phrases, quoted, sentences, unquoted
from .deciding import comparator_of, kind_of, wants
from .indicators import DOES, distribute, name_indicator, only_says_which, subject_before, topic_before
from .model import Path, Target
from .phrases import (
    ANTI,
    CREATE,
    LEVEL,
    METRIC_END,
    PER_YEAR,
    REACH,
    RULE,
    STRONG_REACH,
)
from .quantities import Quantity, find_quantities
from .text import SourceText
from .years import (
    YearMention,
    begins_in_the_past,
    begins_with_how_it_stands,
    is_aside,
    looks_forward,
    only_dates_a_deed,
    says_wanted,
    tells_how_it_stands,
    tells_past,
    years_in,
)

# Work that is done again every year: 每年举办培训班6期，培训2000人次 means both.
_ACTIVITY = re.compile(
    r"培训|举办|开展|组织|抽查|抽检|检查|检测|发放|服务|参加|选派|监测|查办|查处|曝光|公布|约谈|受理|宣传|其中"
)
_AT_LEAST = re.compile(r"(?:不少于|不低于|不小于|不得少于|不得低于|至少|不超过|完成|实现)(?:约|近)?$")
# A sentence with more numbers than this is a broken table or no sentence; the rest of them is left.
MOST_IN_A_SENTENCE = 60
_NUMERAL = re.compile(r"[\d一二两三四五六七八九十百半]|翻番|倍增")
_SPANS = re.compile(r"(?:共|并|可)?(?:涵盖|涉及|覆盖|惠及)[^，。\d]{0,10}$")
_YEARLY = re.compile(r"年(?:培训|服务|检测|抽检|抽查|开展|举办)")
_RANK = re.compile(
    r"(?:进入|跻身|位居|位列|居|排名|排在|排|列|保持|稳定在|稳居|进位?|挺进|迈入|力争|达到|上升到|上升至|升至|提升到|提升至)[^，。；、]{0,16}?"
    r"前(?P<n>\d{1,3}|[一二两三四五六七八九十]{1,3})(?P<u>位|名|(?=[，。；、)]|$|行列|方阵|以内))"
)

_PLACED = re.compile(
    r"(?:力争|争取|确保|进入|跻身|保持|稳定在|稳居|进位|迈入|上升到|上升至|升至|提升到|提升至|位居|位列|居|排名)[^，。；、由从]{0,12}?"
    r"第(?P<n>\d{1,3}|[二两三四五六七八九十]{1,3})(?P<u>位|名)"
)
# 48小时响应率、7日办结率均达到95%: such a time is part of a name.
_NAMES_RATE = re.compile(r"(?:之?内)?(?:[\u4e00-\u9fff]{1,6}率|无理由)")
# 研发费用占比达到3%以上的企业，优先推荐…: a condition, not a goal.
_IF_SO = re.compile(
    r"的(?:企业|单位|产品|组织|机构|项目|地区|县|市|商户|主体|个人)，(?:优先|可|给予|予以|纳入|享受|按|应|要|不|将|列入|由|依法|实行|实施)"
)
# 由原来的45家整合为20家: 由 tells where it starts.
_FROM_TO = re.compile(r"由[^，。]{0,10}\d[^，。]{0,6}?(?=[\u4e00-\u9fff]{1,4}(?:到|至|为|成)$)")
# In what tells the background only such words make a goal.
_AIMED = re.compile("力争|争取|确保|努力|计划(?!生育)|到20|拟")
# 不低于每千人2份: the rate stands between the bound and its number.
# 35台（套）, 1000个（城区五分钟可达）: a bracket that closes a phrase is no noun of it.
_ASIDE = re.compile(r"\((?:[\u4e00-\u9fff](?:[、/][\u4e00-\u9fff]){0,3}\)|[^()]*\)$)")
_EACH = re.compile(r"每(?:[百千万]|十万)?(?:人口|人|户|家|台|辆|亩)(?:平均)?$")
_OVERCOMES = re.compile(r"[^，。、；\d]{0,20}(?:技术|瓶颈|难题|难点|课题|短板|卡脖子)")
_TOGETHER = re.compile(r"[\u4e00-\u9fff]{1,8}(?:、|和|及)\d+(?:家|个|户|项|种)(?P<rest>[^，。；]{4,60})")
_NEXT_RANK = re.compile(r"(?:、|和|及|与)(?:[^，。；、\d]{0,4})前(?P<n>\d{1,3})(?P<u>位|名)")

# （省质监局、省商务厅负责） behind a number is no part of the goal.
_UNITS_NOTE = re.compile(r"\([^()]*(?:局|厅|委|办|部|单位|政府|负责|牵头)(?:[^()]|\([^()]*\))*\)?$")


@dataclass(frozen=True)
class Context:
    """What surrounds a paragraph: its place, its section's role, years carried from before; `begin` is where it begins."""

    at: Path
    role: str
    issue_year: int | None
    carried_year: int | None
    begin: int = 0


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


def read_paragraph(
    text: SourceText, start: int, end: int, context: Context
) -> tuple[list[Target], int | None]:
    """The targets in chars[start:end] and the last year that the paragraph sets for goals."""
    chars = text.chars
    context = replace(context, begin=start)
    found: list[Target] = []
    year = context.carried_year
    previous: _Wanted | None = None
    told = stands = False
    b_before = start
    for a, b in sentences(chars, start, end):
        if told and not looks_forward(chars[a:b]):
            continue
        stands = (stands and b_before < a and chars[b_before] == "；" and not says_wanted(chars[a:b])) or (
            begins_with_how_it_stands(chars[a:b])
        )
        b_before = b
        told = begins_in_the_past(chars[a:b], context.issue_year)
        if stands and not begins_with_how_it_stands(chars[a:b]):
            continue  # 截至目前，…达3400个；…达495个: each of them tells how it stands
        carry = previous if re.match(r"(?:其中|包括)", chars[a:b]) else None
        due = carry.year if carry is not None and carry.year is not None else year
        targets, year_after, previous_here = _sentence(
            text, a, b, replace(context, carried_year=due), carry, found
        )
        year = year if carry is not None and year_after == due else year_after
        found.extend(targets)
        previous = previous_here or previous
    return found, year


def _sentence(
    text: SourceText, start: int, end: int, context: Context, carry: _Wanted | None, earlier: list[Target]
) -> tuple[list[Target], int | None, _Wanted | None]:
    chars = text.chars
    mentions = years_in(chars, start, end, context.issue_year)
    floor = context.issue_year or 0
    goals = [m for m in mentions if not m.base and m.year >= floor]
    year_after = goals[-1].year if goals else context.carried_year
    opens = (
        goals
        and re.fullmatch("(?:力争|争取|确保)?到?", chars[start : goals[-1].start])
        and chars[end : end + 1] == "；"
    )
    followed = goals and chars.startswith(("，", "：", "、", "期间"), goals[-1].end)
    if goals and context.role != "goals" and not (followed or opens):
        year_after = context.carried_year  # 到2020年商标达1.2万件；… dates its own clause only
    if not _NUMERAL.search(chars, start, end):
        return [], year_after, None
    quantities = [
        q
        for q in find_quantities(chars, start, end)
        if not quoted(chars, q.start, start) and not (q.kind == "time" and _NAMES_RATE.match(chars, q.end))
    ]
    quantities = quantities[:MOST_IN_A_SENTENCE]
    found: list[Target] = []
    previous: _Wanted | None = carry
    group: list[tuple[Quantity, int, int]] = []
    for quantity, (left, right, role) in zip(quantities, phrases(chars, quantities, start, end), strict=True):
        if role == "attribute":
            continue
        year = _year_for(chars, quantity, mentions, start, end, context, floor)
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
    if found:
        found = distribute(found, chars[start:end], years_in(chars, start, end, None), earlier)
        if text.skips:  # names are made of the words alone, a quote is what can be found in the text
            found = [replace(t, quote=text.printed(t.start, t.end)) for t in found]
    found.extend(_ranks(text, start, end, context, floor))
    return sorted(found, key=lambda t: t.start), year_after, previous


class _Past:
    pass


_PAST = _Past()


def _year_for(
    chars: str,
    quantity: Quantity,
    mentions: list[YearMention],
    start: int,
    end: int,
    context: Context,
    floor: int,
) -> int | _Past | None:
    """The year that governs a number: the nearest named before it, else right after it, else what is carried."""
    clause_start, clause_end = clause_around(chars, quantity.start, start, end)
    clause = chars[clause_start : quantity.start]
    governing = next(
        (
            m
            for m in reversed(mentions)
            if m.start < quantity.start
            and not m.base
            and not only_dates_a_deed(chars, m, quantity.start)
            and not is_aside(chars, m, quantity.start)
        ),
        None,
    )
    if tells_past(clause):
        return _PAST
    if governing is None and tells_how_it_stands(chars[start:clause_start], clause):
        return _PAST
    if governing is not None:
        if governing.year < floor:
            return _PAST
        if (
            context.issue_year is None
            and tells_past(chars[start:clause_start])
            and not re.search("力争|到|争取", clause)
        ):
            return _PAST
        span = chars[governing.end : quantity.start]
        if context.role == "background" and not _AIMED.search(chars, start, clause_end):
            return _PAST
        if not tells_past(span):
            return governing.year
        return _PAST
    if (
        tells_past(chars[start:clause_start])
        and context.role != "goals"
        and not re.search("力争|到20|确保|争取", clause)
    ):
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
    each = _EACH.search(before)
    if each and STRONG_REACH.search(before[: each.start()]):
        before = before[: each.start()]
    aside = _ASIDE.match(chars, quantity.end, right)
    after = chars[aside.end() if aside else quantity.end : right]
    clause_start, clause_end = clause_around(chars, quantity.start, start, end)
    clause = chars[clause_start:clause_end]
    reach = REACH.search(before)
    strong = STRONG_REACH.search(before)
    verbs = list(CREATE.finditer(before))
    antis = list(ANTI.finditer(_FROM_TO.sub("", before)))
    spans_so_many = _SPANS.match(before) and previous is not None and left - previous.right <= 1
    if spans_so_many:
        antis = []  # 公开标准1.5万项，涵盖产品2.5万种: what goes with a count is counted too
    rule = RULE.search(chars[clause_start : min(end, clause_end + 14)])
    if rule and rule.start() < clause_end - clause_start and quantity.kind != "percent":
        return None
    if rule and re.search(
        r"给予|加收|滞纳金|奖(?!项|牌|状|获|得|的|企|组|数|率|提|\d)|补助|补贴|罚(?![^，。]{0,8}率|信息|结果|决定|案件)|税|扣|比例(?:给|予|补)|贴息|不予",
        clause,
    ):
        return None
    if _IF_SO.match(chars, quantity.end, min(end, clause_end + 12)):
        return None
    inherited = previous is not None and not verbs and not antis and not _breaks(chars, previous.right, left)
    if nounless or spans_so_many:
        inherited = True
    is_goal = wants(
        quantity,
        before,
        after,
        clause,
        reach,
        strong,
        verbs,
        antis,
        inherited,
        context.role,
        chars[max(context.begin, left - 120) : left],
        chars[left : quantity.start],
    )
    if not is_goal:
        together = _TOGETHER.match(chars, quantity.end, clause_end)
        if together is None or quantity.kind != "count" or antis or not DOES.match(together["rest"]):
            return None  # 300家企业、30个产品达到国际先进水平: what the second does the first does too
    measured = quantity.kind == "count" and METRIC_END.search(REACH.sub("", before))
    follows = inherited and previous is not None and not measured and (nounless or not (verbs or strong))
    kind_text = (previous.verb if previous and follows else "") + before
    own_level = STRONG_REACH.search(before)
    reaches = quantity.kind in ("percent", "points") or (
        own_level is not None and not _AT_LEAST.search(before)
    )
    each_year = bool(PER_YEAR.search(before) or PER_YEAR.match(chars, left, quantity.start)) or (
        not reaches
        and "每年" in chars[clause_start : quantity.start]
        and not before.startswith(("累计", "总", "共"))
    )
    if (
        not each_year
        and previous is not None
        and previous.spreads
        and not reaches
        and (inherited or (_same_run(chars, previous.right, left) and _ACTIVITY.search(before)))
    ):
        each_year = not re.search(
            r"累计|[^公]共|[三四五]年(?!度)|[2-5]年内|到20\d\d年|总数|总量|达到|建成|形成|期间|十[二三四五六]五|20\d\d年",
            before,
        )
    if not each_year and re.match(r"[^，。]*?(?:每年|年均)", chars[start:clause_start]) and previous is None:
        each_year = (
            not reaches
            and not re.search(r"累计|总数|总量", before)
            and bool(re.search(r"每年[^，。]{0,24}$", chars[start : clause_start - 1]))
        )
    each_year = each_year or chars.startswith(("/年", "每年", "/人年", "/人·年"), quantity.end)
    kind = previous.kind if nounless and previous is not None else kind_of(quantity, kind_text, each_year)
    spreads = each_year and (
        bool(re.search("每年", chars[clause_start : quantity.start]) or _YEARLY.match(before))
        or bool(previous and previous.spreads)
    )
    named_before = previous is not None and (inherited or (not after and only_says_which(before)))
    indicator = name_indicator(
        chars, quantity, left, right, start, end, previous.indicator if previous and named_before else ""
    ) or topic_before(chars, context.begin, start)
    return _Wanted(
        quantity, left, right, _verb_text(kind_text, previous, inherited), kind, indicator, None, spreads
    )


def _verb_text(kind_text: str, previous: _Wanted | None, inherited: bool) -> str:
    words = [m[0] for m in CREATE.finditer(kind_text)] + [m[0] for m in LEVEL.finditer(kind_text)]
    return "".join(words[-3:]) or (previous.verb if previous and inherited else "")


def _breaks(chars: str, start: int, end: int) -> bool:
    """Whether something between two phrases ends the first one's verb: another clause without a number."""
    between = chars[start:end]
    return (
        bool(re.search(r"[，；][^，；]{3,}[，；]", between))
        or len(between) > 40
        or ("。" in between and "其中" not in chars[end : end + 4])
    )


def _same_run(chars: str, start: int, end: int) -> bool:
    return end - start <= 2


def _from_verb(chars: str, left: int, quantity: Quantity) -> int:
    """A long way before the verb (在…三大产业中培训…) is scope: the quote begins with the verb."""
    verbs = list(CREATE.finditer(unquoted(chars[left : quantity.start])))
    if quantity.kind != "count" or not verbs:
        return left
    first = verbs[-1]
    for verb in reversed(verbs[:-1]):
        if first.start() - verb.end() > 1:
            break
        first = verb
    shared = re.search(
        "(?:分别|各|均)$", chars[left : left + first.start()]
    )  # “A”“B”分别新增…: the list is needed
    return left + first.start() if first.start() > 12 and not shared else left


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
    note = _UNITS_NOTE.search(chars, quantity.end, right)
    if chars.startswith("、", quantity.end) or (
        chars.startswith("(", quantity.end) and _ASIDE.match(chars, quantity.end, right)
    ):
        right = quantity.end
    elif note:
        right = note.start()
    left = _from_verb(chars, left, quantity)
    if right - left > 90:
        right = max(quantity.end, min(right, quantity.end + 40))
        if quantity.start - left > 60:
            cut = chars.rfind("、", left, quantity.start - 20)
            left = cut + 1 if cut > left and quantity.start - cut < 70 else quantity.start - 50
    before = chars[wanted.left : quantity.start]
    each = _EACH.search(before)
    before = before[: each.start()] if each else before
    if before.endswith("突破") and _OVERCOMES.match(chars, quantity.end):
        before = before[:-2]  # 突破100项关键技术 is no bound
    quote = text.verbatim(left, right)
    raw_start, raw_end = text.raw_range(left, right)
    return [
        Target(
            quote, wanted.indicator, comparator_of(quantity, before), quantity.value, quantity.value_max, quantity.unit,
            wanted.year, wanted.kind, context.at, raw_start, raw_end,
        )
    ]  # fmt: skip


def _ranks(text: SourceText, start: int, end: int, context: Context, floor: int) -> list[Target]:
    """进入全国前10位 is a goal of rank: at most 10."""
    from .numerals import parse_number

    chars = text.chars
    found = []
    placed = _PLACED.finditer(chars, start, end) if context.role == "goals" else ()
    for match in (*_RANK.finditer(chars, start, end), *placed):
        value = parse_number(match["n"])
        if chars.startswith("的", match.end()):
            continue  # 排名前3位的市给予表扬: which, not how high
        clause_start, clause_end = clause_around(chars, match.start("n"), start, end)
        clause = chars[clause_start:clause_end]
        if (
            value is None
            or tells_past(clause)
            or context.role == "background"
            or quoted(chars, match.start("n"), start)
        ):
            continue
        years = [m for m in years_in(chars, start, match.start("n"), context.issue_year) if not m.base]
        if years and years[-1].year < floor:
            continue
        raw = text.raw_range(clause_start, clause_end)
        subject = subject_before(chars, match.start(), clause_start, start)
        places = [(value, match["u"])]
        while more := _NEXT_RANK.match(chars, match.end("u"), clause_end):
            places.append((parse_number(more["n"]) or 0.0, more["u"]))
            match = more
        for value, unit in places:
            found.append(
                Target(
                    text.quote(clause_start, clause_end), f"{subject}排名", "<=", value, None, unit,
                    years[-1].year if years else context.carried_year, "level", context.at, *raw,
                )
            )  # fmt: skip
    return found
