"""Metadata of a standard out of a NISO STS (or ISOSTS) file: its numbers, titles, days, classes, what it replaces and adopts.

Only the metadata in front is read; the text is passed over. A file that brings entities of its own, of any kind, is
refused before anything is resolved.
"""

from __future__ import annotations

import html.entities
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DTDForbidden, EntitiesForbidden, ExternalReferenceForbidden
from defusedxml.ElementTree import DefusedXMLParser, iterparse

from pinzhi.kernel.errors import Refused

MOST_BYTES = 100 * 1024 * 1024
_METAS = {"nat-meta": 0, "reg-meta": 1, "iso-meta": 2, "std-meta": 3}
_REPLACES = {"replaces", "supersedes", "revises", "replace", "revisedFrom"}
_DAY = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?")
_LANGS = {"zh": "title_zh", "cn": "title_zh", "en": "title_en"}


@dataclass
class Meta:
    """One organisation's metadata of the document."""

    rank: int
    numbers: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    replaces: list[str] = field(default_factory=list)
    adopted: list[str] = field(default_factory=list)

    @property
    def number(self) -> str:
        return self.numbers.get("dated") or self.numbers.get("") or self.numbers.get("undated") or ""


def read_sts(stream: BinaryIO) -> dict[str, Any]:
    """Values of an edition by field, as a row of a spreadsheet gives them, and `adopts`, a list of numbers.

    Raises Refused: sts_entity (with the entity's name), sts_not_xml (with line and column), sts_no_metadata.
    """
    metas: list[Meta] = []
    try:
        for one in _metas(stream):
            metas.append(one)
    except EntitiesForbidden as error:
        outside = error.sysid or error.pubid
        where = f"，指向 {str(outside)[:80]}" if outside else ""
        to = f", which points to {str(outside)[:80]}" if outside else ""
        kind_zh, kind_en = ("外部", "an external") if outside else ("自定义", "an")
        raise Refused(
            "sts_entity",
            zh=f"文件声明了{kind_zh}实体“{error.name}”{where}，出于安全不予读取。",
            en=f"The file declares {kind_en} entity {error.name}{to}; for safety it is not read.",
            place=str(error.name),
            remedy_zh="请删去 DOCTYPE 中的实体声明后重新上传。",
            remedy_en="Take the entity out of the DOCTYPE and hand the file in again.",
        ) from None
    except (ExternalReferenceForbidden, DTDForbidden) as error:
        raise Refused(
            "sts_entity",
            zh="文件引用外部文件，出于安全不予读取。",
            en="The file refers to another one; for safety it is not read.",
            place=str(getattr(error, "sysid", "") or ""),
            remedy_zh="请删去对外部文件的引用后重新上传。",
            remedy_en="Take the reference out and hand the file in again.",
        ) from None
    except ParseError as error:
        line, column = error.position
        raise Refused(
            "sts_not_xml",
            zh=f"第 {line} 行第 {column + 1} 列不是正确的 XML。",
            en=f"Not well-formed XML at line {line}, column {column + 1}.",
            place=f"{line}:{column + 1}",
            remedy_zh="请用 XML 工具检查文件，或重新导出。",
            remedy_en="Check the file with an XML program, or export it again.",
        ) from None
    except (LookupError, ValueError, UnicodeError):
        raise Refused(
            "sts_not_xml",
            zh="文件的编码与其声明不符。",
            en="The file's encoding is not the one that it declares.",
            remedy_zh="请另存为 UTF-8。",
            remedy_en="Save it as UTF-8.",
        ) from None
    metas = [one for one in metas if one.number]
    if not metas:
        raise Refused(
            "sts_no_metadata",
            zh="文件中没有标准的元数据（std-meta、nat-meta 等）或没有编号。",
            en="The file has no metadata of a standard (std-meta, nat-meta …), or no number in it.",
            remedy_zh="请确认是 NISO STS 或 ISO STS 文件。",
            remedy_en="Make sure that it is a NISO STS or ISO STS file.",
        )
    return _row(metas)


