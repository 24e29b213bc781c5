"""What a number counts: the indicator's name out of the words around it, and one number for several things."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from .clauses import clause_around, unquoted
from .model import Target
from .phrases import CREATE, LEAD_IN, REACH, STRONG_REACH, TRIM_END
from .quantities import Quantity, find_quantities
from .years import YearMention

_FRONT_VERB = re.compile(
    rf"^(?:(?!(?:服务|检测|检验|创新|培训|开发|认证|展示)(?:业|区|中心|平台|机构|基地|站|重点))(?:{CREATE.pattern}))+"
)
DOES = re.compile(
    r"^(?P<who>[^，。、]{0,12}?(?:企业|单位|机构|组织|产品|学校|商户|市场主体|乡镇|园区))(?P<does>(?:[^，。、\d]{2,8}(?:指标|水平|质量|性能)达到|建立"
    r"|实施|导入|参与|开展|通过|获得|完成|达到|采用|推行|执行|制定|成为|上市|进入|使用|应用"
    r"|公开|申报|争创|创建|参加|入围|入选|列入|纳入|接入|取得|具备|与)[^，。]{2,})"
)
_CHANGE = re.compile(
    r"^(?:比|较|相比)[^，]{0,12}?(?=提高|提升|增长|下降|降低|减少|增加|上升|缩短|压)|(?<=.)(?:年均)?(?:提高"
    r"|提升|增长|递增|下降|降低|减少|增加|上升)$|^(?:年均)?(?:提高|提升|增长|递增|下降|降低|减少|增加"
    r"|上升|缩短|压缩|压减)$"
)
_METRIC = re.compile(
    r"率|度|比重|占比|比例|指数|强度|增速|程度|得分|增幅|比$|收入$|产值$|规模$|总额$|[值额量]$"
)


# A metric too general to stand alone: 办结率, 总量, 覆盖面.
_BARE_METRIC = re.compile(
    r"(?:总|平均|综合|占)?(?:办结|满意|损耗|覆盖|合格|达标|普及|处置|处理|回访|受检|利用|增长|公开|贡献|参与|及时|完成|总)?"
    r"(?:率|量|面|值|数|额|度|面积|产值|规模|比重|占比|数量|总数|总量|总额)"
)
_SCOPE_VERBS = re.compile(rf"(?:{CREATE.pattern}|[、和或及与])+$")
_NO_SCOPE = re.compile(
    r"^(?:在|从|以|由|对|将|把|向|.*每|各|支持|推动|引导|鼓励|组织|企业|全市企|全省企|集中|共同|重点|累计|年$)"
)
# Words that say which of the things just named, and name none themselves: 省级, 纺织行业, 国家级、省级以上.
_SCOPE_ONLY = re.compile(
    r"(?:行业|领域|产业|级|类)$|^(?:国家|全国|自治区|省|市|州|县|区)(?:级|部|以上|及|和|、|国家|省|市|县|区)*$"
)
# How large, without saying what: 5亿元以上, 超10亿元; and a name that says both.
_TIER = re.compile(r"(?:[^，、]{0,8}?(?:超过?|达))?[\d.百千万亿]+元(?:及?以上)?")
_TIERED = re.compile(r"[百千万亿]元(?:及?以上)?(?P<of>的?)(?P<what>[^，、\d]{2,})$")
# 比2015年末翻一番: the base is no subject.
_COMPARED = re.compile(r"^(?:比|较|与)[^，]{0,24}$|(?<=.)(?:比|较)(?:20\d\d年|上年|去年|“?十)[^，]{0,12}$")
# 和, 及 and 与 between names, not inside one: 普及率, 涉及, 参与度, 饱和度.
_AND = r"(?<![饱共温缓总调呼])和(?![谐平解])|以及|(?<![以普涉波触遍])及(?![时格其])|(?<!参)与(?!会)"
# 分别比“十二五”末增长50%、20%: the base names nothing.
_BASE_ONLY = re.compile(r"(?:(?:比|较|与)[^，、]{0,14})?")
_YEARS_LISTED = re.compile(r"(?:20\d\d年?[底末]?(?:、|和|及|与|，)?){2,}")
_PER_SO_MANY = re.compile(r"(?:平均)?每(?:[百千万亿]|十万|百万)[\u4e00-\u9fff]{2}")
# 各县、每县 with nothing beside: what is counted was named before.
_EACH_PLACE = re.compile(
    r"[各每]个?(?:省|市|州|县|区|乡|镇|街道|村|社区|园区|开发区|地|家|户|、|和|\([^()]*\))+(?:级)?"
)
# 产品合格率：食品98%以上，药品99%
_HEAD_OF_LIST = re.compile(
    r"(?:^|[，。；：])?[^，。；：]{0,12}?(?P<metric>[^，。；：\d]{0,6}(?:率|度|比重|占比|指数))：[^。；]*$"
)
# 形成具有引领作用的团体标准 counts 团体标准.
_PRAISE = re.compile(
    r"^(?:具有|富有|拥有|在)[^，、的]{2,16}(?:影响力|影响|作用|特色|优势|竞争力|知名度|美誉度|水平|能力)的(?=[^的]{2,}$)"
)
_PLACE = re.compile(r"(?:^|[，：前底末]|年|力争|先后)在[^，]*$")
_MAKING = frozenset(
    ["培育", "打造", "创建", "建设", "建成", "建立", "形成", "新增", "制定", "修订", "制修订", "认定", "引进", "获得", "争创", "新建",
     "发布", "推出", "设立", "组建", "培养", "开发", "研制", "增加", "遴选", "评选", "选树", "推广", "申报", "取得", "实现", "完成"]
)  # fmt: skip


def only_says_which(text: str) -> bool:
    """Whether words before a number only tell which of the things named before it counts: 新增国家级, 省级."""
    return (
        _SCOPE_ONLY.search(re.sub(r"^(?:力争|其中|新增|新建|争创|创建|培育)+", "", _clean(text))) is not None
    )


# 食品检验量达到每千人|4份
_EACH = re.compile(r"(?:达到|达|不低于|不少于)每[百千万]?(?:人口|人|户|家)$")


@lru_cache(maxsize=256)
def _clean(text: str) -> str:
    previous = None
    while text != previous:
        previous = text
        text = LEAD_IN.sub("", text)
    text = re.sub(r"^(?:累计达到|累计|共计|合计|总计|达到)(?=.)", "", REACH.sub("", text))
    text = re.sub(r"(?:由|从)(?:20\d\d年|目前|现在|现有|上年|去年|原[来先有]|不足|\d)[^，。]*$", "", text)
    text = re.sub(
        r"(?<=.)(?:每年|逐年|(?:较|比)(?:20\d\d年|上年)|(?:到)?20\d\d年[底末]?)$", "", TRIM_END.sub("", text)
    )
    text = _EACH.sub("", text)
    text = text.strip('，、：；"-•').removeprefix("的").removeprefix("分别")
    if text.startswith("”") or text.count("“") < text.count("”"):
        text = text.strip("“”")
    return text.strip(")") if text.count("(") < text.count(")") else text.strip("(")


def subject_before(chars: str, at: int, clause_start: int, start: int) -> str:
    """The subject for a clause that has none of its own: what the clause before it speaks of."""
    own = _clean(chars[clause_start:at])
    if own:
        return own
    if clause_start <= start:
        return ""
    begin, stop = clause_around(chars, clause_start - 2, start, clause_start - 1)
    return _subject_of(chars[begin:stop])


def topic_before(chars: str, begin: int, end: int) -> str:
    """What the last clause of chars[begin:end] that names anything speaks of: …达2万亿元；到2022年，力争达到2.4万亿元."""
    for clause in reversed(re.split("[，；。]", chars[max(begin, end - 200) : end])):
        subject = _CHANGE.sub("", _subject_of(clause))
        if len(subject) >= 2:
            return subject
    return ""


@lru_cache(maxsize=256)
def _subject_of(clause: str) -> str:
    done = re.search(r"^对[^，。]{2,40}(?:开展|实施|进行|组织)(?P<what>[^，。\d]{2,12})$", clause)
    if done:
        return done["what"]  # 对20类消费品开展监督抽查，抽查不少于150批次
    quantities = find_quantities(clause, 0, len(clause))
    text = _clean(clause[: quantities[0].start] if quantities else clause)
    cut = re.search(
        r"(?:年均)?(?:增速|增长|保持|达到|达|稳定|提高|提升|显著|明显|大幅|持续|进一步|不断|稳步"
        r"|总体|得到|逐步|全面|高于|优于|位居)",
        text,
    )
    if re.fullmatch("(?:年均|同比|逐年)?(?:增长|提高|提升|增加|下降|降低|递增)", text):
        return ""  # 收入达到1.5万亿元，年均增长6%，占…: such a clause names nothing
    return text[: cut.start()] if cut and cut.start() >= 2 else text


# 4万台（件）计量器具
_OR_SO = re.compile(r"^\([\u4e00-\u9fff](?:[、/][\u4e00-\u9fff]){0,3}\)")


def name_indicator(
    chars: str, quantity: Quantity, left: int, right: int, start: int, end: int, parent: str
) -> str:
    """The name of what is counted. `parent` is the indicator whose verb is carried over (a total, a list)."""
    raw = chars[left : quantity.start]
    before = _clean(raw)
    after = _noun_after(_OR_SO.sub("", chars[quantity.end : right]))
    rate = quantity.kind in ("percent", "points", "bare", "digits", "time", "fold") or quantity.unit in (
        "分",
        "倍",
    )
    if rate or (quantity.unit.endswith("元") and _METRIC.search(before)):
        return _rate_name(chars, quantity, left, start, end, before, after) or parent or after
    if not after and (
        not re.search("[\u4e00-\u9fff]{2}", _FRONT_VERB.sub("", before)) or _EACH_PLACE.fullmatch(before)
    ):
        said = _previous_clause(chars, quantity.start, left, start, end)
        if parent and find_quantities(said, 0, len(said)):
            return parent
        said = _subject_of(said)
        return said or parent or ("" if len(before) < 2 else before)  # 2026年，再增3500家 names nothing
    does = DOES.match(after)
    if does:
        return f"{does['does']}的{does['who']}"
    noun = _counted_noun(before, raw, bool(after))
    if after:
        follow = _following(chars, right, end)
        if re.search(r"选择|选取|组织|遴选|每年", raw) and follow and len(after) <= 8:
            return f"{follow}的{after}"
        listed = noun.endswith("等") or noun.count("、") >= 2
        return _plain(after if listed or len(noun) > 20 else f"{noun}{after}")
    noun = _plain(noun)
    if raw.endswith("的") and "的" in parent:
        return f"{noun}的{parent.rsplit('的', 1)[1]}"  # …超100亿元的企业2家、超10亿元的20家
    tier, kind = _TIER.fullmatch(noun), _TIERED.search(parent)
    if tier and kind:
        return f"{noun}{kind['of']}{kind['what']}"  # …亿元以上品牌企业40家、5亿元以上10家
    if _BARE_METRIC.fullmatch(noun):
        noun = _subject_of(_previous_clause(chars, quantity.start, left, start, end)) + noun
    if parent and noun.startswith("新增") and only_says_which(noun):
        return noun + _core(parent)
    if parent and noun and "新增" not in noun:
        core = _core(parent)
        if (
            core
            and _SCOPE_ONLY.search(noun)
            and core not in noun
            and noun[-2:] != core[-2:]
            and len(noun) <= 12
        ):
            return noun + core
    fresh = re.match(r"新(?:增|注册|建|培育|认定)", parent)
    if (
        fresh
        and noun
        and not noun.startswith("新")
        and not STRONG_REACH.search(raw)
        and not _METRIC.search(noun)
    ):
        return fresh[0] + noun.removesuffix("新增")
    return noun or parent or before or REACH.sub("", raw) or raw


def _rate_name(
    chars: str, quantity: Quantity, left: int, start: int, end: int, before: str, after: str
) -> str:
    """The name of a share, an index or an amount: 消费品质量监督抽查合格率. A bare 办结率 takes its subject."""
    before = re.sub(
        r"(?<=.)(?:每年(?:递增)?|逐年|(?:较|比)(?:20\d\d年|上年))$",
        "",
        _CHANGE.sub("", _CHANGE.sub("", before)),
    )
    if quantity.kind == "fold" or quantity.unit == "倍":
        before = _COMPARED.sub("", before)
    if not re.search("[\u4e00-\u9fff]", before) and len(after) >= 4:
        return after  # 90%以上的生产主体实现带证上市
    share = re.match(
        r"(?:面积|产值|产量|增加值|数量)?(?:占|在)[^，]*?(?:比重|比例|中的?占比|的比|面积|$)", before
    )
    if share or not re.search("[\u4e00-\u9fff]{2}", before) or _BARE_METRIC.fullmatch(before):
        before = _subject_of(_previous_clause(chars, quantity.start, left, start, end)) + before
    if not _METRIC.search(before) and 1 < len(after) <= 24 and not before.endswith(("量", "额", "值")):
        before = f"{before}{after}" if before else after
    if 1 < len(before) <= 8 and not _METRIC.search(before):
        head = _HEAD_OF_LIST.search(chars, max(start, left - 120), left)
        before += head["metric"] if head else ""
    return before


def _noun_after(text: str) -> str:
    """What follows a number and is counted by it: 3家|国家级创新平台. A new item or a note in brackets is not."""
    if text.startswith(("、", "，", "；", "：", "(", "/")):
        return ""
    text = re.sub(r"\(?其中.*$|\([^()]*(?:局|厅|委|办|负责|牵头)[^()]*\)?$", "", text).strip("，、：；的)(")
    praise = re.match(r"[^，]*、[^，、]*(?:强|好|高|明|明显|突出|优|大|广|足|先进)的(?=[^，、]{3,}$)", text)
    return text[praise.end() :] if praise else text


def _counted_noun(before: str, raw: str, followed: bool) -> str:
    """The noun that a verb governs: 全省消费品行业培育|新产品 is 消费品行业新产品, 企业参与制定|国家标准 is 国家标准."""
    if _PER_SO_MANY.match(before):
        return before
    verbs = list(CREATE.finditer(unquoted(before)))
    if not verbs or (STRONG_REACH.search(raw) and verbs[0].start() > 0):
        return before
    last = verbs[-1]
    tail = before[last.end() :].lstrip("、和或及")
    tail = _PRAISE.sub("", tail)
    head = before[: last.start()]
    fresh = ""
    if re.search(r"新(?:增|建|培育|认定|注册|获|创|发展)$|^新", last[0]) and not head.endswith("新增"):
        fresh = last[0]
    head = _SCOPE_VERBS.sub("", head)
    if len(head) > 14 or _NO_SCOPE.match(head) or re.search("[，。]", head) or _PLACE.search(raw):
        head = ""
    if head.startswith("新增"):
        head, fresh = "", "新增"
    if tail.endswith("标准") and not fresh:
        tail = last[0] + tail
    if not tail and not followed:
        return fresh + (_FRONT_VERB.sub("", before) or before)
    if len(tail) <= 2 and not fresh and last[0] not in _MAKING and (tail or followed):
        return f"{head}{last[0]}{tail}"
    return f"{fresh}{head}{tail}"


def _plain(name: str) -> str:
    """A name that is wholly in quotes is given without them: “青海省名牌” is 青海省名牌."""
    whole = re.fullmatch(r"(新增)?“([^“”]*)”", name)
    return (whole[1] or "") + whole[2] if whole else name


def _core(parent: str) -> str:
    """What a total counts, without its scope: 消费品行业新产品 → 新产品."""
    plain = re.sub(r"^(?:新增|其中)?[^，、]{0,3}级(?:及?以上)?", "", parent) or parent
    plain = plain.removeprefix("新增")
    cut = max(plain.rfind(mark) for mark in ("行业", "领域", "产业", "全省", "全市"))
    return plain[cut + 2 :] if cut >= 0 else plain


def _previous_clause(chars: str, at: int, left: int, start: int, end: int) -> str:
    """What stands before the phrase that begins at `left`: in its clause, else the clause before; a mere date is passed over."""
    clause_start, _ = clause_around(chars, at, start, end)
    if left > clause_start and _subject_of(chars[clause_start:left]):
        return chars[clause_start:left]
    for _ in range(2):
        if clause_start - 1 <= start:
            return ""
        begin, stop = clause_around(chars, clause_start - 2, start, clause_start - 1)
        if _subject_of(chars[begin:stop]):
            return chars[begin:stop]
        clause_start = begin
    return ""


def _following(chars: str, right: int, end: int) -> str:
    """The object of the clause after: 选择1～2项消费品，开展…比对研究."""
    match = re.compile(r"，(?:开展|进行|实施|组织开展)([^，。；]{3,60})").match(chars, right, end)
    return match[1] if match else ""


def distribute(
    rows: Sequence[Target], sentence: str, years: Sequence[YearMention], earlier: Sequence[Target] = ()
) -> list[Target]:
    """One number for each of several things: A、B各100名; A、B均达到95%; A和B分别达到90%、95%.

    `earlier` are the goals named before: 到2020年，分别达到3000家、8000项 speaks of the last two of them.
    """
    found: list[Target] = []
    i = 0
    rows = list(rows)
    while i < len(rows):
        row = rows[i]
        run = [r for r in rows[i:] if r.start == row.start]
        run = run[: next((k for k, r in enumerate(run) if r is not rows[i + k]), len(run))]
        in_turn = _names_in_turn(row.quote) if len(run) > 1 and "分别" not in row.quote + run[1].quote else []
        if in_turn:
            found.extend(_apart(run, years, sentence, ()) if len(in_turn) == len(run) else run)
            i += len(run)
            continue
        if "分别" not in row.quote + (run[1].quote if len(run) > 1 else ""):
            run = [row]
        if len(run) > 1 or (i + 1 < len(rows) and "分别" in row.quote and rows[i + 1].start <= row.end):
            run = [
                r
                for r in rows[i:]
                if r.start <= row.end and r.at == row.at and (r is row or "分别" in r.quote)
            ]
            found.extend(_apart(run, years, sentence, [*earlier, *rows[:i]]))
            i += len(run)
            continue
        found.extend(_each(row))
        i += 1
    return _with_shared_noun(found)


_GRADE_ONLY = re.compile(r"(?:新增)?(?:国家|省|市|州|县|区|自治区|部)级(?:及?以上)?")


def _with_shared_noun(rows: list[Target]) -> list[Target]:
    """5个国家级、20个省级重点实验室 counts laboratories twice: the noun is printed once, behind the last of them."""
    found = list(rows)
    for i in range(len(found) - 2, -1, -1):
        noun = re.match(r"(?:新增)?[^，、]{1,4}级(?:及?以上)?([^，、]{2,})$", found[i + 1].indicator)
        if noun and _GRADE_ONLY.fullmatch(found[i].indicator) and found[i + 1].start - found[i].end <= 2:
            found[i] = replace(found[i], indicator=found[i].indicator + noun[1])
    return found


def _each(row: Target) -> list[Target]:
    if not re.search(r"[均都各]|双双|全部|个\d", row.quote):
        return [row]
    each = re.search(
        r"(?P<list>[^，。：]{3,60}?)(?P<how>均|都|双双|全部|[两三四五]个(?=\d))(?:稳定|保持|维持|达|不低|不少|不小|不高|不超|提高|提升|超|突破|高于|大于|实现|控制|为|在|(?<=个)\d)",
        row.quote,
    )
    per = re.search(
        r"(?P<list>[^，。：]{3,80}?)各(?:不少于|不低于|达到?|至少|超过)?(?=\d|[一二两三四五六七八九十])",
        row.quote,
    )
    if each is None and per is None:
        return [row]
    listing = (each or per)["list"]  # type: ignore[index]
    if per:
        for verb in reversed(list(CREATE.finditer(unquoted(listing)))):
            if re.search("[、和及与]", listing[verb.end() :]):
                listing = listing[verb.end() :]
                break
    listing = _clean(_FRONT_VERB.sub("", _clean(listing))) if per else _clean(listing)
    names = [n for n in re.split("、|(?<=”)(?=“)", listing) if n]
    split: list[str] = []
    for name in names:
        halves = re.split(_AND, name, maxsplit=1)
        if (
            len(halves) == 2
            and all(len(h) >= 2 for h in halves)
            and (per or all(_METRIC.search(h[-3:]) for h in halves) or (name is names[-1] and len(names) > 1))
        ):
            split.extend(halves)
        else:
            split.append(name)
    if len(split) < 2 or len(split) > 8 or any(re.match(r"各|全", n) and len(n) <= 3 for n in split):
        return [row]
    last = split[-1]
    if per and max(map(len, split[:-1])) <= 3 and len(last) >= len(split[0]) + 3:
        split = [*(name + last[len(split[0]) :] for name in split[:-1]), last]
    metric = re.search(r"[^、和及与]{0,8}?(?:率|度|比重|占比|比例|指数)$", last)
    named = [n if _METRIC.search(n) or not each or metric is None else n + metric[0][-6:] for n in split]
    return [replace(row, indicator=name) for name in named]


_IN_TURN = re.compile(
    r"(?P<names>[^，。；：\d]{4,60}?)(?:要|应|须)?(?:达到?|不低于|不少于|提高到|提升到|提高至|提升至|超过|稳定在|保持在|控制在|降至|降到)(?=\d)"
)


def _names_in_turn(quote: str) -> list[str]:
    """办结率、满意率、公示率达到100%、95%、90%: the metrics named before the numbers, each of which has its own."""
    match = _IN_TURN.match(quote)
    names = [n for n in re.split(f"、|{_AND}", match["names"]) if n] if match else []
    return names if len(names) > 1 and _METRIC.search(names[-1][-3:]) else []


def _apart(
    run: list[Target], years: Sequence[YearMention], sentence: str, earlier: Sequence[Target]
) -> list[Target]:
    quote = run[0].quote if len(run[0].quote) >= len(run[-1].quote) else run[-1].quote
    listing = quote.split("分别")[0] if "分别" in quote else "、".join(_names_in_turn(quote))
    one = _clean(_YEARS_LISTED.sub("", listing))
    names = [n for n in re.split(f"、|{_AND}|(?<=”)(?=“)", _clean(listing)) if len(n) >= 2]
    if one and one != _clean(listing) and not re.search("[、和]", one):
        names = [one] * len(run)  # 合格率2023年、2024年分别达到91%、92%
    elif _BASE_ONLY.fullmatch(_clean(listing) or "") and len(earlier) >= len(run):
        names = [t.indicator for t in earlier[-len(run) :]]
    elif len(names) != len(run):
        names = [r.indicator for r in run]
    else:
        metric = re.search(r"(?:率|度|比重|占比|比例|指数|强度)$", names[-1])
        if metric and not all(_METRIC.search(n[-3:]) for n in names):
            tail = re.search(r"[^、]{0,5}(?:率|度|比重|占比|比例|指数|强度)$", names[-1])
            names = [n if _METRIC.search(n[-3:]) else n + (tail[0] if tail else "") for n in names]
        else:
            noun = next(
                (w for w in ("标准", "产品", "项目", "基地", "企业", "平台") if names[-1].endswith(w)), ""
            )
            graded = re.match(r".{1,4}级(.{2,})$", names[-1])
            rest = graded[1] if graded else noun
            names = [n if n.endswith(noun) else n + (rest if n.endswith("级") else noun) for n in names]
    named_years = [y.year for y in years if not y.base]
    listed = re.search(r"20\d\d年?[底末]?(?:、|和|及)20\d\d年", sentence)
    in_order = len(named_years) == len(run) and len(set(named_years)) == len(run) and listed is not None
    if run[0].comparator in (">=", "<=", ">", "<") and (
        "分别" not in run[0].quote or re.search("分别(?:不|超|低|高|控|达|提)", run[0].quote)
    ):
        run = [replace(r, comparator=run[0].comparator) if r.comparator == "=" else r for r in run]
    if run[-1].comparator in (">=", "<=", "~"):
        run = [replace(r, comparator=run[-1].comparator) if r.comparator == "=" else r for r in run]
    return [
        replace(r, indicator=names[i], by_year=named_years[i] if in_order else r.by_year)
        for i, r in enumerate(run)
    ]
