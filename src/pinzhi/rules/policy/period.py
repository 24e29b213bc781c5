"""The years in which a document's plan binds: from its title, its own words, or its goals."""

from __future__ import annotations

import re
from collections import Counter

from pinzhi.rules.policy.text import normalise

_RANGE = re.compile(r"[(（]?(20\d\d)年?[-—–~～至到－]{1,2}(20\d\d)年?[)）]?")
_BY = re.compile(r"(?:到|至|力争|截至|于)(20\d\d)年")
_FIVE_YEAR_PLAN = re.compile(r"“?十([一二三四五六七八九])五”?(?:时期|期间|规划|末)?")
_FIVE_YEAR = {"一": 2006, "二": 2011, "三": 2016, "四": 2021, "五": 2026, "六": 2031}


def plan_years(text: str, issued: int | None) -> tuple[int | None, int | None]:
    """First and last year of the plan, None where the text does not say.

    A range of years in the head or most often in the text (2016—2020年) that holds the year of issue; else the year
    that most goals name (到2020年) with the year of issue as the beginning; else the five-year plan that it names.
    """
    plain = normalise(text).chars
    around = issued or 0
    ranges = Counter(
        (int(a), int(b))
        for a, b in _RANGE.findall(plain)
        if int(a) < int(b) <= int(a) + 20 and (not issued or int(a) - 1 <= around <= int(b))
    )
    if ranges:
        return ranges.most_common(1)[0][0]
    years = Counter(int(year) for year in _BY.findall(plain) if not issued or int(year) >= issued)
    if years:
        most = years.most_common(1)[0][1]
        last = max(year for year, times in years.items() if times == most)
        return issued or None, last
    plans = [_FIVE_YEAR[n] for n in _FIVE_YEAR_PLAN.findall(plain) if n in _FIVE_YEAR]
    fitting = [start for start in plans if not issued or start - 1 <= issued <= start + 4]
    return (fitting[0], fitting[0] + 4) if fitting else (issued, None)
