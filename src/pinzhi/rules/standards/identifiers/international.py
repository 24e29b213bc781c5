"""ISO, IEC and those who publish with them; and what follows any number: amendments, editions, languages.

Sources: ISO/IEC Directives Part 1 and 2 (stages, document types), IEC renumbering of 1997 (60000 added), and the published
identifiers themselves.
"""

from __future__ import annotations

import re

from pinzhi.rules.standards.identifiers import model
from pinzhi.rules.standards.identifiers.errors import IdentifierError
from pinzhi.rules.standards.identifiers.model import Identifier, Supplement, build

PARTNERS = (
    "ISO", "IEC", "CEI", "IEEE", "ASTM", "CIE", "SAE", "OECD", "UNDP", "HL7", "CISPR", "ASME", "IDF", "ITU", "ITU-T", "IIW", "IULTCS",
    "UL", "CEN", "CENELEC", "OIML", "DATEX", "NATO",
)  # fmt: skip

TYPES = {
    "TS": "TS", "TR": "TR", "PAS": "PAS", "GUIDE": "GUIDE", "R": "R", "TTA": "TTA", "ISP": "ISP", "IWA": "IWA", "SRD": "SRD",
    "DATA": "DATA", "OD": "OD", "CS": "CS", "WP": "WP", "STTR": "STTR", "TEC": "TEC", "导则": "GUIDE", "指南": "GUIDE",
}  # fmt: skip
_TYPED_STAGES = ("D", "PD", "FD", "CD", "FPD", "DP")
STAGES = (
    "FDIS", "FCD", "FPD", "DIS", "CDV", "CD", "WD", "AWI", "NP", "PWI", "PRF", "PRV", "DPAS", "DP", "PDISP", "FDISP", "DISP", "ADTR",
    "FD", "PD", "DAD", "D",
)  # fmt: skip

_PUBLISHER = r"(?:" + "|".join(sorted(PARTNERS, key=len, reverse=True)) + r")"
_QUALIFIERS: dict[str, tuple[str, str]] = {
    **{one: (one, "") for one in STAGES},
    **{one: ("", to) for one, to in TYPES.items()},
}
for _stage in _TYPED_STAGES:
    for _type in ("TS", "TR", "PAS", "ISP", "GUIDE"):
        _QUALIFIERS.setdefault(_stage + _type, (_stage, _type))
_QUALIFIERS = {k: v for k, v in _QUALIFIERS.items() if k not in ("D", "PD", "FD")}
_WORDS = "|".join(sorted(_QUALIFIERS, key=len, reverse=True))

