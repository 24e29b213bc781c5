"""The check itself, in its order."""

from __future__ import annotations

from pinzhi.rules.law import LawAsOf
from pinzhi.rules.standards.declarations.facts import LEVELS, Checked, Declared, Facts, Work
from pinzhi.rules.standards.declarations.floors import floors, not_compared, read_values
from pinzhi.rules.standards.declarations.methods import methods
from pinzhi.rules.standards.declarations.standing import standing


def check(declared: Declared, facts: Facts, law: LawAsOf) -> Checked:
    """What is to be said of a declaration on the day of the facts, the weightiest first."""
    work = Work(declared, facts, law)
    standing(work)
    values = read_values(work)
    floors(work, values)
    not_compared(work)
    methods(work)
    work.findings.sort(key=lambda f: (LEVELS.index(f.level), f.row or 0))
    return Checked(work.findings, work.compared)
