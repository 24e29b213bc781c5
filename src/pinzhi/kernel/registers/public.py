"""The public side: all that the portal reads. Every query here runs on the connection `portal`.

What is past its last public day is left out here too, should the sequencer be late.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connections
from django.db.models import Count, Q, QuerySet

from pinzhi.kernel import clock
from pinzhi.kernel.errors import NotFound, Refused
from pinzhi.kernel.registers import labels, logs
from pinzhi.kernel.registers.definitions import FieldDef, Register, parse_register
from pinzhi.kernel.registers.models import (
    Epoch,
    Log,
    PublicClosed,
    PublicDefinition,
    PublicEntry,
    PublicFile,
    PublicKey,
    PublicRecord,
)
from pinzhi.kernel.search.queries import find
from pinzhi.rules.lifecycle.timeline import Happening, standing_on, timeline
from pinzhi.rules.proof.tree import TILE, tile_path, tile_width

PORTAL = "portal"


_parsed: dict[str, Register] = {}


def _of(rows: Sequence[tuple[str, str]]) -> list[Register]:
    """The registers of (name, hash) rows; a definition is read and parsed once a process."""
    missing = [name for name, hash_ in rows if hash_ not in _parsed]
    if missing:
        if len(_parsed) > 2000:
            _parsed.clear()
        contents = PublicDefinition.objects.using(PORTAL).filter(register__in=missing)
        for row in contents:
            _parsed[row.hash] = parse_register(row.content["definition"], row.content["lifecycle"])
    return [_parsed[hash_] for _, hash_ in rows if hash_ in _parsed]


def registers() -> list[Register]:
    """All registers that have a public side, in the catalogue's order."""
    rows = PublicDefinition.objects.using(PORTAL).order_by("position").values_list("register", "hash")
    return [register for register in _of(list(rows)) if register.definition.classes]


def register(name: str) -> Register:
    """One register, or NotFound."""
    rows = PublicDefinition.objects.using(PORTAL).filter(register=name).values_list("register", "hash")
    found = _of(list(rows))
    if not found:
        raise NotFound(
            "no_such_register", zh=f"没有登记册“{name}”。", en=f"There is no register {name}.", place=name
        )
    return found[0]


def public_fields(register: Register) -> list[FieldDef]:
    """The fields that some class opens, in the definition's order."""
    return [f for f in register.definition.fields if f.publicity in register.definition.classes]


def _open(today: date) -> Q:
    return Q(open_until__isnull=True) | Q(open_until__gte=today)


def records(name: str | None = None) -> QuerySet[PublicRecord]:
    """Records open today, of one register or of all."""
    found = PublicRecord.objects.using(PORTAL).filter(_open(clock.today())).defer("search_text")
    return found.filter(register=name) if name else found


def search(typed: str, *, register: str = "", registers: Sequence[str] = ()) -> QuerySet[PublicRecord]:
    """Records that hold every term typed."""
    found = records(register or None)
    if registers:
        found = found.filter(register__in=list(registers))
    return find(found, "search_text", typed)


def in_region(found: QuerySet[PublicRecord], code: str) -> QuerySet[PublicRecord]:
    """Those in a region's subtree."""
    from pinzhi.kernel.places import queries as places

    return found.filter(places.region_q(code))


def record(name: str, key: str) -> PublicRecord:
    """One record, or NotFound; what is not public is not there, whatever the reason."""
    found = records(name).filter(key=key).first()
    if found is None:
        raise NotFound(
            "no_such_record",
            zh=f"没有公开的记录“{key}”。",
            en=f"There is no public record {key}.",
            place=key,
            remedy_zh="核对编号；已失效、已修复或不公开的记录不在此显示。",
            remedy_en="Check the number; what has lapsed or is not public is not shown here.",
        )
    return found


def about(subject: str) -> QuerySet[PublicRecord]:
    """All public records about a subject: the public file of an enterprise or a product."""
    return records().filter(subject=subject).order_by("register", "-effective_on")