def _metas(stream: BinaryIO) -> Iterator[Meta]:
    """The metadata blocks in the order of the file: of an adoption, whoever adopts stands before what is adopted."""
    parser = DefusedXMLParser(forbid_dtd=False, forbid_entities=True, forbid_external=True)
    # Names that the suite's own DTD declares; it is not read, so they are known here.
    parser.entity.update({name: chr(code) for name, code in html.entities.name2codepoint.items()})
    depth = 0
    for event, element in iterparse(stream, events=("start", "end"), parser=parser):
        tag = _local(element)
        if event == "start":
            if tag == "body":
                return
            depth += tag in _METAS
        elif tag in _METAS:
            depth -= 1
            yield _meta(element)
            element.clear()
        elif not depth:
            element.clear()


def _local(element: Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _text(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _meta(element: Element) -> Meta:
    meta = Meta(_METAS[_local(element)])
    titles: dict[str, str] = {}
    for child in element:
        tag, text = _local(child), _text(child)
        if tag == "title-wrap":
            lang = next((v for k, v in child.attrib.items() if k.rpartition("}")[2] == "lang"), "en")[
                :2
            ].lower()
            if name := _LANGS.get(lang):
                titles.setdefault(name, _title(child))
        elif tag == "std-ref" and text:
            meta.numbers.setdefault(child.get("type", ""), text)
        elif tag == "std-ident":
            _identified(meta, child)
        elif tag in ("pub-date", "release-date") and (found := _DAY.match(text)):
            if found[3] or tag == "pub-date":
                meta.values.setdefault("published_on", f"{found[1]}-{found[2]}-{found[3] or '01'}")
        elif tag == "meta-date" and (found := _DAY.match(text)) and found[3]:
            kind = (child.get("date-type") or child.get("type") or "").lower()
            if "effective" in kind or "force" in kind or "implement" in kind:
                meta.values.setdefault("effective_on", found[0])
            elif "withdraw" in kind:
                meta.values.setdefault("withdrawn_on", found[0])
        elif tag == "ics" and text:
            meta.values.setdefault("ics", []).append(text)
        elif tag == "comm-ref" and text:
            meta.values.setdefault("owner", text[:200])
        elif tag == "std-xref":
            kind, numbers = child.get("type", ""), [_text(r) for r in child if _local(r) == "std-ref"]
            if kind in _REPLACES:
                meta.replaces += [n for n in numbers if n]
            elif kind in ("adopts", "adopted", "adoptedFrom", "isAdoptionOf"):
                meta.adopted += [n for n in numbers if n]
    meta.values |= {name: text[:300] for name, text in titles.items() if text}
    return meta


def _title(wrap: Element) -> str:
    parts = {_local(child): _text(child) for child in wrap}
    if parts.get("full"):
        return parts["full"]
    return " — ".join(parts[name] for name in ("intro", "main", "compl") if parts.get(name))


def _identified(meta: Meta, ident: Element) -> None:
    """A number out of its parts, for files that give no reference."""
    parts = {_local(child): _text(child) for child in ident}
    if parts.get("originator") and parts.get("doc-number"):
        number = f"{parts['originator']} {parts['doc-number']}"
        if parts.get("part-number"):
            number += f"-{parts['part-number']}"
        meta.numbers.setdefault("undated", number)


def _row(metas: list[Meta]) -> dict[str, Any]:
    """The first organisation's document, or the most national one where all stand in one front; the rest is adopted."""
    first = min(range(len(metas)), key=lambda at: (metas[at].rank, at)) if _mixed(metas) else 0
    own = metas[first]
    adopted = [one.number for at, one in enumerate(metas) if at != first and one.number != own.number]
    values: dict[str, Any] = {}
    for one in metas:
        # What was adopted lends its titles and classes where the adopting body gives none of its own.
        for name, value in one.values.items():
            if one is own or name in ("ics", "title_en", "title_zh"):
                values.setdefault(name, value)
    values |= own.values
    return {
        **values,
        "number": own.number,
        "replaces": "；".join(dict.fromkeys(own.replaces)),
        "adopts": list(dict.fromkeys([*own.adopted, *adopted])),
    }


def _mixed(metas: list[Meta]) -> bool:
    return all(one.rank < 3 for one in metas)
