"""What an app fills in so that its files can be brought in, and what may be asked of its imports.

    IMPORTS = Imports(
        name="parties",
        model=ImportFile,
        kinds={"bodies": Kind(importer=BodyImporter, columns=…, register="p_bodies", may=…), …},
        home=(_("Parties"), "parties_index"),
    )

The flow is `actions/import_file.py`, its work in the queue `tasks.declare_tasks(IMPORTS)`, its pages
`console.import_urls(IMPORTS)`, the shapes of its API `api`. The app declares the audit's sentences
`<name>.check_import`, `<name>.run_import` and `<name>.drop_import`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import NotFound, NotPermitted
from pinzhi.kernel.transfer.columns import Column
from pinzhi.kernel.transfer.judging import Importer
from pinzhi.kernel.transfer.models import CheckedImport
from pinzhi.kernel.transfer.reading import MAX_BYTES, Table, open_table

SPREADSHEETS = _("CSV (UTF-8 or GB18030) or XLSX. It is checked first; nothing is written before you decide.")


@dataclass(frozen=True, eq=False)
class Kind:
    """One thing that a file may hold: who judges and writes its rows, its columns, whose right it is.

    `may`: whether the actor may bring it in anywhere; where, the importer says row by row. `register` stands in the
    audit. `settles`: the table whose index is tidied and whose statistics are renewed after many rows. `reads`: for
    what is no spreadsheet (XML): the file is kept as the text that it is, and there is no template.
    """

    importer: Callable[..., Importer]
    columns: Callable[[], Sequence[Column]]
    register: str
    may: Callable[[Actor], bool]
    settles: str = ""
    reads: Callable[[BinaryIO], Table] | None = None
    max_bytes: int = MAX_BYTES

    def open(self, stream: Any, filename: str) -> Table:
        """The rows of a file; Refused where it cannot be read."""
        return self.reads(stream) if self.reads else open_table(stream, self.columns(), name=filename)


@dataclass(frozen=True, eq=False)
class Imports:
    """The imports of an app. `kinds` by the values of `model.What`; `home`: title and URL name of the page above;
    `file_help`: what is said below the choice of the file. Titles and help are texts, lazily translated.

    `name` ("parties", "standards.declarations") begins the audit's verbs, the kinds of jobs and the names of tasks;
    with underscores, the names of the URLs: `parties_imports`, `parties_import`, `parties_template` …
    """

    name: str
    model: type[CheckedImport]
    kinds: Mapping[str, Kind]
    home: tuple[Any, str]
    file_help: Any = SPREADSHEETS
    asks_region: bool = True
    """Whether the page asks for the region of rows that name none; not where every row's region follows from its subject."""

    def page(self, which: str, *args: Any) -> str:
        """The address of a page: `imports`, `import`, `import_decide`, `import_report`, `template`."""
        return reverse(f"{self.name.replace('.', '_')}_{which}", args=args)

    def titles(self, by: Actor) -> list[tuple[str, str]]:
        """What the actor may bring in: value and title."""
        choices = self.model._meta.get_field("what").flatchoices
        return [(what, str(title)) for what, title in choices if may_import(self, what, by)]


def may_import(imports: Imports, what: str, by: Actor) -> bool:
    """Whether the actor may import this anywhere."""
    return what in imports.kinds and imports.kinds[what].may(by)


def require_import(imports: Imports, what: str, by: Actor) -> Kind:
    """Raise NotFound for a kind that there is not, NotPermitted where the actor may import it nowhere."""
    if what not in imports.kinds:
        raise NotFound(
            "no_such_import", zh=f"不能导入“{what}”。", en=f"{what} cannot be imported.", place=what
        )
    if not may_import(imports, what, by):
        raise not_permitted()
    return imports.kinds[what]


def not_permitted() -> NotPermitted:
    return NotPermitted(
        "not_permitted",
        zh="您没有导入权限。",
        en="You may not import this.",
        remedy_zh="请联系本单位管理员。",
        remedy_en="Ask your administrator.",
    )


def _colleagues(imports: Imports, what: str, by: Actor) -> bool:
    """Whether the actor sees what others handed in: officials do, a firm's file is nobody else's."""
    return by.speaks_for == "agency" and may_import(imports, what, by)


def get_import(imports: Imports, import_id: str | UUID, *, by: Actor) -> CheckedImport:
    """An import that the actor handed in, or an official may import as well; NotFound otherwise."""
    row = imports.model._default_manager.filter(pk=import_id).first()
    if row is None or not (by.is_system or row.by == by.username or _colleagues(imports, row.what, by)):
        raise NotFound("no_such_import", zh="没有这次导入。", en="There is no such import.")
    return row


def list_imports(imports: Imports, *, by: Actor) -> QuerySet[CheckedImport]:
    """The imports that the actor may see: the own ones, and, of an official, all of those that it may import itself."""
    kinds = [what for what in imports.kinds if _colleagues(imports, what, by)]
    return imports.model._default_manager.filter(Q(by=by.username) | Q(what__in=kinds)).defer("errors")
