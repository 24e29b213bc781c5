"""Items that detailed rules begin with: what labels must disclose (E13), what enterprises have declared themselves (D03).

A template proposes; the clerk changes it, and another person releases the rules. What rests on a text that nobody has
compared yet says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pinzhi.apps.standards import queries as standards
from pinzhi.kernel import law
from pinzhi.kernel.errors import NotFound
from pinzhi.rules.inspection.judgement import Unreadable
from pinzhi.rules.inspection.requirement import LONGEST, Requirement, read_requirement, written

#: Declarations of a class that are read for a template, and indicators that it proposes.
MOST_DECLARATIONS, MOST_ITEMS = 200, 60
#: The same words in front of every law parameter that lists label items.
LABELS = "label_items."


@dataclass(frozen=True)
class Proposed:
    """One proposed item as the form shows it; `note` says where it comes from, `verified` whether that was compared."""

    code: str
    name: str
    requirement: str
    unit: str = ""
    method: str = ""
    standard: str = ""
    label: bool = False
    verified: bool = True
    note: str = ""

    def row(self) -> dict[str, Any]:
        """As a row of the form's table."""
        return {
            "code": self.code,
            "name": self.name,
            "requirement": self.requirement,
            "unit": self.unit,
            "method": self.method,
            "standard": self.standard,
            "mark": "label" if self.label else "",
        }


@dataclass
class Template:
    """Items and a head to begin with; `sources`: the texts, each with whether it was compared."""

    items: list[Proposed]
    product_class: str = ""
    sector: str = ""
    standards: list[str] = field(default_factory=list)
    sources: list[tuple[str, bool]] = field(default_factory=list)
    basis: str = ""


def label_template(sector: str, on: date) -> Template:
    """What the labels of a field of consumer goods must disclose, by the texts in force on a day.

    An item that two texts ask for stands once, under the first of them: a text that was compared goes before others.
    """
    items: dict[str, Proposed] = {}
    sources: list[tuple[str, bool]] = []
    found = [
        value
        for parameter in law.law()
        if parameter.key.startswith(LABELS) and (value := law.as_of(on).find(parameter.key)) is not None
    ]
    for value in sorted(found, key=lambda v: (not v.verified, v.key)):
        if value.lapsed or not {"all", sector} & set(value.value["sectors"]):
            continue
        sources.append((value.source, value.verified))
        for one in value.value["items"]:
            items.setdefault(
                one["code"],
                Proposed(
                    code=one["code"], name=one["zh"], requirement=one["must"], standard=_short(value.source),
                    method="目测", label=True, verified=value.verified, note=value.source,
                ),
            )  # fmt: skip
    return Template(list(items.values()), sector=sector, sources=sources, basis=_basis(sources))


def declaration_template(number: str, on: date) -> Template:
    """The indicators of one declaration in public on a day, each with the value that was declared. Raises NotFound."""
    known = standards.valid_declarations(on).filter(number=number).exists()
    values = standards.declared_values(number) if known else {}
    if not values.get("indicators"):
        raise NotFound(
            "no_declared_indicators",
            zh=f"没有公开中的声明“{number[:40]}”，或声明没有公开指标。",
            en=f"No declaration {number[:40]} is in public, or it gives no indicators.",
            place="declaration",
            remedy_zh="到“标准—自我声明”核对编号。",
            remedy_en="Look its number up under Standards, Declarations.",
        )
    items = [
        _declared(place, str(row["indicator"]), [row], 1)
        for place, row in enumerate(_once(values["indicators"]), 1)
    ]
    standard = str(values.get("standard_no") or "")
    return Template(
        items[:MOST_ITEMS],
        product_class=str(values.get("product_class") or values.get("product_name") or ""),
        sector=str(values.get("sector") or ""),
        standards=[standard] if standard else [],
        sources=[(f"{values.get('enterprise_name', '')} {number} {standard}".strip(), True)],
        basis=f"企业标准自我声明 {number}",
    )


def class_template(product_class: str, on: date) -> Template:
    """The indicators that the declarations of a class of products give, the most frequent first.

    Where all declare the same value it is the requirement; where they differ, each batch must keep what its own
    enterprise has declared. Raises NotFound.
    """
    rows = list(standards.valid_declarations(on, product_class=product_class)[:MOST_DECLARATIONS])
    given: dict[str, list[Mapping[str, Any]]] = {}
    numbers: Counter[str] = Counter()
    for row in rows:
        for one in _once(standards.declared_values(row.number).get("indicators") or ()):
            given.setdefault(str(one["indicator"]), []).append(one)
        if row.standard:
            numbers[row.standard] += 1
    if not given:
        raise NotFound(
            "no_declared_indicators",
            zh=f"没有“{product_class[:40]}”类产品的有效声明，或声明没有公开指标。",
            en=f"No declaration in public is of the class {product_class[:40]}, or none gives indicators.",
            place="product_class",
            remedy_zh="类别要与声明中写的一致。",
            remedy_en="The class must be written as in the declarations.",
        )
    frequent = sorted(given.items(), key=lambda pair: (-len(pair[1]), pair[0]))[:MOST_ITEMS]
    return Template(
        [_declared(place, name, said, len(rows)) for place, (name, said) in enumerate(frequent, 1)],
        product_class=product_class,
        sector=rows[0].sector,
        standards=[number for number, _count in numbers.most_common(10)],
        sources=[(f"{product_class}：{len(rows)} 项有效声明", True)],
        basis=f"企业标准自我声明（{product_class}，{on:%Y-%m-%d} 有效的 {len(rows)} 项）",
    )


def _once(rows: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Indicators by name, the first of each, those without a name or value left out."""
    found: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        if row.get("indicator") and row.get("value"):
            found.setdefault(str(row["indicator"]), row)
    return list(found.values())


def _declared(place: int, name: str, said: list[Mapping[str, Any]], among: int) -> Proposed:
    """One declared indicator; the value as a limit where it can be judged as one, else in the firm's words."""
    pairs = {(str(one["value"]).strip(), str(one.get("unit") or "").strip()) for one in said}
    methods = Counter(str(one.get("method") or "").strip() for one in said)
    method = methods.most_common(1)[0][0][:120]
    note = f"{len(said)}/{among}"
    if len(pairs) > 1:
        text, unit = "符合企业声明值", ""
    else:
        ((value, given),) = pairs
        read = read_declared(value, given)
        text, unit = written(read), read.unit
    return Proposed(f"SM-{place:02d}", name[:120], text, unit, method, note=note)


def read_declared(value: str, unit: str) -> Requirement:
    """A declared value as a requirement: a limit where it is one, else that the declared words are kept."""
    try:
        return read_requirement(value, unit)
    except Unreadable:
        return Requirement("conforms", wording=f"符合声明值：{value} {unit}".strip()[:LONGEST])


def _short(source: str) -> str:
    """A source as it fits the column of standards."""
    return source.split("，")[0].split("（待")[0][:80]


def _basis(sources: list[tuple[str, bool]]) -> str:
    return "、".join(dict.fromkeys(_short(source) for source, _verified in sources))[:200]