def label_of(register: Register, key: str, values: Mapping[str, Any], subject_label: str) -> str:
    """What a record is called by the values that are public."""
    return labels.label(register, key, values, subject_label)


def names(register: str, keys: Sequence[str]) -> dict[str, str]:
    """Names of keys on a roster."""
    return dict(records(register).filter(key__in=list(keys)).values_list("key", "label"))


@dataclass(frozen=True)
class PublicStep:
    """One public entry of a record, for its timeline."""

    index: int
    envelope: Mapping[str, Any]
    values: Mapping[str, Any]


def history(name: str, key: str) -> list[PublicStep]:
    """The entries of a record of which something is open, oldest first."""
    rows = PublicEntry.objects.using(PORTAL).filter(_open(clock.today()), log=name, key=key).order_by("index")
    return [_step(row) for row in rows]


def _step(row: PublicEntry) -> PublicStep:
    values: dict[str, Any] = {}
    for group, content in row.groups.items():
        if group != "entry":
            values |= content["values"]
    return PublicStep(row.index, row.groups["entry"]["values"], values)


#: So many keys are looked at for one page of a past day; the page may hold fewer.
LOOKED_AT = 1000


def as_of(name: str, key: str, on: date, known_at: datetime | None = None) -> PublicStep | None:
    """What is public today of what held of a record on a day, as it was known at an instant."""
    return _standing(history(name, key), on, known_at)


def records_as_of(
    name: str, on: date, known_at: datetime | None = None, *, after: str = "", limit: int = 50
) -> tuple[list[tuple[str, PublicStep]], str | None]:
    """The same for a whole register, by number: (number, step) of at most `limit` records, and where to go on.

    A page may be short or empty while others follow it.
    """
    rows = PublicEntry.objects.using(PORTAL).filter(_open(clock.today()), log=name, key__gt=after)
    keys = list(rows.order_by("key").values_list("key", flat=True).distinct()[: LOOKED_AT + 1])
    looked = keys[:LOOKED_AT]
    found: list[tuple[str, PublicStep]] = []
    last = after
    for at in range(0, len(looked), 200):
        part = looked[at : at + 200]
        steps: dict[str, list[PublicStep]] = {}
        entries = PublicEntry.objects.using(PORTAL).filter(_open(clock.today()), log=name, key__in=part)
        for row in entries.order_by("index"):
            steps.setdefault(row.key, []).append(_step(row))
        for key in part:
            held = _standing(steps.get(key, []), on, known_at)
            if held is not None:
                found.append((key, held))
            last = key
            if len(found) == limit:
                return found, (last if last != keys[-1] else None)
    return found, (last if len(keys) > LOOKED_AT else None)


def _standing(steps: Sequence[PublicStep], on: date, known_at: datetime | None) -> PublicStep | None:
    known = {
        step.index: step
        for step in steps
        if known_at is None or datetime.fromisoformat(str(step.envelope["recorded_at"])) <= known_at
    }
    places = {str(step.envelope["id"]): index for index, step in known.items()}
    held = timeline(
        Happening(
            index,
            str(step.envelope.get("state") or ""),
            date.fromisoformat(str(step.envelope["effective_on"])),
            places.get(str(step.envelope.get("replaces") or "")),
        )
        for index, step in known.items()
    )
    number = standing_on(held, on)
    return None if number is None else known[number]


def entries_since(name: str, since: int, limit: int) -> list[PublicEntry]:
    """Public entries with a place in the log from `since` on: the feed for other agencies."""
    rows = PublicEntry.objects.using(PORTAL).filter(_open(clock.today()), log=name, index__gte=since)
    return list(rows.order_by("index")[:limit])


#: Changes show in `changes` when they are so old: one that began earlier and is committed later is not passed over.
SETTLED = timedelta(seconds=30)


@dataclass(frozen=True)
class Mark:
    """How far a reader of `changes` has come: an instant and a place, as text `2026-11-22T01:02:03.000004+00:00~17`."""

    at: datetime
    index: int = -1

    def __str__(self) -> str:
        return f"{self.at.astimezone(UTC).isoformat()}~{self.index}"


