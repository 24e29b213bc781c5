"""What follows a failed check: a case is the list of what happened; its clocks are computed from that."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from pinzhi.apps.inspection.models.programme import CODE, REGION
from pinzhi.apps.inspection.models.results import Report
from pinzhi.apps.inspection.models.tasks import Sample


class Case(models.Model):
    """The handling of one failed batch at one enterprise."""

    number = models.CharField(_("number"), max_length=CODE, unique=True)
    sample = models.ForeignKey(Sample, models.PROTECT, related_name="cases")
    report = models.ForeignKey(Report, models.PROTECT, related_name="+")
    uscc = models.CharField(_("enterprise"), max_length=18)
    name = models.CharField(_("enterprise's name"), max_length=200)
    region = models.CharField(_("region"), max_length=REGION)
    agency = models.CharField(_("agency"), max_length=CODE)
    food = models.BooleanField(_("food"), default=False)
    microbiological = models.BooleanField(_("a microbiological item failed"), default=False)
    serious = models.BooleanField(_("serious defect"), default=False)
    stage = models.CharField(_("stage"), max_length=24)
    due_on = models.DateField(_("next due"), null=True)
    opened_on = models.DateField(_("opened"))
    closed_on = models.DateField(_("closed"), null=True)

    class Meta:
        verbose_name = _("case")
        ordering = ["-opened_on", "-id"]
        indexes = [
            models.Index(fields=["region"], name="case_region", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["uscc"], name="case_enterprise"),
            models.Index(fields=["stage", "due_on"], name="case_stage"),
        ]


class CaseEvent(models.Model):
    """One thing that happened in a case, on a legal day. Clocks are replayed from these alone."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="events")
    kind = models.CharField(_("what"), max_length=32)
    on = models.DateField(_("on"))
    party = models.CharField(_("whose doing"), max_length=12, blank=True)
    method = models.CharField(_("method of service"), max_length=16, blank=True)
    proof = models.CharField(_("proof"), max_length=200, blank=True)
    detail = models.JSONField(default=dict)
    note = models.CharField(_("note"), max_length=500, blank=True)
    recorded_at = models.DateTimeField(_("recorded"))
    recorded_by = models.CharField(_("by"), max_length=CODE)

    class Meta:
        verbose_name = _("event of a case")
        ordering = ["on", "id"]


class Paper(models.Model):
    """An official paper that was issued: its number is the agency's, of a year, and never given twice."""

    kind = models.CharField(_("kind"), max_length=32)
    agency = models.CharField(_("agency"), max_length=CODE)
    year = models.SmallIntegerField(_("year"))
    serial = models.IntegerField(_("number"))
    text = models.CharField(_("full number"), max_length=80)
    sample = models.ForeignKey(Sample, models.PROTECT, null=True, related_name="papers")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="papers")
    issued_on = models.DateField(_("issued on"))
    issued_by = models.CharField(_("by"), max_length=CODE)

    class Meta:
        verbose_name = _("paper")
        constraints = [
            models.UniqueConstraint(fields=["kind", "agency", "year", "serial"], name="paper_number")
        ]


class LaboratoryDraw(models.Model):
    """The draw of a re-inspection's laboratory: registered and committed, then a public value, then drawn."""

    class Stage(models.TextChoices):
        AWAITED = "awaited", _("Public value named")
        DRAWN = "drawn", _("Drawn")
        ABANDONED = "abandoned", _("Abandoned")

    number = models.CharField(_("number"), max_length=CODE, unique=True)
    case = models.ForeignKey(Case, models.PROTECT, related_name="laboratory_draws")
    stage = models.CharField(_("stage"), max_length=10, choices=Stage.choices, default=Stage.AWAITED)
    pools = models.JSONField(_("laboratories"), default=dict)
    commitment = models.JSONField(_("commitment"), default=dict)
    declaration = models.JSONField(_("public value as declared"), default=dict)
    settled = models.JSONField(_("public value as settled"), default=dict)
    public_source = models.CharField(_("public value"), max_length=300)
    public_due_at = models.DateTimeField(_("public value is known from"))
    fallback = models.CharField(_("fallback"), max_length=300)
    laboratory = models.CharField(_("laboratory"), max_length=18, blank=True)
    declined = models.JSONField(_("declined"), default=list)
    named_at = models.DateTimeField(_("named"))
    drawn_at = models.DateTimeField(_("drawn"), null=True)
    abandoned_reason = models.CharField(_("reason for giving it up"), max_length=500, blank=True)
    updated_by = models.CharField(_("by"), max_length=CODE)

    class Meta:
        verbose_name = _("draw of a laboratory")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(stage="awaited"), name="one_laboratory_draw_awaited"
            )
        ]