_SIMPLE = re.compile(
    r"(ISO/IEC|ISO|IEC)(?:([ /])(TS|TR))? ?([0-9]+)((?:-(?!(?:19|20)[0-9]{2}(?![:0-9]))[0-9]{1,4})*)(?::((?:19|20)[0-9]{2}))?"
    r"(?:(/Amd |/AMD|/Cor |/COR)([0-9])(?::((?:19|20)[0-9]{2}))?)?$",
    re.ASCII,
)
YEAR = re.compile(r"(?:19|20)[0-9]{2}$", re.ASCII)
_HEAD = re.compile(
    rf"\s*((?:GUIDE|CD|AWI|WD|NP|DIS|FDIS|PRF|PWI)\s+)?((?:IEC\s+(?=CISPR))?{_PUBLISHER}(?:(?:\s?/\s?|[\s-](?=(?:IEC|IEEE)(?![A-Z]))){_PUBLISHER})*)(?![A-Z])",
    re.ASCII,
)
_QUAL = re.compile(rf"[\s/-]*({_WORDS})(?![A-Z])", re.ASCII)
_NUMBER = re.compile(
    r"[\s/-]*(?:NO\.?\s*)?([0-9]{1,6})([A-Z]{0,2}(?![A-Z])|N(?=\s))?"  # 1 number, 2 letters
    r"((?:(?:\s?[-/]\s?[0-9]{1,5}[A-Z]{0,3}|\s?-\s?[A-Z]{1,5}[0-9]{0,6}|/[A-Z][0-9]{2})(?:[.](?=[0-9]+[:-]))?(?![A-Z0-9])|\([0-9]{1,4}[A-Z]?\))*)"
    r"(?:\s*~\s*([A-Z/ ]*[0-9-]+))?"  # 4 end of a range
    r"((?:\.[0-9]{1,3})+)?"  # 5 iteration of a draft, or a part written with a dot
    r"(?:\s*,?\s*\(?ED\.?\s?([0-9]{1,2}(?:\.[0-9])?)\)?(?=\s?:))?"  # 6 edition before the year
    r"(?:\s*[:;]\s*((?:19|20)[0-9]{2}|[4-9][0-9](?![0-9]))(?:-((?:0[1-9]|1[0-2])(?![0-9])))?"  # 7 year 8 month
    r"|\s*-\s*((?:19|20)[0-9]{2})(?![0-9-])|\s*\(((?:19|20)[0-9]{2})\)(?!\())?",  # 9 10 year in the Chinese manner
    re.ASCII,
)
_DIRECTIVES = re.compile(
    r"\s*(?:ISO/IEC|IEC|ISO)\s*(?:/\s*)?(?:DIR|DIRECTIVES|导则)(?![A-Z])[A-Z0-9 :+,.()第部分-]*", re.ASCII
)

