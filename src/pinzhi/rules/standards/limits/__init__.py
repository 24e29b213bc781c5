"""Limits of indicators: reading them, and telling which of two is stricter.

    vocabulary = Vocabulary.build(units, quantities, methods, analytes, scopes)     # the files of catalogue/standards
    kind = vocabulary.kind("含量")
    value = read_limit("≤0.5 mg/kg", kind, vocabulary)
    verdict = compare(Limit(edition=…, analyte=…, kind=kind, value=value, …), other, vocabulary)
    verdict.relation, verdict.code, verdict.zh                                       # stricter, inside, 严于：…

Everything is exact (fractions); nothing is compared across kinds of quantity, unlike methods or disjoint products.
"""

from pinzhi.rules.standards.limits.accepted import Choice, Interval
from pinzhi.rules.standards.limits.comparing import Verdict, compare, flipped
from pinzhi.rules.standards.limits.errors import LimitError
from pinzhi.rules.standards.limits.model import AGGREGATES, FORMS, Limit, LimitValue, accepted
from pinzhi.rules.standards.limits.reading import read_limit
from pinzhi.rules.standards.limits.rows import COLUMNS, column_key, limit_of_row
from pinzhi.rules.standards.limits.vocabulary import Analyte, QuantityKind, Vocabulary
from pinzhi.rules.standards.limits.writing import value_text, written

__all__ = [
    "AGGREGATES",
    "COLUMNS",
    "FORMS",
    "Analyte",
    "Choice",
    "Interval",
    "Limit",
    "LimitError",
    "LimitValue",
    "QuantityKind",
    "Verdict",
    "Vocabulary",
    "accepted",
    "column_key",
    "compare",
    "flipped",
    "limit_of_row",
    "read_limit",
    "value_text",
    "written",
]
