"""The adoption sentence (采标情况): which international or foreign standards, and to what degree.

Degrees are those of GB/T 1.2-2020 (IDT, MOD, NEQ) and, kept apart, EQV (等效采用) of the rules before 2001. Only IDT and MOD are
adoption; NEQ says that there is a corresponding standard. A sentence in which 国际标准 stands in somebody's name states nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from pinzhi.rules.standards.identifiers import Identifier, IdentifierError, parse, parse_leading
from pinzhi.rules.standards.identifiers.text import fold, fold_upper, visible

IDT, MOD, NEQ, EQV = "IDT", "MOD", "NEQ", "EQV"

DEGREE_ZH = {IDT: "等同采用", MOD: "修改采用", NEQ: "非等效采用", EQV: "等效采用"}
ADOPTING = frozenset({IDT, MOD})
"""The degrees that count as adoption (GB/T 1.2-2020, 采用国际标准管理办法)."""

_WORDS = {
    "等同": IDT, "等同于": IDT, "IDT": IDT, "IDENTICAL": IDT, "修改": MOD, "MOD": MOD, "MODIFIED": MOD, "非等效": NEQ, "非等同": NEQ,
    "NEQ": NEQ, "NOT EQUIVALENT": NEQ, "不等效": NEQ, "参照": NEQ, "参考": NEQ, "REF": NEQ, "等效": EQV, "EQV": EQV,
}  # fmt: skip
_MAX = 4000


@dataclass(frozen=True, slots=True)
class Adopted:
    """One number of the sentence: as written, and read where it can be."""

    written: str
    identifier: Identifier | None

    @property
    def key(self) -> str | None:
        """The key of the identifier, None where it could not be read."""
        return self.identifier.key if self.identifier else None


@dataclass(frozen=True, slots=True)
class Adoption:
    """What a sentence states. `reason` is "" where it states something, else why nothing was taken.

    Reasons: empty, no_statement (nothing in it says what is adopted), no_number (a degree without a number), partial (it tells of
    an annex, a chapter or a method only).
    """

    sentence: str
    degree: str | None
    number: str | None
    numbers: tuple[Adopted, ...]
    reason: str = ""

    @property
    def adopts(self) -> bool:
        """Whether this is adoption in the sense of the rules: IDT or MOD."""
        return self.degree in ADOPTING

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        out: dict[str, Any] = {
            "number": self.number,
            "degree": self.degree,
            "degree_zh": DEGREE_ZH[self.degree] if self.degree else None,
        }
        if len(self.numbers) > 1:
            out["numbers"] = [one.written for one in self.numbers]
        if self.numbers:
            out["keys"] = [one.key for one in self.numbers]
        if self.reason:
            out["reason"] = self.reason
        return out


# What is denied is not stated: 本标准没有等同采用…, 未采用…
_DENIED = r"(?<!没有)(?<!未)(?<!未能)(?<!不)(?<!不是)(?<!并非)(?<!并未)(?<!无)(?<!无法)(?<!不能)(?<!不宜)"
_DEGREE = _DENIED + r"((?<!并)非等效|(?<!并)非等同|不等效|等同|修改|等效|参照|参考)"
_SUBJECT = (
    r"(?:(?:本|该|此)\s*(?:国家|行业|地方|推荐性|强制性|部分|标准化|技术)*\s*"
    r"(?:指导性技术文件|标准|文件|部分|规范|规程|导则|规则|章|修改单)|GB[/ TZ0-9.:-]{2,24})"
)
# «本标准等同采用ISO国际标准：ISO 9001:2015。», as the national list has it: the payload runs to the full stop or to 采标中文名称.
_LISTED = re.compile(
    rf"(?:^|[;。\s])\s*{_SUBJECT}?\s*(?:的?\s*(?:第\s*[0-9.]+\s*(?:部分|章))?)\s*{_DEGREE}\s*(?:地)?\s*采用\s*了?\s*"
    r"([^;。:]{0,24}?)(?:国际|国外|外国|区域|先进|其他)*\s*(?:标准|文件|规范|法规|建议书|指南)\s*[:]\s*"
)
_END = re.compile(r"\s*[。;.,]?\s*;?\s*(?:采标)?中文名称\s*:?|\s*。\s*(?:;|$|(?=本|\n|该))|\s*。\s*$|$")
_TITLE_END = re.compile(r"\s*[。;]*\s*;?\s*采标中文名称\s*:?")
# The publishers that a number abroad begins with, and the acts of other markets.
_ABROAD = (
    r"(?:(?:ISO|IEC|ITU|EN|PREN|BS|DIN|NF|ASTM|JIS|ANSI|IEEE|CISPR|CAC|CODEX|OIML|UL|SAE|API|GOST|AATCC|AOAC|CEN|IWA|ECE|CIE|UN|FAO|OECD"
    r"|AS|NZS|CSA|KS|CXS|CXC|CXG|UIC|IDF|ETSI|NFPA|ASME|NSF|SEMI|IETF|RFC|3GPP|REC)(?![A-Z])|[0-9]{1,2}\s?C\.?\s?F\.?\s?R"
    r"|\((?:EU|EC|EEC)\)|(?:19|20)?[0-9]{2}/[0-9]{1,5}/(?:EC|EU|EEC)|(?:REGULATION|DIRECTIVE|DECISION)(?![A-Z]))"
)
# A preface: «本标准等同采用ISO 9001:2015《质量管理体系 要求》(英文版)。»
_PREFACE = re.compile(
    rf"(?:^|[;。,:\s]|改为|变为|调整为|更改为)\s*(?:{_SUBJECT}[^。;]{{0,40}}?)?{_DEGREE}\s*(?:地)?\s*(?:采用|翻译|转化)\s*(?:了|的)?\s*(?:翻译法\s*)?"
    r"(?:(?:国际|国外|外国|其他)?[^。;:]{0,20}?(?:标准(?:化组织)?|委员会|联盟|组织|协会|法规|指令|条例|规范|建议书)\s*(?:为|是)?)?\s*[:]?\s*"
    rf"(?=[《]?{_ABROAD})"
)
# What stands before the degree and makes it another document's, or that of a part: 上一版等效采用…, 附录A等同采用….
_EARLIER = re.compile(r"上一?版|前一?版|旧版|原版|原标准|原文件|被代替|曾|原$|由$|从$|历次|以前")
_PARTIAL = re.compile(
    r"附录\s*[A-Z]?\s*$|第\s*[0-9.一二三四五六七八九十]+\s*[章条]\s*$|(?:标准|文件|规范|规程|内容)中?的?部分\s*$|部分(?:内容|条款|章节|指标)\s*$"
    r"|(?:试验|检验|测试|检测|分析|测定)方法\s*$"
)
_APPLIES = re.compile(r"适用于|不适用|规定了|凡|如果|可以?$|宜$|建议$|拟$|计划$|应当?$")
# «本规程参照OIML R 76-1:2006制定。»
_FOLLOWING = re.compile(
    rf"{_SUBJECT}\s*{_DENIED}(参照|参考)\s*(?=[《]?{_ABROAD})(?=[^。;]{{5,120}}(?:制定|制订|编制|编写|起草|修订))"
)
_PIECE_ENDS = re.compile(r"[;。,\n]")
# What stands between two numbers and begins another statement: ；试验方法参照…, ，并参考了…
_OTHERWISE = re.compile(r"[,;].*(?:参考|参照|采用|代替|引用|根据|按照|依据|执行|符合|规定)", re.DOTALL)
_TITLES = re.compile(r"《[^《》]*》")
_DEGREE_OF = re.compile(
    r"(?:与|和|对应于?)\s*(.{3,120}?)\s*(?:标准)?\s*(?:《[^》]*》)?\s*,?\s*的?一致性程度\s*(?:为|是|:)+\s*[“\"(]?\s*"
    + _DEGREE.removeprefix(_DENIED)[:-1]
    + r"|IDT|MOD|NEQ|EQV)"
)
_STATED = r"(IDT|MOD|NEQ|EQV|IDENTICAL|MODIFIED|NOT EQUIVALENT|(?:非等效|非等同|不等效|等同|修改|等效|参照|参考)(?:采用)?)"
_CODE = re.compile(
    rf"[\s,;:(/-]+{_STATED}(?![A-Z])\s*\)?\s*[.。;]?\s*$|^\s*\(?\s*{_STATED}(?:\s*[,:;)]\s*|\s+(?:采用\s*)?)(?=[A-Z])"
)
# A form's two lines run together: «国际标准号：ISO 4730:2006 采标程度：等同采用».
_DEGREE_FIELD = re.compile(
    rf"[\s,;。(]*(?:采标|采用|一致性)\s*(?:程度|类型)\s*(?:代号|标识)?\s*[:为是]?\s*{_STATED}(?![A-Z])\s*(?:\({_STATED}\))?\s*\)?[\s,;。]*"
)
_NUMBER_FIELD = re.compile(
    r"^\s*(?:(?:所)?(?:采用|采标|对应)?的?\s*(?:(?:国际|国外)标准\s*(?:的)?(?:编号|标准号|号|代号)?|标准\s*(?:编号|号))|采标号|采标情况)\s*[:为是]?\s*"
)
_CLASS_FIELD = re.compile(
    r"(?:国际标准分类号?|ICS)\s*(?:\(ICS\))?\s*[:为]?\s*[0-9]{2}(?:\.[0-9]{2,3}){0,2}(?![0-9])"
)
_ENGLISH = re.compile(
    r"\b(?<!NOT )(IDENTICAL|MODIFIED|NOT EQUIVALENT)\s+(?:(?:IN RELATION|WITH RESPECT)\s+)?"
    r"(?:TO|WITH|ADOPTION OF|TRANSLATION OF)\s+(?:THE\s+)?"
    r"(?:INTERNATIONAL\s+)?(?:STANDARD\s+)?(?=[A-Z])"
)
_STARTS = re.compile(rf"(?={_ABROAD})(?:[A-Z(][\s/-]*[A-Z()/ .-]{{0,20}})?[0-9]")

_SEPARATOR = re.compile(
    r"\s*(?:、|;|\n|，|,(?![^()]*\))|\s及\s?|\s和\s?|及(?=\s*(?:ISO|IEC|EN|CISPR|ASTM|JIS|ITU|BS|DIN))|和(?=\s*(?:ISO|IEC|EN|CISPR|ASTM|JIS|ITU|BS|DIN))|"
    r"(?<=[0-9)])\s+/\s*(?=(?:ISO|IEC|EN|CISPR)(?![A-Z]))|(?<=[0-9])(?=(?:ISO|IEC)(?:/IEC)?\s[0-9])|(?<=[0-9])\s+(?=(?:ISO|IEC)(?:/IEC)?\s[0-9])|(?<=[0-9])/(?=CIE\s)|"
    r"与(?=\s*(?:ISO|IEC|EN|CISPR|ASTM))|(?:AND|&)\s*(?=(?:ISO|IEC|EN|CISPR|ASTM)))\s*"
)
_SEMICOLON_YEAR = re.compile(r"(?<=[0-9])\s*;\s*(?=(?:19|20)[0-9]{2}(?![0-9]))")
_L_FOR_1 = re.compile(r"(?<=[:-])[Lil](?=[0-9]{3}(?![0-9]))")
_SHORT = re.compile(r"[-/]?\s*[0-9]", re.ASCII)
# What follows the list of numbers and is none: 代替GB/T 8628—2001, 一致性程度为修改.
_REPLACING = re.compile(
    r"[\s,;，；]*(?:(?:并|且)?(?:部分|全部)?(?:代替|替代|取代)\s*(?=[A-Z])|(?:采标|采用|一致性)程度\s*[:：为是])"
)
_AMENDMENT_ONLY = re.compile(r"(?:AMD|AMENDMENT|AM|A|COR|CORR|AC|第)\s*\.?\s*[0-9一二三]+", re.ASCII)


def _clean(payload: str) -> str:
    return payload.strip().strip("。;,、:").strip().removesuffix(".").rstrip()


def _identifier(piece: str, before: Identifier | None) -> Identifier | None:
    """The piece alone, or with the beginning of the number before it (ISO 9221-1、-2; Q.920～921)."""
    text = _L_FOR_1.sub("1", piece)
    try:
        return parse(text)
    except IdentifierError:
        pass
    if before is not None and _SHORT.match(piece):
        body = before.designation.split(" ")[0] if " " in before.designation else before.body
        short = piece.lstrip("-/ ")
        core = (
            f"{body} {before.number}-{short}"
            if piece[:1] in "-/" or (before.parts and "-" not in short)
            else f"{body} {short}"
        )
        try:
            return parse(core)
        except IdentifierError:
            return None
    return None


def split_numbers(payload: str) -> tuple[Adopted, ...]:
    """The numbers of a list as people write one: 、 ; , 和 and, abbreviated followers, amendments belonging to what is before."""
    text = _SEMICOLON_YEAR.sub(":", fold(payload).replace("，", ","))
    text = re.sub(r"[\s,;]+(?:IDT|MOD|NEQ|EQV|idt|mod|neq|eqv)\s*$", "", text)
    if not _SEPARATOR.search(fold_upper(text)):
        return (Adopted(text.strip(), _identifier(text.strip(), None)),) if text.strip() else ()
    pieces: list[str] = []
    at = 0
    upper = fold_upper(text)
    for match in _SEPARATOR.finditer(upper):
        pieces.append(text[at : match.start()])
        at = match.end()
    pieces.append(text[at:])
    joined: list[str] = []
    for piece in (one.strip(" 。.;,、") for one in pieces):
        if not piece:
            continue
        if joined and _AMENDMENT_ONLY.match(piece.upper()):
            joined[-1] = f"{joined[-1]}/{piece}"
        else:
            joined.append(piece)
    found: list[Adopted] = []
    before: Identifier | None = None
    for piece in joined:
        identifier = _identifier(piece, before)
        found.append(Adopted(piece, identifier))
        before = identifier or before
    return tuple(found)


# Nineteen in twenty sentences of the national list are like this, with one number.
_PLAIN = re.compile(
    r"本标准(等同|修改|非等效|等效)采用[A-Z/]{0,8}(?:其他)?国际标准[：:]([A-Z]{2,6}(?:/[A-Z]{2,4})? [0-9-]{1,16}:[0-9]{4})。(?:\s*;|\n|$)"
)


def _nothing(sentence: str, reason: str, degree: str | None = None) -> Adoption:
    return Adoption(sentence, degree, None, (), reason)


def _taken(sentence: str, degree: str | None, payload: str) -> Adoption:
    if (replacing := _REPLACING.search(payload)) is not None:
        payload = payload[: replacing.start()]
    written = _clean(payload)
    if not written:
        return _nothing(sentence, "no_number", degree)
    # A number of the IECQ list stands below that of the same IEC standard: it is no second adoption.
    written = re.sub(r"\s*\n\s*QC\s?[0-9]{6}\s*$", "", written)
    written = re.sub(r"\s*\n\s*", " ", re.sub(r"(?<=[、，；;,])\s*\n\s*", "", written))
    return Adoption(sentence, degree, written, split_numbers(written))


def read_adoption(sentence: str) -> Adoption:
    """What the sentence states: numbers and degree. Never raises; a sentence that states nothing has a reason."""
    if (common := _PLAIN.match(sentence)) is not None and "采用" not in sentence[common.end() :]:
        written = common[2]
        return Adoption(sentence, _WORDS[common[1]], written, (Adopted(written, _identifier(written, None)),))
    plain = visible(sentence)[:_MAX]
    folded = "".join("\n" if raw == "\n" else new for raw, new in zip(plain, fold(plain), strict=True))
    if not folded.strip():
        return _nothing(sentence, "empty")
    upper = "".join("\n" if raw == "\n" else new for raw, new in zip(plain, fold_upper(plain), strict=True))
    if (match := _LISTED.search(upper)) is not None:
        end = _TITLE_END.search(upper, match.end())
        stop = end.start() if end is not None else _sentence_end(upper, match.end())
        return _taken(sentence, _WORDS[match[1]], plain[match.end() : stop])
    if (preface := _preface(sentence, plain, upper)) is not None:
        return preface
    if (match := _FOLLOWING.search(upper)) is not None:
        numbers, written = _numbers_from(plain, upper, match.end())
        if numbers:
            return Adoption(sentence, _WORDS[match[1]], written, numbers)
    if (match := _DEGREE_OF.search(upper)) is not None:
        degree = _WORDS[match[2] or ""] if match[2] else IDT
        numbers, written = _numbers_from(plain, upper, match.start(1))
        if numbers:
            return Adoption(sentence, degree, written, numbers)
    if (match := _ENGLISH.search(upper)) is not None:
        numbers, written = _numbers_from(plain, upper, match.end())
        if numbers:
            return Adoption(sentence, _stated(match[1]), written, numbers)
    if (match := _DEGREE_FIELD.search(upper)) is not None:
        return _only_numbers(sentence, _stated(match[1]), f"{plain[: match.start()]} {plain[match.end() :]}")
    return _bare(sentence, plain, upper)


def _preface(sentence: str, plain: str, upper: str) -> Adoption | None:
    """What a preface says of this standard: not of an earlier edition, of a part of the text, of what it applies to."""
    of_another: Adoption | None = None
    partial = False
    for match in _PREFACE.finditer(upper):
        before = upper[: match.start(1)]
        begins = max((end.end() for end in _PIECE_ENDS.finditer(before)), default=0)
        clause = before[begins:]
        if _PARTIAL.search(clause):
            partial = True
            continue
        if _EARLIER.search(clause) or _APPLIES.search(clause):
            continue
        numbers, written = _numbers_from(plain, upper, match.end())
        if not numbers:
            continue
        found = Adoption(sentence, _WORDS[match[1]], written, numbers)
        if not _OWN_NUMBER.search(clause):
            return found
        of_another = of_another or found
    return of_another or (_nothing(sentence, "partial") if partial else None)


_OWN_NUMBER = re.compile(r"GB[/ TZ0-9.:-]{2,24}\s*[是系为]?\s*$")
"""The clause tells of a standard by its number: of this one, unless another clause says what 本标准 adopts."""


def _stated(word: str) -> str:
    return _WORDS[word.removesuffix("采用")]


def _sentence_end(upper: str, at: int) -> int:
    stop = re.compile(r"。|\n\s*(?=采标|本|[\u4e00-\u9fff]{6})").search(upper, at)
    return stop.start() if stop else len(upper)


_WRONG_YEAR = re.compile(r"\s*[:：-]\s*[0-9]+")


def _numbers_from(plain: str, upper: str, at: int) -> tuple[tuple[Adopted, ...], str]:
    """Identifiers one after another from `at`, titles and language notes between them passed over."""
    found: list[Adopted] = []
    while at < len(plain) and len(found) < 50:
        start = _STARTS.search(upper, at)
        if start is None:
            break
        between = _TITLES.sub("", upper[at : start.start()])
        if found and ("。" in between or _OTHERWISE.search(between)):
            break
        piece = re.split(r"[《》、;。\n]|(?:和|及|与)(?=\s*(?:ISO|IEC))", upper[start.start() :], maxsplit=1)[
            0
        ]
        whole = plain[start.start() : start.start() + len(piece)]
        text = re.split(r"[\u4e00-\u9fff,，]", whole, maxsplit=1)[0].strip()
        for attempt in (whole, text):  # with what belongs to it in words: 及其修改单1:2012
            try:
                identifier, rest = parse_leading(attempt)
            except IdentifierError:
                continue
            text = attempt[: len(attempt) - len(rest)].strip()
            if (year := _WRONG_YEAR.match(rest)) is not None and not identifier.dated:
                found.append(Adopted(f"{text}{year[0]}".strip(), None))  # ISO 9001:205 is no undated ISO 9001
                text += year[0]
            elif all(one.key != identifier.key for one in found):
                found.append(Adopted(text, identifier))
            break
        at = start.start() + max(len(text), 1)
    return tuple(found), "、".join(one.written for one in found)


def _own(plain: str) -> Identifier | None:
    """The national standard's own number with what it adopts: GB/T 19022-2003 idt ISO 10012:2003."""
    try:
        found = parse(plain.strip())
    except IdentifierError:
        return None
    return found if found.chinese else None


