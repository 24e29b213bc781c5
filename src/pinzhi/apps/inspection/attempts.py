"""Attempts that were refused, kept with their reason: a stolen seal, a draw on an unfrozen frame, an old public value."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pinzhi.apps.inspection.models import Attempt
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Refused, RowError

MOST = 200


def _plain(value: Any) -> Any:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return str(value)


def keep_refused(
    what: str, rows: Sequence[Mapping[str, Any]], errors: Sequence[RowError], *, key: str, by: Actor
) -> None:
    """Keep the wrong rows of a set that was refused. To be called outside the transaction that is given up."""
    moment = clock.now()
    kept = []
    for error in errors[:MOST]:
        raw = rows[error.row - 1] if 0 < error.row <= len(rows) else {}
        said = json.loads(json.dumps(dict(raw), ensure_ascii=False, default=_plain))
        kept.append(
            Attempt(
                at=moment,
                by=by.username,
                party=by.party or "",
                what=what,
                code=(error.column or "row")[:40],
                zh=error.wrong_zh[:400],
                en=error.wrong_en[:400],
                key=str(error.value or raw.get(key) or "")[:120],
                said=said if len(str(said)) < 20_000 else {},
            )
        )
    Attempt.objects.bulk_create(kept)


def keep(what: str, refused: Refused, *, key: str, by: Actor, region: str = "", said: Any = None) -> None:
    """Keep one refused act. To be called outside the transaction that is given up."""
    Attempt.objects.create(
        at=clock.now(),
        by=by.username,
        party=by.party or "",
        what=what,
        code=refused.code[:40],
        zh=refused.zh[:400],
        en=refused.en[:400],
        key=key[:120],
        region=region,
        said=said if isinstance(said, dict) else {},
    )
