"""Spreadsheets of parties brought in: the flow is `kernel/transfer`, what is said here is what may come in."""

from __future__ import annotations

from functools import partial

from django.utils.translation import gettext_lazy as _

from pinzhi.apps.parties import access
from pinzhi.apps.parties.fields import ROSTER_OF, columns_of
from pinzhi.apps.parties.importing import (
    BodyImporter,
    EnterpriseImporter,
    PartyImporter,
    ProductImporter,
    RiskImporter,
)
from pinzhi.apps.parties.models import ImportFile
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.transfer.imports import Imports, Kind


def _kind(importer: type[PartyImporter], settles: str = "") -> Kind:
    what, roster = importer.what, ROSTER_OF[importer.what]

    def may(by: Actor) -> bool:
        return access.held(by, importer.verb, roster) != frozenset()

    return Kind(
        importer=importer, columns=partial(columns_of, what), register=roster, may=may, settles=settles
    )


IMPORTS = Imports(
    name="parties",
    model=ImportFile,
    kinds={
        "enterprises": _kind(EnterpriseImporter, "parties_enterprise"),
        "products": _kind(ProductImporter, "parties_product"),
        "bodies": _kind(BodyImporter, "parties_body"),
        "risk_classes": _kind(RiskImporter),
    },
    home=(_("Parties"), "parties_index"),
)
