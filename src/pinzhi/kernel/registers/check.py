"""The invariants that `pinzhi check` proves: numbering without gaps, roots equal to checkpoints, records equal to a
fresh derivation, leaves equal to their content, nothing public that should not be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import connection
from django.db.models import Count

from pinzhi.kernel.registers import catalogue, keys, logs
from pinzhi.kernel.registers.entries import entries_of
from pinzhi.kernel.registers.models import (
    Content,
    Entry,
    Log,
    Pending,
    PublicDefinition,
    PublicRecord,
    Record,
    Sequenced,
    Span,
)
from pinzhi.kernel.registers.present import facts
from pinzhi.rules.lifecycle.timeline import Happening, timeline
from pinzhi.rules.proof.groups import group_hash, parse_leaf
from pinzhi.rules.proof.tree import TILE, Frontier, leaf_hash, parse_bundle
from pinzhi.rules.proof.verify import ProofError, verify_checkpoint

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Fault:
    """Something that does not hold: where, and what, in both languages."""

    place: str
    zh: str
    en: str


def check_all(progress: Progress = lambda what, done, total: None) -> Iterator[Fault]:
    """Every fault found; none means that every invariant holds."""
    for log in Log.objects.order_by("name"):
        yield from check_log(log, progress)
        if log.name != logs.HEADS:
            yield from check_leaves(log, progress)
    yield from check_places()
    for name in catalogue.registers():
        yield from check_records(name, progress)
    yield from check_public_counts()
    yield from check_role()


def leaves(log: Log) -> Iterator[bytes]:
    """All leaves of a log from its entry bundles."""
    read = logs.reader(log.name)
    for bundle in range((log.size + TILE - 1) // TILE):
        yield from parse_bundle(read(logs.BUNDLES, bundle, TILE))[: log.size - bundle * TILE]


def check_log(log: Log, progress: Progress) -> Iterator[Fault]:
    """The root recomputed from the leaves equals the checkpoint, which our keys signed."""
    frontier, count = Frontier(), 0
    for leaf in leaves(log):
        frontier.append(leaf_hash(leaf))
        count += 1
        if count % 50_000 == 0:
            progress(log.name, count, log.size)
    if count != log.size:
        yield Fault(log.name, f"日志应有 {log.size} 个叶，实有 {count}", f"{count} leaves of {log.size}")
    elif frontier.root() != bytes(log.root):
        yield Fault(log.name, "重新计算的根与记录的根不符", "the recomputed root differs from the stored one")
    try:
        checkpoint = verify_checkpoint(
            log.checkpoint, [keys.load(path).key for path in keys.files()], log.name
        )
    except ProofError as refusal:
        yield Fault(log.name, refusal.zh, refusal.en)
        return
    if (checkpoint.size, checkpoint.root) != (log.size, bytes(log.root)):
        yield Fault(log.name, "检查点与日志不符", "the checkpoint is not of this head")


def check_places() -> Iterator[Fault]:
    """Every entry is numbered once or waits; numbers run without gaps; leaf and content agree."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM registers_entry e LEFT JOIN registers_sequenced s ON s.entry_id = e.id"
            " LEFT JOIN registers_pending p ON p.entry_id = e.id"
            " WHERE (s.entry_id IS NULL) = (p.entry_id IS NULL)"
        )
        lost = cursor.fetchone()[0]
        cursor.execute(
            "SELECT count(*) FROM registers_entry e LEFT JOIN registers_content c ON c.entry_id = e.id"
            " WHERE c.entry_id IS NULL"
        )
        empty = cursor.fetchone()[0]
        cursor.execute(
            "SELECT s.register, count(*), min(s.index), max(s.index) FROM registers_sequenced s GROUP BY 1"
        )
        groups = cursor.fetchall()
    if lost:
        yield Fault(
            "entries",
            f"{lost} 个条目未编号也未排队，或两者皆是",
            f"{lost} entries neither wait nor stand, or both",
        )
    if empty:
        yield Fault("entries", f"{empty} 个条目没有内容", f"{empty} entries have no content")
    for register, count, first, last in groups:
        log = Log.objects.filter(name=register).first()
        if log is not None and (first, last, count) != (0, log.size - 1, log.size):
            yield Fault(register, "编号有缺口", f"places {first}–{last}, {count} entries, log of {log.size}")