_KINDS = {
    "AMD": "AMD", "AMENDMENT": "AMD", "AMEND": "AMD", "AM": "AMD", "A": "AMD", "修正案": "AMD", "修正": "AMD",
    "修改件": "AMD", "修正件": "AMD", "修改单": "AMD", "修改": "AMD", "COR": "COR",
    "CORR": "COR", "CORRIGENDUM": "COR", "AC": "COR", "C": "COR",
    "勘误": "COR", "技术勘误": "COR", "ERRATUM": "COR", "ISH": "ISH", "ADD": "ADD", "ADDENDUM": "ADD", "补篇": "ADD", "补充件": "ADD",
    "FRAG": "FRAG", "SUPPL": "SUP", "SUP": "SUP", "SUPPLEMENT": "SUP", "EXT": "EXT",
}  # fmt: skip
_STAGED = {
    "DAM": ("D", "AMD"), "DAMD": ("D", "AMD"), "FDAM": ("FD", "AMD"), "FDAMD": ("FD", "AMD"), "PDAM": ("PD", "AMD"),
    "PDAMD": ("PD", "AMD"), "FPDAM": ("FPD", "AMD"), "DCOR": ("D", "COR"), "FDCOR": ("FD", "COR"), "FCOR": ("FD", "COR"),
    "DTCOR": ("D", "COR"), "PDCOR": ("PD", "COR"), "DAD": ("D", "ADD"), "PDAD": ("PD", "ADD"), "DADD": ("D", "ADD"),
}  # fmt: skip
_LABELS = "|".join(sorted([*_KINDS, *_STAGED], key=len, reverse=True))
_SUPPLEMENT = re.compile(
    r"(\s*(?:[/+;,、&]|AND\b|WITH\b|及其?|和其?|与其?|\(\s*(?:包括|包含|含|INCLUDING\b)?|\s)\s*)"  # 1 joint
    r"((?:CD|WD|AWI|NP|PRF|PWI|DIS|FDIS)\s+)?"  # 2 stage
    rf"({_LABELS})(?![A-Z])(\.?\s*(?:NO\.?\s*)?)([0-9]{{1,3}}(?:\.[0-9]{{1,2}})?)?"  # 3 label 4 space 5 number
    r"(?:\s*[:]\s*((?:19|20)[0-9]{2})(-[0-9]{2}(?![0-9]))?|\s?-((?:19|20)[0-9]{2})"  # 6 year 7 month 8 year
    r"|\s?\(((?:19|20)[0-9]{2})\))?(?![0-9A-Z])(\))?"  # 9 year 10 bracket
)
_ORDINAL_SUPPLEMENT = re.compile(
    r"[\s(]*(?:含|包括|及|和|与)?\s*其?\s*((?:19|20)[0-9]{2})?年?\s*第\s*([0-9一二三四五])\s*(?:号|次)\s*"
    r"(修正案|修正件|修正|修改单|修改件|修改|勘误|技术勘误)(?:\s*[:-]\s*((?:19|20)[0-9]{2})|\s*\(\s*((?:19|20)[0-9]{2})年?\s*\))?\)?"
)
_FORMAT = re.compile(
    r"\s+(EXV-CMV|EXV-RLV|CSV|RLV|CMV|SER|EXV|PRV|PRW|PAC|DB|PDF|BOOK|REDLINE|- TC)(?![A-Z])"
)
_EDITION = re.compile(
    r"[\s,;]*\(?\s*(?:ED|EDN|EDITION|EDIT|E(?=[0-9]\.[0-9]))\.?\s?([0-9]{1,2}(?:\.[0-9])?)\s*\)?(?![0-9])",
    re.ASCII,
)
_ORDINAL_EDITION = re.compile(r"[\s,]*\(?([0-9]{1,2})(?:ST|ND|RD|TH) ED(?:ITION|\.)?\)?", re.ASCII)
_LANGUAGES = re.compile(
    r"\s*\(\s*((?:EN|FR|RU|ES|DE|AR|ZH|OTHER|E|F|R|S|D|A)(?:\s*[,/]\s*(?:EN|FR|RU|ES|DE|AR|ZH|OTHER|E|F|R|S|D|A))*)\s*\)",
    re.ASCII,
)
# The language in words: (英文版), 中英文版.
_LANGUAGE_WORDS = re.compile(r"\s*\(?\s*(英|法|俄|德|中|英法|中英)文(?:版|本)?\s*\)?(?=\s*$|[\s,;、，；。)])")
_WORD_LANGUAGES = {
    "英": ("en",),
    "法": ("fr",),
    "俄": ("ru",),
    "德": ("de",),
    "中": ("zh",),
    "英法": ("en", "fr"),
    "中英": ("zh", "en"),
}
_REAFFIRMED = re.compile(
    r"\s*\(\s*(?:R|REV\.?|REAPPROVED)?\s*((?:19|20)[0-9]{2}|[0-9]{2})\s*(?:年)?\s*(?:确认|重新确认|重新批准|复审|R)?\s*\)"
)
_ALL = r"(?:(?:所有|全部|各)部分|系列(?:国际)?标准|系列|ALL PARTS|SERIES)"
_ALL_PARTS = re.compile(rf"\s*(?:\(\s*{_ALL}\s*\)|{_ALL}(?=\s*$|\s*[,;、，；)]))")
_REMARK = re.compile(
    r"\s*\((?:该标准已作废|已作废|作废|修订|IDT|MOD|NEQ|EQV|EQUIVALENT|全部|部分)\)|\s*[,，]\s*(?:IDT|MOD|NEQ|EQV)$"
    r"|\s*\(?QC\s?[0-9]{6}\)?|\s*\(?(?:更正版|校正版|CORRECTED VERSION)\)?"
    r"|:$|\s?(?:R|GM)[0-9]{1,3}$|\s?[中的][\u4e00-\u9fff]{1,8}(?:部分|章)$"
)
_ISO_LABELS = {
    "AMD": "Amd",
    "COR": "Cor",
    "ADD": "Add",
    "SUPPL": "Suppl",
    "DAMD": "DAmd",
    "FDAMD": "FDAmd",
    "DCOR": "DCor",
    "FDCOR": "FDCor",
}


