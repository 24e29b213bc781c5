"""The review screen's text with its spans, and a unit's deadlines as a calendar."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pinzhi.apps.policy.models import Document, Duty, Review
from pinzhi.kernel import clock


@dataclass(frozen=True)
class Piece:
    """A stretch of the text; `kind` is empty, `target` or `measure`, `row` the row that it belongs to."""

    text: str
    kind: str = ""
    row: str = ""
    dropped: bool = False


def marked(document: Document) -> list[list[Piece]]:
    """The text in paragraphs, each in pieces; where spans overlap the one that begins first is marked."""
    spans = [
        (t.start, t.end, "target", t.number, t.review == Review.DROPPED)
        for t in document.targets.all()
        if t.end > t.start
    ]
    spans += [
        (m.start, m.end, "measure", f"M{m.position}", m.review == Review.DROPPED)
        for m in document.measures.all()
        if m.end > m.start
    ]
    paragraphs: list[list[Piece]] = [[]]
    at, text = 0, document.text

    def put(stretch: str, kind: str = "", row: str = "", dropped: bool = False) -> None:
        for number, line in enumerate(stretch.split("\n")):
            if number:
                paragraphs.append([])
            if line.strip():
                paragraphs[-1].append(Piece(line, kind, row, dropped))

    for start, end, kind, row, dropped in sorted(spans):
        if start < at:
            continue
        put(text[at:start])
        put(text[start:end], kind, row, dropped)
        at = end
    put(text[at:])
    return [paragraph for paragraph in paragraphs if paragraph]


def icalendar(duties: Iterable[Duty]) -> str:
    """Deadlines as whole-day events (RFC 5545): lines end in CRLF and are folded at 75 octets."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Pinzhi//Duties//ZH", "CALSCALE:GREGORIAN"]
    stamp = clock.now().strftime("%Y%m%dT%H%M%SZ")
    for duty in duties:
        if duty.due_on is None or duty.state == Duty.State.DONE:
            continue
        lines += [
            "BEGIN:VEVENT",
            f"UID:duty-{duty.pk}@pinzhi",
            f"DTSTAMP:{stamp}",
            f"DTSTART;VALUE=DATE:{duty.due_on:%Y%m%d}",
            f"SUMMARY:{_escaped(duty.measure.title)}（{_escaped(duty.get_role_display())}）",
            f"DESCRIPTION:{_escaped(duty.measure.document.title)}",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> str:
    parts, part = [], ""
    for character in line:
        if len((part + character).encode()) > 73:
            parts.append(part)
            part = ""
        part += character
    return "\r\n ".join([*parts, part])
