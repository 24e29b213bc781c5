"""Files of the catalogue (spreadsheets, a standard's STS metadata) brought in: the flow is `kernel/transfer`."""

from __future__ import annotations

from functools import partial
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from pinzhi.apps.standards import access
from pinzhi.apps.standards.fields_catalogue import columns_of
from pinzhi.apps.standards.importing_catalogue import VERB, EditionImporter, RelationImporter
from pinzhi.apps.standards.models import CatalogueImport
from pinzhi.apps.standards.sts import MOST_BYTES, read_sts
from pinzhi.kernel.transfer.imports import Imports, Kind
from pinzhi.kernel.transfer.reading import Row, Table


def _sts(stream: BinaryIO) -> Table:
    values = read_sts(stream)
    return Table("sts", columns_of("editions"), _rows=lambda: iter([Row(1, values)]))


_kind = partial(
    Kind,
    register=access.STANDARDS,
    may=partial(access.anywhere, verb=VERB),
    settles="standards_edition",
)
IMPORTS = Imports(
    name="standards",
    model=CatalogueImport,
    kinds={
        "editions": _kind(EditionImporter, partial(columns_of, "editions")),
        "relations": _kind(RelationImporter, partial(columns_of, "relations")),
        "sts": _kind(EditionImporter, partial(columns_of, "editions"), reads=_sts, max_bytes=MOST_BYTES),
    },
    home=(_("Standards"), "standards_index"),
    file_help=_(
        "CSV (UTF-8 or GB18030) or XLSX; of STS metadata the XML file. It is checked first, nothing is written yet."
    ),
)
