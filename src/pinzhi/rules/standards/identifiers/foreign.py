"""Regional and foreign identifiers: EN and its national adoptions, BS, DIN, JIS, ASTM, and every publisher of the list.

The many series of one publisher (BS 2HR 40, ASTM MNL1-9TH-EB) have no common grammar: what is common, the publisher, the
number, the year and the amendments, is read, and the rest is kept as the publisher writes it.
"""

from __future__ import annotations

import re

from pinzhi.rules.standards.identifiers import international, model
from pinzhi.rules.standards.identifiers.errors import IdentifierError
from pinzhi.rules.standards.identifiers.international import Tail, read_tail
from pinzhi.rules.standards.identifiers.model import Identifier, Supplement, build
from pinzhi.rules.standards.identifiers.publishers import publishers

NATIONAL_ADOPTERS = frozenset({
    "BS", "PD", "DD", "NA", "DIN", "VDE", "NF", "XP", "UNE", "UNI", "SS", "SN", "SFS", "NS", "DS", "NEN", "NBN", "CSN", "STN", "PN",
    "MSZ", "ONORM", "OENORM", "OVE", "BDS", "LST", "EVS", "LVS", "I.S.", "SR", "CYS", "ELOT", "IS", "AS", "ANSI", "JIS", "KS",
    "SANS", "MS", "TCVN", "ABNT", "NC", "IRAM", "TS", "NZS", "SNI", "GOST", "CSA", "CAN", "NBR", "GSO", "SASO",
})  # fmt: skip
_ADOPTER = "|".join(sorted((re.escape(one) for one in NATIONAL_ADOPTERS), key=len, reverse=True))
_EN = (
    r"(?:(?:PR|FPR|F)?(?:EN|HD)V?|CEN(?:[/-](?:CLC|CENELEC|TS|TR|CWA|GUIDE))*|CLC|CENELEC|CR|CWA|ES|ENV)"
    r"(?:\s?/\s?(?:TS|TR|PAS|CWA|WS)|\s(?:TS|TR|GUIDE|WORKSHOP AGREEMENT))?"
)
_INNER = r"(?:ISO|IEC|CISPR)(?:\s?/\s?(?:ISO|IEC|IEEE|ASTM|CISPR|SAE|HL7|OIML|CIE))*"
_ADOPTION = re.compile(
    rf"\s*((?:(?:{_ADOPTER})(?![A-Z])[\s/-]*(?:R\s|SPEC\s|[A-Z]\s(?=ISO|IEC|CISPR))?)*)(?:({_EN})(?![A-Z])[\s/-]*)?(?:({_INNER})(?![A-Z])[\s/-]*)?"
    r"(?:(TS|TR|PAS|GUIDE|SRD|DIS|FDIS)(?![A-Z])[\s/-]*)?",
    re.ASCII,
)
_NUMBER = re.compile(
    r"((?:[A-Z]{1,3})?[0-9]{1,7}[A-Z]?)((?:\s?[-.]\s?(?:[0-9]{1,4}[A-Z]?|[A-Z]{1,2}[0-9]{1,3})(?![0-9A-Z]))*)"
    r"(?:\s*:\s*((?:19|20)[0-9]{2})(?:-((?:0[1-9]|1[0-2]))(?![0-9]))?|\s*-\s*((?:19|20)[0-9]{2})(?:-((?:0[1-9]|1[0-2]))(?![0-9]))?(?![0-9]))?",
    re.ASCII,
)