def _label(plain: str, label: str, spaced: bool, iec: bool) -> str:
    """As the publisher writes it: `Amd 1` (ISO), `AMD1` (IEC); what is written in a third way becomes the publisher's."""
    if plain in _ISO_LABELS.values() or plain == label:
        if (plain == label and label in ("A", "AC")) or spaced or iec:
            return plain
        return plain if plain == label else _ISO_LABELS.get(label, label)
    return label if iec else _ISO_LABELS.get(label, label)


class Tail:
    """What follows a dated number, gathered."""

    __slots__ = (
        "all_parts",
        "edition",
        "format",
        "key",
        "languages",
        "reaffirmed",
        "series",
        "supplements",
        "written",
    )

    def __init__(self) -> None:
        self.supplements: tuple[Supplement, ...] = ()
        self.languages: tuple[str, ...] = ()
        self.all_parts = False
        self.edition = ""
        self.format = ""
        self.reaffirmed: int | None = None
        self.written = ""
        self.key = ""
        self.series = ""


def read_tail(plain: str, up: str, at: int, *, iec: bool, spaced_amendment: bool = False) -> tuple[Tail, int]:
    """Amendments, edition, languages, format, reaffirmation, in any order, until something else stands there."""
    tail = Tail()
    opened = False
    while at < len(up):
        if (match := _SUPPLEMENT.match(up, at)) is not None and (
            match[5] or match[3] in ("AC", "COR", "SUP", "SUPPL", "ADD")
        ):
            joint, stage, label, space, number, year, month, year2, year3, close = match.groups()
            if close and "(" not in joint and not opened:
                break
            opened = ("(" in joint or opened) and not close
            kind_stage, kind = _STAGED.get(label, ("", "")) if label in _STAGED else ("", _KINDS[label])
            stage = (stage or "").strip() or kind_stage
            sign = (
                "+"
                if "+" in joint
                or (joint.strip() in ("", "AND", ",", "、", "&", ";", "及", "和", "与") and label == "A")
                else "/"
            )
            of_year = year or year2 or year3
            tail.supplements += (
                Supplement(kind, number or "", int(of_year) if of_year else None, sign, stage),
            )
            written = _label(plain[match.start(3) : match.end(3)], label, " " in space, iec)
            label_stage = f"{match[2].strip()} " if match[2] else ""
            if written == "FCOR":
                written = "FDCOR"
            gap = (
                " "
                if number and ((" " in space or "." in space) if label not in ("A", "AC") else False)
                else ""
            )
            if not gap and not iec and written in _ISO_LABELS.values():
                gap = " " if number else ""
            shown = " " if spaced_amendment and not joint.strip() and label == "AMD" else sign
            tail.written += f"{shown}{label_stage}{written}{gap}{number or ''}"
            if of_year:
                tail.written += f":{of_year}{month or ''}"
            at = match.end()
        elif (match := _ORDINAL_SUPPLEMENT.match(up, at)) is not None:
            number = str("一二三四五".find(match[2]) + 1 or match[2])
            kind = _KINDS.get(match[3], "AMD")
            of_year = match[1] or match[4] or match[5]
            tail.supplements += (Supplement(kind, number, int(of_year) if of_year else None),)
            year = f":{of_year}" if of_year else ""
            tail.written += f"/{kind}{number}{year}" if iec else f"/{_ISO_LABELS[kind]} {number}{year}"
            at = match.end()
        elif (match := _FORMAT.match(up, at)) is not None:
            tail.format = match[1].removeprefix("- ")
            tail.written += f" {match[1]}"
            at = match.end()
        elif (match := _EDITION.match(up, at) or _ORDINAL_EDITION.match(up, at)) is not None:
            tail.edition = match[1]
            word = "Edition " if "EDITION" in match[0] and not iec else "ED"
            tail.written += f" {word}{match[1]}"
            at = match.end()
        elif not tail.languages and (match := _LANGUAGES.match(up, at)) is not None:
            written = plain[match.start(1) : match.end(1)].replace(" ", "")
            tail.languages = tuple(re.split("[,/]", written.lower()))
            tail.written += f"({written})"
            at = match.end()
        elif not tail.languages and (match := _LANGUAGE_WORDS.match(up, at)) is not None:
            tail.languages = _WORD_LANGUAGES[match[1]]
            tail.written += f"({','.join(tail.languages)})"
            at = match.end()
        elif tail.reaffirmed is None and (match := _REAFFIRMED.match(up, at)) is not None:
            year = match[1]
            tail.reaffirmed = int(year) if len(year) == 4 else (1900 if int(year) > 40 else 2000) + int(year)
            tail.written += f"({tail.reaffirmed})"
            at = match.end()
        elif not tail.all_parts and (match := _ALL_PARTS.match(up, at)) is not None:
            tail.all_parts = True
            at = match.end()
        elif (match := _REMARK.match(up, at)) is not None:
            at = match.end()
        else:
            break
    if tail.all_parts:
        tail.written += " (all parts)"
    if tail.supplements:
        tail.key = "".join(one.key for one in tail.supplements)
        tail.series = "".join(one.series_key for one in tail.supplements)
    return tail, at


