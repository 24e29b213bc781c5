"""Erase personal data: the values and salt of a group go, the hash in the leaf stays, no proof breaks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import Any

from django.db import connection, transaction

from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.access.queries import may
from pinzhi.kernel.errors import NotFound, NotPermitted, Refused
from pinzhi.kernel.files.actions.erase_file import erase_file
from pinzhi.kernel.files.queries import get_file
from pinzhi.kernel.registers import catalogue, erasures, labels, publisher
from pinzhi.kernel.registers.models import Content, Entry, Span
from pinzhi.kernel.registers.present import lock


def erase_group(register: str, key: str, group: str, *, by: Actor, reason: str) -> int:
    """Delete values and salts of `group` in every entry of a key; returns in how many.

    Needs the role administrator. Fields of the group leave the present record and the public side too. The envelope
    and groups that counts stand on cannot be erased: they hold nothing personal. Raises NotFound, NotPermitted, Refused.
    """
    found = catalogue.get(register)
    erasable = {name for name in (*found.definition.groups, "step") if name != "entry"}
    if group not in erasable:
        raise Refused(
            "no_such_group",
            zh=f"没有可删除的分组“{group}”。",
            en=f"There is no group {group} to erase.",
            place=group,
        )
    if not reason.strip():
        raise Refused("no_reason", zh="删除应说明理由。", en="An erasure needs a reason.", place="reason")
    with transaction.atomic():
        present = lock(register, [key])
        if key not in present:
            raise NotFound(
                "no_such_record", zh=f"没有编号为“{key}”的记录。", en=f"There is no record {key}.", place=key
            )
        record = present[key]
        if not may(
            by, "administrator", register=register, function=found.definition.function, region=record.region
        ):
            raise NotPermitted(
                "not_permitted",
                zh="删除个人信息须由管理员办理。",
                en="Only an administrator may erase personal data.",
                remedy_zh="请联系本单位管理员。",
                remedy_en="Ask your administrator.",
            )
        erased, files = 0, set()
        names = {field.name for field in found.definition.groups.get(group, [])}
        for content in Content.objects.filter(
            entry_id__in=Entry.objects.filter(register=register, key=key).values("id")
        ):
            gone = content.groups.pop(group, None)
            if gone is not None:
                files |= set(files_in(gone["values"]))
                content.save(update_fields=["groups"])
                erased += 1
        for span in Span.objects.filter(register=register, key=key):
            span.facts = {name: value for name, value in span.facts.items() if name not in names}
            span.save(update_fields=["facts"])
        record.values = {name: value for name, value in record.values.items() if name not in names}
        record.label = labels.label(
            found, key, record.values, labels.subject_labels(found, [record.subject]).get(record.subject, "")
        )
        record.sort_key = labels.sort_key(record.label)
        record.search_text = labels.search_text(found, key, record.label, record.subject, record.values)
        record.save()
        publisher.publish(register, [key])
        for sha256 in sorted(files):
            if get_file(sha256) is not None and not still_needed(sha256):
                erase_file(sha256=sha256, by=by, reason=reason)
        audit.record(
            "registers.erase",
            by=by,
            register=register,
            subject_kind="record",
            subject_key=key,
            region=record.region,
            detail={"group": group},
        )
        moment = clock.now().astimezone(UTC).isoformat()
        done = erasures.Erasure(moment, register, key, group, by.username)
        # Outside the database too: an older backup knows nothing of it.
        transaction.on_commit(lambda: erasures.write(done))
    return erased


def files_in(values: Mapping[str, Any]) -> Iterator[str]:
    """The hashes of the files that values of a group name."""
    for value in values.values():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict) and "sha256" in one:
                yield one["sha256"]


def still_needed(sha256: str) -> bool:
    """Whether any entry that is left names the file."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM registers_content WHERE groups::text LIKE %s LIMIT 1", [f"%{sha256}%"])
        return cursor.fetchone() is not None