def _adopted_en(text: str, plain: str, up: str, at: int) -> tuple[Identifier, int] | None:
    """`EN 1177:2018`, `BS EN ISO 13485:2016+A11:2021`, `DIN EN ISO 9001:2015-11`; None if it is not of this kind."""
    match = _ADOPTION.match(up, at)
    if match is None or match.end() == match.start():
        return None
    national, european, inner, kind = match.groups()
    if not european and not (national and inner):
        return None
    number = _NUMBER.match(up, match.end())
    if number is None:
        return None
    digits, dashed, year_text, month, year2, month2 = number.groups()
    year_text, month = year_text or year2, month or month2
    parts = tuple(re.findall(r"[0-9A-Z]+", dashed)) if dashed else ()
    if not year_text and parts and international.YEAR.match(parts[-1]):
        year_text, parts = parts[-1], parts[:-1]
    end = number.end()
    names = " ".join(plain[match.start(1) : match.end(1)].replace("-", " ").split()).upper().rstrip("/")
    written_en = ""
    if european:
        written_en = " ".join(plain[match.start(2) : match.end(2)].split())
        written_en = _european(written_en)
    bodies = [one for one in (names, written_en, international.canonical_body(inner) if inner else "") if one]
    body = " ".join(bodies)
    of_type = ""
    joint = " "
    if kind:
        of_type = kind
        gap = up[match.end(3) if inner else match.end(2) : match.start(4)]
        joint = "/" if "/" in gap and inner and inner.endswith("ISO") else " "
    label = body + (f"{joint}{_kind_written(plain[match.start(4) : match.end(4)])}" if kind else "")
    core = digits + "".join(f"-{part}" for part in parts)
    designation = f"{label} {core}"
    series = f"{label.replace('/', ' ').upper()} {core}"
    year = int(year_text) if year_text else None
    key = f"{series}:{year}" if year else series
    if year:
        designation += f":{year}{'-' + month if month else ''}"
    tail, end = (
        (Tail(), end) if end == len(up) else read_tail(plain, up, end, iec=True, spaced_amendment=bool(names))
    )
    adopted = None
    if inner:
        source = f"{international.canonical_body(inner)}{' ' + of_type if of_type else ''} {core}"
        adopted = international.read(source, source, source.upper(), 0)[0]
    elif european and national:
        source = f"{written_en} {core}"
        found = _adopted_en(source, source, source.upper(), 0)
        adopted = found[0] if found else None
    level = model.FOREIGN if names else model.REGIONAL
    if not national and not european:
        return None
    return (
        build(
            text, body, level, model.NO_NATURE, of_type, digits, parts, year, key + tail.key, series + tail.series,
            designation + tail.written, supplements=tail.supplements, languages=tail.languages, edition=tail.edition,
            format=tail.format, reaffirmed=tail.reaffirmed, range_end="*" if tail.all_parts else "",
            stage="PR" if written_en.startswith(("pr", "Fpr")) else "",
            adopted=adopted,
        ),
        end,
    )  # fmt: skip


def _european(written: str) -> str:
    upper = re.sub(r"\s?/\s?", "/", written.upper())
    for draft, shown in (("FPREN", "FprEN"), ("PREN", "prEN"), ("FPRHD", "FprHD"), ("PRHD", "prHD")):
        if upper.startswith(draft):
            return shown + upper[len(draft) :]
    return upper.replace("GUIDE", "Guide")


def _kind_written(written: str) -> str:
    return written if written != written.lower() else written.upper()


_ASTM = re.compile(
    r"\s*(?:ANSI\s?/\s?)?ASTM\s*([A-G])\s?([0-9]{1,5}(?:[A-Z](?![0-9]))?)(?:\s?/\s?([A-G]?)\s?([0-9]{1,5}M?|M))?(M)?"
    r"(?:\s*([-:])\s*((?:19|20)?[0-9]{2})([A-E](?![0-9]))?)?",
    re.ASCII,
)
_ASTM_END = re.compile(
    r"\s*\((?:R)?((?:19|20)?[0-9]{2})\)?(?:年?(?:确认|重新批准|再次确认))?\)|\s*(?:\(\s*)?[Eeε]([0-9])(?:\s*\))?|\s*-?\s*RED(?:LINE)?"
)