def canonical_body(publisher: str) -> str:
    """ISO first, then IEC; CEI is IEC in French; IEC/CISPR is CISPR."""
    names = ["IEC" if one == "CEI" else one for one in re.split(r"\s?/\s?|\s+|-(?=I)", publisher)]
    if "CISPR" in names:
        return "CISPR"
    if len(names) > 1:
        order = {"ISO": 0, "IEC": 1}
        names.sort(key=lambda one: order.get(one, 2))
    return "/".join(dict.fromkeys(names))


def iec_number(number: str) -> str:
    """IEC numbers before 1997 had 60000 added: 34-1 is 60034-1. Source: IEC, publication numbering from 1997."""
    return str(60000 + int(number)) if len(number) <= 4 else number


def _simple(text: str, match: re.Match[str]) -> Identifier:
    """The most frequent shapes, in one step: ISO 9001:2015, IEC TR 60034-1:1983, ISO/IEC 9899:1990/Cor 1:1994."""
    body, joint, kind, number, dashed, year, label, amendment, amended = match.groups()
    if not kind:
        front = label_of = body
    else:
        front = f"{body}{joint if body == 'ISO' else ' '}{kind}"
        label_of = f"{body} {kind}"
    keyed = str(60000 + int(number)) if body == "IEC" and len(number) <= 4 else number
    series = f"{label_of} {keyed}{dashed}"
    key = f"{series}:{year}" if year else series
    designation = f"{front} {number}{dashed}:{year}" if year else f"{front} {number}{dashed}"
    supplements: tuple[Supplement, ...] = ()
    if label:
        of = label[1:4].upper()
        supplements = (Supplement(of, amendment, int(amended) if amended else None),)
        tail = f":{amended}" if amended else ""
        key += f"/{of}{amendment}{tail}"
        series += f"/{of}{amendment}"
        designation += f"{label}{amendment}{tail}"
    return build(
        text, body, model.INTERNATIONAL, model.NO_NATURE, kind or "", number, tuple(dashed[1:].split("-")) if dashed else (),
        int(year) if year else None, key, series, designation, supplements,
    )  # fmt: skip


