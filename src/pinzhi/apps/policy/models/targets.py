"""What a document promises, and every reading of how far it is."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from pinzhi.apps.policy.models.documents import CODE, Document, Review


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
    parent_target = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="child_targets"
    )
    # decided: taken up from `parent_target`, or (where that is empty) the plan's own and from no parent's row
    mapped_by = models.CharField(max_length=CODE, blank=True)
    mapped_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.CharField(max_length=CODE, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("target")
        ordering = ["document", "start", "number"]
        constraints = [models.UniqueConstraint(fields=["document", "number"], name="target_number")]

    def __str__(self) -> str:
        return self.name

    @property
    def sign(self) -> str:
        """The bound as it is printed; 左右 stays a word."""
        return {">=": "≥", "<=": "≤", "~": "≈", "=": ""}.get(self.comparator, self.comparator)

    @property
    def key(self) -> str:
        """The target's number in the public register."""
        return f"{self.document.code}-{self.number}"


class TargetReading(models.Model):
    """Where a target stood on a day: value, what it rests on, attainment. A new computation is a new row."""

    target = models.ForeignKey(Target, models.CASCADE, related_name="readings")
    as_of = models.DateField(_("as of"))
    # The day that was asked for; a reported figure speaks of an earlier one (`as_of`).
    asked_on = models.DateField(_("counted for the day"), null=True)
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
        ordering = ["-asked_on", "-computed_at"]
        indexes = [
            models.Index(fields=["target", "region", "-as_of", "-computed_at"], name="reading_latest"),
            models.Index(fields=["target", "region", "-asked_on", "-computed_at"], name="reading_asked"),
        ]
