"""Chinese identifiers: national, industry, local, group, enterprise (GB/T 1.1, 国家标准管理办法, 团体标准管理规定 …).

Every reader takes the folded capitals `up`, the place `at` behind the code, and returns the identifier and where it ended.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from pinzhi.rules.standards.identifiers import model
from pinzhi.rules.standards.identifiers.errors import IdentifierError
from pinzhi.rules.standards.identifiers.model import Identifier, Supplement, build
from pinzhi.rules.standards.identifiers.publishers import publishers

Foreign = Callable[[str, str, str, int], tuple[Identifier, int]]

_YEAR = r"(?:19|20)[0-9]{2}|[4-9][0-9]"
# The number may hold hyphens (HG 2-1466-82), letters (GBJ, JB/T 4730A, GJB 150.1A) and dots before parts.
_NUMBER = re.compile(
    r"\s*((?:[A-Z]\s?[0-9]{2}\s(?=[0-9]{3}(?![0-9])))?"  # ZB J76 003
    r"(?:[A-Z]{1,4}\.?\s?)?[0-9]{1,8}[A-Z]{0,3}(?:\s?-\s?[A-Z]{0,2}[0-9]{1,6}[A-Z]?)*?(?:/[0-9]{1,2}(?=\s?-))?)"  # 1 number
    r"((?:\s?\.\s?[0-9]{1,7}[A-Z]?)*)"  # 2 parts
    r"(?:\s*[~-]\s*(?:GB\s?(?:/\s?[TZ])?\s?)?((?:[0-9]{1,6})?(?:\.[0-9]{1,5})+|(?<=~)[0-9]{1,6}|(?<=~\s)[0-9]{1,6}))?"  # 3 end of a range
    r"(?:\s*[-:_]\s*("
    + _YEAR
    + r")(?:\s?年)?|\s+((?:19|20)[0-9]{2})(?=\s*$)|\s?\(((?:19|20)[0-9]{2})年?\))?"  # 4 year, 5 6 in other ways
    r"(?=[^0-9A-Z.-]|-?$|-\s|XG|AMD|IDT|MOD|NEQ|EQV)",
    re.ASCII,
)
_NATURE = re.compile(
    r"\*?\s*(?:[/_-]\s*([A-Z]{1,3})(?![A-Z])\s*(?:/\s*([A-Z])(?![A-Z])\s*)?)?[/-]?\s*", re.ASCII
)
_BRACKET = re.compile(r"\s*\(\s*([\u4e00-\u9fff]{1,8}|[TZ])\s*\)")
_XG = re.compile(
    r"\s*[/+(,、;]?\s*(?:含|包括|及|和)?\s*XG\s?([0-9]{1,3})(?:\s*[-:]\s*((?:19|20)[0-9]{2}))?\s*\)?",
    re.ASCII,
)
_AMENDMENT = re.compile(
    r"\s*[/+(,、;]?\s*(?:含|包括|及|和)?\s*[《〈]?\s*(?:国家标准)?第?\s*([0-9]{1,2}|[一二三四五六七八九十]{1,3})?\s*号?\s*"
    r"(?:国家标准)?修改(?:通知)?单\s*([0-9]{1,2})?\s*[》〉]?\s*(?:[-:(]?\s*((?:19|20)[0-9]{2})年?\)?)?\s*\)?"
)
_EDITION = re.compile(
    r"\s*\(?\s*((?:19|20)[0-9]{2})\s*年?\s*(?:局部)?(?:修订|版|修改)[版本]?\s*\)?|\s*\(\s*R?\s?((?:19|20)[0-9]{2})\s*年?\s*(确认|复审)?\s*\)"
)
_LANGUAGE = re.compile(r"\s*[-/]?\s*\(\s*(E|C|EN|ZH|英文版|中文版|英文|外文版)\s*\)|\s*(英文版|外文版)")
_ALL = r"(?:(?:所有|全部|各)部分|全部|系列(?:国家|行业|地方|团体)?标准|系列|ALL PARTS|SERIES)"
_ALL_PARTS = re.compile(rf"\s*(?:\(\s*{_ALL}\s*\)|{_ALL}\s*$)")
_DUAL = re.compile(
    r"\s*(?:/|(\(?)\s*(?:(IDT|EQV|MOD|NEQ)\s*[:,]?\s*)?)\s*(?=(?:ISO|IEC|CEI|CISPR|ITU|EN|IWA|CAC|OIML|UIC|CIE)(?![A-Z]))"
)
_AFTER_DUAL = re.compile(r"\s*[,;、]?\s*(IDT|EQV|MOD|NEQ)?\s*\)?")
_ONLY_DEGREE = re.compile(r"\s*\(?\s*(IDT|EQV|MOD|NEQ)\b")
_JOINT = re.compile(r"\s*/\s*T\s*/", re.ASCII)
_JOINT_LOCAL = re.compile(r"\s*/\s*DB(?=[0-9]{2})", re.ASCII)
_NUMERALS = {c: n for n, c in enumerate("一二三四五六七八九十", 1)}

_NATURES = {"J": model.RECOMMENDED, "T": model.RECOMMENDED, "Z": model.GUIDE}


def _numeral(text: str) -> str:
    if text.isascii():
        return str(int(text))
    if len(text) == 1:
        return str(_NUMERALS[text])
    head, _, tail = text.partition("十")
    return str((_NUMERALS.get(head, 1)) * 10 + _NUMERALS.get(tail, 0))


def year_of(text: str) -> int:
    """Four digits, or two of the last century (JJG 1001-91); Chinese numbers have had four since 1995."""
    return int(text) if len(text) == 4 else 1900 + int(text)


def _plain(text: str) -> str:
    return text.replace(" ", "")


def _amendments(up: str, at: int) -> tuple[tuple[Supplement, ...], int]:
    found: tuple[Supplement, ...] = ()
    while at < len(up):
        if match := _XG.match(up, at):
            number, year = match.groups()
        elif (match := _AMENDMENT.match(up, at)) is not None:
            number, year = match[1] or match[2] or "1", match[3]
        else:
            break
        found += (Supplement("XG", _numeral(number), int(year) if year else None),)
        at = match.end()
    return found, at


def no_number(up: str, at: int, code: str) -> IdentifierError:
    """Behind the code there is no number."""
    at = _skip(up, at)
    return IdentifierError(
        "no_number",
        position=at + 1,
        got=up[at : at + 1],
        zh=f"“{code}”之后没有读到标准顺序号",
        en=f"no number after {code}",
        expected_zh="数字，如 9001 或 5009.3",
        expected_en="digits, such as 9001 or 5009.3",
    )


def _skip(up: str, at: int) -> int:
    while at < len(up) and up[at] in " /":
        at += 1
    return min(at, len(up))


_LOOSE_YEAR = re.compile(r"[\s-]*[-:]\s*([0-9]+)", re.ASCII)
_LOOSE_NUMBER = re.compile(r"\s*[A-Z]{0,4}[0-9]+(?:\.[0-9]+[A-Z]?)*", re.ASCII)


def bad_tail(up: str, at: int, code: str) -> IdentifierError:
    """The number was begun, yet does not go on as one does: say where, and what should have stood there."""
    match = _LOOSE_NUMBER.match(up, at)
    if match is None:
        return no_number(up, at, code)
    end = match.end()
    if year := _LOOSE_YEAR.match(up, end):
        return IdentifierError(
            "bad_year",
            position=year.start(1) + 1,
            got=year[1],
            zh=f"年代号“{year[1]}”无法读作年份",
            en=f"{year[1]} is no year",
            expected_zh="四位年份，如 2016（1999 年以前的可用两位）",
            expected_en="four digits such as 2016 (two for years before 2000)",
        )
    end = min(end, max(len(up) - 1, 0))
    return IdentifierError(
        "bad_number",
        position=end + 1,
        got=up[end : end + 1],
        zh="顺序号之后有无法识别的内容",
        en="what follows the number cannot be read",
        expected_zh="“—”和年份，或编号结束",
        expected_en="a dash and the year, or the end",
    )


def _ascends(digits: str, parts: tuple[str, ...], range_end: str) -> bool:
    """Whether a range goes up, in one of the ways to write its end: `5271.1~5271.15`, `5271.1~.15`, `5271.1~15`, `1~5`."""
    first = [int(_LEADING_DIGITS.match(one)[0]) for one in (digits, *parts) if _LEADING_DIGITS.match(one)]  # type: ignore[index]
    last = [int(one) for one in range_end.split(".") if one]
    if len(first) != 1 + len(parts) or not last:
        return True  # letters in front of the number: nothing to count with
    return any(last > first[-n:] for n in {len(last), len(first)} if n <= len(first)) or len(last) > len(
        first
    )


_LEADING_DIGITS = re.compile(r"[0-9]+", re.ASCII)


class ChineseReader:
    """Reads what stands behind a Chinese code. `foreign` reads the other half of a dual number."""

    def __init__(self, foreign: Foreign) -> None:
        self._foreign = foreign
        lists = publishers()
        self._codes = lists.chinese
        self._provinces = lists.provinces

    def coded(
        self, text: str, plain: str, up: str, at: int, code: str, nature: str = ""
    ) -> tuple[Identifier, int]:
        """`GB/T 9001-2016` and all that are built like it: national, industry."""
        publisher = self._codes[code]
        body = publisher.written
        if match := _BRACKET.match(up, at):  # JJG(机械) 58, YB(T) 1
            at = match.end()
            if match[1] in ("T", "Z"):
                nature = match[1]
            else:
                body = f"{body}({match[1]})"
        return self._numbered(text, plain, up, at, code, body, publisher.level, nature, "")

    def local(self, text: str, plain: str, up: str, at: int, code: str) -> tuple[Identifier, int]:
        """`DB35/T 1234.1-2020`, `DB3502/T 001-2019`, `DBS35/ 001-2017`, `DBJ/T 13-23-2015`, `DB/T 29-88-2014`."""
        match = _REGION.match(up, at)
        region = match[1] if match else ""
        if match and region[:2] not in self._provinces and code.startswith(("DBJ", "DG")):
            match, region = None, ""  # DBJ01-11-95: the first number is a series
        if match and region:
            if region[:2] not in self._provinces:
                raise IdentifierError(
                    "unknown_region",
                    position=match.start(1) + 1,
                    got=region,
                    zh=f"“{region}”不是省级行政区划代码",
                    en=f"no province has the code {region[:2]}",
                    expected_zh="行政区划代码前两位（如 35）或四位（如 3502）",
                    expected_en="the first two (35) or four (3502) digits of a region's code",
                )
            at = match.end()
        return self._numbered(text, plain, up, at, code, f"{code}{region}", model.LOCAL, "", region)

    def _numbered(
        self,
        text: str,
        plain: str,
        up: str,
        at: int,
        code: str,
        body: str,
        level: str,
        nature: str,
        region: str,
    ) -> tuple[Identifier, int]:
        match = _NATURE.match(up, at)
        if match is not None:  # it always matches; mypy cannot know
            if match[1] and not match[2] and match[1] in self._codes and match[1] not in ("T", "Z"):
                body = f"{body}/{match[1]}"  # NB/SH/T 0001
                if (second := _NATURE.match(up, match.end(1))) is not None:
                    match = second
                    nature = match[1] or nature
            elif match[2]:
                body, nature = f"{body}/{match[1]}", match[2]
            else:
                nature = match[1] or nature
            at = match.end()
        if not nature and code not in _LETTERED and (letter := _BARE_NATURE.match(up, at)) is not None:
            nature, at = letter[1], letter.end()  # GB T 9001, DB35T 1234
        if code.startswith("DB") and up[at : at + 1] == "-":
            at += 1  # DBJ50-001-2018
        number = _NUMBER.match(up, at)
        if number is None:
            raise bad_tail(up, at, body)
        digits, dotted, range_end, year_text, spaced, bracketed = number.groups()
        year_text = year_text or spaced or bracketed
        end = number.end()
        digits = _plain(digits)
        if code == "GB" and not digits[0].isdigit():
            raise no_number(up, at, body)  # GB/T l91: the letter typed for the digit
        if not year_text and not dotted and up[at - 1] == "-" and _A_YEAR.fullmatch(digits):
            raise no_number(up, at - 1, body)  # GB/T -2008: a year, and no number before it
        if level == model.LOCAL and digits.startswith("DB"):
            raise no_number(up, at, body)  # two local codes in a row are no number
        if "-" in digits and not (
            code in _HYPHENATED or code.startswith("DB") or (year_text and level != model.NATIONAL)
        ):
            raise bad_tail(up, at, body)
        if code == "DB" and not region and nature == "T" and digits.isdecimal() and year_text:
            body, level = "DB", model.INDUSTRY  # DB/T 29.1-2008: the seismological trade has the code DB too
        elif code == "DB" and not region and digits in self._provinces and end == len(up):
            raise no_number(up, end, f"DB{digits}")  # DB35, and nothing behind it
        elif code == "DB" and not region and (digits[:2] not in self._provinces or "-" not in digits):
            raise IdentifierError(
                "unknown_region", position=at + 1, got=digits, zh="地方标准代号缺少行政区划代码", en="no region behind DB",
                expected_zh="行政区划代码前两位（如 DB35/T）", expected_en="the first two digits of a region's code (as in DB35/T)",
            )  # fmt: skip
        parts = tuple(_plain(dotted)[1:].split(".")) if dotted else ()
        prefix = f"{body}/{nature}" if nature else body
        joint = " "
        if code in _CLOSE and digits[0].isdigit():
            first = "/" if "/" in up[max(at - 2, 0) : at] and digits[:2] in self._provinces else ""
            joint = "-" if region else first if "-" in digits else " "
        elif level == model.LOCAL and not nature and region:
            joint = "/ "  # a mandatory local standard keeps its slash: DB11/ 307
        tail = f"{digits}.{'.'.join(parts)}" if parts else digits
        if range_end and not _ascends(digits, parts, range_end):
            raise IdentifierError(
                "bad_range", position=number.start(3) + 1, got=range_end, zh=f"范围的终止号“{range_end}”不大于起始号“{tail}”",
                en=f"the range ends at {range_end}, not above {tail}", expected_zh="大于起始号的顺序号或部分号",
                expected_en="a number or part above the first one",
            )  # fmt: skip
        designation = f"{prefix}{joint}{tail}"
        if range_end:
            designation += f"~{range_end}"
        year = year_of(year_text) if year_text else None
        series_key = f"{prefix.upper()} {tail}"
        if range_end:
            series_key += f"~{range_end}"
        key = f"{series_key}-{year}" if year else series_key
        if year_text:
            designation += f"-{year_text}"
        kind = _kind(code, nature, level)
        if end == len(up):
            return (
                build(
                    text, body, level, kind, nature, digits, parts, year, key, series_key, designation,
                    region=region, range_end=range_end or "",
                ),
                end,
            )  # fmt: skip
        return self._rest(
            text, plain, up, end, (body, level, kind, nature, digits, parts, year), key, series_key, designation,
            region, range_end or "",
        )  # fmt: skip

    def _rest(
        self,
        text: str,
        plain: str,
        up: str,
        end: int,
        head: tuple[str, str, str, str, str, tuple[str, ...], int | None],
        key: str,
        series_key: str,
        designation: str,
        region: str,
        range_end: str,
    ) -> tuple[Identifier, int]:
        """What may follow the year: amendments, a revised edition, a language, the adopted number."""
        edition, degree = "", ""
        reaffirmed: int | None = None
        languages: tuple[str, ...] = ()
        adopted: Identifier | None = None
        supplements: tuple[Supplement, ...] = ()
        joint: tuple[Identifier, ...] = ()
        while end < len(up):
            more, place = _amendments(up, end)
            if more:
                supplements += more
                end = place
            elif (match := _EDITION.match(up, end)) is not None:
                if match[1]:
                    edition = match[1]
                else:
                    reaffirmed = int(match[2])
                end = match.end()
            elif (match := _LANGUAGE.match(up, end)) is not None:
                languages += ("zh",) if (match[1] or match[2]) in ("C", "ZH", "中文版") else ("en",)
                end = match.end()
            elif (match := _ALL_PARTS.match(up, end)) is not None:
                range_end, end = "*", match.end()
            elif adopted is None and (match := _DUAL.match(up, end)) is not None:
                degree = match[2] or ""
                try:
                    adopted, end = self._foreign(text[match.end() :], plain, up, match.end())
                except IdentifierError:
                    break
                after = _AFTER_DUAL.match(up, end)
                if after is not None and (after[1] or match[1]):
                    degree, end = after[1] or degree, after.end()
            elif head[1] == model.GROUP and (match := _JOINT.match(up, end)) is not None:
                try:  # T/CBMF 37-2018/T/CCPA 7-2018: two bodies, each with its number, one document
                    other, end = self.group(text[match.end() :], plain, up, match.end())
                except IdentifierError:
                    break
                joint += (replace(other, joint=()), *other.joint)
            elif head[1] == model.LOCAL and (match := _JOINT_LOCAL.match(up, end)) is not None:
                try:  # DB31/T 1400-2023/DB32/T 4400-2023: of several provinces together
                    other, end = self.local(text[match.end() :], plain, up, match.end(), "DB")
                except IdentifierError:
                    break
                joint += (replace(other, joint=()), *other.joint)
            else:
                break
        for one in supplements:
            year = f"-{one.year}" if one.year else ""
            designation += f"/XG{one.number}{year}"
            key += one.key
        if edition:
            designation += f"({edition}年版)"
            key += f"({edition})"
        if reaffirmed:
            designation += f"({reaffirmed})"
        for language in languages:
            designation += "(E)" if language == "en" else "(C)"
        if range_end == "*":
            designation += "(所有部分)"
        body, level, kind, nature, digits, parts, year_of_it = head
        return (
            build(
                text, body, level, kind, nature, digits, parts, year_of_it, key, series_key, designation,
                supplements=supplements, languages=languages, edition=edition, region=region, range_end=range_end,
                reaffirmed=reaffirmed, degree=degree, adopted=adopted, joint=joint,
            ),
            end,
        )  # fmt: skip

    def group(self, text: str, plain: str, up: str, at: int) -> tuple[Identifier, int]:
        """`T/CNTAC 8-2018`: the code of the social body, its own number."""
        letter, level, nature = "T", model.GROUP, model.RECOMMENDED
        match = _GROUP.match(up, at)
        if match is None:
            raise _bad_owned(up, at, letter)
        code, numbered, dotted, range_end, year_text = match.groups()
        code = code.strip(" -·./")
        code = re.sub(r"\s+", " ", code)
        digits = re.sub(r"\s*([-.·:/])\s*", r"\1", numbered).replace(" ", "")
        parts = tuple(_plain(dotted)[1:].split(".")) if dotted else ()
        body = f"{letter}/{code}"
        tail = f"{digits}.{'.'.join(parts)}" if parts else digits
        if range_end:
            tail += f"~{range_end}"
        year = year_of(year_text) if year_text else None
        joint = "-" if code.isdecimal() else " "  # T/310101001-C001: the code is a registration number
        series_key = f"{letter}/{code.replace(' ', '')}{joint}{tail}"
        key = f"{series_key}-{year}" if year else series_key
        designation = f"{body}{joint}{tail}-{year_text}" if year_text else f"{body}{joint}{tail}"
        return self._rest(
            text, plain, up, match.end(), (body, level, nature, "", digits, parts, year), key, series_key,
            designation, "", range_end or "",
        )  # fmt: skip

    def enterprise(self, text: str, plain: str, up: str, at: int) -> tuple[Identifier, int]:
        """`Q/320583 ABC 001-2023`: the enterprise's code as it likes it, its own number at the end of it."""
        match = _ENTERPRISE.match(up, at)
        split = (_OWN_NUMBER.match(match[1]) or _AFTER_MARK.match(match[1])) if match is not None else None
        if match is None or split is None:
            raise _bad_owned(up, at, "Q")
        code, digits, dotted = split.groups()
        digits = digits.replace(" ", "")
        written = re.sub(r"(?<=[0-9]) S$", "S", re.sub(r"\s+", " ", match[1].strip()))
        written = (
            re.sub(r"(?<=[A-Z])(?=[0-9]+(?:\.[0-9]+)*$)", " ", written) if _TIGHT.match(written) else written
        )
        year_text = match[2]
        year = year_of(year_text) if year_text else None
        series_key = f"Q/{written.replace(' ', '')}"
        key = f"{series_key}-{year}" if year else series_key
        designation = f"Q/{written}-{year_text}" if year_text else f"Q/{written}"
        head = (f"Q/{re.sub(r'[ ]+', ' ', code.strip(' -·./_'))}", model.ENTERPRISE, model.NO_NATURE, "", digits,
                tuple(dotted[1:].split(".")) if dotted else (), year)  # fmt: skip
        return self._rest(text, plain, up, match.end(), head, key, series_key, designation, "", "")


