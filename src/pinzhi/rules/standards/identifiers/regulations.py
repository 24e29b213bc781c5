"""Rules of other markets that bear an act's number and no standard's: acts of the European Union, the US federal code.

A comparison of markets cites them beside standards, so they are read, and say what they are: `nature` mandatory, `type`
REGULATION, DIRECTIVE or DECISION. Sources: numbering of EU acts before and since 2015 (Official Journal, Harmonising the
numbering of EU legal acts); Code of Federal Regulations, title, part, section.
"""

from __future__ import annotations

import re

from pinzhi.rules.standards.identifiers import model
from pinzhi.rules.standards.identifiers.errors import IdentifierError
from pinzhi.rules.standards.identifiers.model import DECISION, DIRECTIVE, REGULATION, Identifier, build

Read = tuple[Identifier, int]

_TREATY = r"EURATOM|ECSC|CFSP|JHA|EEC|EC|EU"
_KINDS = {
    "REGULATION": REGULATION, "DIRECTIVE": DIRECTIVE, "DIR": DIRECTIVE, "DECISION": DECISION, "法规": REGULATION,
    "条例": REGULATION, "指令": DIRECTIVE, "决定": DECISION, "决议": DECISION,
}  # fmt: skip
_WORD = "|".join(sorted(_KINDS, key=len, reverse=True))
# What stands in front and belongs to no number: who passed it, and the name that people know it by.
_LEAD = (
    r"(?:\s*(?:欧洲议会和理事会|欧盟委员会|欧共体|欧盟|理事会|委员会|COMMISSION|COUNCIL|EUROPEAN PARLIAMENT AND(?: OF THE)?|IMPLEMENTING"
    r"|DELEGATED|FRAMEWORK|实施|授权|REACH|ROHS|CLP|GPSR|GPSD|WEEE|TSD|PPE|LVD|EMC|RED|POPS)(?![A-Z]))*\s*"
)
_EU = re.compile(
    rf"{_LEAD}(?:({_WORD})(?![A-Z])\s*)?"  # 1 the kind of act
    rf"(?:(\()?\s*({_TREATY})(?![A-Z])\s*(?(2)\))[\s/,]*)?"  # 2 bracket 3 the treaty in front
    r"(?:(NO)(?![A-Z])\s*[.:]?\s*|第\s*)?"  # 4
    rf"([0-9]{{1,5}})\s*/\s*([0-9]{{1,5}})(?:\s*/\s*({_TREATY})(?![A-Z]))?"  # 5 6 the number 7 the treaty behind
    rf"(?![0-9/])\s*号?\s*(?:的?\s*({_WORD})(?![A-Z]))?"  # 8 the kind of act behind
    r"(?:\s*\((?:REACH|ROHS|CLP|GPSR|GPSD|WEEE|TSD|PPE|LVD|EMC|RED|POPS?)\))?",
    re.ASCII,
)
_EU_BEGUN = re.compile(
    rf"{_LEAD}(?:(?:{_WORD})(?![A-Z])\s*(?:\(\s*(?:{_TREATY})\s*\))?|\(\s*(?:{_TREATY})\s*\))(?:\s*NO\b)?[\s.]*",
    re.ASCII,
)
_CFR = re.compile(
    r"\s*(?:美国(?:联邦法规)?\s*)?(?:([0-9]{1,2})\s*(?:CFR|C\.\s?F\.\s?R\.)|CFR\s*(?:TITLE\s*)?([0-9]{1,2})(?=[\s,]))\s*,?\s*"  # 1 2 title
    r"(?:(?:PARTS?|§+|SECTIONS?|SEC\.|第)\s*)?([0-9]{1,5}[A-Z]?)(?:\.([0-9]{1,5}[A-Z]?(?:-[0-9]{1,3}[A-Z]?)?))?"  # 3 part 4 section
    r"\s*(?:部分|节)?"
    r"(?:\s*,?\s*(?:SUBPART\s*|SUBPT\.\s*)([A-Z]{1,3})(?![A-Z]))?"  # 5 subpart
    r"((?:\s?\((?!(?:19|20)[0-9]{2}\))[A-Z0-9]{1,5}\))*)"  # 6 paragraphs
    r"(?:\s*[:-]\s*((?:19|20)[0-9]{2})(?![0-9])|\s*\(((?:19|20)[0-9]{2})年?版?\))?",  # 7 8 the year of the code's edition
    re.ASCII,
)
_CFR_BEGUN = re.compile(
    r"\s*(?:[0-9]{1,2}\s*(?:CFR|C\.\s?F\.\s?R\.)|CFR(?![A-Z])\s*(?:TITLE\s*)?[0-9]{0,2})[\s§.]*", re.ASCII
)