def read(text: str, plain: str, up: str, at: int) -> tuple[Identifier, int]:
    """An ISO or IEC identifier from `at`; returns it and where it ended. Raises IdentifierError."""
    if at == 0 and (simple := _SIMPLE.match(plain)) is not None:
        return _simple(text, simple), len(up)
    head = _HEAD.match(up, at)
    if head is None:
        return _iwa(text, plain, up, at)
    before, publisher = (head[1] or "").strip(), head[2]
    if _DIRECTIVES.match(up, at) is not None and "GUIDE" not in up:
        return _directives(text, plain, up, at)
    body = canonical_body(publisher)
    iec = body.startswith(("IEC", "CISPR"))
    end = head.end()
    stage, kind = ("", "GUIDE") if before == "GUIDE" else (before, "")
    words: list[str] = [before] if before and before != "GUIDE" else []
    joint = ""
    while (match := _QUAL.match(up, end)) is not None:
        its_stage, its_type = _QUALIFIERS[match[1]]
        if not joint:
            joint = "/" if "/" in up[end : match.start(1)] else " "
        stage = its_stage or stage
        kind = its_type or kind
        words.append(_word(match[1], plain[match.start(1) : match.end(1)]))
        end = match.end()
    if before == "GUIDE":
        words.append("Guide")
    number = _NUMBER.match(up, end)
    if number is None:
        at = end
        while at < len(up) and up[at] in " /-":
            at += 1
        raise IdentifierError(
            "no_number", position=at + 1, got=up[at : at + 1], zh=f"“{body}”之后没有读到标准号", en=f"no number after {body}",
            expected_zh="数字、文件类别（TS、TR、Guide…）或阶段（DIS…）",
            expected_en="digits, a document type (TS, TR, Guide …) or a stage (DIS …)",
        )  # fmt: skip
    digits, letters, dashed, range_end, dotted, edition, year_text, month, year2, year3 = number.groups()
    letters = letters or ""
    end = number.end()
    parts = tuple(re.findall(r"[0-9A-Z]+", dashed)) if dashed else ()
    year_text = year_text or year2 or year3
    if not year_text and parts and YEAR.match(parts[-1]) and digits != "10303":
        year_text, parts = parts[-1], parts[:-1]  # ISO 18605-2013
    iteration = ""
    if dotted:
        if stage or not year_text:
            iteration = dotted
        else:
            parts += tuple(dotted[1:].split("."))  # ISO 6326.5:1989
    return _assemble(
        text, plain, up, end, body, iec, joint, words, stage, kind, digits, letters, parts, iteration, year_text, month,
        range_end or "", dashed if iec and "/" in dashed and len(digits) > 4 else "",
        edition or "",
    )  # fmt: skip


def _word(upper: str, plain: str) -> str:
    if upper in ("GUIDE", "导则", "指南"):
        return "GUIDE" if plain == "GUIDE" else "Guide"
    return upper


def _assemble(
    text: str,
    plain: str,
    up: str,
    end: int,
    body: str,
    iec: bool,
    joint: str,
    words: list[str],
    stage: str,
    kind: str,
    digits: str,
    letters: str,
    parts: tuple[str, ...],
    iteration: str,
    year_text: str | None,
    month: str | None,
    range_end: str,
    slashed: str = "",
    edition: str = "",
) -> tuple[Identifier, int]:
    if joint == "/" and not stage and (iec or "/" in body):
        joint = " "  # IEC TS, ISO/IEC TR; ISO alone writes ISO/TS
    elif not joint:
        joint = "/" if body == "ISO" else " "
    if kind == "GUIDE" and joint == "/":
        joint = " "
    written_body = "ISO/CEI" if body == "ISO/IEC" and "CEI" in up else body
    dashed = "".join(f"-{part}" for part in parts)
    front = f"{written_body}{joint}{' '.join(words)}" if words else written_body
    if words and words[0] in STAGES and up.lstrip().startswith(words[0]):
        front = f"{words[0]} {written_body}{' ' + ' '.join(words[1:]) if words[1:] else ''}"
    # IEC itself writes a slash in a few numbers of the old kind: IEC 60695-2-1/0.
    designation = f"{front} {digits}{letters}{slashed or dashed}{iteration}"
    if range_end:
        designation += f"~{range_end.strip()}"
    year: int | None = None
    if year_text:
        year = int(year_text) if len(year_text) == 4 else 1900 + int(year_text)
        designation += f":{year}{'-' + month if month else ''}"
    keyed = iec_number(digits) if body == "IEC" and kind in ("", "TS", "TR", "PAS") else digits
    label = " ".join(one for one in (body, stage, kind) if one)
    series = f"{label} {keyed}{letters}{dashed}"
    if range_end:
        series += f"~{range_end.strip()}"
    key = series + iteration if not year else f"{series}{iteration}:{year}"
    tail, end = (
        (Tail(), end) if end == len(up) else read_tail(plain, up, end, iec=iec or _iec_style(plain, end))
    )
    if edition:
        tail.edition, tail.written = edition, f" ED{edition}{tail.written}"
    if tail.edition and not year:
        key += f" ED{tail.edition}"
    return (
        build(
            text, body, model.INTERNATIONAL, model.NO_NATURE, kind, digits + letters, parts, year, key + tail.key,
            series + tail.series, designation + tail.written, supplements=tail.supplements, stage=stage,
            languages=tail.languages, edition=tail.edition, format=tail.format,
            range_end="*" if tail.all_parts else range_end.strip(),
            reaffirmed=tail.reaffirmed,
        ),
        end,
    )  # fmt: skip


