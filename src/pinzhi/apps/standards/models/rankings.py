"""Rankings of declared standards: the evaluation plan of a class of products, its result, the front runners chosen from it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

CODE = 64


class Ranking(models.Model):
    """An evaluation plan and, once it is computed, its lists; what is published is a record of the register."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Plan being drawn up")
        COMPUTED = "computed", _("Computed, to be published")
        PUBLISHED = "published", _("Published")
        WITHDRAWN = "withdrawn", _("Taken down")

    id = models.BigAutoField(primary_key=True)
    number = models.CharField(_("number"), max_length=40, unique=True)
    title = models.CharField(_("title"), max_length=120)
    product_class = models.CharField(_("class of products"), max_length=80)
    sector = models.CharField(_("field of consumer goods"), max_length=24)
    year = models.IntegerField(_("year"))
    evaluator = models.CharField(_("evaluator"), max_length=120)
    region = models.CharField(_("region"), max_length=12)
    #: The indicators of the plan: name, role, kind, better, unit, floor, floor_source, tiers, method.
    indicators = models.JSONField(_("indicators"), default=list)
    most_tiers = models.IntegerField(_("tiers at most"), default=3)
    fewer_core = models.CharField(_("why fewer core indicators"), max_length=300, blank=True)
    note = models.TextField(_("note"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    as_of = models.DateField(_("declarations as of"), null=True)
    #: The result as computed: lists, refused, entered, leaders, and the declarations it was computed from.
    result = models.JSONField(_("result"), default=dict)
    method_version = models.CharField(_("version of the method"), max_length=10, blank=True)
    made_by = models.CharField(_("drawn up by"), max_length=CODE)
    made_at = models.DateTimeField(_("drawn up"))
    computed_by = models.CharField(_("computed by"), max_length=CODE, blank=True)
    computed_at = models.DateTimeField(_("computed"), null=True)
    published_by = models.CharField(_("published by"), max_length=CODE, blank=True)
    published_at = models.DateTimeField(_("published"), null=True)
    revision = models.IntegerField(default=1)

    class Meta:
        verbose_name = _("ranking of enterprise standards")
        ordering = ["-year", "product_class", "id"]

    def __str__(self) -> str:
        return self.title


class FrontRunner(models.Model):
    """A declaration chosen from a ranking, for a term; whether its commitment is kept is checked while it lasts."""

    class Kept(models.TextChoices):
        NOT_CHECKED = "not_checked", _("Commitment not checked")
        KEPT = "kept", _("Commitment kept")
        BROKEN = "broken", _("Commitment broken")

    id = models.BigAutoField(primary_key=True)
    number = models.CharField(_("number"), max_length=40, unique=True)
    ranking = models.ForeignKey(Ranking, models.PROTECT, related_name="front_runners")
    declaration = models.CharField(_("declaration"), max_length=40)
    uscc = models.CharField(_("unified social credit code"), max_length=18)
    selected_on = models.DateField(_("published on"))
    valid_until = models.DateField(_("until"))
    selected_by = models.CharField(_("chosen by"), max_length=CODE)
    commitment_kept = models.CharField(
        _("fulfilment of the commitment"), max_length=12, choices=Kept.choices, default=Kept.NOT_CHECKED
    )
    kept_note = models.CharField(_("what was checked and found"), max_length=300, blank=True)
    kept_checked_on = models.DateField(_("checked on"), null=True)

    class Meta:
        verbose_name = _("front runner")
        ordering = ["-selected_on", "number"]
        constraints = [models.UniqueConstraint(fields=["ranking", "declaration"], name="front_runner_once")]
