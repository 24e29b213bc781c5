"""GB/T 2828.1: between normal, tightened and reduced inspection, as a state machine.

Only lots at their first presentation count (original inspection); a resubmitted lot changes nothing. Clause 9.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from pinzhi.rules.inspection.acceptance.names import NORMAL, REDUCED, TIGHTENED
from pinzhi.rules.inspection.acceptance.tables import Plan, Tables
from pinzhi.rules.law import LawAsOf


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of clause 9, as of a day."""

    tightened_not_accepted: int
    tightened_within: int
    normal_after: int
    stop_after: int
    reduced_score: int
    low_step: int
    high_step: int
    high_from_ac: int
    provisional: bool
    """Some of them have not been compared with the text."""

    @classmethod
    def of(cls, law: LawAsOf) -> Numbers:
        keys = ("tightened_after", "normal_after", "stop_after", "reduced_score", "score_steps")
        values = {key: law.get(f"gbt2828_1.{key}") for key in keys}
        tightened, steps = values["tightened_after"].value, values["score_steps"].value
        return cls(
            tightened["not_accepted"],
            tightened["within"],
            int(values["normal_after"].number),
            int(values["stop_after"].number),
            int(values["reduced_score"].number),
            steps["low"],
            steps["high"],
            steps["high_from_ac"],
            any(v.provisional for v in values.values()),
        )


@dataclass(frozen=True, slots=True)
class Lot:
    """What became of a lot."""

    accepted: bool
    ac: int
    """Acceptance number of the plan that was used."""
    accepted_tighter: bool
    """Whether it would also have been accepted one AQL step tighter (asked where Ac is 2 or more)."""
    original: bool = True
    """First presentation; False for a lot that was refused before and comes again."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """What the supplier's production and the responsible authority say on the day of a lot."""

    steady: bool = True
    """Production is at a steady rate."""
    reduced_wanted: bool = True
    """The authority considers reduced inspection desirable."""
    normal_wanted: bool = False
    """Other conditions ask for normal inspection again."""


@dataclass(frozen=True, slots=True)
class State:
    """Where the inspection of a supplier's product stands before the next lot."""

    severity: str = NORMAL
    score: int = 0
    """Switching score; counts under normal inspection only."""
    recent: tuple[bool, ...] = ()
    """Whether the last lots under normal inspection were accepted, the latest last."""
    accepted_in_a_row: int = 0
    """Under tightened inspection."""
    not_accepted: int = 0
    """Lots not accepted since tightened inspection began."""
    stopped: bool = False
    """Acceptance procedures are discontinued until the supplier has improved."""


def judge(tables: Tables, plan: Plan, nonconforming: int, original: bool = True) -> Lot:
    """A lot judged by its plan from the number found nonconforming in the sample."""
    tighter = tables.tighter(plan)
    return Lot(
        nonconforming <= plan.ac, plan.ac, tighter is not None and nonconforming <= tighter.ac, original
    )


def step(state: State, lot: Lot, numbers: Numbers, conditions: Conditions | None = None) -> State:
    """The state after a lot. Raises `ValueError` when inspection had been stopped."""
    if state.stopped:
        raise ValueError("inspection is discontinued: resume it first")
    if not lot.original:
        return state
    conditions = conditions or Conditions()
    if state.severity == TIGHTENED:
        return _tightened(state, lot, numbers)
    if state.severity == REDUCED:
        back = not lot.accepted or not conditions.steady or conditions.normal_wanted
        return State() if back else state
    recent = (*state.recent, lot.accepted)[-numbers.tightened_within :]
    if recent.count(False) >= numbers.tightened_not_accepted:
        return State(TIGHTENED)
    score = _score(state.score, lot, numbers)
    if score >= numbers.reduced_score and conditions.steady and conditions.reduced_wanted:
        return State(REDUCED)
    return replace(state, score=score, recent=recent)


def resume(state: State) -> State:
    """After the supplier's improvement, with the authority's consent: under tightened inspection. Clause 9.4."""
    if not state.stopped:
        raise ValueError("inspection is not discontinued")
    return State(TIGHTENED)


def _tightened(state: State, lot: Lot, numbers: Numbers) -> State:
    row = state.accepted_in_a_row + 1 if lot.accepted else 0
    refused = state.not_accepted + (not lot.accepted)
    if refused >= numbers.stop_after:
        return State(TIGHTENED, not_accepted=refused, stopped=True)
    if row >= numbers.normal_after:
        return State()
    return replace(state, accepted_in_a_row=row, not_accepted=refused)


def _score(score: int, lot: Lot, numbers: Numbers) -> int:
    if lot.ac >= numbers.high_from_ac:
        return score + numbers.high_step if lot.accepted and lot.accepted_tighter else 0
    return score + numbers.low_step if lot.accepted else 0
