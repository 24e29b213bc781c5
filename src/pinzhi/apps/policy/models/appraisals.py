"""Yearly appraisals of regions or units by weighted criteria."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from pinzhi.apps.policy.models.documents import CODE, Document
from pinzhi.apps.policy.models.targets import Target


class Appraisal(models.Model):
    """The yearly appraisal of regions or units by weighted criteria (P04)."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Being prepared")
        COMPUTED = "computed", _("Computed, to be confirmed")
        CONFIRMED = "confirmed", _("Confirmed")

    class Kind(models.TextChoices):
        REGION = "region", _("Regions")
        UNIT = "unit", _("Units")

    code = models.CharField(_("number"), max_length=40, unique=True)
    year = models.IntegerField(_("year"))
    title = models.CharField(_("title"), max_length=120)
    region = models.CharField(_("region"), max_length=12)
    document = models.ForeignKey(Document, models.SET_NULL, null=True, blank=True, related_name="appraisals")
    kind = models.CharField(_("who is appraised"), max_length=10, choices=Kind.choices)
    graded = models.BooleanField(_("with grades"), default=True)
    missing = models.CharField(_("what is missing"), max_length=12, default="zero")
    spread = models.DecimalField(
        _("how far the weights are varied"), max_digits=4, decimal_places=2, default=Decimal("0.25")
    )
    draws = models.IntegerField(_("draws"), default=2000)
    seed = models.IntegerField(_("seed"), default=1)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.DRAFT)
    version = models.IntegerField(_("version of the method"), default=1)
    announced_in = models.CharField(_("document of publication"), max_length=120, blank=True)
    as_of = models.DateField(_("as of"), null=True, blank=True)
    provisional = models.JSONField(_("why provisional"), default=list)
    sensitivity = models.JSONField(default=dict)
    set_by = models.CharField(max_length=CODE)
    set_at = models.DateTimeField()
    computed_by = models.CharField(max_length=CODE, blank=True)
    computed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.CharField(max_length=CODE, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("appraisal")
        ordering = ["-year", "code"]

    def __str__(self) -> str:
        return self.title


class Criterion(models.Model):
    """One criterion of an appraisal: where its value comes from, how it becomes a score, and what it weighs."""

    class Source(models.TextChoices):
        TARGET = "target", _("A target of the plan")
        INDICATOR = "indicator", _("An indicator")
        DUTIES = "duties", _("Share of duties not behind")
        EXPERT = "expert", _("Scored by officials")

    appraisal = models.ForeignKey(Appraisal, models.CASCADE, related_name="criteria")
    position = models.IntegerField()
    title = models.CharField(_("criterion"), max_length=120)
    source = models.CharField(_("source"), max_length=10, choices=Source.choices)
    target = models.ForeignKey(Target, models.PROTECT, null=True, blank=True, related_name="criteria")
    indicator = models.CharField(_("indicator"), max_length=CODE, blank=True)
    choices = models.JSONField(default=dict)
    weight = models.DecimalField(_("weight"), max_digits=8, decimal_places=3)
    method = models.CharField(_("method"), max_length=20)
    direction = models.CharField(_("direction"), max_length=4, default="up")
    goal = models.DecimalField(_("goal"), max_digits=24, decimal_places=6, null=True, blank=True)
    cap = models.DecimalField(_("highest score"), max_digits=6, decimal_places=2, default=Decimal(100))
    table = models.JSONField(_("table of points"), default=list)
    unit = models.CharField(_("unit"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("criterion")
        ordering = ["appraisal", "position"]
        constraints = [models.UniqueConstraint(fields=["appraisal", "position"], name="criterion_once")]

    def __str__(self) -> str:
        return self.title

    @property
    def name(self) -> str:
        return f"C{self.position:02d}"


class Appraisee(models.Model):
    """A region or unit in an appraisal, and its result once computed."""

    appraisal = models.ForeignKey(Appraisal, models.CASCADE, related_name="appraisees")
    key = models.CharField(_("code"), max_length=CODE)
    name = models.CharField(_("name"), max_length=120)
    veto = models.CharField(_("reason for the lowest grade"), max_length=200, blank=True)
    problems = models.TextField(_("main problems"), blank=True)
    score = models.DecimalField(_("score"), max_digits=7, decimal_places=2, null=True, blank=True)
    rank = models.IntegerField(_("rank"), null=True, blank=True)
    rank_low = models.IntegerField(null=True, blank=True)
    rank_high = models.IntegerField(null=True, blank=True)
    grade = models.CharField(_("grade"), max_length=4, blank=True)

    class Meta:
        verbose_name = _("appraisee")
        ordering = ["appraisal", "rank", "key"]
        constraints = [models.UniqueConstraint(fields=["appraisal", "key"], name="appraisee_once")]

    def __str__(self) -> str:
        return self.name


class CriterionScore(models.Model):
    """A unit's value and score for one criterion: counted, or given by an official with evidence."""

    criterion = models.ForeignKey(Criterion, models.CASCADE, related_name="scores")
    appraisee = models.ForeignKey(Appraisee, models.CASCADE, related_name="scores")
    value = models.DecimalField(_("value"), max_digits=30, decimal_places=10, null=True)
    goal = models.DecimalField(_("goal"), max_digits=30, decimal_places=10, null=True)
    score = models.DecimalField(_("score"), max_digits=9, decimal_places=4, null=True)
    weight = models.DecimalField(_("weight as used"), max_digits=9, decimal_places=6, null=True)
    points = models.DecimalField(_("contribution"), max_digits=9, decimal_places=4, null=True)
    filled = models.BooleanField(_("stands for a missing value"), default=False)
    note = models.TextField(_("reason"), blank=True)
    files = models.JSONField(_("evidence"), default=list)
    specs = models.JSONField(default=list)
    entered_by = models.CharField(max_length=CODE, blank=True)
    entered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("score")
        constraints = [models.UniqueConstraint(fields=["criterion", "appraisee"], name="score_once")]
