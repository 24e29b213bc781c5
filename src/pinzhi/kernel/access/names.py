"""What people call roles, registers, functions, regions and parties, in the reader's language."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from pinzhi.kernel import clock
from pinzhi.kernel.access.models import Grant, SpeaksFor
from pinzhi.kernel.access.queries import ROLE_TITLES
from pinzhi.kernel.errors import in_language
from pinzhi.kernel.web.names import agency_name, region_name
from pinzhi.kernel.web.texts import in_lang
from pinzhi.rules import yaml_text


def role(code: str) -> str:
    return in_lang(ROLE_TITLES.get(code, code))


def register(code: str) -> str:
    """The register's title; `*` is all registers."""
    if code == "*":
        return in_language("全部登记册", "all registers")
    from pinzhi.kernel.registers import catalogue

    found = catalogue.registers().get(code)
    return in_lang(found.definition.title) if found else code


def step(register_code: str, code: str) -> str:
    """A step's title in its register's lifecycle; empty where there is no such step."""
    from pinzhi.kernel.registers import catalogue

    found = catalogue.registers().get(register_code)
    known = found.life.transition(code) if found else None
    return in_lang(known.title) if known else ""


def function(code: str) -> str:
    """The function of government; `*` is all of them."""
    if code == "*":
        return in_language("全部业务", "all functions")
    return in_lang(functions().get(code, {}).get("title", code))


def region(code: str) -> str:
    return region_name(code) if code else in_language("全部地区", "everywhere")


def party(speaks_for: str, code: str) -> str:
    """The agency's name; the code of any other party, whose name is in a register."""
    return agency_name(code) if speaks_for == SpeaksFor.AGENCY and code else code


@lru_cache(maxsize=1)
def functions() -> dict[str, Any]:
    """Functions of government by key, from the catalogue."""
    return yaml_text.load(Path(settings.CATALOGUE_DIR, "functions.yaml").read_text(encoding="utf-8"))


def function_choices() -> list[tuple[str, str]]:
    return [(code, function(code)) for code in functions()]


def register_choices() -> list[tuple[str, str]]:
    from pinzhi.kernel.registers import catalogue

    return [(name, register(name)) for name in catalogue.registers()]


def grant_in_words(grant: Grant) -> dict[str, Any]:
    """A right as the pages show it."""
    today = clock.today()
    if grant.revoked_at is not None:
        state = "revoked"
    elif grant.ends_on is not None and grant.ends_on < today:
        state = "over"
    elif grant.starts_on > today:
        state = "coming"
    else:
        state = "valid"
    return {
        "id": grant.pk,
        "role": role(grant.role),
        "register": register(grant.register),
        "function": function(grant.function),
        "region": region(grant.region),
        "starts_on": grant.starts_on,
        "ends_on": grant.ends_on,
        "state": state,
        "granted_by": grant.granted_by,
        "revoked_by": grant.revoked_by,
        "revoked_at": grant.revoked_at,
    }