def _astm(text: str, plain: str, up: str, at: int) -> tuple[Identifier, int] | None:
    match = _ASTM.match(up, at)
    if match is None:
        return None
    letter, digits, twin_letter, twin, metric, sign, year_text, letter_of_year = match.groups()
    number = f"{letter}{digits}"
    core = number + (f"/{twin_letter or ''}{twin}" if twin else "") + (metric or "")
    designation = f"ASTM {core}"
    series = f"ASTM {number.removesuffix('M')}"
    year: int | None = None
    if year_text:
        year = int(year_text)
        year = year if year > 99 else year + (1900 if year > 35 else 2000)
        designation += f"{sign}{year_text}{(letter_of_year or '').lower()}"
    end = match.end()
    reaffirmed: int | None = None
    edition = ""
    while end < len(up) and (more := _ASTM_END.match(up, end)) is not None:
        if more[1]:
            reaffirmed = (
                int(more[1]) if len(more[1]) == 4 else (1900 if int(more[1]) > 35 else 2000) + int(more[1])
            )
            designation += f"({more[1]})"
        elif more[2]:
            edition = f"e{more[2]}"
            designation += edition
        end = more.end()
    key = f"{series}:{year}{letter_of_year or ''}" if year else series
    if reaffirmed:
        key += f"({reaffirmed})"
    if edition:
        key += edition
    return (
        build(
            text, "ASTM", model.FOREIGN, model.NO_NATURE, "", number, (), year, key, series, designation,
            edition=edition, reaffirmed=reaffirmed,
        ),
        end,
    )  # fmt: skip


_JIS = re.compile(
    r"\s*JIS\s*(TS|TR)?\s*([A-Z])\s*-?\s*([0-9]{1,5}[A-Z]?)((?:-[0-9]{1,4}(?![0-9]))*)(?:\s*[:]\s*((?:19|20)[0-9]{2})|\s*-\s*([0-9]{4}|[4-9][0-9])(?![0-9]))?",
    re.ASCII,
)


def _jis(text: str, plain: str, up: str, at: int) -> tuple[Identifier, int] | None:
    match = _JIS.match(up, at)
    if match is None:
        return None
    kind, letter, digits, dashed, year_text, year2 = match.groups()
    parts = tuple(dashed[1:].split("-")) if dashed else ()
    year_text = year_text or year2
    if not year_text and parts and international.YEAR.match(parts[-1]):
        year_text, parts = parts[-1], parts[:-1]
    year = (int(year_text) if len(year_text) == 4 else 1900 + int(year_text)) if year_text else None
    core = f"{letter} {digits}" + "".join(f"-{part}" for part in parts)
    series = f"JIS {kind + ' ' if kind else ''}{core}"
    designation = f"{series}:{year}" if year else series
    end = match.end()
    tail, end = (Tail(), end) if end == len(up) else read_tail(plain, up, end, iec=False)
    return (
        build(
            text, "JIS", model.FOREIGN, model.NO_NATURE, kind or "", f"{letter} {digits}", parts, year, designation + tail.key,
            series + tail.series, designation + tail.written, supplements=tail.supplements, languages=tail.languages,
            edition=tail.edition, reaffirmed=tail.reaffirmed,
        ),
        end,
    )  # fmt: skip


_WORKING = re.compile(
    r"\s*((?:[0-9]{1,3}[A-Z]?|[A-Z][A-Z0-9]*)(?:[/-](?:[A-Z]{1,2}|SC[0-9]+[A-Z]?|[A-Z]+[0-9]*))?)/([0-9]{1,5}[A-Z]?[0-9]?)(\([A-Z]\))?"
    r"/(CD|CDV|CC|FDIS|NP|DC|DTR|DTS|DPAS|PAS|Q|QP|R|RV|RVC|RVD|RVN|RVDTR|RVDTS|RVDPAS|RR|RQ|RM|INF|AC|DA|DL|DV|MTG|MCR|SBP|PW|PRV|ADISH|DISH|RVISH|DECISION|[A-Z]{1,6})\s*$",
    re.ASCII,
)
_BSI_DRAFT = re.compile(r"\s*([0-9]{2})/([0-9]{8})\s*DC\s*$", re.ASCII)
_PROJECT = re.compile(
    r"\s*(PWI|PNW)\s+((?:TR|TS|PAS|SRD)\s)?([A-Z0-9]+-[0-9A-Z-]+)(?:\s+ED([0-9.]+))?\s*$", re.ASCII
)
_SCHEME = re.compile(
    r"\s*(IECEE|IECEX|IECQ|IECRE)\s+((?:TRF|OD|CS|CMC)\s+)?([A-Z0-9][A-Z0-9 ,_./-]*?)(?::((?:19|20)[0-9]{2}))?(?:\s+ED([0-9.]+))?\s*$",
    re.ASCII,
)
_SCHEMES = {"IECEE": "IECEE", "IECEX": "IECEx", "IECQ": "IECQ", "IECRE": "IECRE"}


