"""Lists of rules, inspectors, laboratories, recusals, seals and results from elsewhere: columns, filters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from pinzhi.apps.inspection.models import Inspector, OutsideResult, Recusal, Seal
from pinzhi.apps.inspection.models.programme import CheckKind, Level
from pinzhi.kernel import clock
from pinzhi.kernel.web import drawing
from pinzhi.kernel.web.lists import Column, Filter, ListSpec

GOOD, BAD, WARN, COURSE = "pz-good", "pz-bad", "pz-warn", "pz-course"


def rules() -> ListSpec:
    return ListSpec(
        name="rules",
        columns=[
            Column("product_class", _("Class of goods"), link=lambda r: reverse("inspection_rules", args=[r.code])),
            Column("code", _("Number"), sort="code"),
            Column("kind", _("Kind of check"), value=lambda r: r.get_kind_display()),
            Column("food", _("Food"), value=lambda r: _("Yes") if r.food else _("No")),
            Column("newest", _("Version in force"), kind="number"),
            Column("waiting", _("Draft version"), kind="html", value=_waiting),
        ],
        filters=[
            Filter("kind", _("Kind of check"), CheckKind.choices),
            Filter("state", _("Draft version"), [("draft", _("A draft waits for its release")), ("none", _("None waits"))]),
        ],
        order="code",
        search_hint=_("Number, class of goods"),
        empty_title=_("No detailed rules yet"),
        empty_why=_("Detailed rules say what is tested of a class of goods, and how a batch is judged."),
    )  # fmt: skip


def _waiting(row: Any) -> SafeString | str:
    return drawing.badge_html(_("waits"), "hourglass", WARN) if row.waiting else ""


def inspectors() -> ListSpec:
    return ListSpec(
        name="inspectors",
        columns=[
            Column("name", _("Name"), sort="name", link=lambda r: reverse("inspection_inspector", args=[r.code])),
            Column("code", _("Certificate no."), sort="code"),
            Column("agency", _("Department"), kind="agency"),
            Column("region", _("Region"), kind="region"),
            Column("username", _("User name")),
            Column("active", _("Status"), kind="html", value=inspector_state),
        ],
        filters=[
            Filter("active", _("Status"), [("yes", _("Can be drawn")), ("no", _("Not drawn"))]),
            Filter("region", _("Region"), kind="region"),
        ],
        order="code",
        search_hint=_("Name, certificate number"),
        empty_title=_("No inspector fits"),
        empty_why=_("Two inspectors of this list are drawn for each task."),
    )  # fmt: skip


def inspector_state(row: Inspector) -> SafeString:
    if row.active:
        return drawing.badge_html(_("Can be drawn"), "circle-check", GOOD)
    return drawing.badge_html(_("Not drawn"), "minus", "")


def laboratories(rules: list[tuple[str, str]]) -> ListSpec:
    return ListSpec(
        name="laboratories",
        columns=[
            Column(
                "name", _("Laboratory"), sort="name",
                link=lambda r: reverse("inspection_laboratory", args=[r["body_code"]]),
            ),
            Column("body_code", _("Credit code")),
            Column("region", _("Region"), kind="region"),
            Column("held", _("Rules it may test after"), kind="number", sort="held"),
            Column("used", _("Batches this year"), kind="number", sort="used"),
        ],
        filters=[
            Filter("rules", _("Detailed rules"), rules),
            Filter("held", _("Capability"), [("yes", _("In force")), ("no", _("None in force"))]),
            Filter("region", _("Region"), kind="region"),
        ],
        order="name",
        search_hint=_("Name, credit code"),
        empty_title=_("No laboratory fits"),
        empty_why=_("Only a laboratory whose capability is noted here is drawn, and only its reports are taken."),
    )  # fmt: skip


def recusals(names: Mapping[str, str], firms: Mapping[str, str]) -> ListSpec:
    return ListSpec(
        name="recusals",
        columns=[
            Column("who", _("Who"), value=lambda r: f"{names.get(r.who, '')} {r.who}".strip()),
            Column("uscc", _("Enterprise"), value=lambda r: f"{firms.get(r.uscc, '')} {r.uscc}".strip()),
            Column("reason", _("Reason")),
            Column("since", _("From"), kind="date", sort="since"),
            Column("until", _("Until"), kind="date"),
            Column("end", _("Status"), kind="html", value=_end),
        ],
        filters=[Filter("state", _("Status"), [("held", _("In force")), ("ended", _("Ended"))])],
        order="-since",
        search_hint=_("Certificate number, credit code"),
        empty_title=_("No recusal is noted"),
        empty_why=_("Who is recused is never drawn for the enterprise; a recused department draws it no more."),
    )  # fmt: skip


def _end(row: Recusal) -> SafeString | str:
    if row.until is not None and row.until < clock.today():
        return drawing.badge_html(_("Ended"), "minus", "")
    if row.until is not None or not getattr(row, "may_end", False):
        return drawing.badge_html(_("In force"), "ban", WARN)
    return format_html('<a href="{}">{}</a>', reverse("inspection_recusal_end", args=[row.pk]), _("End"))


def seals(holders: list[tuple[str, str]], names: Mapping[str, str]) -> ListSpec:
    return ListSpec(
        name="seals",
        columns=[
            Column("number", _("Seal number"), sort="number"),
            Column("agency", _("Issued to"), kind="agency"),
            Column("issued_on", _("Given out on"), kind="date"),
            Column("holder", _("Handed to"), value=lambda r: f"{names.get(r.holder, '')} {r.holder}".strip()),
            Column("handed_on", _("On"), kind="date"),
            Column("status", _("Status"), kind="html", value=seal_state),
            Column("sample", _("Sample"), kind="html", value=_sample_of),
        ],
        filters=[
            Filter(
                "status", _("Status"),
                [("store", _("In store")), ("out", _("Handed out")), ("used", _("Used")),
                 ("stolen", _("Stolen or lost")), ("spoilt", _("Spoilt"))],
            ),
            Filter("holder", _("Handed to"), holders),
        ],
        order="number",
        search_hint=_("Seal number, or who holds it"),
        empty_title=_("No seal fits"),
        empty_why=_("Issue numbered seals before samples are taken: a number that was never issued is refused."),
    )  # fmt: skip


def seal_state(row: Seal) -> SafeString:
    if row.status == Seal.Status.ISSUED:
        return drawing.badge_html(
            *((_("Handed out"), "user", COURSE) if row.holder else (_("In store"), "package", ""))
        )
    if row.status == Seal.Status.USED:
        return drawing.badge_html(_("Used"), "circle-check", GOOD)
    return drawing.badge_html(row.get_status_display(), "alert-triangle", BAD)


def _sample_of(row: Seal) -> SafeString | str:
    if row.sample is None:
        return ""
    url = reverse("inspection_sample", args=[row.sample.number])
    return format_html('<a href="{}">{}</a>', url, row.sample.number)


def outside() -> ListSpec:
    return ListSpec(
        name="outside",
        columns=[
            Column(
                "product_name", _("Product"),
                link=lambda r: reverse("inspection_goods", args=[r.product_key]),
            ),
            Column("producer_name", _("Producer")),
            Column("source", _("Source"), value=lambda r: f"{r.source} {r.reference}"),
            Column("level", _("Level of the check"), value=lambda r: r.get_level_display()),
            Column("sampled_on", _("Sampled on"), kind="date", sort="sampled_on"),
            Column("verdict", _("Result"), kind="html", value=outside_verdict),
        ],
        filters=[
            Filter("level", _("Level of the check"), Level.choices),
            Filter("verdict", _("Result"), [("pass", _("Passed")), ("fail", _("Failed"))]),
        ],
        order="-sampled_on",
        search_hint=_("Product, producer, bar code, source"),
        empty_title=_("No result from elsewhere yet"),
        empty_why=_("Take in what other levels and regions have checked: those goods are not checked again for six months."),
    )  # fmt: skip


def outside_verdict(row: OutsideResult) -> SafeString:
    passed = row.verdict == "pass"
    return drawing.badge_html(row.get_verdict_display(), "check" if passed else "x", GOOD if passed else BAD)
