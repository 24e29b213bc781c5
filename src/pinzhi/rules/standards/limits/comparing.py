"""Which of two limits is stricter: a question about the sets of products that they let pass.

A ⊂ B is stricter, A = B equal, A ⊃ B laxer; everything else is incomparable, with a reason. Before any arithmetic: the same
indicator, the same kind of quantity, methods that are declared equivalent, products in common, the same conditions, a
time when both were in force. A verdict never rests on the unit alone. So comparing is antisymmetric by construction, and
transitive among limits of one indicator, kind, method, scope and time.

Adding over a group of substances: `sum ≤ L` implies `each ≤ L`, over the same group only. Largest and mean of several
specimens: `max ≤ L` implies `mean ≤ L`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from pinzhi.rules.standards.limits.accepted import Accepted, Choice, Interval
from pinzhi.rules.standards.limits.accepted import relation as relation_of
from pinzhi.rules.standards.limits.model import Limit, accepted
from pinzhi.rules.standards.limits.reasons import CAVEATS, RELATIONS, Reason
from pinzhi.rules.standards.limits.scopes import Scope
from pinzhi.rules.standards.limits.vocabulary import Analyte, Vocabulary, plain
from pinzhi.rules.standards.limits.writing import written

Relation = Literal["stricter", "equal", "laxer", "incomparable"]
Both = tuple[str, str]

#: The same demands come again and again where thousands of declarations are held against one standard.
_accepted = lru_cache(maxsize=65536)(accepted)
_FLIPPED: dict[Relation, Relation] = {"stricter": "laxer", "laxer": "stricter"}
_AGGREGATES: dict[str, Both] = {
    "each": ("单项", "each"),
    "sum": ("总和", "the sum"),
    "mean": ("平均值", "the mean"),
    "max": ("最大值", "the largest"),
    "unclear": ("不明", "not said"),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """How the first limit stands to the second, why, and what else a reader must know."""

    relation: Relation
    reason: Reason
    caveats: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        return self.reason.code

    @property
    def caveats_zh(self) -> str:
        return "；".join(CAVEATS[c][0] for c in self.caveats)

    @property
    def caveats_en(self) -> str:
        return "; ".join(CAVEATS[c][1] for c in self.caveats)

    @property
    def zh(self) -> str:
        """One sentence."""
        return f"{RELATIONS[self.relation][0]}：{self.reason.zh}" + "".join(
            f"；{CAVEATS[c][0]}" for c in self.caveats
        )

    @property
    def en(self) -> str:
        return f"{RELATIONS[self.relation][1]}: {self.reason.en}" + "".join(
            f"; {CAVEATS[c][1]}" for c in self.caveats
        )


def compare(a: Limit, b: Limit, vocabulary: Vocabulary, *, same_time: bool = True) -> Verdict:
    """How limit `a` stands to limit `b`.

    `same_time=False` compares what stands in two documents whatever their dates (an old edition with its successor) and
    says so. Raises LimitError where a limit itself is wrong (a unit of another kind, a range upside down).
    """
    set_a, set_b = _accepted(a.value, a.kind, vocabulary), _accepted(b.value, b.kind, vocabulary)
    if a == b:
        return Verdict("equal", Reason("same_limit"))
    names = (written(a), written(b))
    analyte_a, analyte_b = vocabulary.analyte(a.analyte), vocabulary.analyte(b.analyte)
    refused = (
        _analytes(a, b, analyte_a, analyte_b)
        or _kinds(a, b)
        or _methods(a, b, vocabulary)
        or _aggregates(a, b)
        or _scopes(a, b, vocabulary)
        or _conditions(a, b)
        or (_dates(a, b) if same_time else None)
    )
    if refused is not None:
        return Verdict("incomparable", refused)
    if set_a is None or set_b is None:
        if _same_demand(a, b):
            return Verdict("equal", Reason("same_set", names[0], names[1]), _caveats(a, b, vocabulary))
        return Verdict("incomparable", Reason("detection_limit"))
    if type(set_a) is not type(set_b):
        return Verdict("incomparable", Reason("forms", *names))
    relation, code = _related(a, b, set_a, set_b, analyte_a)
    return Verdict(
        relation, Reason(code, *names), () if relation == "incomparable" else _caveats(a, b, vocabulary)
    )


def flipped(verdict: Verdict) -> Verdict:
    """The verdict read from the other side."""
    codes = {"inside": "around", "around": "inside", "sum_inside": "sum_around", "sum_around": "sum_inside"}
    codes |= {"max_inside": "max_around", "max_around": "max_inside"}
    reason = verdict.reason
    return replace(
        verdict,
        relation=_FLIPPED.get(verdict.relation, verdict.relation),
        reason=Reason(codes.get(reason.code, reason.code), reason.b, reason.a),
    )


def _analytes(a: Limit, b: Limit, one: Analyte, other: Analyte) -> Reason | None:
    if one.key == other.key:
        return None
    code = (
        "substance_set"
        if one.members & (other.members | {other.key}) or one.key in other.members
        else "analyte"
    )
    if one.group and one.group == other.group:
        code = "substance_set"
    return Reason(code, _same(a.analyte), _same(b.analyte))


def _kinds(a: Limit, b: Limit) -> Reason | None:
    if a.kind.kind == b.kind.kind:
        return None
    return Reason("quantity_kind", _titles(a.kind.title), _titles(b.kind.title))


def _aggregates(a: Limit, b: Limit) -> Reason | None:
    if "unclear" in (a.aggregate, b.aggregate):
        return Reason("aggregate_unclear")
    if a.aggregate == b.aggregate or {a.aggregate, b.aggregate} in ({"each", "sum"}, {"mean", "max"}):
        return None
    return Reason("aggregate", _AGGREGATES[a.aggregate], _AGGREGATES[b.aggregate])


def _methods(a: Limit, b: Limit, vocabulary: Vocabulary) -> Reason | None:
    if a.method.strip() and b.method.strip():
        if vocabulary.method_classes(a.method) & vocabulary.method_classes(b.method):
            return None
        return Reason("method", _same(a.method), _same(b.method))
    # Two limits of one document that name no method share what the document says elsewhere.
    if not a.kind.by_method or (
        a.method.strip() == b.method.strip() and plain(a.edition) == plain(b.edition)
    ):
        return None
    return Reason("method_unknown", _same(b.edition if a.method.strip() else a.edition))


def _scopes(a: Limit, b: Limit, vocabulary: Vocabulary) -> Reason | None:
    overlap = vocabulary.scopes.overlap(*_scopes_of(a, b, vocabulary))
    if overlap in ("same", "partly"):
        return None
    code = "scope" if overlap == "none" else "scope_unclear"
    return Reason(code, _same(_products(a)), _same(_products(b)))


def _scopes_of(a: Limit, b: Limit, vocabulary: Vocabulary) -> tuple[Scope, Scope]:
    return vocabulary.scope(a.scope, a.applies), vocabulary.scope(b.scope, b.applies)


def _products(limit: Limit) -> str:
    return " ".join(filter(None, (limit.scope, limit.applies))) or "—"


def _conditions(a: Limit, b: Limit) -> Reason | None:
    if not a.conditions or not b.conditions or plain(a.conditions) == plain(b.conditions):
        return None
    return Reason("conditions", _same(a.conditions), _same(b.conditions))


def _dates(a: Limit, b: Limit) -> Reason | None:
    for one, other in ((a, b), (b, a)):
        if one.withdrawn_on and other.effective_on and one.withdrawn_on < other.effective_on:
            return Reason("dates", _period(a), _period(b))
    return None


def _period(limit: Limit) -> Both:
    begin, end = limit.effective_on or "…", limit.withdrawn_on or "…"
    return (f"{begin}～{end}", f"{begin} to {end}")


def _same_demand(a: Limit, b: Limit) -> bool:
    """“Not detected” on both sides by one named method without a limit given: whatever it is, it is the same."""
    return (
        a.value.form == b.value.form == "not_detected"
        and a.value.lod is None
        and b.value.lod is None
        and a.aggregate == b.aggregate
        and (bool(a.method.strip() and b.method.strip()) or plain(a.edition) == plain(b.edition))
    )


def _caveats(a: Limit, b: Limit, vocabulary: Vocabulary) -> tuple[str, ...]:
    found = []
    if not (a.method.strip() and b.method.strip()) and a.kind.numeric:
        found.append("method_not_stated")
    if vocabulary.scopes.overlap(*_scopes_of(a, b, vocabulary)) == "partly":
        found.append("scope_partly")
    if bool(a.conditions) != bool(b.conditions):
        found.append("conditions_not_stated")
    if _dates(a, b) is not None:
        found.append("other_times")
    return tuple(found)


def _related(a: Limit, b: Limit, set_a: Accepted, set_b: Accepted, analyte: Analyte) -> tuple[Relation, str]:
    if a.aggregate == b.aggregate or (analyte.size == 1 and {a.aggregate, b.aggregate} == {"each", "sum"}):
        found = relation_of(set_a, set_b)
        relations: dict[str, Relation] = {"inside": "stricter", "equal": "equal", "around": "laxer"}
        return relations.get(found, "incomparable"), "same_set" if found == "equal" else found
    word = "sum" if "sum" in (a.aggregate, b.aggregate) else "max"
    first_narrow = a.aggregate == word
    inner, outer = (set_a, set_b) if first_narrow else (set_b, set_a)
    implied = _implies(inner, outer, word)
    backwards = word == "sum" and _each_implies_sum(outer, inner, analyte.size)
    if not implied and not backwards:
        return "incomparable", f"{word}_crossing"
    if implied == first_narrow:
        return "stricter", f"{word}_inside" if implied else "inside"
    return "laxer", f"{word}_around" if implied else "around"


def _implies(narrow: Accepted, wide: Accepted, word: str) -> bool:
    """Whether a limit on the sum (the largest) implies one on each (the mean)."""
    if isinstance(narrow, Choice) or isinstance(wide, Choice):
        return False
    if word == "sum" and (narrow.low is not None or wide.low is not None):
        return False
    return narrow.within(wide)


def _each_implies_sum(each: Accepted, total: Accepted, size: int) -> bool:
    """Whether `each ≤ L` keeps the sum of `size` substances within its limit; never where the number is not known."""
    if not isinstance(each, Interval) or not isinstance(total, Interval) or size < 2:
        return False
    if each.low is not None or total.low is not None or each.high is None:
        return False
    return Interval(None, each.high * Fraction(size), high_in=each.high_in).within(total)


def _titles(title: object) -> Both:
    assert hasattr(title, "get")
    return (str(title.get("zh", "")), str(title.get("en", "")))


def _same(text: str) -> Both:
    return (text or "—", text or "—")