def might_be(up: str) -> bool:
    """Whether it is worth reading as an act: a quick look that nearly every standard's number fails."""
    return (
        "CFR" in up
        or "C.F.R" in up
        or "F. R" in up
        or (("/" in up or "(" in up) and ("EC" in up or "EU" in up))
    )


def read(text: str, up: str, at: int = 0) -> Read | None:
    """An act's number from `at`, and where it ended; None where there is none. Raises IdentifierError where one is begun."""
    if (match := _CFR.match(up, at)) is not None:
        return _federal(text, match), match.end()
    if (match := _EU.match(up, at)) is not None and (act := _european(text, match)) is not None:
        return act, match.end()
    for begun, name in ((_CFR_BEGUN, "CFR"), (_EU_BEGUN, "EU")):
        if (match := begun.match(up, at)) is not None:
            raise IdentifierError(
                "no_number", position=match.end() + 1, got=up[match.end() : match.end() + 1],
                zh="没有读到法规号", en="no number of the act",
                expected_zh="法规号，如 16 CFR 1303" if name == "CFR" else "法规号，如 (EU) 2023/988、2009/48/EC",
                expected_en="such as 16 CFR 1303" if name == "CFR" else "such as (EU) 2023/988, 2009/48/EC",
            )  # fmt: skip
    return None


def _year(digits: str) -> int | None:
    """The year that two or four digits are: EU acts have been numbered since 1952, with two digits until 1998."""
    if len(digits) == 4 and 1952 <= int(digits) <= 2099:
        return int(digits)
    return 1900 + int(digits) if len(digits) == 2 and int(digits) >= 52 else None


def _european(text: str, match: re.Match[str]) -> Identifier | None:
    before, _bracket, treaty, numbered, first, second, ending, behind = match.groups()
    kind = _KINDS.get(before or behind or "")
    if ending:  # 2009/48/EC: the year stands first; said without its kind it is what such numbers mostly are
        year, number = _year(first), second
        if treaty or numbered or year is None:
            return None
        kind = kind or DIRECTIVE
        designation = f"{kind.capitalize()} {first}/{second}/{_treaty(ending)}"
    elif treaty:
        # Since 2015 year/number; before that «No number/year», the No often left out.
        year_first = not numbered and treaty == "EU" and len(first) == 4 and 2015 <= int(first) <= 2099
        year, number = (_year(first), second) if year_first else (_year(second), first)
        if year is None:
            return None
        kind = kind or REGULATION
        no = "" if year_first else "No "
        designation = f"{kind.capitalize()} ({_treaty(treaty)}) {no}{first}/{second}"
    else:
        return None
    key = designation.upper()
    return build(text, "EU", model.REGIONAL, model.MANDATORY, kind, number, (), year, key, key, designation)


def _treaty(written: str) -> str:
    return "Euratom" if written == "EURATOM" else written


def _federal(text: str, match: re.Match[str]) -> Identifier:
    title, title_behind, part, section, subpart, paragraphs, year_text, year_bracketed = match.groups()
    year_text = year_text or year_bracketed
    series = f"{title or title_behind} CFR {part}"
    if section:
        series += f".{section}"
    designation = series
    if subpart:
        designation, series = f"{designation} Subpart {subpart}", f"{series} SUBPART {subpart}"
    if paragraphs:
        paragraphs = paragraphs.replace(" ", "")
        designation, series = designation + paragraphs.lower(), series + paragraphs
    year = int(year_text) if year_text else None
    return build(
        text, "CFR", model.FOREIGN, model.MANDATORY, REGULATION, part, (section,) if section else (), year,
        f"{series}:{year}" if year else series, series, f"{designation}:{year}" if year else designation,
    )  # fmt: skip


_DOCUMENT = re.compile(
    r"[(\[]\s*(?:19|20)[0-9]{2}\s*[)\]]\s*第?\s*[0-9]+\s*号|令\s*第\s*[0-9一二三四五六七八九十百]+\s*号|第\s*[0-9一二三四五六七八九十百]+\s*号\s*令"
    r"|公告\s*\(?\s*(?:19|20)[0-9]{2}\s*\)?\s*年?\s*第?\s*[0-9]+\s*号|(?:19|20)[0-9]{2}\s*年\s*第\s*[0-9]+\s*号"
)


def refuse_document(up: str) -> IdentifierError | None:
    """The error for an office's document number (〔2024〕13号, 令第26号), which people take for a standard's; None for others."""
    match = _DOCUMENT.search(up)
    if match is None:
        return None
    return IdentifierError(
        "document_number", position=match.start() + 1, got=match[0], zh="这是公文（规章、公告）的文号，不是标准编号",
        en="the number of an office's document, not a standard's identifier",
        expected_zh="标准编号，如 GB/T 9001—2016", expected_en="an identifier such as GB/T 9001-2016",
    )  # fmt: skip