_IEC_LABEL = re.compile(r"[/+](?:AMD|COR|ISH)[0-9]")


def _iec_style(plain: str, at: int) -> bool:
    return _IEC_LABEL.match(plain, at) is not None


_IWA = re.compile(r"\s*((?:CD|AWI|WD|NP|PRF|DIS)\s+)?IWA(?![A-Z])", re.ASCII)


def _iwa(text: str, plain: str, up: str, at: int) -> tuple[Identifier, int]:
    head = _IWA.match(up, at)
    number = _NUMBER.match(up, head.end()) if head is not None else None
    if head is None or number is None:
        raise IdentifierError(
            "no_number", position=at + 1, got=up[at : at + 1], zh="没有读到标准号", en="no number",
            expected_zh="如 IWA 18:2016", expected_en="such as IWA 18:2016",
        )  # fmt: skip
    stage = (head[1] or "").strip()
    digits, letters, dashed, range_end, dotted, _, year_text, month, year2, year3 = number.groups()
    parts = tuple(re.findall(r"[0-9A-Z]+", dashed)) if dashed else ()
    return _assemble(
        text, plain, up, number.end(), "IWA", False, " ", [stage] if stage else [], stage, "", digits, letters or "", parts,
        dotted or "", year_text or year2 or year3, month, range_end or "",
    )  # fmt: skip


def _directives(text: str, plain: str, up: str, at: int) -> tuple[Identifier, int]:
    """ISO/IEC Directives and their supplements: read as a whole, since they have no number of the usual kind."""
    match = _DIRECTIVES.match(up, at)
    assert match is not None
    written = " ".join(match[0].split())
    written = re.sub(r"DIRECTIVES,?(?: PART)?", "DIR", written)
    written = re.sub(r" -+ CONSOLIDATED ISO SUPPLEMENT", " ISO SUP", written).replace("SUPPLEMENT", "SUP")
    written = re.sub(r" ED(?:ITION)? ([0-9]+)", r" Edition \1", written)
    year = re.search(r":((?:19|20)[0-9]{2})\b", written)
    body = "ISO/IEC" if "ISO/IEC" in written else written.split()[0]
    number = re.search(r"(?:DIR|导则第) ?((?:JTC ?)?[0-9]+)", written)
    key = written.upper().replace("EDITION", "ED")
    series = re.sub(r":(?:19|20)[0-9]{2}(?:-[0-9]{2})?", "", key)
    return (
        build(
            text, body, model.INTERNATIONAL, model.NO_NATURE, "DIR", number[1] if number else "", (),
            int(year[1]) if year else None, key, series, written,
        ),
        match.end(),
    )  # fmt: skip