def check_public_counts() -> Iterator[Fault]:
    """The kept numbers of public records are those of the rows."""
    counted = dict(PublicRecord.objects.order_by().values_list("register").annotate(found=Count("*")))
    for register, kept in PublicDefinition.objects.values_list("register", "records"):
        if kept != counted.get(register, 0):
            yield Fault(
                register,
                f"公开记录应计 {counted.get(register, 0)} 条，登记为 {kept} 条",
                f"{counted.get(register, 0)} public records, kept as {kept}",
            )


def check_leaves(log: Log, progress: Progress, batch: int = 2000) -> Iterator[Fault]:
    """Each leaf's hashes are those of the values and salts that are still there."""
    found, start = leaves(log), 0
    while some := list(islice(found, batch)):
        places = dict(
            Sequenced.objects.filter(
                register=log.name, index__gte=start, index__lt=start + len(some)
            ).values_list("index", "entry_id")
        )
        contents = Content.objects.in_bulk(places.values())
        for index, data in enumerate(some, start):
            content = contents.get(places.get(index, 0))
            if content is None:
                continue  # check_places says so
            hashes = parse_leaf(data).groups
            for name, group in content.groups.items():
                if group_hash(name, group["values"], bytes.fromhex(group["salt"])).hex() != hashes.get(name):
                    yield Fault(
                        f"{log.name}#{index}",
                        f"分组 {name} 与叶不符",
                        f"group {name} is not what the leaf says",
                    )
        start += len(some)
        progress(log.name, start, log.size)


def check_records(register: str, progress: Progress, batch: int = 2000) -> Iterator[Fault]:
    """Records and spans equal to a fresh derivation from the entries."""
    found = catalogue.get(register)
    after, done = "", 0
    while True:
        names = list(
            Entry.objects.filter(register=register, key__gt=after)
            .order_by("key")
            .values_list("key", flat=True)
            .distinct()[:batch]
        )
        if not names:
            break
        after, done = names[-1], done + len(names)
        progress(register, done, 0)
        records = {r.key: r for r in Record.objects.filter(register=register, key__in=names)}
        spans: dict[str, list[Span]] = {}
        for span in Span.objects.filter(register=register, key__in=names).order_by("starts", "entry_id"):
            spans.setdefault(span.key, []).append(span)
        for key, pairs in entries_of(register, names).items():
            by_id = {entry.id: (entry, values) for entry, values in pairs}
            held = timeline(Happening(e.id, e.state, e.effective_on, e.replaces) for e, _ in pairs)
            have = [(s.entry_id, s.starts, s.ends) for s in spans.get(key, [])]
            if have != [(h.number, h.starts, h.ends) for h in held]:
                yield Fault(f"{register}/{key}", "时间段与条目不符", "the spans are not what the entries say")
            record = records.get(key)
            if not held:
                if record is not None:
                    yield Fault(f"{register}/{key}", "记录应已不存在", "there should be no record")
                continue
            entry, values = by_id[held[-1].number]
            wanted = (
                entry.id,
                entry.state,
                entry.region,
                entry.subject,
                entry.valid_from,
                entry.valid_until,
                values,
            )
            if record is None or wanted != _of(record):
                yield Fault(f"{register}/{key}", "记录与条目不符", "the record is not what the entries say")
            last = next((s for s in spans.get(key, []) if s.entry_id == entry.id), None)
            if last is not None and last.facts != facts(found, values):
                yield Fault(f"{register}/{key}", "计数依据与条目不符", "the facts that counts use differ")


def _of(record: Record) -> tuple[Any, ...]:
    return (
        record.entry_id,
        record.state,
        record.region,
        record.subject,
        record.valid_from,
        record.valid_until,
        record.values,
    )


def check_role() -> Iterator[Fault]:
    """The portal's role can read the public tables and no others."""
    from django.conf import settings

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [settings.PORTAL_ROLE])
        if cursor.fetchone() is None:
            yield Fault(
                "role",
                f"缺少数据库角色 {settings.PORTAL_ROLE}",
                f"the role {settings.PORTAL_ROLE} is missing",
            )
            return
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
            " AND has_table_privilege(%s, oid, 'SELECT') <> starts_with(relname, 'public_')",
            [settings.PORTAL_ROLE],
        )
        for (table,) in cursor.fetchall():
            yield Fault(
                table, "门户角色对该表的权限不对", "the portal's role has the wrong right on this table"
            )


def waiting() -> int:
    """How many entries are not yet in the tree."""
    return Pending.objects.count()
