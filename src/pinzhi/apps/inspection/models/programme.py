"""The yearly programme: which products are checked with what money, and by which detailed rules."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

CODE, REGION = 64, 12


class Level(models.TextChoices):
    NATIONAL = "national", _("National")
    PROVINCIAL = "provincial", _("Provincial")
    CITY = "city", _("City")
    COUNTY = "county", _("County")


class Channel(models.TextChoices):
    """Where a sample is taken."""

    PLANT = "plant", _("Producer's plant")
    SHOP = "shop", _("Shop or market")
    ONLINE = "online", _("Online platform")
    SCHOOL = "school", _("School or kindergarten")


class CheckKind(models.TextChoices):
    """Kinds of check that need items of their own; spot checks of every sort share theirs."""

    SPOT = "spot_check", _("Supervisory spot check")
    LABEL = "label_check", _("Check of labels")
    DECLARED = "declared_standard", _("Verification of declared standards")


class DetailedRules(models.Model):
    """The detailed rules (实施细则) of one class of products; what they say stands in versions.

    `region`: whose they are; who may draw up and release there may do so with them (empty: nobody's yet).
    """

    code = models.CharField(_("number"), max_length=CODE, unique=True)
    product_class = models.CharField(_("class of products"), max_length=80)
    sector = models.CharField(_("field of consumer goods"), max_length=24)
    food = models.BooleanField(_("food"), default=False)
    consumer_goods = models.BooleanField(_("consumer goods"), default=True)
    risk = models.CharField(_("risk class of the goods"), max_length=1, default="B")
    kind = models.CharField(
        _("kind"), max_length=20, choices=CheckKind.choices, default=CheckKind.SPOT, db_default=CheckKind.SPOT
    )
    region = models.CharField(_("region"), max_length=REGION, blank=True, default="", db_default="")

    class Meta:
        verbose_name = _("detailed rules")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.product_class}"


class RulesVersion(models.Model):
    """The rules as they are in force from a day on: samples, items, how a batch is judged.

    `head`: what a draft of rules in force would change of `DetailedRules` itself; it does so when it is released.
    """

    rules = models.ForeignKey(DetailedRules, models.PROTECT, related_name="versions")
    number = models.IntegerField(_("version"))
    valid_from = models.DateField(_("in force from"))
    valid_until = models.DateField(_("in force until"), null=True)
    test_samples = models.IntegerField(_("samples for the test"))
    backup_samples = models.IntegerField(_("backup samples"))
    sample_unit = models.CharField(_("unit of a sample"), max_length=20, default="件")
    standards = models.JSONField(_("standards"), default=list)
    judgement = models.TextField(_("judgement"), blank=True)
    basis = models.CharField(_("basis"), max_length=200, blank=True)
    head = models.JSONField(null=True)
    drafted_by = models.CharField(_("drawn up by"), max_length=CODE, blank=True, default="", db_default="")
    drafted_at = models.DateTimeField(_("drawn up"), null=True)
    released_by = models.CharField(_("released by"), max_length=CODE, blank=True)
    released_at = models.DateTimeField(_("released"), null=True)

    class Meta:
        verbose_name = _("version of detailed rules")
        ordering = ["rules_id", "-number"]
        constraints = [models.UniqueConstraint(fields=["rules", "number"], name="rules_version_number")]


class RuleItem(models.Model):
    """One item of a version: what is tested, after which standard and method, against which limit."""

    class Kind(models.TextChoices):
        MAX = "max", _("not more than")
        MIN = "min", _("not less than")
        RANGE = "range", _("from … to …")
        EQUAL = "equal", _("equal to")
        ABSENT = "absent", _("not detectable")
        CONFORMS = "conforms", _("conforms")
        REPORT = "report", _("reported only")

    version = models.ForeignKey(RulesVersion, models.CASCADE, related_name="items")
    position = models.SmallIntegerField()
    code = models.CharField(_("code"), max_length=40)
    name = models.CharField(_("item"), max_length=120)
    standard = models.CharField(_("standard"), max_length=80, blank=True)
    method = models.CharField(_("method"), max_length=120, blank=True)
    unit = models.CharField(_("unit"), max_length=24, blank=True)
    kind = models.CharField(_("limit"), max_length=10, choices=Kind.choices)
    lower = models.DecimalField(_("lower limit"), max_digits=18, decimal_places=6, null=True)
    upper = models.DecimalField(_("upper limit"), max_digits=18, decimal_places=6, null=True)
    wording = models.CharField(_("requirement"), max_length=200, blank=True)
    rounded = models.SmallIntegerField(_("digits that are compared"), null=True)
    serious = models.BooleanField(_("serious defect"), default=False)
    microbiological = models.BooleanField(_("microbiological"), default=False)
    label = models.BooleanField(_("label item"), default=False)

    class Meta:
        verbose_name = _("item")
        ordering = ["version_id", "position"]
        constraints = [models.UniqueConstraint(fields=["version", "code"], name="rule_item_code")]


class Programme(models.Model):
    """A year's programme of one department, or one campaign of it."""

    class Kind(models.TextChoices):
        SPOT = "spot_check", _("Supervisory spot check")
        LABEL = "label_check", _("Check of labels")
        DECLARED = "declared_standard", _("Verification of declared standards")
        SCHOOL = "school_goods", _("Goods of schools and kindergartens")
        ONLINE = "online", _("Goods sold online")

    class Status(models.TextChoices):
        DRAFT = "draft", _("Being drawn up")
        RELEASED = "released", _("Released")
        CLOSED = "closed", _("Closed")

    number = models.CharField(_("number"), max_length=CODE, unique=True)
    title = models.CharField(_("title"), max_length=200)
    year = models.SmallIntegerField(_("year"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.SPOT)
    level = models.CharField(_("level"), max_length=12, choices=Level.choices)
    region = models.CharField(_("region"), max_length=REGION)
    agency = models.CharField(_("agency"), max_length=CODE)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    targeted = models.BooleanField(_("aimed at risks"), default=False)
    joint = models.BooleanField(_("joint check"), default=False)
    budget = models.DecimalField(_("budget (yuan)"), max_digits=14, decimal_places=2, default=0)
    basis = models.CharField(_("basis"), max_length=300, blank=True)
    released_on = models.DateField(_("released on"), null=True)
    revision = models.IntegerField(default=1)
    updated_at = models.DateTimeField(_("updated"))
    updated_by = models.CharField(_("by"), max_length=CODE)

    class Meta:
        verbose_name = _("programme")
        ordering = ["-year", "number"]
        indexes = [
            models.Index(fields=["region"], name="programme_region", opclasses=["varchar_pattern_ops"])
        ]

    def __str__(self) -> str:
        return self.title


class ProgrammeProduct(models.Model):
    """A class of products in a programme: how many batches, where, at what cost."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="products")
    rules = models.ForeignKey(DetailedRules, models.PROTECT, related_name="+")
    batches = models.IntegerField(_("batches planned"))
    unit_cost = models.DecimalField(_("cost of a batch (yuan)"), max_digits=10, decimal_places=2, default=0)
    channels = models.JSONField(_("channels"), default=list)

    class Meta:
        verbose_name = _("product of the programme")
        ordering = ["programme_id", "id"]
        constraints = [models.UniqueConstraint(fields=["programme", "rules"], name="programme_rules")]


class JointParty(models.Model):
    """A department or region that takes part in a joint check, with items of its own."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="parties")
    agency = models.CharField(_("agency"), max_length=CODE)
    region = models.CharField(_("region"), max_length=REGION)
    items = models.JSONField(_("items it checks"), default=list)
    lead = models.BooleanField(_("leads"), default=False)

    class Meta:
        verbose_name = _("party of a joint check")
        constraints = [models.UniqueConstraint(fields=["programme", "agency"], name="joint_party")]
