"""The portal reads the public side and nothing else: by its imports, by its guard, and by its database role."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import ProgrammingError, connections
from django.urls import URLPattern, get_resolver

PORTAL = Path(__file__).parents[2] / "src/pinzhi/doors/portal"
#: What a public page may stand on. Of the registers: definitions and the public side; of places and access: names only.
MAY_IMPORT = (
    "pinzhi.doors.portal",
    "pinzhi.rules",
    "pinzhi.kernel.web",
    "pinzhi.kernel.errors",
    "pinzhi.kernel.clock",
    "pinzhi.kernel.registers.public",
    "pinzhi.kernel.registers.public_counting",
    "pinzhi.kernel.registers.proofs",
    "pinzhi.kernel.registers.definitions",
    "pinzhi.kernel.registers.logs.",
    "pinzhi.kernel.registers.models.Log",
    "pinzhi.kernel.registers.models.PublicEntry",
    "pinzhi.kernel.registers.catalogue.ROSTERS",
    "pinzhi.kernel.places.queries",
    "pinzhi.kernel.access.names.function",
    "pinzhi.kernel.search.folding",
    "pinzhi.kernel.search.traditional",
    "pinzhi.kernel.files.disk",
    "pinzhi.kernel.transfer",
)
PUBLIC_TABLES = {
    "public_closed",
    "public_definition",
    "public_entry",
    "public_epoch",
    "public_file",
    "public_key",
    "public_log",
    "public_record",
    "public_tile",
}


def imported() -> Iterator[tuple[str, str]]:
    """(file, dotted name) of everything of ours that the portal imports, wherever in the file."""
    for path in sorted(PORTAL.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from ((path.name, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{path.name}: relative imports hide what is imported"
                yield from ((path.name, f"{node.module}.{alias.name}") for alias in node.names)


def test_it_imports_the_public_side_only() -> None:
    wrong = [
        (file, name)
        for file, name in imported()
        if name.startswith("pinzhi.")
        and not any(f"{name}.".startswith(f"{may.rstrip('.')}.") for may in MAY_IMPORT)
        and name != "pinzhi.kernel.registers.logs"
        and name not in ("pinzhi.kernel.clock", "pinzhi.kernel.errors")
    ]
    assert not wrong, wrong


def portal_patterns() -> list[URLPattern]:
    found: list[URLPattern] = []

    def walk(patterns: Any) -> None:
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                if pattern.callback.__module__.startswith("pinzhi.doors.portal"):
                    found.append(pattern)
            else:
                walk(pattern.url_patterns)

    walk(get_resolver().url_patterns)
    return found


def test_every_view_stands_behind_the_guard() -> None:
    patterns = portal_patterns()
    assert len(patterns) >= 25
    assert [p.name for p in patterns if not getattr(p.callback, "public_only", False)] == []


@pytest.mark.django_db(databases=["default", "portal"])
def test_the_guard_refuses_the_main_connection() -> None:
    from pinzhi.doors.portal.guard import PrivateSideTouchedError, public, public_only
    from pinzhi.kernel.registers.models import Record

    with public_only(), pytest.raises(PrivateSideTouchedError):
        Record.objects.exists()
    assert not Record.objects.exists(), "outside the block it answers again"

    from django.http import StreamingHttpResponse
    from django.test import RequestFactory

    def streams(request: Any) -> StreamingHttpResponse:
        def rows() -> Iterator[str]:
            for row in Record.objects.all():
                yield str(row.pk)

        return StreamingHttpResponse(rows())

    response = public(streams)(RequestFactory().get("/"))
    with pytest.raises(PrivateSideTouchedError):
        b"".join(response)  # type: ignore[arg-type]


@pytest.mark.django_db(databases=["default", "portal"])
def test_places_are_the_catalogues_inside_the_guard() -> None:
    from pinzhi.doors.portal.guard import public_only
    from pinzhi.kernel.places import queries as places

    places.forget()
    with public_only():
        name = places.region_name("350000")
        assert name is not None and name.zh == "福建省"


@pytest.mark.django_db(databases=["default", "portal"])
def test_the_role_may_select_from_public_tables_only() -> None:
    with connections["portal"].cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("pinzhi_portal",)
        cursor.execute(
            "SELECT c.relname, has_table_privilege(c.oid, 'SELECT'),"
            " has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')"
            " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v', 'm', 'f')"
        )
        rows = cursor.fetchall()
        assert {name for name, may_read, _ in rows if may_read} == PUBLIC_TABLES
        assert not [name for name, _, may_write in rows if may_write]
    with pytest.raises(ProgrammingError, match="permission denied"), connections["portal"].cursor() as cursor:
        cursor.execute("SELECT 1 FROM registers_record")