def _bare(sentence: str, plain: str, upper: str) -> Adoption:
    """Only numbers, perhaps with a code: `ISO 9001:2015, IDT`. Anything with more words in it states nothing."""
    if (own := _own(plain)) is not None and own.adopted is not None:
        written = own.adopted.render("international")
        # Dual numbering is how an identical adoption is numbered (GB/T 1.2-2020).
        return Adoption(sentence, own.degree or IDT, written, (Adopted(written, own.adopted),))
    match = _CODE.search(upper)
    degree: str | None = None
    text = plain
    if match is not None:
        degree = _stated(match[1] or match[2])
        text = plain[: match.start()] if match[1] else plain[match.end() :]
    return _only_numbers(sentence, degree, text)


def _field_end(text: str) -> int:
    """Where the label of a form ends: «国际标准号：»."""
    label = _NUMBER_FIELD.match(fold_upper(text))
    return label.end() if label is not None else 0


_OPEN, _CLOSE = "(（【〔[", ")）】〕]"


def _only_numbers(sentence: str, degree: str | None, text: str) -> Adoption:
    text = _clean(text)
    text = _clean(_CLASS_FIELD.sub("", text))
    text = _clean(re.sub(r"《[^《》]*》", "", text[_field_end(text) :]))
    if text[:1] in _OPEN and sum(map(text.count, _OPEN)) > sum(map(text.count, _CLOSE)):
        text = _clean(text[1:])  # the bracket around the whole was closed behind the degree
    if not text or not _STARTS.match(fold_upper(text)):
        return _nothing(sentence, "no_statement")
    numbers = split_numbers(text)
    if not numbers or any(one.identifier is None for one in numbers):
        return _nothing(sentence, "no_statement")
    return Adoption(sentence, degree, text, numbers)
