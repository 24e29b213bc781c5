"""A policy document with its measures, the duties that follow from them, and the progress that units report."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

CODE = 64


class Review(models.TextChoices):
    """Where a row that was read stands: nothing counts before an official has confirmed it."""

    READ = "read", _("Read, to be confirmed")
    CONFIRMED = "confirmed", _("Confirmed")
    DROPPED = "dropped", _("Dropped")


class Document(models.Model):
    """A policy document (P01): its text as it was brought in, and the head as confirmed."""

    class Status(models.TextChoices):
        READ = "read", _("Read, under review")
        IN_FORCE = "in_force", _("In force")
        REPEALED = "repealed", _("Repealed")

    code = models.CharField(_("number"), max_length=40, unique=True)
    title = models.CharField(_("title"), max_length=300)
    # the text has none: proposed by its own words, until an official has looked
    title_is_proposed = models.BooleanField(default=False)
    doc_number = models.CharField(_("document number"), max_length=80, blank=True)
    index_number = models.CharField(_("index number"), max_length=80, blank=True)
    issuer = models.CharField(_("issuer"), max_length=120, blank=True)
    issuer_agency = models.CharField(max_length=CODE, blank=True)
    region = models.CharField(_("region"), max_length=12)
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    plan_from = models.DateField(_("plan begins"), null=True, blank=True)
    plan_until = models.DateField(_("plan ends"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=Status.choices, default=Status.READ)
    text = models.TextField(_("text"))
    filename = models.CharField(_("file"), max_length=200, blank=True)
    digest = models.CharField(max_length=64)
    reading = models.JSONField(_("as read"), default=dict)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    imported_by = models.CharField(max_length=CODE)
    imported_at = models.DateTimeField()
    confirmed_by = models.CharField(max_length=CODE, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("policy document")
        ordering = ["-issued_on", "code"]

    def __str__(self) -> str:
        return self.title


class Basis(models.Model):
    """A higher document that this one implements: by its number, and by row where it is kept here too."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="bases")
    number = models.CharField(_("document number"), max_length=80)
    upper = models.ForeignKey(Document, models.SET_NULL, null=True, blank=True, related_name="implemented_by")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "number"], name="basis_once")]


class Measure(models.Model):
    """A task of the document, at its path of headings (P03)."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="measures")
    position = models.IntegerField()
    path = models.JSONField(_("path"))
    title = models.CharField(_("task"), max_length=300)
    start = models.IntegerField(default=0)
    end = models.IntegerField(default=0)
    review = models.CharField(max_length=10, choices=Review.choices, default=Review.READ)
    parent_measure = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="child_measures"
    )
    mapped_by = models.CharField(max_length=CODE, blank=True)
    mapped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("task")
        ordering = ["document", "position"]

    def __str__(self) -> str:
        return self.title

    @property
    def number(self) -> str:
        return "".join(self.path)


class Duty(models.Model):
    """A unit's part in a task: lead, support or jointly responsible; its state and when it is due."""

    class Role(models.TextChoices):
        LEAD = "lead", _("Lead")
        SUPPORT = "support", _("Support")
        RESPONSIBLE = "responsible", _("Responsible")

    class State(models.TextChoices):
        NOT_STARTED = "not_started", _("Not begun")
        ON_COURSE = "on_course", _("On course")
        BEHIND = "behind", _("Behind")
        DONE = "done", _("Done")
        CHANGED = "changed", _("Changed or dropped")

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="duties")
    role = models.CharField(_("role"), max_length=12, choices=Role.choices)
    unit = models.CharField(_("unit as named"), max_length=120)
    agency = models.CharField(_("agency"), max_length=CODE, blank=True, db_index=True)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.NOT_STARTED)
    position = models.IntegerField(default=0)

    class Meta:
        verbose_name = _("duty")
        ordering = ["measure", "position"]
        constraints = [models.UniqueConstraint(fields=["measure", "role", "unit"], name="duty_once")]


class ProgressNote(models.Model):
    """What a unit reports on its duty, with evidence."""

    duty = models.ForeignKey(Duty, models.PROTECT, related_name="notes")
    at = models.DateTimeField()
    by = models.CharField(max_length=CODE)
    text = models.TextField(_("progress"))
    problem = models.TextField(_("problem"), blank=True)
    state = models.CharField(_("state"), max_length=12, choices=Duty.State.choices)
    files = models.JSONField(_("evidence"), default=list)

    class Meta:
        verbose_name = _("progress note")
        ordering = ["-at"]
