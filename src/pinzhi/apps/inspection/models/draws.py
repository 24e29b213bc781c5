"""Draws: named before they are made, frozen, drawn with a public value, opened after sampling."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from pinzhi.apps.inspection.models.programme import CODE, REGION, Programme, ProgrammeProduct


class Draw(models.Model):
    """One draw. Frame, exclusions and results stand in files that its roots commit to."""

    class Stage(models.TextChoices):
        NAMED = "named", _("Named")
        FROZEN = "frozen", _("Frame frozen and committed")
        AWAITED = "awaited", _("Public value named")
        DRAWN = "drawn", _("Drawn, not yet open")
        OPENED = "opened", _("Open to verification")
        ABANDONED = "abandoned", _("Abandoned")

    number = models.CharField(_("number"), max_length=CODE, unique=True)
    title = models.CharField(_("title"), max_length=200)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="draws")
    product = models.ForeignKey(ProgrammeProduct, models.PROTECT, null=True, related_name="+")
    region = models.CharField(_("region"), max_length=REGION)
    agency = models.CharField(_("agency"), max_length=CODE)
    stage = models.CharField(_("stage"), max_length=10, choices=Stage.choices, default=Stage.NAMED)
    round = models.SmallIntegerField(_("round"), default=1)
    scope = models.JSONField(_("who is in the frame"), default=dict)
    design = models.JSONField(_("design"), default=dict)
    declaration = models.JSONField(_("public value as declared"), default=dict)
    pools_digest = models.CharField(
        _("digest of the pools of inspectors and laboratories"), max_length=64, blank=True
    )
    size = models.IntegerField(_("units to draw"), default=0)
    roster_checkpoint = models.TextField(_("checkpoint of the roster"), blank=True)
    roster_size = models.IntegerField(_("units on the roster"), default=0)
    frame_size = models.IntegerField(_("units in the frame"), default=0)
    excluded = models.IntegerField(_("units excluded"), default=0)
    exclusion_counts = models.JSONField(_("exclusions by reason"), default=dict)
    commitment = models.CharField(_("committed root"), max_length=64, blank=True)
    public_source = models.CharField(_("public value"), max_length=300, blank=True)
    public_due_at = models.DateTimeField(_("public value is known from"), null=True)
    fallback = models.CharField(_("fallback"), max_length=300, blank=True)
    public_value = models.TextField(_("value"), blank=True)
    result_root = models.CharField(_("root of the result"), max_length=64, blank=True)
    frozen_at = models.DateTimeField(_("frozen"), null=True)
    drawn_at = models.DateTimeField(_("drawn"), null=True)
    opened_at = models.DateTimeField(_("opened"), null=True)
    abandoned_reason = models.CharField(_("reason for giving it up"), max_length=500, blank=True)
    revision = models.IntegerField(default=1)
    updated_at = models.DateTimeField(_("updated"))
    updated_by = models.CharField(_("by"), max_length=CODE)

    class Meta:
        verbose_name = _("draw")
        ordering = ["-id"]
        indexes = [models.Index(fields=["region"], name="draw_region", opclasses=["varchar_pattern_ops"])]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class DrawFile(models.Model):
    """A file of a draw: frame, exclusions, design, result. `public_at` None: not handed out yet."""

    draw = models.ForeignKey(Draw, models.CASCADE, related_name="files")
    name = models.CharField(max_length=40)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    public_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draw", "name"], name="draw_file_name")]


class DrawEvent(models.Model):
    """What was done with a draw, and who read its result before it was open."""

    draw = models.ForeignKey(Draw, models.CASCADE, related_name="events")
    kind = models.CharField(max_length=24)
    at = models.DateTimeField()
    by = models.CharField(max_length=CODE)
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ["at", "id"]


class DrawnUnit(models.Model):
    """A unit that was drawn, with the probability that it had."""

    draw = models.ForeignKey(Draw, models.CASCADE, related_name="units")
    position = models.IntegerField(_("position in the frame"))
    rank = models.IntegerField(_("rank in the stratum"))
    stratum = models.CharField(_("stratum"), max_length=80)
    uscc = models.CharField(_("unified social credit code"), max_length=18)
    product_number = models.CharField(_("product number"), max_length=32, blank=True)
    region = models.CharField(_("region"), max_length=REGION)
    probability = models.DecimalField(_("inclusion probability"), max_digits=12, decimal_places=10, null=True)
    ticket = models.CharField(_("ticket"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("unit drawn")
        ordering = ["draw_id", "stratum", "rank"]
        constraints = [models.UniqueConstraint(fields=["draw", "position"], name="drawn_position")]
