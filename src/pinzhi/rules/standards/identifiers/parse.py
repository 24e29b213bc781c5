"""From a text to an identifier: fold, look at the code in front, hand over to the grammar of that code."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from pinzhi.rules.standards.identifiers import foreign, international, model, partnership, regulations
from pinzhi.rules.standards.identifiers.chinese import ChineseReader
from pinzhi.rules.standards.identifiers.errors import IdentifierError
from pinzhi.rules.standards.identifiers.model import Identifier
from pinzhi.rules.standards.identifiers.publishers import publishers
from pinzhi.rules.standards.identifiers.text import MAX_LENGTH, fold, fold_upper, visible

Read = tuple[Identifier, int]
Reader = Callable[[str, str, str, int, str], Read]

_HEAD = re.compile(r"\s*([A-Z]+)", re.ASCII)
_COMMENT = re.compile(r"\s*#.*$")
_INTERNATIONAL_HEADS = (
    "ISO",
    "IEC",
    "CEI",
    "CISPR",
    "IWA",
    "GUIDE",
    "AWI",
    "CD",
    "WD",
    "NP",
    "DIS",
    "FDIS",
    "PRF",
)
_LOCAL_HEADS = ("DG", "DGJ", "DB", "DBS", "DBJ", "DBJT", "DBK", "DBJD", "DBT", "DBST", "DBCK")
_OWNED = re.compile(r"\s*[TQ]\s*/", re.ASCII)
_OWNED_SPACED = re.compile(r"\s*[TQ] +(?=[A-Z]{2,9} ?[0-9.]+\s*[-:]\s*(?:19|20)[0-9]{2}(?![0-9]))", re.ASCII)
"""The slash forgotten: T CAS 123-2021; only where a code, a number and a year follow."""
_FOREIGN_AFTER = re.compile(r"[\s-]*(?:EN|ISO|IEC)(?![A-Z])", re.ASCII)
_BS_HANDBOOK = re.compile(r"\s*[0-9-]+:(?:19|20)[0-9]{2}", re.ASCII)
_IEC_QC = re.compile(r"\s*[0-9]{6}(?![0-9])", re.ASCII)
_GOST = re.compile(r"\s*[ГΓгG]OCT(?![A-Z])")
_PAPER = re.compile(
    r"\s*(?:ISO|IEC|CEI)[\s/]*(?:(?:TC|SC|JTC|PC|TMB)\s?[0-9]+|[0-9]{1,3}[A-Z]?(?:\([A-Z\u4e00-\u9fff ]+\)|/)|\((?:CO|SEC|SECRETARIAT)\))",
    re.ASCII,
)


def _foreign_half(text: str, plain: str, up: str, at: int) -> Read:
    return _dispatch(text, plain, up, at)


_reader = ChineseReader(_foreign_half)


def _international(text: str, plain: str, up: str, at: int, head: str) -> Read:
    if not at and (glued := _GLUED.match(up)) is not None:
        return _glued(text, plain, up, glued)
    try:
        return international.read(text, plain, up, at)
    except IdentifierError:
        if _PAPER.match(up, at) is not None:
            raise _paper(up, at) from None
        raise


def _paper(up: str, at: int) -> IdentifierError:
    return IdentifierError(
        "committee_paper", position=at + 1, got=up[at : at + 20], zh="这是技术委员会文件，不是标准编号",
        en="a committee's paper, not a standard's identifier", expected_zh="标准编号", expected_en="an identifier",
    )  # fmt: skip


# ISO and IEC named behind the body they publish with: IEEE/ISO/IEC 42010.
_PARTNERED = re.compile(
    r"\s*(?:IEEE|ASTM|SAE|IDF|HL7|CIE|OIML|ASME|OECD)\s?/\s?(?:ISO|IEC)(?![A-Z])", re.ASCII
)


def _foreign(text: str, plain: str, up: str, at: int, head: str) -> Read:
    if _PARTNERED.match(up, at) is not None:
        return international.read(text, plain, up, at)
    found = foreign.read(text, plain, up, at, head)
    if found is None:
        raise _unknown(up, at, head)
    return found


def _chinese_coded(code: str, nature: str = "") -> Reader:
    def read(text: str, plain: str, up: str, at: int, head: str) -> Read:
        start = at + (up[at : at + len(up)].index(head) if at else up.index(head)) + len(head)
        if code in ("SN", "SS", "TS", "DS", "NS") and _FOREIGN_AFTER.match(up, start):
            return _foreign(text, plain, up, at, head)
        if code == "HB" and _BS_HANDBOOK.match(up, start):
            return foreign.bsi(text, plain, up, at)
        if code == "QC" and _IEC_QC.match(up, start):
            return foreign.free(text, plain, up, start, "QC", model.INTERNATIONAL)
        if code in ("CNCA", "CNAS"):  # CNCA-C11-01:2020: numbers of a kind of their own
            return foreign.free(text, plain, up, start, code, model.NATIONAL)
        return _reader.coded(text, plain, up, start, code, nature)

    return read


def _old_trade(text: str, plain: str, up: str, at: int, head: str) -> Read:
    """ZBJ 76003-88: of the old professional standards the letter of the trade (CCS) belongs to the number."""
    return _reader.coded(text, plain, up, up.index("ZB", at) + 2, "ZB", "")


def _lettered(code: str) -> Reader:
    """TSGR0006-2014, JTGD20-2017: the letter behind the code begins the number."""

    def read(text: str, plain: str, up: str, at: int, head: str) -> Read:
        return _reader.coded(text, plain, up, up.index(head, at) + len(code), code, "")

    return read


def _local(code: str) -> Reader:
    def read(text: str, plain: str, up: str, at: int, head: str) -> Read:
        return _reader.local(text, plain, up, up.index(head, at) + len(code), code)

    return read


def _handlers() -> dict[str, Reader]:
    table: dict[str, Reader] = {}
    for code in publishers().abroad:
        table[re.match(r"[A-Z]+", code)[0]] = _foreign  # type: ignore[index]
    for name in (
        "BS",
        "PD",
        "DD",
        "PAS",
        "PP",
        "DISC",
        "BSI",
        "NA",
        "AMD",
        "EP",
        "BIP",
        "SUPPLEMENT",
        "HANDBOOK",
        "DIN",
        "EN",
        "ENV",
    ):
        table[name] = _foreign
    for name in (
        "PREN",
        "FPREN",
        "HD",
        "CEN",
        "CLC",
        "CENELEC",
        "CR",
        "CWA",
        "ES",
        "CSN",
        "STN",
        "MSZ",
        "SANS",
        "OENORM",
        "CAN",
        "GOSTR",
    ):
        table[name] = _foreign
    for name in (*(f"ASTM{one}" for one in "ABCDEFG"), *(f"JIS{chr(one)}" for one in range(65, 91))):
        table[name] = _foreign  # no space before the letter of the class: ASTMD1234-19, JISB0001
    for code in publishers().chinese:
        table[code] = _chinese_coded(code)
    for code in list(publishers().chinese):
        # The slash forgotten: GBT 9001, QBT 1002, GJBZ 9000; a code of its own (GBZ) goes before.
        table.setdefault(f"{code}T", _chinese_coded(code, "T"))
    for letter in "ABCDEFGHJKLMNPQRSTUVWXYZ":
        table.setdefault(f"ZB{letter}", _old_trade)
        for code in ("TSG", "JTG", "JTJ"):
            table.setdefault(f"{code}{letter}", _lettered(code))
    for code in _LOCAL_HEADS:
        table[code] = _local(code.removesuffix("T") if code in ("DBT", "DBST") else code)
    for name in _INTERNATIONAL_HEADS:
        table[name] = _international
    return table


_HANDLERS = _handlers()
_simple = international._SIMPLE
_read_international = international.read


_CYRILLIC_R = re.compile(r"\s*P(?=\s)", re.ASCII)


def _gost(text: str, plain: str, up: str, at: int) -> Read:
    """«ГОСТ Р 50779.10»: the Cyrillic letter that looks like P is an R."""
    if (letter := _CYRILLIC_R.match(up, at)) is not None:
        end = letter.end()
        plain, up = f"{plain[: end - 1]}R{plain[end:]}", f"{up[: end - 1]}R{up[end:]}"
    start = at - 4
    plain, up = f"{plain[:start]}GOST{plain[at:]}", f"{up[:start]}GOST{up[at:]}"
    for cyrillic, latin in (("ИCO", "ISO"), ("MЭK", "IEC"), (" EH ", " EN ")):  # ГОСТ Р ИСО/МЭК 27001
        plain, up = plain.replace(cyrillic, latin), up.replace(cyrillic, latin)
    return _foreign(text, plain, up, start, "GOST")


def _dispatch(text: str, plain: str, up: str, at: int) -> Read:
    match = _HEAD.match(up, at)
    if match is None:
        if (cyrillic := _GOST.match(up, at)) is not None:
            return _gost(text, plain, up, cyrillic.end())
        raise _unknown(up, at, "")
    head = match[1]
    handler = _HANDLERS.get(head)
    if handler is not None:
        return handler(text, plain, up, at, head)
    if head in ("T", "Q") and (owned := _OWNED.match(up, at) or _OWNED_SPACED.match(up, at)) is not None:
        return (_reader.group if head == "T" else _reader.enterprise)(text, plain, up, owned.end())
    if head.startswith(("ISO", "IEC", "IWA", "CEI")):  # ISOTS 16949, IECTR 61000
        return (
            _international(text, plain, up[: match.end(1)] + up[match.end(1) :], at, head)
            if at
            else _glued(text, plain, up, match)
        )
    if (found := foreign.read(text, plain, up, at, head)) is not None:
        return found
    if not at and (run := _RUN_TOGETHER.fullmatch(head)) is not None and sum(map(bool, run.groups())) > 1:
        return _parted(text, plain, up, match.end(), " ".join(filter(None, run.groups())))
    raise _unknown(up, at, head)


# Publishers of one document without the spaces between them: BSEN, DINEN, ENISO, BSENISO.
_RUN_TOGETHER = re.compile(r"(BS|DIN|NF|UNE|UNI|SS|NEN|SN|CSN)?(EN)?(ISO|IEC)?")


def _parted(text: str, plain: str, up: str, cut: int, names: str) -> Read:
    """Read with the spaces put back; the place is given as it is in the text without them."""
    front, rest = f"{names} ", up[cut:].lstrip()
    found, end = _foreign(text, front + plain[cut:].lstrip(), front + rest, 0, names.split(" ")[0])
    return found, len(up) - (len(front) + len(rest) - end)


_GLUED = re.compile(
    r"\s*(ISO/ASTM|ISO/IEC|ISO|IEC|ISOIEC)(TS|TR|PAS|GUIDE|R|DIS|FDIS|ASTM)(?=[\s/]*[A-Z]*[0-9])", re.ASCII
)


def _glued(text: str, plain: str, up: str, match: re.Match[str]) -> Read:
    glued = _GLUED.match(up)
    if glued is None:
        raise _unknown(up, 0, match[1])
    body = "ISO/IEC" if glued[1] == "ISOIEC" else glued[1]
    joint = "/" if body == "ISO" else " "
    cut = glued.end()
    if body == "ISO/ASTM":  # an electronic book of ASTM: ISO/ASTMTR52913-EB
        return foreign.free(text, plain, up, glued.start(2), "ISO/ASTM", model.INTERNATIONAL)
    front = f"{body}{joint}{glued[2]} "
    found, end = international.read(text, front + plain[cut:].lstrip(), front + up[cut:].lstrip(), 0)
    return found, len(up) - (len(front) + len(up[cut:].lstrip()) - end)


def _unknown(up: str, at: int, head: str) -> IdentifierError:
    while at < len(up) and up[at] == " ":
        at += 1
    got = head or up[at : at + 10]
    return IdentifierError(
        "unknown_body", position=at + 1, got=got, zh=f"“{got}”不是已知的标准代号" if got else "没有标准代号",
        en=f"{got!r} is not the code of a known publisher" if got else "no code of a publisher",
        expected_zh="标准代号，如 GB/T、QB/T、DB35/T、T/、Q/、ISO、IEC、EN",
        expected_en="a publisher's code such as GB/T, QB/T, DB35/T, T/, Q/, ISO, IEC, EN",
    )  # fmt: skip


# One document with a number of each of its bodies: ISO/IEC 9594-8:2020 | ITU-T X.509 (10/2019), ISO 5537|IDF 26:2004.
_JOINT_AT = re.compile(r"(?<=[0-9)])\s*(?:\||/(?=\s*(?:IDF|ITU|ISO|IEC)(?![A-Z])))\s*", re.ASCII)
_JOINT_BODIES = re.compile(r"\s*(?:ISO|IEC|ITU|IDF|REC|CCITT)(?![A-Z])", re.ASCII)
_RECOMMENDATION = re.compile(r"\s*REC(?:OMMENDATION|\.)?\s+(?=ITU)", re.ASCII)


def _joint(text: str, up: str) -> tuple[Identifier, str] | None:
    """A document of two bodies; None where what stands on a side of the stroke is no number."""
    stroke = _JOINT_AT.search(up)
    if stroke is None or _JOINT_BODIES.match(up) is None or _JOINT_BODIES.match(up, stroke.end()) is None:
        return None
    first = text[: stroke.start()]
    try:
        one, rest = parse_leading(first)
        other, after = parse_leading(text[stroke.end() :])
        if rest.strip():
            return None
        if one.year is None and other.year is not None and other.body == "IDF" and not one.supplements:
            one = parse_leading(f"{first}:{other.year}")[0]  # ISO and IDF write the year once, behind both
    except IdentifierError:
        return None
    return replace(one, input=text, joint=(replace(other, joint=()), *other.joint)), after


def parse_leading(text: str) -> tuple[Identifier, str]:
    """The identifier that the text begins with, and what follows it. Raises IdentifierError where it begins with none."""
    text = visible(text)
    if not text.strip():
        raise IdentifierError(
            "empty", position=1, got="", zh="没有内容", en="there is nothing", expected_zh="一个标准编号，如 GB/T 9001—2016",
            expected_en="an identifier such as GB/T 9001-2016",
        )  # fmt: skip
    if len(text) > MAX_LENGTH:
        raise IdentifierError(
            "too_long", position=MAX_LENGTH + 1, got=text[MAX_LENGTH : MAX_LENGTH + 10], zh=f"超过 {MAX_LENGTH} 个字符",
            en=f"more than {MAX_LENGTH} characters", expected_zh="一个标准编号", expected_en="one identifier",
        )  # fmt: skip
    plain, up = fold(text), fold_upper(text)
    if (match := _LOOSE.match(up)) is not None and not _own_code(match):
        if (common := _common(text, match)) is not None:
            return common, ""
    if (found_else := _other_kinds(text, up)) is not None:
        return found_else
    if (word := _RECOMMENDATION.match(up)) is not None:
        blank = " " * word.end()
        plain, up = blank + plain[word.end() :], blank + up[word.end() :]
    if "0" <= up[0] <= "9" or "/" in up or up.startswith(("PWI", "PNW", "IECEE", "IECEX", "IECQ", "IECRE")):
        if (working := foreign.working_document(text, plain, up)) is not None:
            return working, ""
    try:
        found, end = _dispatch(text, plain, up, 0)
    except IdentifierError as error:
        if (working := foreign.working_document(text, plain, up)) is not None:
            return working, ""
        if error.code == "unknown_body" and (document := regulations.refuse_document(up)) is not None:
            raise document from None
        raise
    return found, text[end:]


def _other_kinds(text: str, up: str) -> tuple[Identifier, str] | None:
    """What does not begin with a publisher's code, or has two numbers: acts of other markets, 3GPP, joint documents."""
    if regulations.might_be(up) and (act := regulations.read(text, up)) is not None:
        return act[0], text[act[1] :]
    if up.lstrip().startswith(("3GPP", "TS", "TR")) and (found := partnership.read(text, up)) is not None:
        return found[0], text[found[1] :]
    return _joint(text, up) if "|" in up or "/I" in up or "/ I" in up else None


