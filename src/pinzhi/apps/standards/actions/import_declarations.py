"""Files of declarations brought in: the flow is `kernel/transfer`, what comes in is declared by `declare`."""

from __future__ import annotations

from functools import partial

from django.utils.translation import gettext_lazy as _

from pinzhi.apps.standards.cleaning_declarations import REGISTER
from pinzhi.apps.standards.columns_declarations import DeclarationKind, columns_of
from pinzhi.apps.standards.importing_declarations import DeclarationImporter, may_import
from pinzhi.apps.standards.models import DeclarationImport
from pinzhi.kernel.transfer.imports import Imports

IMPORTS = Imports(
    name="standards.declarations",
    model=DeclarationImport,
    kinds={
        what: DeclarationKind(
            DeclarationImporter, partial(columns_of, what), register=REGISTER, may=may_import
        )
        for what in DeclarationImport.What.values
    },
    asks_region=False,
    home=(_("Declarations"), "standards_declarations"),
    file_help=_(
        "CSV (UTF-8 or GB18030) or XLSX. Every row is checked first; nothing is declared before you decide, then it is public at once. "
        "What is declared already for the same product and standard becomes a new version where the file says something else; "
        "a file withdraws nothing: withdraw a declaration on its page, with the reason."
    ),
)
