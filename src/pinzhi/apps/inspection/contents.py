"""The parts of the work on checks in their order, each with what it is for; only those that the reader may use."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from pinzhi.apps.inspection import access, queries, queries_lists
from pinzhi.kernel.access.actor import Actor


@dataclass(frozen=True)
class Part:
    """One line of the contents; `waiting` says how many things wait there for the reader."""

    title: str
    url: str
    what: str
    waiting: int = 0


Sections = list[tuple[str, list[Part]]]


def may_report(actor: Actor) -> bool:
    return actor.speaks_for == "body" or access.anywhere(actor, "inspection.report")


def sections(actor: Actor) -> Sections:
    """Sections with their parts, empty ones left out: programme, rules, draws, sampling, laboratory, cases,
    publication, analysis; for an enterprise or laboratory what concerns its own.
    """
    if actor.speaks_for == "enterprise":
        found = _of_an_enterprise(actor)
    elif actor.speaks_for == "body":
        found = _of_a_laboratory(actor)
    else:
        found = _of_an_official(actor)
    return [(title, parts) for title, parts in found if parts]


def _of_an_enterprise(actor: Actor) -> Sections:
    parts = [
        Part(
            _("Samples and results"),
            reverse("inspection_samples"),
            _("What of yours was sampled, and with what result."),
        ),
        Part(
            _("Cases"),
            reverse("inspection_cases"),
            _("What follows a failed check: terms, objection, re-inspection, correction."),
        ),
        Part(
            _("Draws that we could come into"),
            reverse("inspection_own_draws"),
            _("Whether you were in the frame or left out, drawn or not, with the proof of it."),
        ),
    ]
    if actor.party:
        parts.append(
            Part(
                _("Our product-quality file"),
                reverse("inspection_quality_file", args=[actor.party]),
                _("Everything that is on record about your goods, and what of it the public sees."),
            )
        )
    return [("", parts)]


def _of_a_laboratory(actor: Actor) -> Sections:
    parts = [
        Part(
            _("Samples and results"),
            reverse("inspection_samples"),
            _("Samples sent to you; enter each report at its sample."),
        ),
        Part(
            _("Import test reports"),
            reverse("inspection_imports"),
            _("Many reports in one spreadsheet: good ones are taken, the others refused one by one."),
        ),
        Part(
            _("What was refused"),
            reverse("inspection_attempts"),
            _("Reports of yours that were not taken, each with its reason."),
        ),
        Part(
            _("Detailed rules"),
            reverse("inspection_rules_list"),
            _("Items, limits and methods that reports are judged by."),
        ),
        Part(
            _("What we may test"),
            reverse("inspection_laboratories"),
            _("The classes of goods for which your reports are taken, and until when."),
        ),
    ]
    return [("", parts)]


def _of_an_official(actor: Actor) -> Sections:
    reads = access.anywhere(actor, queries.READ)
    may = {
        verb: access.anywhere(actor, f"inspection.{verb}") for verb in ("plan", "sample", "report", "publish")
    }

    def part(title: str, name: str, what: str, allowed: bool = reads, waiting: int = 0) -> list[Part]:
        return [Part(title, reverse(name), what, waiting)] if allowed else []

    return [
        (
            _("Programme and rules"),
            part(
                _("Programmes"),
                "inspection_programmes",
                _("What is checked this year: which goods, how many batches, where, with what money."),
            )
            + part(
                _("Detailed rules"),
                "inspection_rules_list",
                _(
                    "What is tested of a class of goods, by which method, against which limit; versions, drafts and their release."
                ),
                waiting=queries_lists.drafts_waiting(by=actor),
            )
            + part(
                _("Results from elsewhere"),
                "inspection_outside",
                _(
                    "One test, accepted by all: what other levels and regions have checked bars a repeat for six months."
                ),
            ),
        ),
        (
            _("Who checks and tests"),
            part(_("Inspectors"), "inspection_inspectors", _("Those of whom two are drawn for each task."))
            + part(
                _("Laboratories"),
                "inspection_laboratories",
                _("Which laboratory may test after which rules, until when, how many batches a year."),
            )
            + part(
                _("Recusals"),
                "inspection_recusals",
                _("Who must not act in matters of which enterprise, and why."),
            ),
        ),
        (
            _("Frame and draws"),
            part(
                _("Draws"),
                "inspection_draws",
                _(
                    "Named, frozen and committed, drawn with a public value, opened after sampling: anybody can repeat them."
                ),
            )
            + part(
                _("Tasks"),
                "inspection_tasks",
                _("Whom to visit, by which inspectors, tested where, until when."),
            ),
        ),
        (
            _("Sampling"),
            part(
                _("Take samples"),
                "inspection_sampling",
                _("The sampling record on a phone; works without a signal and sends later."),
                may["sample"],
            )
            + part(
                _("Seals"),
                "inspection_seals",
                _("Numbered seals: who holds which, which are used, lost or spoilt."),
            ),
        ),
        (
            _("Laboratory"),
            part(
                _("Samples and results"),
                "inspection_samples",
                _("Every batch with its sheet, its hands, its report item by item."),
            )
            + part(
                _("Import test reports"),
                "inspection_imports",
                _("Many reports in one spreadsheet: good ones are taken, the others refused one by one."),
                may["report"],
            )
            + part(
                _("What was refused"),
                "inspection_attempts",
                _("Reports, sheets, draws and events that were not taken, each with its reason."),
            ),
        ),
        (
            _("After the result"),
            part(
                _("Cases"),
                "inspection_cases",
                _(
                    "What follows a failed check: service, objection, re-inspection, correction, each clock with its article."
                ),
            )
            + part(
                _("Publish results"),
                "inspection_publish",
                _("Passed batches, and failed ones to which nobody can object any more."),
                may["publish"],
            ),
        ),
        (
            _("Analysis"),
            part(
                _("Pass rates"),
                "inspection_analysis",
                _(
                    "Rates with their interval, by class of goods, region, level and year; each number leads to its records."
                ),
            )
            + part(
                _("Graded supervision"),
                "inspection_classes",
                _("Ratios and frequency by risk class, what was done of them."),
            )
            + part(
                _("Calculators"),
                "inspection_calculators",
                _("Sampling plans, operating characteristics, net content."),
            ),
        ),
    ]
