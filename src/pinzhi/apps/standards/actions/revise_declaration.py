"""Change a declaration: a new version, checked like a new one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from pinzhi.apps.standards import access
from pinzhi.apps.standards import cleaning_declarations as cleaning
from pinzhi.apps.standards.actions.declare import Declared
from pinzhi.apps.standards.loading_declarations import declaration, present_values, refuse_withdrawn
from pinzhi.apps.standards.saving_declarations import update
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Conflict, RefusedRows


@transaction.atomic
def revise_declaration(
    number: str, values: Mapping[str, Any], *, version: int | None = None, by: Actor
) -> Declared:
    """Change the fields given (a blank one is emptied); the declaration keeps its number and gets the next version.

    `version`: the one that was read; Conflict where it has changed meanwhile. Nothing is written where nothing changes.
    Raises NotFound, NotPermitted, RefusedRows, Conflict, Refused for a declaration that was withdrawn.
    """
    row = declaration(number, lock=True)
    access.require(by, "standards.declare", [row.region], register=cleaning.REGISTER, subject=row.uscc)
    refuse_withdrawn(row)
    if version is not None and version != row.version:
        raise Conflict(
            "declaration_changed",
            zh=f"这项声明已变更到第 {row.version} 版。",
            en=f"The declaration has changed to version {row.version} meanwhile.",
            remedy_zh="刷新后在新版本上修改。",
            remedy_en="Reload and change the new version.",
        )
    stood = present_values(row)
    said = {name: stood[name] for name in cleaning.SAID if name in stood}
    (draft,) = cleaning.read([{**said, **values, "uscc": row.uscc, "kind": row.kind}])
    cleaning.place([draft])
    if not draft.errors:
        cleaning.check_all([draft], clock.today())
    if draft.errors:
        raise RefusedRows(draft.errors)
    findings = draft.checked.findings if draft.checked else ()
    flags = draft.checked.flags if draft.checked else ()
    changed = [
        n for n in cleaning.SAID if draft.said.get(n) != said.get(n) and not _known_title(n, draft, stood)
    ]
    if not changed:
        return Declared(number, findings, flags)
    kept = cleaning.record_values(
        draft,
        on=clock.today(),
        declared_on=row.declared_on,
        version=row.version + 1,
        entered_by=stood["entered_by"],
    )
    row.checked_on = clock.today()
    update(row, kept, by=by, kind="publish")
    audit.record(
        "standards.revise_declaration",
        by=by,
        register=cleaning.REGISTER,
        subject_kind="declaration",
        subject_key=number,
        region=row.region,
        detail={"changed": changed, "version": row.version},
    )
    return Declared(number, findings, flags)


def _known_title(name: str, draft: cleaning.Draft, stood: Mapping[str, Any]) -> bool:
    """A name of a standard that was left out is the catalogue's, and no change."""
    if name != "standard_name" or draft.said.get(name) or draft.cited is None:
        return False
    return bool(draft.cited.title == stood.get(name))
