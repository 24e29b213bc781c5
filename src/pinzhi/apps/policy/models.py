"""What a policy document says, what an official has confirmed of it, and how it stands."""

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
    parent_measure = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="child_measures")

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


class Target(models.Model):
    """A quantified goal: the sentence, the bound, and the indicator it is bound to with every choice explicit (P02)."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="targets")
    number = models.CharField(_("number"), max_length=8)
    quote = models.TextField(_("sentence"))
    start = models.IntegerField(default=0)
    end = models.IntegerField(default=0)
    at = models.JSONField(_("path"), default=list)
    name = models.CharField(_("target"), max_length=200)
    comparator = models.CharField(_("bound"), max_length=2)
    value = models.DecimalField(_("value"), max_digits=24, decimal_places=6)
    value_max = models.DecimalField(_("upper value"), max_digits=24, decimal_places=6, null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    by_year = models.IntegerField(_("by year"), null=True, blank=True)
    kind = models.CharField(_("kind"), max_length=10)
    review = models.CharField(max_length=10, choices=Review.choices, default=Review.READ)
    # the binding
    indicator = models.CharField(_("indicator"), max_length=CODE, blank=True)
    choices = models.JSONField(_("choices"), default=dict)
    region = models.CharField(_("region"), max_length=12, blank=True)
    tolerance = models.DecimalField(_("tolerance"), max_digits=24, decimal_places=6, null=True, blank=True)
    holds = models.CharField(_("reading of “steady”"), max_length=10, blank=True)
    equals = models.CharField(_("reading of a bare number"), max_length=10, default="at_least")
    base_value = models.DecimalField(_("base value"), max_digits=24, decimal_places=6, null=True, blank=True)
    base_year = models.IntegerField(_("base year"), null=True, blank=True)
    lead_agency = models.CharField(_("lead unit"), max_length=CODE, blank=True)
    lead_unit = models.CharField(_("lead unit as named"), max_length=120, blank=True)
    parent_target = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="child_targets")
    confirmed_by = models.CharField(max_length=CODE, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("target")
        ordering = ["document", "start", "number"]
        constraints = [models.UniqueConstraint(fields=["document", "number"], name="target_number")]

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        """The target's number in the public register."""
        return f"{self.document.code}-{self.number}"


class TargetReading(models.Model):
    """Where a target stood on a day: value, what it rests on, attainment. A new computation is a new row."""

    target = models.ForeignKey(Target, models.CASCADE, related_name="readings")
    as_of = models.DateField(_("as of"))
    region = models.CharField(_("region"), max_length=12, blank=True)
    computed_at = models.DateTimeField()
    value = models.DecimalField(_("value"), max_digits=30, decimal_places=10, null=True)
    numerator = models.DecimalField(max_digits=30, decimal_places=10, null=True)
    denominator = models.DecimalField(max_digits=30, decimal_places=10, null=True)
    low = models.DecimalField(max_digits=30, decimal_places=10, null=True)
    high = models.DecimalField(max_digits=30, decimal_places=10, null=True)
    source = models.CharField(_("source"), max_length=10)
    period = models.CharField(max_length=10, blank=True)
    provisional = models.BooleanField(_("provisional"), default=False)
    method_version = models.IntegerField(default=1)
    status = models.CharField(_("attainment"), max_length=12)
    why = models.JSONField(default=dict)
    gap = models.DecimalField(max_digits=30, decimal_places=10, null=True)
    expected = models.DecimalField(max_digits=30, decimal_places=10, null=True)
    pace = models.DecimalField(max_digits=30, decimal_places=10, null=True)
    needed = models.DecimalField(max_digits=30, decimal_places=10, null=True)
    certain = models.BooleanField(null=True)
    published = models.JSONField(default=dict)
    specs = models.JSONField(default=list)
    history = models.JSONField(default=list)

    class Meta:
        verbose_name = _("reading")
        ordering = ["-as_of", "-computed_at"]
        indexes = [models.Index(fields=["target", "region", "-as_of", "-computed_at"], name="reading_latest")]
