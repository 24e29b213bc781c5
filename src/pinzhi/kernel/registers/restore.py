"""Restoring a backup into an empty database, and finding out whether it is as far as what was published.

The tables are made as they were when the backup was written, filled, and then brought up to this release. The triggers
that refuse changes to entries are off only inside the transaction that fills them.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tarfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from pinzhi.kernel import clock
from pinzhi.kernel.errors import Conflict, Refused
from pinzhi.kernel.files import disk
from pinzhi.kernel.registers import catalogue, deriving, epochs, erasures, keys, logs, sequencer
from pinzhi.kernel.registers.backup import FORMAT, TABLES
from pinzhi.kernel.registers.models import Log
from pinzhi.rules.proof.verify import ProofError, parse_checkpoint, verify_checkpoint

Progress = Callable[[str, int, int], None]
_PLAIN = re.compile(r"[A-Za-z0-9_.@+-]{1,200}")


@dataclass
class Restored:
    """What came back: rows, files, logs that are behind what was published, whether the signing keys came along."""

    rows: int = 0
    files: int = 0
    missing: list[str] = field(default_factory=list)
    behind: list[epochs.Behind] = field(default_factory=list)
    keys: bool = False
    signed_anew: bool = False
    origin: str = ""
    made_at: str = ""
    erased_again: int = 0
    not_erased: list[erasures.Erasure] = field(default_factory=list)


def restore(
    path: Path,
    *,
    replace: bool = False,
    erased: str = "",
    progress: Progress = lambda what, done, total: None,
) -> Restored:
    """Restore the backup at `path`. `replace` drops what the database holds; otherwise it must be empty.

    Personal data that were erased after the backup was made are erased again, as far as it is known here: by the
    database that is replaced, the journal of the state directory, and `erased` (lines of `pinzhi register erasures`).

    Raises Refused (no whole backup, a newer release's, damaged), Conflict (not empty, or still in use). The database
    is filled in one transaction; files and heads come after it and are only added to.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise _unreadable(path, error.strerror or "") from error
    with file:
        try:
            tar = tarfile.open(fileobj=file, mode="r:")  # noqa: SIM115 - closed with its file
            reader = _Reader(tar, path, progress)
        except (tarfile.TarError, json.JSONDecodeError, KeyError, EOFError) as error:
            raise _unreadable(path, str(error)) from error
        return reader.restore(replace=replace, erased=erased)


class _Reader:
    def __init__(self, tar: tarfile.TarFile, path: Path, progress: Progress) -> None:
        self.tar, self.path, self.progress = tar, path, progress
        # The last member is the manifest; its absence is known before anything is touched.
        self.members = {member.name: member for member in tar if member.isfile()}
        if "manifest.json" not in self.members:
            raise _unreadable(path, "manifest.json")
        self.manifest: Mapping[str, Any] = json.loads(self._read("manifest.json"))
        self.done = Restored(
            origin=str(self.manifest.get("origin", "")),
            missing=list(self.manifest["missing"]),
            made_at=str(self.manifest["made_at"]),
        )

    def restore(self, *, replace: bool, erased: str = "") -> Restored:
        targets = self._migrations()
        self._intact()
        _refuse_in_use()
        given = erasures.read(erased.splitlines(), "--erasures")
        if replace:
            given += self._known_to_the_old_one()
            _drop_everything()
        elif not _is_empty():
            raise Conflict(
                "not_empty",
                zh="数据库中已有数据。",
                en="The database is not empty.",
                place=str(self.path),
                remedy_zh="恢复到空库（新的 PINZHI_STATE_DIR 或 DATABASE_URL）；确要替换现有数据用 --replace。",
                remedy_en="Restore into an empty one (another PINZHI_STATE_DIR or DATABASE_URL), or replace it: --replace.",
            )
        self._make_tables(targets)
        self._fill()
        call_command("migrate", interactive=False, verbosity=0)
        self._own_files()
        catalogue.reload()
        deriving.derive_outdated()
        self._heads()
        self.done.behind = epochs.guard()
        self._erase_again(given)
        return self.done

    def _since(self) -> datetime:
        """From when on erasures may be lacking in the backup: its snapshot is a little older than its mark."""
        return datetime.fromisoformat(self.done.made_at) - timedelta(hours=1)

    def _known_to_the_old_one(self) -> list[erasures.Erasure]:
        """What the database that is about to be replaced says was erased; nothing where it is no whole one."""
        try:
            with transaction.atomic():
                return erasures.since(self._since())
        except DatabaseError:
            return []

    def _erase_again(self, given: list[erasures.Erasure]) -> None:
        if "erasures.jsonl" in self.members:
            erasures.merge(self._read("erasures.jsonl").decode("utf-8"))
        known = {(e.register, e.key, e.group): e for e in [*given, *erasures.since(self._since())]}
        self.done.erased_again, self.done.not_erased = erasures.repeat(
            one for one in known.values() if one.instant >= self._since()
        )

    def _read(self, name: str) -> bytes:
        return self._open(name).read()

    def _open(self, name: str) -> IO[bytes]:
        found = self.tar.extractfile(self.members[name])
        assert found is not None
        return found

    def _migrations(self) -> list[tuple[str, str | None]]:
        """The migrations to stop at, so that the tables are those of the backup."""
        if self.manifest["format"] != FORMAT:
            raise _newer(self.path)
        applied = {(app, name) for app, name in self.manifest["migrations"]}
        loader = MigrationLoader(connection)
        replaced = {old for migration in loader.disk_migrations.values() for old in migration.replaces}
        if applied - set(loader.disk_migrations) - replaced:
            raise _newer(self.path)
        inside = {
            (parent.key[0], parent.key[1])
            for key in applied
            if key in loader.graph.node_map
            for parent in loader.graph.node_map[key].parents
            if parent.key[0] == key[0]
        }
        return [(app, name) for app, name in sorted(applied - inside)]

    def _intact(self) -> None:
        for table, about in self.manifest["tables"].items():
            digest = hashlib.file_digest(self._open(f"tables/{table}.copy"), "sha256").hexdigest()  # type: ignore[arg-type]
            if digest != about["sha256"]:
                raise _unreadable(self.path, table)

    def _make_tables(self, targets: list[tuple[str, str | None]]) -> None:
        executor = MigrationExecutor(connection)
        executor.migrate(targets)

    def _fill(self) -> None:
        quote = connection.ops.quote_name
        tables = self.manifest["tables"]
        with connection.cursor() as cursor:
            cursor.execute(TABLES)
            have = dict(cursor.fetchall())
        unknown = set(tables) - set(have)
        if unknown:
            raise _newer(self.path)
        with transaction.atomic(), connection.cursor() as cursor:
            for table in have:
                cursor.execute(f"ALTER TABLE {quote(table)} DISABLE TRIGGER USER")
            cursor.execute(f"TRUNCATE {', '.join(quote(table) for table in have)} CASCADE")
            for at, table in enumerate(_in_order(list(tables))):
                self.progress("tables", at, len(tables))
                names = ", ".join(quote(column) for column in tables[table]["columns"])
                source = self._open(f"tables/{table}.copy")
                with cursor.copy(f"COPY {quote(table)} ({names}) FROM STDIN") as copy:
                    while chunk := source.read(1 << 20):
                        copy.write(chunk)
                self.done.rows += tables[table]["rows"]
            for sequence, last in self.manifest["sequences"].items():
                if last is not None:
                    cursor.execute("SELECT setval(%s::regclass, %s)", [quote(sequence), last])
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in have:
                cursor.execute(f"ALTER TABLE {quote(table)} ENABLE TRIGGER USER")
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

    def _own_files(self) -> None:
        stored = [name for name in self.members if name.startswith("files/")]
        for at, name in enumerate(stored):
            if at % 50 == 0:
                self.progress("files", at, len(stored))
            incoming = disk.receive(self._open(name), self.members[name].size)
            if incoming.sha256 != name.removeprefix("files/"):
                incoming.drop()
                self.done.missing.append(name.removeprefix("files/"))
                continue
            incoming.keep()
            self.done.files += 1
        for name, text in self._texts("registers/", ".yaml"):
            _keep(catalogue.own_registers_dir() / name, text, 0o644)
        for name, text in self._texts("keys/", ".key"):
            keys.directory().mkdir(mode=0o700, parents=True, exist_ok=True)
            _keep(keys.directory() / name, text, 0o600)
            self.done.keys = True
        if "secret-key" in self.members:
            self._secret_key(self._read("secret-key").decode("ascii"))

    def _secret_key(self, text: str) -> None:
        """The key that seals what was restored takes the place of the one that every start makes; that one is kept."""
        path = Path(settings.STATE_DIR) / "secret-key"
        if path.exists() and path.read_text(encoding="ascii") != text:
            path.rename(path.with_name(f"secret-key.before-{clock.now():%Y%m%dT%H%M%SZ}"))
        _keep(path, text, 0o600)

    def _texts(self, folder: str, ending: str) -> list[tuple[str, str]]:
        names = [n for n in self.members if n.startswith(folder) and n.endswith(ending)]
        plain = [n for n in names if _PLAIN.fullmatch(n.removeprefix(folder)) and ".." not in n]
        return [(name.removeprefix(folder), self._read(name).decode("utf-8")) for name in plain]

    def _heads(self) -> None:
        """The heads of the backup as published ones, unless newer ones are known here; then new signatures if needed."""
        folder = Path(settings.PINZHI_PUBLISHED_DIR)
        folder.mkdir(parents=True, exist_ok=True)
        for name, note in self._texts("published/", ".checkpoint"):
            if not _knows_newer(folder / name, note):
                (folder / name).write_text(note, encoding="utf-8")
        if not epochs.compare() and not _signed_by_us():
            for log in Log.objects.order_by("name"):
                logs.sign(log)
            logs.publish_keys()
            sequencer.write_heads()
            self.done.signed_anew = True


def _in_order(tables: list[str]) -> list[str]:
    """Tables with those that others refer to first: not every foreign key is checked at the end only."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint"
            " WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND conrelid <> confrelid"
        )
        needs: dict[str, set[str]] = {}
        for table, other in cursor.fetchall():
            needs.setdefault(table, set()).add(other)
    ordered: list[str] = []
    waiting = sorted(tables)
    while waiting:
        ready = [t for t in waiting if not needs.get(t, set()) & set(waiting)] or waiting
        ordered += ready
        waiting = [t for t in waiting if t not in ready]
    return ordered


def _is_empty() -> bool:
    with connection.cursor() as cursor:
        for table in ("registers_entry", "access_user", "policy_document"):
            cursor.execute("SELECT to_regclass(%s)", [table])
            if cursor.fetchone()[0] is not None:
                cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {table})")
                if cursor.fetchone()[0]:
                    return False
    return True


def _refuse_in_use() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        others = cursor.fetchone()[0]
    if others:
        raise Conflict(
            "database_in_use",
            zh=f"数据库正被其他 {others} 个连接使用。",
            en=f"The database is in use by {others} other connections.",
            remedy_zh="先停止 pinzhi serve，再恢复。",
            remedy_en="Stop pinzhi serve first.",
        )


def _drop_everything() -> None:
    """Drop our tables, sequences, functions and types; what belongs to an extension stays."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT format('DROP TABLE IF EXISTS %I CASCADE', relname) FROM pg_class"
            " WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
            " UNION ALL SELECT format('DROP SEQUENCE IF EXISTS %I CASCADE', relname) FROM pg_class"
            " WHERE relnamespace = 'public'::regnamespace AND relkind = 'S'"
            " UNION ALL SELECT format('DROP ROUTINE IF EXISTS %s CASCADE', p.oid::regprocedure) FROM pg_proc p"
            " WHERE pronamespace = 'public'::regnamespace"
            "   AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
            " UNION ALL SELECT format('DROP TYPE IF EXISTS %I CASCADE', typname) FROM pg_type"
            " LEFT JOIN pg_class c ON c.oid = typrelid"
            " WHERE typnamespace = 'public'::regnamespace AND (typtype IN ('e', 'd') OR c.relkind = 'c')"
        )
        for (statement,) in cursor.fetchall():
            cursor.execute(statement)