def working_document(text: str, plain: str, up: str) -> Identifier | None:
    """Committee documents of IEC (`65E/791/CDV`), projects (`PWI 65-3 ED1`), and those of its conformity schemes."""
    if (match := _WORKING.match(up)) is not None:
        written = plain.strip()
        if written == written.lower():
            written = written.upper()
        return build(
            text, "IEC", model.INTERNATIONAL, model.NO_NATURE, "WORKING", match[2], (), None, up.strip(), up.strip(), written,
            stage=match[4],
        )  # fmt: skip
    if (match := _BSI_DRAFT.match(up)) is not None:
        written = f"{match[1]}/{match[2]} DC"
        return build(
            text,
            "BS",
            model.FOREIGN,
            model.NO_NATURE,
            "DC",
            match[2],
            (),
            None,
            written,
            written,
            written,
            stage="DC",
        )
    if (match := _PROJECT.match(up)) is not None:
        written = " ".join(plain.split())
        return build(
            text, "IEC", model.INTERNATIONAL, model.NO_NATURE, (match[2] or "").strip(), match[3], (), None,
            " ".join(up.split()), f"{match[1]} {match[3]}", written, stage=match[1], edition=match[4] or "",
        )  # fmt: skip
    if (match := _SCHEME.match(up)) is not None:
        body = _SCHEMES[match[1]]
        kind = (match[2] or "").strip()
        rest = " ".join(plain[match.start(3) : match.end(3)].split())
        series = f"{match[1]} {kind + ' ' if kind else ''}{' '.join(match[3].split())}"
        year = int(match[4]) if match[4] else None
        designation = f"{body} {kind + ' ' if kind else ''}{rest}{':' + match[4] if year else ''}"
        if match[5]:
            designation += f" ED{match[5]}"
        return build(
            text, body, model.INTERNATIONAL, model.NO_NATURE, kind, rest, (), year,
            f"{series}:{year}" if year else series, series, designation, edition=match[5] or "",
        )  # fmt: skip
    return None


_FREE = re.compile(r"[A-Z0-9 .,:;+&/()_'#~’>ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ-]*", re.ASCII)
_FREE_YEAR = re.compile(r"[:-]\s?((?:19|20)[0-9]{2})(?![0-9])(?:-(?:0[1-9]|1[0-2])(?![0-9]))?")
# ASHRAE 62.1, SP 800-53, AS9100D, EN 300 328: up to four letters, if they are a whole word, and digits in groups of three.
_FREE_DIGITS = re.compile(
    r"(?:(?<![A-Z])[A-Z]{0,4}[. -]{0,2}|(?<=[A-Z]))[0-9]+(?: [0-9]{3}(?![0-9]))*[A-Z0-9./-]*", re.ASCII
)
_ROMAN = re.compile(r"[ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ]|\b[IVX]+\b")
_BSI = re.compile(
    r"\s*(BS|PD|DD|PAS|PP|HB|DISC|BSI|NA|AMD|TS|HANDBOOK|BIP|CP)(?![A-Z])|\s*SUPPLEMENT NO\. ?[0-9]+ \([0-9]+\) TO BS\b"
)
_BSI_JOINT = re.compile(r"\b(IEC|CISPR)/(TS|TR|PAS)\b")
_SPACES = re.compile(r"\s+")


_SAYS_STANDARD = re.compile(r"^(?:REC(?:OMMENDATION)?|STD|STANDARD)(?:\.\s?|\s)(?=.*[0-9])")
"""`IEEE Std 1588`, `ITU-T Rec. G.984`: the word says what the number is, it is no part of it."""
_FREE_AGAIN = re.compile(r"(?<=[0-9])\s?\(R?\s?((?:19|20)[0-9]{2})\)$", re.ASCII)
_FREE_MONTH_YEAR = re.compile(r"\s?\((?:(?:0?[1-9]|1[0-2])/)((?:19|20)[0-9]{2})\)", re.ASCII)
_FREE_SHORT_YEAR = re.compile(r":([0-9]{2})$", re.ASCII)
_GOST_SHORT_YEAR = re.compile(r"-([4-9][0-9])$", re.ASCII)