# Nine in ten identifiers of a Chinese catalogue are like these three, and need no folding:
# GB/T 5009.3—2016, T/CNTAC 8—2018, DB35/T 1234.1—2020; cited undated, GB/T 5009.3.
_COMMON = re.compile(
    r"(?:([A-Z]{2,3})|(T/[A-Z]{2,9})(?= )|(DB(?:[0-9]{4}|[0-9]{2}))(?=/T))(/[TZ])? "
    r"([0-9]{1,6})((?:\.[0-9]{1,5})*)(?:[-—]((?:19|20)[0-9]{2}))?$",
    re.ASCII,
)
# The same, folded, with spaces or without them, with the slash or without it.
_LOOSE = re.compile(
    r"\s*(?:([A-Z]{2,3}?)|(T/[A-Z]{2,9}?)(?= ?[0-9])|(DB(?:[0-9]{4}|[0-9]{2}))(?=\s?/?\s?T))\s*(?:/?\s*([TZ])(?=\s*[0-9]))?\s*"
    r"([0-9]{1,6})((?:\.[0-9]{1,5})*)\s*-\s*((?:19|20)[0-9]{2})\s*$",
    re.ASCII,
)


def _own_code(match: re.Match[str]) -> bool:
    """GBZ2.1: the letter close behind makes another code (GBZ), it is no forgotten slash (GB/Z)."""
    return match[1] is not None and match.end(1) == match.start(4) and match[1] + match[4] in _CODES