def mark_of(text: str) -> Mark:
    """The mark of a text; `0` is before everything. Raises Refused for what is none."""
    try:
        if text == "0":
            return Mark(datetime(2000, 1, 1, tzinfo=UTC))
        at, tilde, index = text.replace(" ", "+").partition("~")
        mark = Mark(datetime.fromisoformat(at), int(index))
        if not tilde or mark.at.tzinfo is None or not -1 <= mark.index < 2**63 or mark.at.year < 2000:
            raise ValueError
        return mark
    except ValueError:
        raise Refused(
            "bad_mark",
            zh="参数 changed 无效。",
            en="`changed` is no mark of this feed.",
            place="changed",
            remedy_zh="用上一次答复中的 changed，或用 0 从头开始。",
            remedy_en="Send the `changed` of the answer before, or 0 to begin.",
            status=400,
        ) from None


def settled() -> Mark:
    """The mark up to which changes are told now."""
    return Mark(clock.now() - SETTLED)


def mark_before(log: Log) -> Mark:
    """A mark from which on `changes` tells all that comes after what a log's head shows; it moves with the head only."""
    return Mark((log.signed_at or datetime(2000, 1, 2, tzinfo=UTC)) - SETTLED)


@dataclass(frozen=True)
class Change:
    """An entry that was opened or shows something else since (`groups`), or that was closed (None)."""

    at: datetime
    index: int
    groups: Mapping[str, Any] | None


def changes(name: str, since: Mark, limit: int) -> tuple[list[Change], Mark, bool]:
    """What of a register was opened, changed or closed after a mark, in that order; the next mark; whether there is more.

    The same entry may come again unchanged. A reader that applies all of it in order holds what is public.
    """
    until = settled()
    if since.at >= until.at:
        return [], since, False

    def after(field: str) -> Q:
        later = Q(**{f"{field}__gt": since.at}) | Q(**{field: since.at, "index__gt": since.index})
        return later & Q(**{f"{field}__gte": since.at, f"{field}__lte": until.at})

    opened = PublicEntry.objects.using(PORTAL).filter(_open(clock.today()), after("changed_at"), log=name)
    closed = PublicClosed.objects.using(PORTAL).filter(after("closed_at"), log=name)
    found = [Change(e.changed_at, e.index, e.groups) for e in opened.order_by("changed_at", "index")[:limit]]
    found += [Change(c.closed_at, c.index, None) for c in closed.order_by("closed_at", "index")[:limit]]
    found.sort(key=lambda change: (change.at, change.index))
    more = len(found) >= limit
    found = found[:limit]
    return found, (Mark(found[-1].at, found[-1].index) if more else until), more


def opened_lines(log: Log) -> Iterator[str]:
    """`opened.jsonl` of a mirror at a log's head, line by line, as verify.py documents it."""
    rows = PublicEntry.objects.using(PORTAL).filter(_open(clock.today()), log=log.name, index__lt=log.size)
    for row in rows.order_by("index").iterator(chunk_size=2000):
        yield (
            json.dumps({"index": row.index, "groups": row.groups}, ensure_ascii=False, separators=(",", ":"))
            + "\n"
        )


def log_of(name: str) -> Log:
    """The log of a register (or `heads`), or NotFound while it has none."""
    found = Log.objects.using(PORTAL).filter(name=name).first()
    if found is None:
        raise NotFound(
            "no_such_log", zh=f"“{name}”还没有条目。", en=f"{name} has no entries yet.", place=name
        )
    return found


def logs_all() -> list[Log]:
    """All logs, the head over all first."""
    return sorted(Log.objects.using(PORTAL).all(), key=lambda log: (log.name != logs.HEADS, log.name))


def tile(name: str, level: int, index: int, width: int) -> bytes:
    """A hash tile (level >= 0) or an entry bundle (level -1), cut to `width`; NotFound otherwise."""
    log = log_of(name)
    have = tile_width(max(level, 0), index, log.size)
    data = logs.reader(name, PORTAL)(level, index, width) if width <= have else b""
    if not data:
        raise NotFound("no_such_tile", zh="没有这个数据块。", en="There is no such tile.", place=str(index))
    if level == logs.BUNDLES:
        return _cut_bundle(data, width)
    return data[: 32 * width]