def _keep(path: Path, text: str, mode: int) -> None:
    """Write a file that is not there; what is there stays as it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError:
        return
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)


def _knows_newer(path: Path, note: str) -> bool:
    """Whether the published head here is as long as the backup's or longer, or of a later epoch."""
    try:
        here, there = parse_checkpoint(path.read_text(encoding="utf-8")), parse_checkpoint(note)
    except (FileNotFoundError, ProofError):
        return False
    return here.origin != there.origin or here.size >= there.size


def _signed_by_us() -> bool:
    own = [keys.load(path).key for path in keys.files()]
    for log in Log.objects.exclude(checkpoint=""):
        try:
            verify_checkpoint(log.checkpoint, own, log.name)
        except ProofError:
            return False
    return True


def _unreadable(path: Path, what: str) -> Refused:
    return Refused(
        "no_whole_backup",
        zh=f"{path} 不是完整的备份（{what}）。",
        en=f"{path} is no whole backup ({what}).",
        place=str(path),
        remedy_zh="用 pinzhi backup 生成的完整文件；未作任何更改。",
        remedy_en="Use a whole file made by pinzhi backup. Nothing was changed.",
    )


def _newer(path: Path) -> Refused:
    return Refused(
        "newer_backup",
        zh=f"{path} 由更新的版本生成。",
        en=f"{path} was made by a newer release.",
        place=str(path),
        remedy_zh="先升级本软件，再恢复。",
        remedy_en="Upgrade this installation first.",
    )
