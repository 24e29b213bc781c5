"""What a reading holds. The JSON shape is the one of the plan schema, with offsets added.

Offsets are half-open ranges of code points in the text that was read, so a review screen can mark them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Path = tuple[str, ...]


@dataclass(frozen=True)
class Span:
    """A marked piece of the original text."""

    start: int
    end: int
    what: str
    row: int


@dataclass(frozen=True)
class DocumentHead:
    """The fields of the document itself; None where the text does not say."""

    title: str | None = None
    doc_number: str | None = None
    issuer: str | None = None
    issued_on: str | None = None
    index_number: str | None = None
    basis_numbers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    """A heading of the document; `role` is goals, background, tasks or safeguards."""

    number: Path
    title: str
    role: str
    start: int
    end: int


@dataclass(frozen=True)
class Target:
    """A quantified goal. `value_max` is set for ranges only; `by_year` None where no year is named."""

    quote: str
    indicator: str
    comparator: str
    value: float
    value_max: float | None
    unit: str
    by_year: int | None
    kind: str
    at: Path
    start: int
    end: int


@dataclass(frozen=True)
class Measure:
    """A task and the units it is given to, exactly as they are named in the text."""

    number: Path
    title: str
    lead: tuple[str, ...]
    support: tuple[str, ...]
    responsible: tuple[str, ...]
    start: int
    end: int
    duty_spans: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class ConductRule:
    """A sentence that binds conduct with a number: never a target."""

    quote: str
    at: Path
    start: int
    end: int


@dataclass(frozen=True)
class Reading:
    """Everything that was read in one document."""

    document: DocumentHead
    sections: tuple[Section, ...]
    targets: tuple[Target, ...]
    measures: tuple[Measure, ...]
    rules: tuple[ConductRule, ...]

    @property
    def spans(self) -> tuple[Span, ...]:
        """All marked pieces in the order of the text: targets, headings of measures, duties, rules."""
        found = [Span(t.start, t.end, "target", i) for i, t in enumerate(self.targets)]
        for i, measure in enumerate(self.measures):
            found.append(Span(measure.start, measure.end, "measure", i))
            found.extend(Span(start, end, "duty", i) for start, end in measure.duty_spans)
        found.extend(Span(r.start, r.end, "rule", i) for i, r in enumerate(self.rules))
        return tuple(sorted(found, key=lambda span: (span.start, -span.end, span.what)))


def _plain(value: float) -> float | int:
    return int(value) if float(value).is_integer() else value


def reading_to_json(reading: Reading) -> dict[str, Any]:
    """The reading as plain data after plan.schema.json, offsets, sections and spans included."""
    head = reading.document
    return {
        "document": {
            "title": head.title,
            "doc_number": head.doc_number,
            "issuer": head.issuer,
            "issued_on": head.issued_on,
            "index_number": head.index_number,
            "basis_numbers": list(head.basis_numbers),
        },
        "sections": [
            {"number": list(s.number), "title": s.title, "role": s.role, "start": s.start, "end": s.end}
            for s in reading.sections
        ],
        "targets": [
            {
                "quote": t.quote,
                "indicator": t.indicator,
                "comparator": t.comparator,
                "value": _plain(t.value),
                "value_max": None if t.value_max is None else _plain(t.value_max),
                "unit": t.unit,
                "by_year": t.by_year,
                "kind": t.kind,
                "at": list(t.at),
                "start": t.start,
                "end": t.end,
            }
            for t in reading.targets
        ],
        "measures": [
            {
                "number": list(m.number),
                "title": m.title,
                "lead": list(m.lead),
                "support": list(m.support),
                "responsible": list(m.responsible),
                "start": m.start,
                "end": m.end,
                "duty_spans": [list(s) for s in m.duty_spans],
            }
            for m in reading.measures
        ],
        "rules": [
            {"quote": r.quote, "at": list(r.at), "start": r.start, "end": r.end} for r in reading.rules
        ],
        "spans": [{"start": s.start, "end": s.end, "what": s.what, "row": s.row} for s in reading.spans],
    }
