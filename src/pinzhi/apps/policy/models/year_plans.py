"""Yearly plans of key products."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from pinzhi.apps.policy.models.documents import CODE, Document


class YearPlan(models.Model):
    """A year's plan of key products (P07)."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Being prepared")
        PUBLISHED = "published", _("Published")

    code = models.CharField(_("number"), max_length=40, unique=True)
    year = models.IntegerField(_("year"))
    title = models.CharField(_("title"), max_length=200)
    doc_number = models.CharField(_("document number"), max_length=120, blank=True)
    region = models.CharField(_("region"), max_length=12)
    document = models.ForeignKey(Document, models.SET_NULL, null=True, blank=True, related_name="year_plans")
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.DRAFT)
    made_by = models.CharField(max_length=CODE)
    made_at = models.DateTimeField()
    published_by = models.CharField(max_length=CODE, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("yearly plan")
        ordering = ["-year", "code"]

    def __str__(self) -> str:
        return self.title


class KeyProduct(models.Model):
    """A key product of a yearly plan: its problem, the goal, the tools, who does it until when, and how it stands."""

    class State(models.TextChoices):
        NOT_STARTED = "not_started", _("Not begun")
        ON_COURSE = "on_course", _("On course")
        BEHIND = "behind", _("Behind")
        DONE = "done", _("Done")

    plan = models.ForeignKey(YearPlan, models.CASCADE, related_name="products")
    number = models.IntegerField(_("number"))
    product_name = models.CharField(_("key product"), max_length=120)
    sector = models.CharField(_("field of consumer goods"), max_length=20)
    product_code = models.CharField(_("product code"), max_length=20, blank=True)
    problem = models.CharField(_("main quality problem"), max_length=1000, blank=True)
    goal = models.CharField(_("goal"), max_length=300, blank=True)
    tools = models.JSONField(_("tools"), default=list)
    lead_unit = models.CharField(_("responsible unit"), max_length=120)
    lead_agency = models.CharField(max_length=CODE, blank=True, db_index=True)
    support_units = models.JSONField(_("supporting units"), default=list)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    batches_planned = models.IntegerField(_("batches planned"), null=True, blank=True)
    firms_planned = models.IntegerField(_("firms covered"), null=True, blank=True)
    pass_rate_before = models.DecimalField(
        _("pass rate before"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    pass_rate_after = models.DecimalField(
        _("pass rate after"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    batches_done = models.IntegerField(_("batches done"), null=True, blank=True)
    firms_helped = models.IntegerField(_("firms helped"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.NOT_STARTED)
    summary = models.TextField(_("summary"), blank=True)
    reported_on = models.DateField(null=True, blank=True)
    reported_by = models.CharField(max_length=CODE, blank=True)

    class Meta:
        verbose_name = _("key product")
        ordering = ["plan", "number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="key_product_number")]

    def __str__(self) -> str:
        return self.product_name
