"""Whole days as a calendar that any program subscribes to (iCalendar, RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

CONTENT_TYPE = "text/calendar; charset=utf-8"
REMINDED_DAYS = 7


@dataclass(frozen=True, slots=True)
class Day:
    """A day to keep in mind; `key` stays the same when the day moves. `remind`: a week ahead."""

    key: str
    on: date
    title: str
    text: str = ""
    url: str = ""
    remind: bool = True


def calendar(name: str, days: Iterable[Day], *, made_at: datetime) -> str:
    """The calendar's text: lines end in CRLF and are folded at 75 octets."""
    stamp = made_at.strftime("%Y%m%dT%H%M%SZ")
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Pinzhi//Deadlines//ZH",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:P1D",
    ]
    for day in days:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{day.key}@pinzhi",
            f"DTSTAMP:{stamp}",
            f"DTSTART;VALUE=DATE:{day.on:%Y%m%d}",
            f"DTEND;VALUE=DATE:{day.on + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{escaped(day.title)}",
            "TRANSP:TRANSPARENT",
        ]
        lines += [f"DESCRIPTION:{escaped(day.text)}"] if day.text else []
        lines += [f"URL:{day.url}"] if day.url else []
        if day.remind:
            lines += [
                "BEGIN:VALARM",
                "ACTION:DISPLAY",
                f"DESCRIPTION:{escaped(day.title)}",
                f"TRIGGER:-P{REMINDED_DAYS}D",
                "END:VALARM",
            ]
        lines.append("END:VEVENT")
    lines.append("END:VCALENDAR")
    return "".join(f"{folded(line)}\r\n" for line in lines)


def escaped(text: str) -> str:
    """TEXT of RFC 5545, 3.3.11; other line ends and controls become blanks."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    plain = "".join(c if c == "\n" or c >= " " else " " for c in plain)
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def folded(line: str) -> str:
    """At most 75 octets a line, no character cut in two (3.1)."""
    parts: list[str] = []
    part, size = "", 0
    for character in line:
        octets = len(character.encode())
        if size + octets > (75 if not parts else 74):
            parts.append(part)
            part, size = "", 0
        part, size = part + character, size + octets
    return "\r\n ".join([*parts, part])