def _cut_bundle(data: bytes, width: int) -> bytes:
    at = 0
    for _ in range(width):
        at += 2 + int.from_bytes(data[at : at + 2], "big")
    return data[:at]


def bundles(log: Log) -> Iterator[tuple[str, bytes]]:
    """All entry bundles of a log's head with their paths: what a mirror needs to recompute the root."""
    read = logs.reader(log.name, PORTAL)
    for index in range((log.size + TILE - 1) // TILE):
        width = tile_width(0, index, log.size)
        yield tile_path("entries", index, width), _cut_bundle(read(logs.BUNDLES, index, width), width)


def verifier_keys() -> list[PublicKey]:
    """The verifier keys, newest first."""
    return list(PublicKey.objects.using(PORTAL).order_by("-since"))


def epochs(name: str) -> list[Epoch]:
    return list(Epoch.objects.using(PORTAL).filter(log=name).order_by("epoch"))


def file(sha256: str) -> PublicFile:
    """A file that is public today, or NotFound."""
    found = PublicFile.objects.using(PORTAL).filter(_open(clock.today()), sha256=sha256).first()
    if found is None:
        raise NotFound(
            "no_such_file", zh="没有这个公开文件。", en="There is no such public file.", place=sha256
        )
    return found


def ping() -> bool:
    """Whether the portal's connection answers and may read the public side only."""
    with connections[PORTAL].cursor() as cursor:
        cursor.execute("SELECT has_table_privilege(current_user, 'registers_record', 'SELECT')")
        row = cursor.fetchone()
    return row is not None and not row[0]


def moment() -> tuple[int, date]:
    """What changes whenever the public side does (size of the log of heads) and the day: a key for what may be kept."""
    size = Log.objects.using(PORTAL).filter(name=logs.HEADS).values_list("size", flat=True).first()
    return size or 0, clock.today()


def records_by_register() -> dict[str, int]:
    """How many records each register shows today; registers that show none are left out."""
    held = PublicDefinition.objects.using(PORTAL).filter(records__gt=0)
    past = PublicRecord.objects.using(PORTAL).filter(open_until__lt=clock.today()).order_by()
    counts = Counter(dict(held.values_list("register", "records")))
    counts.subtract(dict(past.values_list("register").annotate(found=Count("*"))))
    return dict(+counts)


def regions_of(name: str) -> list[str]:
    """The region codes that a register's public records name: one look at the index for each, however many records."""
    with connections[PORTAL].cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE r AS ((SELECT region FROM public_record WHERE register = %s ORDER BY region LIMIT 1)"
            " UNION ALL SELECT (SELECT p.region FROM public_record p WHERE p.register = %s AND p.region > r.region"
            " ORDER BY p.region LIMIT 1) FROM r WHERE r.region IS NOT NULL)"
            " SELECT region FROM r WHERE region <> ''",
            [name, name],
        )
        return [row[0] for row in cursor.fetchall()]


def epochs_all() -> list[Epoch]:
    """All breaks in the logs that were declared, newest first; none where nothing was ever restored."""
    return list(Epoch.objects.using(PORTAL).filter(epoch__gt=1).order_by("-declared_at"))


def newest(name: str = "", limit: int = 50) -> list[PublicEntry]:
    """Public entries of a register by their place, the latest first; of all registers as they became public."""
    rows = PublicEntry.objects.using(PORTAL).filter(_open(clock.today()))
    return list(rows.filter(log=name).order_by("-index")[:limit] if name else rows.order_by("-pk")[:limit])


def labels_of(places: Sequence[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Names of records by (register, key); what is not public is left out."""
    wanted = set(places)
    found = records().filter(register__in={r for r, _ in wanted}, key__in={k for _, k in wanted})
    rows = found.values_list("register", "key", "label")
    return {(register, key): label for register, key, label in rows if (register, key) in wanted}