def _free_year(rest: str, publisher: str) -> tuple[int | None, str]:
    """The year, and the rest without it: `:2019`, `-2019`, of ITU `(11/2016)`, behind a colon or of GOST two digits."""
    if years := list(_FREE_YEAR.finditer(rest)):
        last = years[-1]
        return int(last[1]), rest[: last.start()] + rest[last.end() :]
    if (match := _FREE_MONTH_YEAR.search(rest)) is not None:
        return int(match[1]), rest[: match.start()] + rest[match.end() :]
    match = _FREE_SHORT_YEAR.search(rest) or (_GOST_SHORT_YEAR.search(rest) if publisher == "GOST" else None)
    if match is not None:
        short = int(match[1])
        return short + (1900 if short > 35 else 2000), rest[: match.start()]
    return None, rest


def free(text: str, plain: str, up: str, at: int, publisher: str, level: str) -> tuple[Identifier, int]:
    """A publisher's own way: the first number, the year if there is one, everything else as written."""
    match = _FREE.match(up, at)
    end = match.end() if match is not None else at
    while end > at and up[end - 1] in " ,;:(":
        end -= 1
    rest_up = _SPACES.sub(" ", up[at:end].strip(" /"))
    digits = _FREE_DIGITS.search(_FREE_YEAR.sub("", rest_up) or rest_up)
    if digits is None and not _ROMAN.search(rest_up):
        where = min(at, len(up))
        raise IdentifierError(
            "no_number", position=where + 1, got=up[where : where + 1], zh=f"“{publisher}”之后没有读到标准号",
            en=f"no number after {publisher}", expected_zh="该机构的标准号，含数字", expected_en="the publisher's number, with digits",
        )  # fmt: skip
    if len(rest_up) > 80:
        raise IdentifierError(
            "trailing", position=at + 1, got=rest_up[:20], zh="标准号过长", en="this is too long for a number",
            expected_zh="一个标准号", expected_en="one identifier",
        )  # fmt: skip
    written = plain[at:end].strip(" /")
    written = _SPACES.sub(" ", written)
    if plain == plain.lower():
        written = written.upper()
    written = _BSI_JOINT.sub(r"\1 \2", written)
    joint = "/" if up[at : at + 1] == "/" else "-" if up[at : at + 1] == "-" else " "
    written = written.lstrip("-")
    bare = _SAYS_STANDARD.sub("", rest_up)
    reaffirmed: int | None = None
    if (again := _FREE_AGAIN.search(bare)) is not None:
        reaffirmed, bare = int(again[1]), bare[: again.start()]
    year, series_rest = _free_year(bare, publisher)
    digits = _FREE_DIGITS.search(series_rest) or digits
    if year is None:
        year, reaffirmed = reaffirmed, None  # ITU-T K.21 (2022)
    series = f"{publisher} {series_rest.lstrip('-').replace(' ', '')}"
    key = f"{series}:{year}" if year else series
    if reaffirmed:
        key += f"({reaffirmed})"
    return (
        build(
            text, publisher, level, model.NO_NATURE, "", digits[0].strip(" .-") if digits else rest_up, (), year, key, series,
            f"{publisher}{joint if publisher != 'ISO/ASTM' else ''}{written}", reaffirmed=reaffirmed,
        ),
        end,
    )  # fmt: skip


# BS 7177:2008+A1:2011: the amendments that are worked in.
_BSI_AMENDED = re.compile(r"(?<=[0-9])((?:\s?\+\s?A[0-9]{1,2}(?:\s?:\s?(?:19|20)[0-9]{2})?)+)\s*$", re.ASCII)
_BSI_AMENDMENT = re.compile(r"\+\s?A([0-9]{1,2})(?:\s?:\s?((?:19|20)[0-9]{2}))?", re.ASCII)
_BSI_NUMBER = re.compile(r"[0-9]+[A-Z]?")


