"""Which personal data were erased, kept beside the database too: an older backup brings them back, and they go again.

The journal `erasures.jsonl` of the state directory holds a line for each erasure: {"at", "register", "key", "group",
"by"}. It names records by number and holds no value of them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.audit import queries as audit
from pinzhi.kernel.errors import NotFound, Refused

ACTION = "registers.erase"


@dataclass(frozen=True)
class Erasure:
    """One group of one record that was erased, by whom and at which instant (ISO 8601, UTC)."""

    at: str
    register: str
    key: str
    group: str
    by: str = ""

    @property
    def instant(self) -> datetime:
        return datetime.fromisoformat(self.at)


def journal() -> Path:
    return Path(settings.STATE_DIR) / "erasures.jsonl"


def write(erasure: Erasure) -> None:
    """Add a line to the journal; it is on disk when this returns."""
    path = journal()
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "a", encoding="utf-8") as out:
        out.write(json.dumps(asdict(erasure), ensure_ascii=False) + "\n")
        out.flush()
        os.fsync(out.fileno())


def read(lines: Iterable[str], source: str = "") -> list[Erasure]:
    """Erasures of a journal, oldest first. Raises Refused naming the first line that is none."""
    found = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
            one = Erasure(**{name: str(data[name]) for name in ("at", "register", "key", "group", "by")})
            if one.instant.tzinfo is None:
                raise ValueError("no time zone")
        except (ValueError, KeyError, TypeError) as error:
            raise Refused(
                "no_erasures",
                zh=f"{source} 第 {number} 行不是删除记录。",
                en=f"Line {number} of {source} is no erasure.",
                place=f"{source}:{number}",
                remedy_zh="使用 pinzhi register erasures 输出的文件。",
                remedy_en="Use a file that pinzhi register erasures has written.",
            ) from error
        found.append(one)
    return sorted(found, key=lambda one: one.instant)


def since(moment: datetime, register: str = "") -> list[Erasure]:
    """What was erased from an instant on: by the audit trail of this database and by the journal beside it."""
    found = {
        (event.register, event.subject_key, str(event.detail.get("group", ""))): Erasure(
            event.at.astimezone(UTC).isoformat(),
            event.register,
            event.subject_key,
            str(event.detail.get("group", "")),
            event.username,
        )
        for event in audit.of_action(ACTION, moment, register=register)
    }
    path = journal()
    if path.exists():
        with path.open(encoding="utf-8") as lines:
            for one in read(lines, path.name):
                if one.instant >= moment and register in ("", one.register):
                    found.setdefault((one.register, one.key, one.group), one)
    return sorted(found.values(), key=lambda one: one.instant)


def lines(erasures: Iterable[Erasure]) -> Iterator[str]:
    """Erasures as the journal has them."""
    return (json.dumps(asdict(one), ensure_ascii=False) for one in erasures)


def merge(text: str) -> None:
    """Take up the lines of another journal that are not in this one."""
    path = journal()
    known = set(path.read_text(encoding="utf-8").splitlines()) if path.exists() else set()
    for given in text.splitlines():
        if given not in known:
            for one in read([given], path.name):
                write(one)


def repeat(erasures: Iterable[Erasure]) -> tuple[int, list[Erasure]]:
    """Erase again what a restored backup has brought back.

    Returns from how many records something went, and what could not be erased because its register or group is no more.
    Records that the backup does not know are passed over.
    """
    from pinzhi.kernel.registers.actions.erase_group import erase_group

    gone, left = 0, []
    for one in erasures:
        try:
            again = erase_group(
                one.register,
                one.key,
                one.group,
                by=Actor.system("restore"),
                reason=f"erased before on {one.at[:10]}",
            )
        except NotFound as error:
            if error.code != "no_such_record":
                left.append(one)
        except Refused:
            left.append(one)
        else:
            gone += again > 0
    return gone, left
