"""Which limits of two documents stand side by side: the table a specialist draws before judging anything.

A domestic limit is held against every limit of the other document on the same indicator for products in common whose class
is meant for the same users. Where one can be ordered, those that can are the answer; where none can, the pair says why
(different); where there is none, the other side has a gap. Foreign limits that no domestic limit meets are our gap.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pinzhi.rules.standards.limits.comparing import Verdict, compare
from pinzhi.rules.standards.limits.model import Limit
from pinzhi.rules.standards.limits.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Pair:
    """One place of the table: a limit on each side with the verdict, or a gap on one (then there is none)."""

    a: Limit | None
    b: Limit | None
    verdict: Verdict | None = None

    @property
    def gap(self) -> str:
        """`ours` where the first side has no such limit, `theirs` where the second has none, else empty."""
        return "ours" if self.a is None else "theirs" if self.b is None else ""


def match(
    ours: Sequence[Limit], theirs: Sequence[Limit], vocabulary: Vocabulary, *, same_time: bool = True
) -> list[Pair]:
    """The pairs and gaps between the limits of two documents, in the order of the first."""
    by_analyte: dict[str, list[Limit]] = defaultdict(list)
    for one in theirs:
        for name in _names(one, vocabulary):
            by_analyte[name].append(one)
    met: set[int] = set()
    pairs: list[Pair] = []
    for mine in ours:
        found = _once(other for name in _names(mine, vocabulary) for other in by_analyte.get(name, ()))
        beside = [other for other in found if _beside(mine, other, vocabulary)]
        verdicts = [(other, compare(mine, other, vocabulary, same_time=same_time)) for other in beside]
        verdicts = [(other, verdict) for other, verdict in verdicts if verdict.code != "dates"]
        met |= {id(other) for other, _ in verdicts}
        ordered = [(other, verdict) for other, verdict in verdicts if verdict.relation != "incomparable"]
        if ordered:
            pairs += [Pair(mine, other, verdict) for other, verdict in ordered]
        elif verdicts:
            pairs.append(
                Pair(mine, *min(verdicts, key=lambda one: _farness(mine, one[0], one[1], vocabulary)))
            )
        else:
            pairs.append(Pair(mine, None))
    return pairs + [Pair(None, other) for other in theirs if id(other) not in met]


def _names(limit: Limit, vocabulary: Vocabulary) -> frozenset[str]:
    """The indicator and, for a group, its substances or family: a sum over a group is put beside its parts."""
    analyte = vocabulary.analyte(limit.analyte)
    return (analyte.members | {analyte.key, analyte.group}) - {""}


def _once(limits: Iterable[Limit]) -> list[Limit]:
    return list({id(one): one for one in limits}.values())


def _beside(a: Limit, b: Limit, vocabulary: Vocabulary) -> bool:
    one, other = vocabulary.scope(a.scope, a.applies), vocabulary.scope(b.scope, b.applies)
    return vocabulary.scopes.beside(one, other) and vocabulary.scopes.overlap(one, other) != "none"


_FAR = ("analyte", "substance_set", "quantity_kind", "scope_unclear")


def _farness(mine: Limit, other: Limit, verdict: Verdict, vocabulary: Vocabulary) -> tuple[int, int]:
    """Of several that cannot be ordered the one is shown that comes nearest: by reason, then by products."""
    one, another = vocabulary.scope(mine.scope, mine.applies), vocabulary.scope(other.scope, other.applies)
    nearest = ("same", "partly", "unclear").index(vocabulary.scopes.overlap(one, another))
    return (len(_FAR) - _FAR.index(verdict.code) if verdict.code in _FAR else 0), nearest