def bsi(text: str, plain: str, up: str, at: int) -> tuple[Identifier, int]:
    """British Standards in all their series."""
    match = _FREE.match(up, at)
    end = match.end() if match is not None else at
    while end > at and up[end - 1] in " ,;:":
        end -= 1
    if end < len(up) and up[end] == "V":
        end = len(up)
    rest = up[at:end]
    digits = _BSI_NUMBER.search(rest)
    if digits is None:
        raise IdentifierError(
            "no_number", position=at + 1, got=rest[:10], zh="英国标准代号之后没有读到数字", en="no number in this British Standard",
            expected_zh="数字，如 BS 5852:2006", expected_en="digits, as in BS 5852:2006",
        )  # fmt: skip
    written = _SPACES.sub(" ", plain[at:end].strip())
    if plain == plain.lower():
        written = written.upper()
    written = _BSI_JOINT.sub(r"\1 \2", written)
    written = re.sub(r"^EP (?=[0-9])", "BS ", written)
    supplements: tuple[Supplement, ...] = ()
    if (amended := _BSI_AMENDED.search(rest)) is not None:
        supplements = tuple(
            Supplement("AMD", number, int(year_of) if year_of else None, "+")
            for number, year_of in _BSI_AMENDMENT.findall(amended[1])
        )
        rest = rest[: amended.start(1)]
    years = list(_FREE_YEAR.finditer(rest))
    first = years[0] if years else None
    year = int(first[1]) if first else None
    squeezed = _SPACES.sub("", rest)
    series = _FREE_YEAR.sub("", squeezed, count=1) if first else squeezed
    body_match = re.match(r"(?:NA TO )?([A-Z]+)", rest.strip())
    body = body_match[1] if body_match else "BS"
    return (
        build(
            text,
            body,
            model.FOREIGN,
            model.NO_NATURE,
            "",
            digits[0],
            (),
            year,
            (f"{series}:{year}" if year else series) + "".join(one.key for one in supplements),
            series + "".join(one.series_key for one in supplements),
            written,
            supplements=supplements,
        ),
        end,
    )


def read(text: str, plain: str, up: str, at: int, head: str) -> tuple[Identifier, int] | None:
    """Any regional or foreign identifier; None where the publisher is not known."""
    if head.startswith(("ASTM", "ANSI")) and (found := _astm(text, plain, up, at)) is not None:
        return found
    if head.startswith("JIS") and (found := _jis(text, plain, up, at)) is not None:
        return found
    if (found := _adopted_en(text, plain, up, at)) is not None and _ends(up, found[1]):
        return found
    if _BSI.match(up, at) is not None or head == "EP":
        return bsi(text, plain, up, at)
    if head in ("ASTM",):
        return free(text, plain, up, at + up[at:].index("ASTM") + 4, "ASTM", model.FOREIGN)
    if (match := _LISTED.match(up, at)) is not None:
        name = _names()[match[1].replace(" ", "")]
        listed = publishers().abroad[name]
        return free(text, plain, up, match.end(), listed.written, listed.level)
    return found


_HARD_END = re.compile(r"\s*$|\s*[,;、，；。《〈]")


def _ends(up: str, at: int) -> bool:
    return _HARD_END.match(up, at) is not None


def _names() -> dict[str, str]:
    return {**{code: code for code in publishers().abroad}, "DIN": "DIN", "EN": "EN", **_OTHER_NAMES}


_OTHER_NAMES: dict[str, str] = {
    "CODEXSTAN": "CODEX",
    "UN/ECE": "ECE",
    "UNECE": "ECE",
    "GOSTR": "GOST",
    "ITUT": "ITU-T",
    "ITUR": "ITU-R",
    "ITU T": "ITU-T",
    "ITU R": "ITU-R",
    "CAN/CSA": "CSA",
    "ГОСТ": "GOST",
}
_LISTED = re.compile(
    r"\s*("
    + "|".join(
        sorted(
            {re.escape(code) for code in publishers().abroad} | {re.escape(x) for x in _OTHER_NAMES},
            key=len,
            reverse=True,
        )
    )
    + r")(?![A-Z])"
)
