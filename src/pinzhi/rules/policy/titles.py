"""A title for a text that lost its own (a portal's page copied without its head): proposed, for an official to check.

A text names itself in three ways: what it prints or issues ("现将《…实施方案》印发给你们"), what it is and what for
("为贯彻落实《…规划》的通知…，提出以下实施意见"), or a first line that is a heading.
"""

from __future__ import annotations

import re

from .lexicon import DOCUMENT_KIND

#: How far into a text its own words about itself stand.
OPENING = 1500
LONGEST = 100
_KINDS = (
    "实施意见|指导意见|若干意见|实施方案|工作方案|行动方案|行动计划|实施办法|若干措施|工作措施|工作要点|重点任务分工"
    "|任务分工|意见|方案|计划|办法|措施|规划|细则|通知"
)
_PRINTED = re.compile(
    rf"(?:现将|现印发)《(?P<title>[^《》]{{4,90}}?(?:{DOCUMENT_KIND})(?:[（(][^《》]{{2,24}}?[）)])?)》"
)
_IS = re.compile(
    rf"(?:提出|制定|制订|形成|作出|做出|拟定|研究制定)(?:了)?(?:如下|以下|本|此)(?P<kind>{_KINDS})|现提出(?:如下|以下)?(?P<kind2>{_KINDS})"
)
_FOR = re.compile(
    r"(?:为(?:了|深入|全面|认真|切实|扎实|进一步)*)?(?P<verb>贯彻落实|贯彻实施|贯彻|落实|根据|按照|依据)(?:好)?《(?P<basis>(?:[^《》]|《[^《》]*》){4,120})》"
)
_AIM = re.compile(
    r"为(?:了)?(?P<aim>(?:进一步|加快|全面|深入|推动|推进|加强|提升|促进|深化)[^，。；：]{4,40})，"
)
_FORWARDED = re.compile(r"^.{0,40}?关于(?:印发|转发|批转)(?P<inner>.+?)的通知$")
_ABOUT = re.compile(r"^[^，。]{0,40}?关于(?P<subject>.+?)的(?:通知|意见|决定|批复|公告)$")
_NUMBERED = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}[、.．]|第[一二三四五六七八九十]{1,3}[章节条部]"
    r"|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[、.．])"
)


def proposed_title(text: str) -> str | None:
    """A likely title, at most LONGEST characters, or None where the text says nothing of itself."""
    lines = ["".join(line.split()) for line in text.splitlines()]
    lines = [line for line in lines if line]
    opening = "".join(lines)[:OPENING]
    found = _printed(opening) or _named_by_purpose(opening) or _first_line(lines)
    return found[:LONGEST] if found else None


def _printed(opening: str) -> str | None:
    met = _PRINTED.search(opening)
    return met["title"] if met else None


def _named_by_purpose(opening: str) -> str | None:
    """关于贯彻落实《…》的实施意见, or 关于推进…的实施方案."""
    says = _IS.search(opening)
    if says is None:
        return None
    kind = says["kind"] or says["kind2"]
    before = opening[: says.start()]
    basis = list(_FOR.finditer(before))
    if basis:
        named = (
            basis[0]["basis"].strip("《》") if not basis[0]["basis"].startswith("《") else basis[0]["basis"]
        )
        inner = _FORWARDED.match(named)
        if inner:
            return f"关于贯彻落实{inner['inner'].strip('《》')}的{kind}"
        about = _ABOUT.match(named)
        return f"关于贯彻落实《{named}》的{kind}" if about is None else f"关于{about['subject']}的{kind}"
    aim = _AIM.search(before)
    return f"关于{aim['aim']}的{kind}" if aim else None


def _first_line(lines: list[str]) -> str | None:
    for line in lines[:3]:
        if line.endswith(("：", ":")) or _NUMBERED.match(line):
            return None
        if 6 <= len(line) <= 60 and not re.search(r"[。；！？]|https?:|@", line):
            return line.strip("《》")
    return None