_LETTER_NUMBERS = ("GSB", "TSG", "CB", "ZB")
_CODES = {
    code: one
    for code, one in publishers().chinese.items()
    if code == one.written and code not in _LETTER_NUMBERS and one.level != model.GROUP
}
_KINDS = {
    None: model.MANDATORY, "/T": model.RECOMMENDED, "/Z": model.GUIDE, "T": model.RECOMMENDED, "Z": model.GUIDE,
}  # fmt: skip


def _common(text: str, match: re.Match[str]) -> Identifier | None:
    code, group, local, nature, number, dotted, year = match.groups()
    kind, region = _KINDS[nature], ""
    nature = nature[-1] if nature else ""
    if code:
        publisher = _CODES.get(code)
        if publisher is None or (
            code == "QC" and len(number) > 4
        ):  # of IECQ the specifications have six digits
            return None
        body, level = code, publisher.level
    elif group:
        if nature:
            return None
        body, level, kind = group, model.GROUP, model.RECOMMENDED
    else:
        body, level, region = local, model.LOCAL, local[2:]
        if region[:2] not in publishers().provinces:
            return None
    series = f"{body}/{nature} {number}{dotted}" if nature else f"{body} {number}{dotted}"
    key = f"{series}-{year}" if year else series
    return model.build(
        text, body, level, kind, nature, number, tuple(dotted[1:].split(".")) if dotted else (),
        int(year) if year else None, key, series, key, (), "", (), "", "", region,
    )  # fmt: skip


