"""Texts of progress reports, and major matters."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from pinzhi.apps.policy.models.documents import CODE, Document, Duty


class ReportText(models.Model):
    """What an official adds to the counted part of a progress report for a period (P06): no number stands here."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="report_texts")
    period = models.CharField(_("period"), max_length=8)
    opening = models.TextField(_("general situation"), blank=True)
    problems = models.TextField(_("main problems"), blank=True)
    next_steps = models.TextField(_("next steps"), blank=True)
    addressee = models.CharField(_("addressee"), max_length=120, blank=True)
    doc_number = models.CharField(_("document number"), max_length=80, blank=True)
    signatory = models.CharField(_("signatory"), max_length=40, blank=True)
    signed_on = models.DateField(_("date of the report"), null=True, blank=True)
    by = models.CharField(max_length=CODE)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("report text")
        constraints = [models.UniqueConstraint(fields=["document", "period"], name="report_text_once")]


class MajorMatter(models.Model):
    """A major matter in carrying out a policy, reported to the government, and its answer (P06)."""

    class Urgency(models.TextChoices):
        NORMAL = "normal", _("Normal")
        URGENT = "urgent", _("Urgent")
        MOST_URGENT = "most_urgent", _("Most urgent")

    code = models.CharField(_("number"), max_length=40, unique=True)
    document = models.ForeignKey(Document, models.PROTECT, related_name="matters")
    duty = models.ForeignKey(Duty, models.SET_NULL, null=True, blank=True, related_name="matters")
    region = models.CharField(_("region"), max_length=12)
    unit = models.CharField(_("reporting unit"), max_length=120)
    agency = models.CharField(max_length=CODE, blank=True)
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("what happened, what was done, what is asked"))
    urgency = models.CharField(_("urgency"), max_length=12, choices=Urgency.choices, default=Urgency.NORMAL)
    reported_to = models.CharField(_("reported to"), max_length=120)
    doc_number = models.CharField(_("document number"), max_length=80, blank=True)
    signatory = models.CharField(_("signatory"), max_length=40, blank=True)
    files = models.JSONField(_("evidence"), default=list)
    at = models.DateTimeField()
    by = models.CharField(max_length=CODE)
    reply = models.TextField(_("reply"), blank=True)
    replied_at = models.DateTimeField(null=True, blank=True)
    replied_by = models.CharField(max_length=CODE, blank=True)

    class Meta:
        verbose_name = _("major matter")
        ordering = ["-at"]

    def __str__(self) -> str:
        return self.title
