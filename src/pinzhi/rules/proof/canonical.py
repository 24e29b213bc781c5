"""From stored values to the canonical JSON that is hashed.

Canonical values are strings, integers (|n| <= 2^53-1), booleans, null, lists and objects with ASCII keys;
their plain sorted JSON equals RFC 8785. The encoder itself stands in `verify`, so that the server hashes
exactly what a stranger's copy of verify.py hashes; here is the step before it, from Python's richer types.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from pinzhi.rules.proof.verify import MAX_INT, UnreadableError, canonical

__all__ = ["MAX_INT", "CanonicalError", "canonical", "plain"]

CanonicalError = UnreadableError


def plain(value: Any) -> Any:
    """The canonical value of a stored one; containers are copied.

    Decimal → digits without exponent, scale kept ("12.50"); date → YYYY-MM-DD; aware datetime → UTC to the
    second, 2020-01-31T08:00:00Z; UUID → its hyphenated form. Text is not altered. Raises CanonicalError for
    floats, infinite decimals, naive datetimes and types that have no canonical value.
    """
    kind = type(value)
    if kind is str or kind is int or kind is bool or value is None:
        return value
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise CanonicalError(f"不是有限的数：{value}", f"not a finite number: {value}")
        text = format(value, "f")
        return text[1:] if text.startswith("-") and not value else text
    if isinstance(value, datetime):
        if value.utcoffset() is None:
            raise CanonicalError("时刻没有时区", "an instant without a time zone")
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, str):
        return str.__str__(value)
    canonical(value)  # says what is wrong with it
    return value
