"""The check of an enterprise's self-declaration of standards (Standardization Law art. 21, 27; 企业标准化促进办法 art. 12, 14).

It explains itself: each finding names the clause, the place, what is wrong and what would be right. It never decides for
the firm: what the law leaves to the firm is told to it, or shown to the public beside the declaration, and only what
cannot be read or is no declaration is refused. How far a check goes on a day is a dated parameter of the law.
"""

from pinzhi.rules.standards.declarations.check import check
from pinzhi.rules.standards.declarations.facts import (
    FLAGS,
    LEVELS,
    Bound,
    Checked,
    Cited,
    Compared,
    Declared,
    Facts,
    Finding,
    Indicator,
    Level,
    Relation,
    State,
)
from pinzhi.rules.standards.declarations.methods import cites

__all__ = [
    "FLAGS",
    "LEVELS",
    "Bound",
    "Checked",
    "Cited",
    "Compared",
    "Declared",
    "Facts",
    "Finding",
    "Indicator",
    "Level",
    "Relation",
    "State",
    "check",
    "cites",
]
