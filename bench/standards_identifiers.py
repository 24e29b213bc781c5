"""Rates of reading identifiers and of looking editions up by date: `python -m bench.standards_identifiers`.

Beside each stands the plainest way to something less: one regular expression, one dictionary look-up.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable
from datetime import date, timedelta

from pinzhi.rules.standards.adoption import read_adoption
from pinzhi.rules.standards.edition_facts import edition_fact
from pinzhi.rules.standards.editions import EditionIndex
from pinzhi.rules.standards.identifiers import parse

PLAIN = re.compile(r"([A-Z/]+(?:\d{2,4})?(?:/[TZ])?) ?([\w.]+)(?:[-—:](\d{4}))?$")


def _timed(what: str, count: int, run: Callable[[], object]) -> None:
    before = time.process_time()
    run()
    spent = time.process_time() - before
    print(f"{what:62} {count:>9,} in {spent:6.2f} s  {count / spent:>11,.0f}/s")


def texts(count: int, seed: int = 4) -> list[str]:
    """Distinct identifiers in the proportions of a provincial catalogue: mostly national, then industry, local, group, ISO."""
    dice = random.Random(seed)
    found: dict[str, None] = {}
    while len(found) < count:
        year, number = dice.randint(1985, 2025), dice.randint(1, 99999)
        part = dice.choice(("", "", f".{dice.randint(1, 30)}"))
        dash = dice.choice("-—")
        letters = "".join(dice.choices("ABCDEFGHJKLMNZ", k=dice.randint(3, 6)))
        kind = dice.random()
        if kind < 0.5:
            text = f"{dice.choice(('GB/T', 'GB', 'GB/Z'))} {number}{part}{dash}{year}"
        elif kind < 0.7:
            text = f"{dice.choice(('QB/T', 'FZ/T', 'YY/T', 'HG/T', 'JB/T', 'NY/T'))} {number % 10000}{part}{dash}{year}"
        elif kind < 0.78:
            text = f"DB{dice.choice((11, 31, 35, 44, 3502))}/T {number % 5000}{part}{dash}{year}"
        elif kind < 0.85:
            text = f"T/{letters} {number % 1000:03}{part}{dash}{year}"
        elif kind < 0.9:
            text = f"Q/{letters} {number % 1000:03}{dash}{year}"
        else:
            text = f"{dice.choice(('ISO', 'IEC', 'ISO/IEC', 'ISO/TS', 'IEC TR'))} {number}{part.replace('.', '-')}:{year}"
        found[text] = None
    return list(found)


def main() -> None:
    """Print the rates of this machine."""
    distinct = texts(200_000)
    _timed(
        "one regular expression on distinct identifiers",
        len(distinct),
        lambda: [PLAIN.match(one) for one in distinct],
    )
    _timed("parse: distinct identifiers", len(distinct), lambda: [parse(one) for one in distinct])
    dirty = [one.replace(" ", "").lower() for one in distinct[:100_000]]
    _timed(
        "parse: the same in small letters without spaces",
        len(dirty),
        lambda: [_lenient(one) for one in dirty],
    )
    sentences = [f"本标准等同采用ISO国际标准：ISO {n}-1:2015。; 采标中文名称:名称。" for n in range(50_000)]
    _timed("read_adoption: sentences", len(sentences), lambda: [read_adoption(one) for one in sentences])

    start = date(1990, 1, 1)
    facts = []
    for number in range(1, 60_001):
        for edition in range(3):
            day = start + timedelta(days=3650 * edition + number % 3000)
            after = day + timedelta(days=3650)
            facts.append(
                edition_fact(
                    f"GB/T {number}-{day.year}", effective_on=day, withdrawn_on=after if edition < 2 else None
                )
            )
    before = time.process_time()
    index = EditionIndex(facts)
    print(f"{'index of editions built':62} {len(index):>9,} in {time.process_time() - before:6.2f} s")
    dice = random.Random(5)
    raws = [
        f"GB/T {dice.randint(1, 60_000)}" + dice.choice(("", f"—{dice.randint(1990, 2018)}"))
        for _ in range(1_000_000)
    ]
    days = [start + timedelta(days=dice.randint(0, 13_000)) for _ in range(1_000_000)]
    table = {fact.key: fact for fact in facts}
    _timed("one dictionary look-up by raw string", len(raws), lambda: [table.get(one) for one in raws])
    asked = list(zip(raws, days, strict=True))
    _timed("as-of look-ups by raw string, random years", len(raws), lambda: _resolve(index, asked))
    numbers = [fact.number.replace("-", "—") for fact in facts]
    known = [(dice.choice(numbers), day) for day in days]
    _timed("as-of look-ups by raw string, editions that there are", len(raws), lambda: _resolve(index, known))


def _resolve(index: EditionIndex, asked: list[tuple[str, date]]) -> None:
    """One after another, as a list of citations is gone through."""
    for raw, day in asked:
        index.resolve(raw, day)


def _lenient(text: str) -> object:
    try:
        return parse(text)
    except ValueError:
        return None


if __name__ == "__main__":
    main()
