"""The lists of declarations and of rankings."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from pinzhi.apps.standards.cleaning_declarations import REGISTER
from pinzhi.apps.standards.models import Declaration, Ranking
from pinzhi.kernel.registers import catalogue
from pinzhi.kernel.registers.definitions import FieldDef
from pinzhi.kernel.web import drawing, marks
from pinzhi.kernel.web.lists import Column, Filter, ListSpec


def field(name: str) -> FieldDef:
    return catalogue.get(REGISTER).definition.by_name[name]


def options(name: str) -> list[tuple[str, Any]]:
    return [(o.value, o) for o in field(name).options or ()]


def status_mark(row: Declaration) -> marks.Mark:
    if row.status == Declaration.Status.WITHDRAWN:
        return marks.Mark(_now("Declaration withdrawn"), "minus")
    if row.standard_state == "withdrawn":
        return marks.Mark(_now("Its standard has lapsed"), "alert-triangle", "pz-bad")
    if row.flags:
        return marks.Mark(_now("In public, with remarks"), "alert-triangle", "pz-warn")
    return marks.Mark(_now("In public"), "circle-check", "pz-good")


def _badge(mark: marks.Mark) -> SafeString:
    return drawing.badge_html(mark.word, mark.icon, mark.tone)


def _status(row: Declaration) -> SafeString:
    return _badge(status_mark(row))


def _standard(row: Declaration) -> str:
    """A promise of quality names no standard: it says what it is."""
    return row.standard or str(row.get_kind_display())


def declarations(own: bool) -> ListSpec:
    columns = [
        Column(
            "product",
            _("Product"),
            sort="sort_key",
            link=lambda row: reverse("standards_declaration", args=[row.number]),
        ),
        Column("standard", _("Standard executed"), value=_standard),
        Column("product_class", _("Class")),
        Column("status", _("Status"), kind="html", value=_status),
        Column("version", _("Version"), kind="number"),
        Column("declared_on", _("Declared on"), kind="date", sort="declared_on"),
    ]
    filters = [
        Filter("status", _("Status"), list(Declaration.Status.choices)),
        Filter("kind", _("Kind"), list(Declaration.Kind.choices)),
        Filter("flag", _("Remark"), options("flags")),
        Filter("level", _("Level of the standard"), options("standard_level")),
    ]
    if not own:
        columns.insert(1, Column("enterprise", _("Enterprise")))
        columns.append(Column("region", _("Region"), kind="region"))
        filters.insert(0, Filter("region", _("Region"), kind="region"))
        filters.append(Filter("sector", _("Field"), options("sector")))
    return ListSpec(
        name="declarations",
        columns=columns,
        filters=filters,
        order="-declared_on",
        search_hint=_("Product, enterprise, standard, number"),
        empty_title=_("No declarations yet"),
        empty_why=_("Declare the standard that a product is made to; it is public at once."),
    )


def producers(with_declaration: set[str]) -> ListSpec:
    def declares(row: Any) -> SafeString:
        if row.key in with_declaration:
            return _badge(marks.Mark(_now("Declares"), "circle-check", "pz-good"))
        return _badge(marks.Mark(_now("No valid declaration"), "minus", "pz-warn"))

    return ListSpec(
        name="producers",
        columns=[
            Column("label", _("Enterprise"), sort="sort_key"),
            Column("key", _("Credit code")),
            Column("region", _("Region"), kind="region"),
            Column("declares", _("Declaration"), kind="html", value=declares),
        ],
        filters=[
            Filter("region", _("Region"), kind="region"),
            Filter("declares", _("Declaration"), [("yes", _("Declares")), ("no", _("No valid declaration"))]),
        ],
        order="label",
        search_hint=_("Name, credit code"),
        empty_title=_("No main producers"),
        empty_why=_("Main producers are marked on the roster of enterprises."),
    )


def rankings() -> ListSpec:
    def state(row: Ranking) -> SafeString:
        tones = {
            "draft": ("edit", ""),
            "computed": ("hourglass", "pz-course"),
            "published": ("circle-check", "pz-good"),
        }
        icon, tone = tones.get(row.state, ("minus", ""))
        return _badge(marks.Mark(row.get_state_display(), icon, tone))

    return ListSpec(
        name="rankings",
        columns=[
            Column("title", _("Ranking"), link=lambda row: reverse("standards_ranking", args=[row.number])),
            Column("product_class", _("Class of products")),
            Column("year", _("Year")),
            Column("evaluator", _("Evaluator")),
            Column("state", _("Status"), kind="html", value=state),
        ],
        filters=[Filter("state", _("Status"), list(Ranking.State.choices))],
        order="",
        search_hint=_("Title, class of products"),
        empty_title=_("No rankings yet"),
        empty_why=_("Draw up an evaluation plan for a class of products first."),
    )
