"""Short pieces in the genre's many layouts, each with what it says: every row must be read, and no other.

A piece is `=== name`, its text, `---`, and its labels, one a line.
Goals: `value[~max] unit year kinds bounds`: year `-` none (`-2020`: none or 2020), `*` any; unit `.` none; kinds L level,
I increment, P per year; bounds g >=, e =, G >, l <=, s <, a about.
Duties: `[-]path | title | L:lead | S:support | R:responsible`, units apart by `;`; `-` before the path: only a group.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pinzhi.rules.policy.model import Target
from pinzhi.rules.policy.reader import read_text

TURNS = Path(__file__).parent / "turns"
KINDS = {"L": "level", "I": "increment", "P": "per_year"}
BOUNDS = {"g": ">=", "e": "=", "G": ">", "l": "<=", "s": "<", "a": "~"}


def pieces(pattern: str) -> Iterator[tuple[str, str, list[str]]]:
    for path in sorted(TURNS.glob(pattern)):
        for block in re.split(r"(?m)^=== ", path.read_text(encoding="utf-8"))[1:]:
            name, rest = block.split("\n", 1)
            text, _, labels = rest.partition("\n---\n")
            yield (
                f"{path.stem}-{name.strip()}",
                text,
                [row for row in labels.strip().split("\n") if row.strip()],
            )


GOALS = list(pieces("goals_*.txt"))
DUTIES = list(pieces("duties_*.txt"))


def fits(target: Target, label: str) -> bool:
    value, unit, year, kinds, bounds = label.split()[:5]
    low, _, high = value.partition("~")
    years = {"*": None, "-": {None}}.get(year, {None, year[1:]} if year.startswith("-") else {year})
    return (
        target.value == float(low)
        and target.value_max == (float(high) if high else None)
        and target.unit == ("" if unit == "." else unit)
        and (years is None or (None if target.by_year is None else str(target.by_year)) in years)
        and target.kind in {KINDS[k] for k in kinds}
        and target.comparator in {BOUNDS[b] for b in bounds}
    )


@pytest.mark.parametrize(("text", "labels"), [p[1:] for p in GOALS], ids=[p[0] for p in GOALS])
def test_goals(text: str, labels: list[str]) -> None:
    left = list(read_text(text).targets)
    missed = []
    for label in (row for row in labels if row != "none"):
        found = next((t for t in left if fits(t, label)), None)
        if found is None:
            missed.append(label)
        else:
            left.remove(found)
    assert not missed and not left, (
        missed,
        [(t.quote, t.value, t.by_year, t.kind, t.comparator) for t in left],
    )


def plain(words: str) -> str:
    return "".join(words.split()).replace("(", "（").replace(")", "）")


@pytest.mark.parametrize(("text", "labels"), [p[1:] for p in DUTIES], ids=[p[0] for p in DUTIES])
def test_duties(text: str, labels: list[str]) -> None:
    read = {
        "/".join(plain(part).strip("（）.、") for part in m.number): (
            plain(m.title),
            {
                "L": {plain(u) for u in m.lead},
                "S": {plain(u) for u in m.support},
                "R": {plain(u) for u in m.responsible},
            },
        )
        for m in read_text(text).measures
    }
    for label in labels:
        path, title, *lists = (part.strip() for part in label.split("|"))
        wanted: dict[str, set[str]] = {"L": set(), "S": set(), "R": set()}
        for part in lists:
            wanted[part[0]] = {plain(u) for u in part[2:].split(";") if u.strip()}
        group = path.startswith("-")
        found = read.pop(path.lstrip("-"), None)
        if found is None:
            assert group, path
            continue
        assert found[0].startswith(plain(title)) or plain(title).startswith(found[0]), path
        assert found[1] == wanted, path
    assert not read
