"""The review screen's text with its spans, and a unit's deadlines as a calendar."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pinzhi.apps.policy.models import Document, Duty, Review
from pinzhi.kernel import clock
from pinzhi.kernel.web.icalendar import Day, calendar


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


def icalendar(duties: Iterable[Duty], name: str, address: Callable[[Duty], str]) -> str:
    """Deadlines of duties that are neither done nor dropped, as whole-day events."""
    days = [
        Day(
            key=f"duty-{duty.pk}",
            on=duty.due_on,
            title=f"{duty.measure.title}（{duty.get_role_display()}）",
            text=duty.measure.document.title,
            url=address(duty),
        )
        for duty in duties
        if duty.due_on is not None and duty.state not in (Duty.State.DONE, Duty.State.CHANGED)
    ]
    return calendar(name, days, made_at=clock.now())