_PUNCTUATION = " \t\r\n.;,。；，、"


_WRAPPED = {
    "《": "》",
    "〈": "〉",
    "「": "」",
    "『": "』",
    "“": "”",
    "‘": "’",
    "(": ")",
    "（": "）",
    "[": "]",
    "【": "】",
    '"': '"',
    "'": "'",
}


def _unwrapped(text: str) -> str:
    """Quotation marks or brackets around the whole become spaces, so that every position stays what it was."""
    if not text or text[0] not in _OPENING:
        return text
    first, last = len(text) - len(text.lstrip()), len(text.rstrip()) - 1
    if last > first and _WRAPPED.get(text[first]) == text[last]:
        return f"{' ' * (first + 1)}{text[first + 1 : last]}{' ' * (len(text) - last)}"
    return text


_OPENING = frozenset(_WRAPPED) | frozenset(" \t\u3000\xa0")


# The title behind a number, as citations have it: GB/T 1.1—2020《标准化工作导则 第1部分：…》. Without the marks nobody can say
# whether a title follows or something that belongs to the number and was written wrongly.
_TITLE = re.compile(r"\s*[《〈](?=[^《》]*\w)((?:[^《》〈〉]|〈[^《》〈〉]*〉)+)[》〉]\s*")


def parse(text: str) -> Identifier:
    """Read one identifier, all of the text. Raises IdentifierError with the position and what was expected there."""
    if (match := _COMMON.match(text)) is not None and (common := _common(text, match)) is not None:
        return common
    if _simple.match(text) is not None:
        return _read_international(text, text, text, 0)[0]
    given = text.rstrip(_PUNCTUATION) or text
    found, rest = parse_leading(_unwrapped(given))
    if rest and (title := _TITLE.fullmatch(rest)) is not None:
        return replace(found, title=title[1].strip())
    if rest and not rest.isspace() and not rest.lstrip().startswith("#"):
        stripped = rest.lstrip()
        up = fold_upper(text)
        if _PAPER.match(up) is not None:
            raise _paper(up, 0)
        position = len(visible(text)) - len(stripped) + 1
        raise IdentifierError(
            "trailing", position=position, got=stripped[:10], zh=f"“{found.designation}”之后有多余的内容",
            en=f"something follows {found.designation}", expected_zh="编号结束，或修改单、年份、采用的国际标准号",
            expected_en="the end, an amendment, a year, or an adopted identifier",
        )  # fmt: skip
    return found


def to_identifier(text: str) -> Identifier | None:
    """The same, None where it cannot be read."""
    try:
        return parse(text)
    except IdentifierError:
        return None
