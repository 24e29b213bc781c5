"""The registers of this installation: the catalogue's files, and every definition that an entry was made under."""

from __future__ import annotations

import json
import os
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db import connection

from pinzhi.kernel import clock
from pinzhi.kernel.errors import NotFound
from pinzhi.kernel.registers.definitions import Register, load_registers, parse_register
from pinzhi.kernel.registers.models import DefinitionVersion, PublicDefinition

#: The registers that name enterprises, products and bodies for all the others.
ROSTERS = {"enterprise": "p_enterprises", "product": "p_products", "body": "p_bodies"}


def own_registers_dir() -> Path:
    """Where an installation puts registers of its own; a new file there is a new register."""
    return Path(settings.STATE_DIR) / "registers"


def registers() -> dict[str, Register]:
    """All registers by name. A process reads the files once, and again after anyone has called `reload()`."""
    return _registers(_generation())


@lru_cache(maxsize=1)
def _registers(generation: int) -> dict[str, Register]:
    return load_registers(Path(settings.CATALOGUE_DIR), own_registers_dir())


def _mark() -> Path:
    """Touched by `reload()` once the files have been found to hold together: so a half-written file disturbs nobody."""
    return own_registers_dir() / ".reloaded"


def _generation() -> int:
    try:  # asked with every step of every record: one stat, no Path
        return os.stat(f"{settings.STATE_DIR}/registers/.reloaded").st_mtime_ns  # noqa: PTH116
    except FileNotFoundError:
        return 0


def reload_memory() -> None:
    """Read the files again."""
    _registers.cache_clear()
    version.cache_clear()


def reload() -> None:
    """Read the files again, record new versions, and have the other processes do so (after a register was added).

    Raises CatalogueError, and changes nothing, where a file does not hold together.
    """
    load_registers(Path(settings.CATALOGUE_DIR), own_registers_dir())
    reload_memory()
    if own_registers_dir().is_dir():
        _mark().touch()
    sync()


def get(name: str) -> Register:
    """The register of that name, or NotFound."""
    found = registers().get(name)
    if found is None:
        raise NotFound(
            "no_such_register", zh=f"没有登记册“{name}”。", en=f"There is no register {name}.", place=name
        )
    return found


@lru_cache(maxsize=512)
def version(hash_: str) -> Register:
    """The register as it was defined under this hash."""
    for register in registers().values():
        if register.hash == hash_:
            return register
    row = DefinitionVersion.objects.get(pk=hash_)
    return parse_register(row.content["definition"], row.content["lifecycle"])


def sync() -> int:
    """Record the versions of all definitions and what the public is told of each; returns how many were new."""
    known = set(DefinitionVersion.objects.values_list("hash", flat=True))
    fresh = [register for register in registers().values() if register.hash not in known]
    public = set(PublicDefinition.objects.values_list("register", "hash", "position"))
    shown = [
        (r.name, r.hash, _text(describe(r)), position, r.name)
        for position, r in enumerate(registers().values())
        if (r.name, r.hash, position) not in public
    ]
    # A statement a row: as one array, every quotation mark of these long texts would be escaped once more, slowly.
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO registers_definitionversion (hash, register, content, first_seen) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT DO NOTHING",
            [(r.hash, r.name, _text(r.content), clock.now()) for r in fresh],
        )
        cursor.executemany(
            "INSERT INTO public_definition (register, hash, content, position, records)"
            " VALUES (%s, %s, %s, %s, (SELECT count(*) FROM public_record WHERE register = %s))"
            " ON CONFLICT (register) DO UPDATE"
            " SET hash = excluded.hash, content = excluded.content, position = excluded.position",
            shown,
        )
    return len(fresh)


def _text(content: object) -> str:
    return json.dumps(content, ensure_ascii=False)


def describe(register: Register) -> dict[str, object]:
    """What the public side holds of a definition: nothing of it is secret, its whole content is public."""
    return {**register.content, "verifiable": register.publicly_verifiable}
