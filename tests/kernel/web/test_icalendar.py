"""Days as a calendar after RFC 5545: whatever text comes in, the lines hold."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from pinzhi.kernel.web.icalendar import Day, calendar

MADE = datetime(2026, 11, 22, 8, tzinfo=UTC)


def unfolded(text: str) -> list[str]:
    assert text.endswith("\r\n")
    return text.replace("\r\n ", "").removesuffix("\r\n").split("\r\n")


def unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], text)


def test_an_event_is_a_whole_day() -> None:
    lines = unfolded(calendar("任务", [Day("d-1", date(2026, 12, 31), "推行制度")], made_at=MADE))
    assert lines[0] == "BEGIN:VCALENDAR" and lines[-1] == "END:VCALENDAR"
    assert "DTSTART;VALUE=DATE:20261231" in lines and "DTEND;VALUE=DATE:20270101" in lines
    assert "UID:d-1@pinzhi" in lines and "DTSTAMP:20261122T080000Z" in lines and "TRIGGER:-P7D" in lines


@given(st.text(max_size=300), st.text(max_size=120))
def test_no_text_breaks_a_line(title: str, name: str) -> None:
    text = calendar(name, [Day("k", date(2026, 1, 1), title, text=title, remind=False)], made_at=MADE)
    assert all(len(line.encode("utf-8", "surrogatepass")) <= 75 for line in text.split("\r\n"))
    assert "\n" not in text.replace("\r\n", "") and "\r" not in text.replace("\r\n", "")
    lines = unfolded(text)
    (summary,) = [line.removeprefix("SUMMARY:") for line in lines if line.startswith("SUMMARY:")]
    wanted = title.replace("\r\n", "\n").replace("\r", "\n")
    assert unescaped(summary) == "".join(c if c == "\n" or c >= " " else " " for c in wanted)
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == 1
