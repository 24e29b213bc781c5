"""Whom and what the bureau deals with: enterprises, products, technical bodies, and who speaks for an enterprise.

Kept here is what the bureau works with, the private parts included; the public rosters are registers, which are written
in the same transaction (`publishing`).
"""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from pinzhi.kernel.transfer.models import CheckedImport

CODE = 64


class Party(models.Model):
    """What enterprises, products and bodies share: where, whether they stand, how they are found and sorted."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(_("name"), max_length=200)
    region = models.CharField(_("region"), max_length=12)
    status = models.CharField(_("status"), max_length=16)
    search_text = models.TextField(blank=True)
    sort_key = models.CharField(max_length=120)
    source = models.CharField(_("import"), max_length=36, blank=True)
    revision = models.IntegerField(default=1)
    updated_at = models.DateTimeField(_("updated"))
    updated_by = models.CharField(_("by"), max_length=CODE)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class Enterprise(Party):
    """A market entity by its unified social credit code (GB 32100)."""

    uscc = models.CharField(_("unified social credit code"), max_length=18)
    enterprise_type = models.CharField(_("type"), max_length=24, blank=True)
    trade = models.CharField(_("trade (GB/T 4754)"), max_length=10, blank=True)
    size = models.CharField(_("size"), max_length=10, blank=True)
    above_scale = models.BooleanField(_("above-scale industrial enterprise"), null=True)
    consumer_goods = models.BooleanField(_("in consumer goods"), null=True)
    main_producer = models.BooleanField(_("main producer of consumer goods"), null=True)
    roles = models.JSONField(_("roles"), default=list)
    registered_on = models.DateField(_("established on"), null=True)
    closed_on = models.DateField(_("closed on"), null=True)
    address = models.CharField(_("registered address"), max_length=200, blank=True)
    business_scope = models.TextField(_("scope of business"), blank=True)
    successor_code = models.CharField(_("credit code of the successor"), max_length=18, blank=True)
    merged_into = models.CharField(_("merged into"), max_length=18, blank=True)
    name_since = models.DateField(_("this name since"), null=True)
    # Not public, and never in a roster.
    registration_no = models.CharField(_("old registration number"), max_length=15, blank=True)
    legal_representative = models.CharField(_("legal representative"), max_length=60, blank=True)
    contact_name = models.CharField(_("contact"), max_length=60, blank=True)
    contact_phone = models.CharField(_("contact's telephone"), max_length=40, blank=True)
    contact_email = models.CharField(_("contact's e-mail"), max_length=200, blank=True)
    name_key = models.CharField(max_length=200)

    class Meta:
        verbose_name = _("enterprise")
        constraints = [models.UniqueConstraint(fields=["uscc"], name="enterprise_uscc")]
        indexes = [
            models.Index(fields=["sort_key", "id"], name="enterprise_sort"),
            models.Index(fields=["region"], name="enterprise_region", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["trade"], name="enterprise_trade", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["name_key"], name="enterprise_name_key"),
            models.Index(
                fields=["registration_no"],
                name="enterprise_old_number",
                condition=~models.Q(registration_no=""),
            ),
        ]


class FormerName(models.Model):
    """A name that an enterprise bore, until the day before `until`; unknown days are empty."""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="former_names")
    name = models.CharField(_("former name"), max_length=200)
    since = models.DateField(_("from"), null=True)
    until = models.DateField(_("until"), null=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=CODE)

    class Meta:
        verbose_name = _("former name")
        ordering = ["-until", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise", "name", "until"], name="former_name_once", nulls_distinct=False
            )
        ]


class RiskClass(models.Model):
    """The class of supervision risk of an enterprise from a day on, as a file said. Never public."""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="risk_classes")
    risk_class = models.CharField(_("risk class"), max_length=1, choices=[(c, c) for c in "ABCD"])
    since = models.DateField(_("from"))
    until = models.DateField(_("until"), null=True)
    basis = models.CharField(_("basis"), max_length=200, blank=True)
    source = models.CharField(_("import"), max_length=36, blank=True)
    set_at = models.DateTimeField()
    set_by = models.CharField(max_length=CODE)

    class Meta:
        verbose_name = _("risk class")
        ordering = ["-since", "-id"]
        constraints = [models.UniqueConstraint(fields=["enterprise", "since"], name="risk_class_day")]


class Product(Party):
    """A product by GTIN (14 digits) or, where it has none, by a number given here."""

    number = models.CharField(_("product number"), max_length=32)
    gtin = models.CharField(_("GTIN"), max_length=14, blank=True)
    own_number = models.CharField(_("producer's own number"), max_length=60, blank=True)
    brand = models.CharField(_("brand"), max_length=100, blank=True)
    specification = models.CharField(_("specification"), max_length=120, blank=True)
    model = models.CharField(_("model"), max_length=120, blank=True)
    category = models.CharField(_("category"), max_length=80)
    category_code = models.CharField(_("category code"), max_length=20, blank=True)
    sector = models.CharField(_("field of consumer goods"), max_length=24)
    consumer_goods = models.BooleanField(_("consumer goods"), default=True)
    producer_code = models.CharField(_("producer"), max_length=18, blank=True)
    made_for_code = models.CharField(_("principal"), max_length=18, blank=True)
    imported = models.BooleanField(_("imported"), null=True)
    country_of_origin = models.CharField(_("country of origin"), max_length=60, blank=True)
    standard_executed = models.CharField(_("standard executed"), max_length=120, blank=True)
    licence_no = models.CharField(_("licence or filing no."), max_length=60, blank=True)
    since = models.DateField(_("on the market since"), null=True)

    class Meta:
        verbose_name = _("product")
        constraints = [
            models.UniqueConstraint(fields=["number"], name="product_number"),
            models.UniqueConstraint(
                fields=["producer_code", "own_number"],
                name="product_own_number",
                condition=~models.Q(own_number=""),
            ),
        ]
        indexes = [
            models.Index(fields=["sort_key", "id"], name="product_sort"),
            models.Index(fields=["producer_code"], name="product_producer"),
            models.Index(fields=["region"], name="product_region", opclasses=["varchar_pattern_ops"]),
        ]


class Body(Party):
    """A technical body: testing, metrology, standards, certification, associations."""

    uscc = models.CharField(_("unified social credit code"), max_length=18)
    short_name = models.CharField(_("short name"), max_length=60, blank=True)
    kinds = models.JSONField(_("kinds"), default=list)
    ownership = models.CharField(_("ownership"), max_length=24, blank=True)
    fields = models.JSONField(_("fields"), default=list)
    accreditation_no = models.CharField(_("accreditation no."), max_length=60, blank=True)
    approval_expires_on = models.DateField(_("approval valid until"), null=True)
    scope = models.TextField(_("scope of accreditation"), blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    service_phone = models.CharField(_("telephone"), max_length=30, blank=True)
    website = models.CharField(_("web site"), max_length=200, blank=True)
    head_office_code = models.CharField(_("credit code of the parent body"), max_length=18, blank=True)
    # Not public.
    contact_name = models.CharField(_("contact"), max_length=60, blank=True)
    contact_phone = models.CharField(_("contact's telephone"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("technical body")
        constraints = [models.UniqueConstraint(fields=["uscc"], name="body_uscc")]
        indexes = [models.Index(fields=["sort_key", "id"], name="body_sort")]


class ImportFile(CheckedImport):
    """A bureau's spreadsheet of parties."""

    class What(models.TextChoices):
        ENTERPRISES = "enterprises", _("Enterprises")
        PRODUCTS = "products", _("Products")
        BODIES = "bodies", _("Technical bodies")
        RISK_CLASSES = "risk_classes", _("Risk classes")

    what = models.CharField(_("content"), max_length=16, choices=What.choices)


