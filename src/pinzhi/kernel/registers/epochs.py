"""After a restore: is this database as far as what was published? If not, nothing is written until that is declared."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction

from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.access.queries import may
from pinzhi.kernel.errors import NotPermitted, Refused
from pinzhi.kernel.registers import logs, sequencer
from pinzhi.kernel.registers.models import Epoch, Log
from pinzhi.kernel.registers.readonly import marker
from pinzhi.rules.proof.verify import ProofError, parse_checkpoint


@dataclass(frozen=True)
class Behind:
    """A log that is not what was published: its name, the size published, the size here, and the note."""

    log: str
    published: int
    here: int
    checkpoint: str
    forked: bool


def compare() -> list[Behind]:
    """The logs that are shorter than their last published checkpoint, or differ from it at its size."""
    found = []
    for path in sorted(Path(settings.PINZHI_PUBLISHED_DIR).glob("*.checkpoint")):
        note = path.read_text(encoding="utf-8")
        try:
            published = parse_checkpoint(note)
        except ProofError:
            continue
        name = published.origin.rsplit("/", 1)[-1]
        log = Log.objects.filter(name=name).first()
        size = log.size if log else 0
        if size < published.size:
            found.append(Behind(name, published.size, size, note, forked=False))
        elif log is not None and published.size and root_at(log, published.size) != published.root:
            found.append(Behind(name, published.size, size, note, forked=True))
    return found


def root_at(log: Log, size: int) -> bytes:
    """The root that the log had at an earlier size."""
    from pinzhi.rules.proof.tree import Tree

    return Tree(size, logs.reader(log.name)).root()


def guard() -> list[Behind]:
    """Compare, and keep all registers read-only while something is behind. Called at every start and restore."""
    behind = compare()
    if behind:
        marker().parent.mkdir(parents=True, exist_ok=True)
        lines = [
            f"{b.log}: published {b.published}, here {b.here}{', forked' if b.forked else ''}" for b in behind
        ]
        marker().write_text("\n".join(lines) + "\n", encoding="utf-8")
    else:
        marker().unlink(missing_ok=True)
    return behind


def declare(reason: str, *, by: Actor) -> list[Behind]:
    """Declare a new epoch for every log that is behind, and open the registers again.

    The break is itself public: what the old epoch ended with, when and why. Raises NotPermitted, Refused.
    """
    if not may(by, "administrator"):
        raise NotPermitted(
            "not_permitted", zh="声明新纪元须由管理员办理。", en="Only an administrator declares an epoch."
        )
    if not reason.strip():
        raise Refused(
            "no_reason", zh="应说明恢复的原因。", en="Say why the database was restored.", place="reason"
        )
    behind = compare()
    if not behind:
        marker().unlink(missing_ok=True)
        return []
    with transaction.atomic():
        for one in behind:
            log = logs.get(one.log)
            log.epoch += 1
            logs.sign(log)
            Epoch.objects.create(
                log=one.log,
                epoch=log.epoch,
                declared_at=clock.now(),
                reason=reason.strip(),
                previous_checkpoint=one.checkpoint,
            )
        changed = [one.log for one in behind if one.log != logs.HEADS]
        if changed:
            sequencer.extend_heads(changed)
        audit.record("registers.declare_epoch", by=by, count=len(behind))
    keep = Path(settings.PINZHI_PUBLISHED_DIR) / f"before-{clock.now():%Y%m%dT%H%M%SZ}"
    keep.mkdir(parents=True, exist_ok=True)
    for path in Path(settings.PINZHI_PUBLISHED_DIR).glob("*.checkpoint"):
        path.rename(keep / path.name)
    sequencer.write_heads()
    marker().unlink(missing_ok=True)
    return behind