_A_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_BARE_NATURE = re.compile(r"\s*([TZ])\s*(?=[0-9])", re.ASCII)
_LETTERED = frozenset({"TSG", "ZB", "ZBY", "ZC", "JTG", "JTJ", "RISN", "GSB", "GSBM", "HCRJ", "YBB"})
"""Codes whose numbers begin with a letter: TSG T7001, ZB Y60001, JTG D20."""
_HYPHENATED = frozenset({"GSB", "GSBM", "HG", "JTJ", "YBB", "SDJ", "CB", "WM", "ZB", "DG", "DGJ"})
"""Codes whose undated numbers hold a hyphen: GSB 07-1185, HG 2-1466."""
_CLOSE = frozenset({"DBJ", "DBJT"})
"""Codes whose number is written close to them: DBJ50-001-2018."""
_REGION = re.compile(
    r"\s*([0-9]{6}|[0-9]{4}|[0-9]{2})(?=\s*/|\s?-\s?[0-9T]|\s+[A-Z0-9]|[TZ](?![A-Z]))", re.ASCII
)
_OWN_YEAR = r"(?:\s*[-:]\s*(" + _YEAR + r")\s?年?)?(?=[^0-9A-Z.-]|$|XG|IDT)"
_OWN_TAIL = r"((?:\s?\.\s?[0-9]{1,6}[A-Z]?)*)(?:\s*[~]\s*((?:[0-9]{1,7})?(?:\.?[0-9]{1,5})*))?"
_GROUP = re.compile(
    r"\s*([0-9]{6,9}(?=-[A-Z])|[0-9]{0,9}[A-Z]+(?:[A-Z0-9-]*[A-Z])?(?=\s*[0-9])|[0-9]{0,9}[A-Z]+[A-Z0-9-]*(?=\s)"
    r"|[0-9]{0,9}[A-Z]+(?:\s?[-/ ]\s?[A-Z]+)*)"
    r"[\s/-]*((?:[A-Z]{1,3}:)?(?:[A-Z]{0,6}:?[.-]?)[0-9]{1,9}[A-Z]{0,4}(?:\s?-\s?[A-Z]{0,4}[0-9]{1,6}[A-Z]?)*?(?:/[TZ]?\s?[0-9]+)?)"
    + _OWN_TAIL
    + _OWN_YEAR,
    re.ASCII,
)
_ENTERPRISE = re.compile(
    r"\s*((?:[\u4e00-\u9fff]{1,4})?(?:\([\u4e00-\u9fff]{1,6}\)|[A-Z0-9·•&_()/. -])+?)"
    r"(?:\s*[-:]\s*(" + _YEAR + r")\s?年?(?=\s*$|\s*[/(第《,;+]|XG)|\s*$)",
    re.ASCII,
)
_OWN_NUMBER = re.compile(
    r"(.*?[A-Z\u4e00-\u9fff)][^0-9]*?)[\s·•_./-]*?([0-9]{1,12}(?:\s?S|[A-Z]{0,3})(?:-[0-9]{1,6}[A-Z]{0,3})*)((?:\.[0-9]{1,6}[A-Z]?)*)\s*$",
    re.ASCII,
)
_AFTER_MARK = re.compile(r"(.+?)[\s·•_./-]+([0-9]{1,12}[A-Z]{0,3})((?:\.[0-9]{1,6})*)\s*$", re.ASCII)
_TIGHT = re.compile(r"[A-Z]+[0-9]+(?:\.[0-9]+)*$", re.ASCII)


_ANY_NUMBER = re.compile(r"[A-Z0-9 .-]*?[0-9]", re.ASCII)


def _bad_owned(up: str, at: int, letter: str) -> IdentifierError:
    at = _skip(up, at)
    number = _ANY_NUMBER.match(up, at)
    if number is None or up[at : at + 1].isdigit():
        whose_zh = "团体代号和顺序号，如 CNTAC 8" if letter == "T" else "企业代号和顺序号，如 ABC 001"
        whose_en = (
            "the body's code and a number, as in CNTAC 8" if letter == "T" else "the firm's code and a number"
        )
        return IdentifierError(
            "no_number", position=at + 1, got=up[at : at + 1], zh=f"“{letter}/”之后没有读到代号和顺序号",
            en=f"no code and number after {letter}/", expected_zh=whose_zh, expected_en=whose_en,
        )  # fmt: skip
    return bad_tail(up, number.end() - 1, f"{letter}/")


def _kind(code: str, nature: str, level: str) -> str:
    if found := _NATURES.get(nature[-1:]):
        return found
    if code in ("CECS", "CNAS", "CAS"):
        return model.RECOMMENDED
    return model.MANDATORY if not nature else model.NO_NATURE