class DuplicateProposal(models.Model):
    """Two entries that may be one firm, with what speaks for it. An official decides; likeness alone never does."""

    class Status(models.TextChoices):
        OPEN = "open", _("To be decided")
        MERGED = "merged", _("Merged")
        REJECTED = "rejected", _("Two firms")

    first = models.ForeignKey(Enterprise, models.CASCADE, related_name="+")
    second = models.ForeignKey(Enterprise, models.CASCADE, related_name="+")
    reasons = models.JSONField(_("what speaks for it"), default=list)
    weight = models.IntegerField(default=0)
    region = models.CharField(_("region"), max_length=12)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.OPEN)
    proposed_at = models.DateTimeField(_("proposed"))
    decided_by = models.CharField(_("decided by"), max_length=CODE, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("possible duplicate")
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="duplicate_pair"),
            models.CheckConstraint(condition=models.Q(first__lt=models.F("second")), name="duplicate_order"),
        ]
        indexes = [models.Index(fields=["status", "-weight", "id"], name="duplicate_open")]


class Claim(models.Model):
    """A person says that an enterprise has sent them: licence and authorisation letter, for an official to decide."""

    class Status(models.TextChoices):
        PENDING = "pending", _("To be decided")
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", _("Refused")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    number = models.CharField(_("number"), max_length=20, unique=True)
    secret = models.CharField(max_length=64)
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="claims")
    username = models.CharField(_("user name"), max_length=64)
    password = models.CharField(max_length=200, blank=True)
    display_name = models.CharField(_("name"), max_length=64)
    phone = models.CharField(_("telephone"), max_length=32)
    email = models.CharField(_("e-mail"), max_length=200, blank=True)
    licence = models.JSONField(_("business licence"))
    letter = models.JSONField(_("authorisation letter"))
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.PENDING)
    made_at = models.DateTimeField(_("made"))
    decided_by = models.CharField(_("decided by"), max_length=CODE, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("claim")
        ordering = ["-made_at"]
        indexes = [models.Index(fields=["status", "made_at"], name="claim_open")]


class EnterpriseUser(models.Model):
    """An account that speaks for an enterprise: how it came to, and when it ended. One account, one enterprise."""

    user = models.OneToOneField("access.User", models.PROTECT, related_name="+")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="users")
    is_keeper = models.BooleanField(_("keeps the firm's accounts"), default=False)
    claim = models.ForeignKey(Claim, models.PROTECT, null=True, related_name="+")
    invited_by = models.CharField(_("invited by"), max_length=CODE, blank=True)
    since = models.DateTimeField(_("since"))
    revoked_at = models.DateTimeField(_("revoked"), null=True)
    revoked_by = models.CharField(_("revoked by"), max_length=CODE, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("user of an enterprise")
        ordering = ["-is_keeper", "since"]


class Invitation(models.Model):
    """A further user of an enterprise, asked by its keeper: a link that can be used once."""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="invitations")
    token = models.CharField(max_length=64, unique=True)
    display_name = models.CharField(_("name"), max_length=64)
    invited_by = models.CharField(_("invited by"), max_length=CODE)
    made_at = models.DateTimeField(_("made"))
    expires_at = models.DateTimeField(_("valid until"))
    used_at = models.DateTimeField(_("used"), null=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)

    class Meta:
        verbose_name = _("invitation")
        ordering = ["-made_at"]
