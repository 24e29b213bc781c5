"""Enterprises' self-declarations: what work and the daily check look them up by. What is declared stands in the register."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from pinzhi.kernel.transfer.models import CheckedImport

CODE = 64
NUMBER = 160


class Declaration(models.Model):
    """One declaration as it stands; its indicators and all its versions are the entries of its key in the register."""

    class Status(models.TextChoices):
        DECLARED = "declared", _("In public")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Kind(models.TextChoices):
        DECLARATION = "declaration", _("Declaration of standards")
        COMMITMENT = "commitment", _("Quality commitment")

    id = models.BigAutoField(primary_key=True)
    #: The key of its record in the register.
    number = models.CharField(_("number"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.DECLARATION)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DECLARED)
    uscc = models.CharField(_("unified social credit code"), max_length=18)
    enterprise = models.CharField(_("enterprise"), max_length=200)
    region = models.CharField(_("region"), max_length=12)
    product = models.CharField(_("product"), max_length=120)
    brand = models.CharField(_("brand"), max_length=80, blank=True)
    product_class = models.CharField(_("class of products"), max_length=80, blank=True)
    sector = models.CharField(_("field of consumer goods"), max_length=24)
    standard = models.CharField(_("standard"), max_length=NUMBER, blank=True)
    #: Keys of the identifier rules; empty for what cannot be read (a commitment names no standard).
    standard_key = models.CharField(max_length=NUMBER, blank=True)
    series_key = models.CharField(max_length=NUMBER, blank=True)
    standard_level = models.CharField(_("level"), max_length=16, blank=True)
    standard_state = models.CharField(_("how the standard stands"), max_length=12, blank=True)
    flags = models.JSONField(_("what the public is told"), default=list)
    main_producer = models.BooleanField(_("main producer of consumer goods"), default=False)
    #: What makes two declarations of a firm the same one: product, model, specification, standard.
    same_key = models.CharField(max_length=64)
    version = models.IntegerField(_("version"), default=1)
    declared_on = models.DateField(_("declared on"))
    withdrawn_on = models.DateField(_("withdrawn on"), null=True)
    withdrawn_reason = models.CharField(_("why it was withdrawn"), max_length=300, blank=True)
    checked_on = models.DateField(_("checked on"))
    sort_key = models.CharField(max_length=120)
    updated_at = models.DateTimeField(_("updated"))
    updated_by = models.CharField(_("by"), max_length=CODE)

    class Meta:
        verbose_name = _("self-declaration")
        constraints = [
            models.UniqueConstraint(
                fields=["uscc", "same_key"],
                name="declaration_once",
                condition=models.Q(status="declared"),
            )
        ]
        indexes = [
            models.Index(fields=["uscc", "status"], name="declaration_enterprise"),
            models.Index(fields=["sort_key", "id"], name="declaration_sort"),
            models.Index(fields=["product_class", "status"], name="declaration_class"),
            models.Index(fields=["region"], name="declaration_region", opclasses=["varchar_pattern_ops"]),
            models.Index(
                fields=["series_key"], name="declaration_series", condition=~models.Q(series_key="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.product}"


class DeclarationImport(CheckedImport):
    """A file of declarations."""

    class What(models.TextChoices):
        BY_INDICATOR = "by_indicator", _("Declarations, a row an indicator")
        BY_PRODUCT = "by_product", _("Declarations, a row a product")

    what = models.CharField(_("content"), max_length=16, choices=What.choices)
