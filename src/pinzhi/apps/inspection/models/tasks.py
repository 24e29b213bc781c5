"""Tasks, who carries them out, samples and their seals."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from pinzhi.apps.inspection.models.draws import Draw, DrawnUnit
from pinzhi.apps.inspection.models.programme import (
    CODE,
    REGION,
    Channel,
    DetailedRules,
    Level,
    Programme,
    ProgrammeProduct,
    RulesVersion,
)


class Inspector(models.Model):
    """Somebody who may take samples: on the list from which inspectors are drawn."""

    code = models.CharField(_("certificate no."), max_length=CODE, unique=True)
    name = models.CharField(_("name"), max_length=60)
    username = models.CharField(_("user name"), max_length=64, blank=True)
    agency = models.CharField(_("agency"), max_length=CODE)
    region = models.CharField(_("region"), max_length=REGION)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("inspector")
        ordering = ["code"]


class Capability(models.Model):
    """A laboratory that may test after certain detailed rules, and how much it can take in a year."""

    body_code = models.CharField(_("laboratory"), max_length=18)
    name = models.CharField(_("name"), max_length=200)
    region = models.CharField(_("region"), max_length=REGION)
    rules = models.ForeignKey(DetailedRules, models.CASCADE, related_name="capabilities")
    valid_from = models.DateField(_("from"))
    valid_until = models.DateField(_("until"), null=True)
    capacity = models.IntegerField(_("batches a year"), default=0)

    class Meta:
        verbose_name = _("capability of a laboratory")
        constraints = [
            models.UniqueConstraint(fields=["body_code", "rules", "valid_from"], name="capability_from")
        ]


class Recusal(models.Model):
    """An inspector or a laboratory that must not act in matters of an enterprise."""

    who = models.CharField(_("inspector or laboratory"), max_length=CODE)
    uscc = models.CharField(_("enterprise"), max_length=18)
    reason = models.CharField(_("reason"), max_length=300)
    since = models.DateField(_("from"))
    until = models.DateField(_("until"), null=True)
    region = models.CharField(_("region"), max_length=REGION, blank=True, default="", db_default="")

    class Meta:
        verbose_name = _("recusal")
        constraints = [models.UniqueConstraint(fields=["who", "uscc", "since"], name="recusal_once")]


class Task(models.Model):
    """One visit or online purchase: whom, what, by whom, tested where."""

    class Status(models.TextChoices):
        ASSIGNED = "assigned", _("Assigned")
        SAMPLED = "sampled", _("Sampled")
        REPORTED = "reported", _("Reported")
        REFUSED = "refused", _("Sampling refused")
        ABSENT = "absent", _("Closed or no goods")
        REPLACED = "replaced", _("Replaced")
        CANCELLED = "cancelled", _("Cancelled")

    number = models.CharField(_("number"), max_length=CODE, unique=True)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="tasks")
    product = models.ForeignKey(ProgrammeProduct, models.PROTECT, related_name="+")
    draw = models.ForeignKey(Draw, models.PROTECT, null=True, related_name="tasks")
    unit = models.OneToOneField(DrawnUnit, models.PROTECT, null=True, related_name="task")
    uscc = models.CharField(_("enterprise"), max_length=18)
    product_number = models.CharField(_("product number"), max_length=32, blank=True)
    region = models.CharField(_("region"), max_length=REGION)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    inspectors = models.JSONField(_("inspectors"), default=list)
    laboratory = models.CharField(_("laboratory"), max_length=18, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.ASSIGNED)
    due_on = models.DateField(_("to be sampled by"), null=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    made_at = models.DateTimeField(_("made"))
    made_by = models.CharField(_("by"), max_length=CODE)

    class Meta:
        verbose_name = _("task")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["region"], name="task_region", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["uscc"], name="task_enterprise"),
        ]


class Sample(models.Model):
    """A batch that was sampled: what it is, whose, where, how it was bought and sealed.

    `number` is what the laboratory's report names. A refusal or a no-show is a sample sheet too, with `outcome`.
    """

    class Outcome(models.TextChoices):
        TAKEN = "taken", _("Taken")
        REFUSED = "refused", _("Sampling refused")
        ABSENT = "absent", _("Closed or no goods")

    number = models.CharField(_("sample number"), max_length=CODE, unique=True)
    task = models.ForeignKey(Task, models.PROTECT, null=True, related_name="samples")
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="samples")
    rules = models.ForeignKey(RulesVersion, models.PROTECT, related_name="+")
    level = models.CharField(_("level"), max_length=12, choices=Level.choices)
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome.choices, default=Outcome.TAKEN)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    sampled_on = models.DateField(_("sampled on"))
    sampled_region = models.CharField(_("sampled in"), max_length=REGION)
    sampled_at_code = models.CharField(_("code of the place sampled"), max_length=18, blank=True)
    sampled_at_name = models.CharField(_("place sampled"), max_length=200, blank=True)
    producer_code = models.CharField(_("producer"), max_length=18, blank=True)
    producer_name = models.CharField(_("producer's name"), max_length=200, blank=True)
    region = models.CharField(_("region"), max_length=REGION)
    product_number = models.CharField(_("product number"), max_length=32, blank=True)
    product_name = models.CharField(_("product"), max_length=200)
    gtin = models.CharField(_("GTIN"), max_length=14, blank=True)
    trademark = models.CharField(_("trademark"), max_length=100, blank=True)
    specification = models.CharField(_("specification and model"), max_length=120, blank=True)
    standard_executed = models.CharField(_("standard executed"), max_length=120, blank=True)
    batch_no = models.CharField(_("batch or production date"), max_length=60, blank=True)
    produced_on = models.DateField(_("produced on"), null=True)
    product_key = models.CharField(max_length=64, blank=True)
    test_samples = models.IntegerField(_("samples for the test"), default=0)
    backup_samples = models.IntegerField(_("backup samples"), default=0)
    stock = models.CharField(_("stock"), max_length=60, blank=True)
    bought = models.BooleanField(_("bought"), default=True)
    price = models.DecimalField(_("price (yuan)"), max_digits=10, decimal_places=2, null=True)
    receipt = models.CharField(_("receipt"), max_length=80, blank=True)
    online = models.JSONField(_("online purchase"), default=dict)
    label = models.JSONField(_("label"), default=dict)
    photos = models.JSONField(_("photographs"), default=list)
    signatures = models.JSONField(_("signatures"), default=list)
    inspectors = models.JSONField(_("inspectors"), default=list)
    refusal = models.CharField(_("refusal"), max_length=500, blank=True)
    laboratory = models.CharField(_("laboratory"), max_length=18, blank=True)
    received_on = models.DateField(_("received by the laboratory"), null=True)
    recorded_at = models.DateTimeField(_("recorded"))
    recorded_by = models.CharField(_("by"), max_length=CODE)

    class Meta:
        verbose_name = _("sample")
        ordering = ["-sampled_on", "-id"]
        indexes = [
            models.Index(fields=["region"], name="sample_region", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["producer_code", "sampled_on"], name="sample_producer"),
            models.Index(fields=["product_key", "sampled_on"], name="sample_product_key"),
            models.Index(fields=["sampled_on"], name="sample_day"),
        ]


class Seal(models.Model):
    """A numbered seal: issued to an agency, handed to an inspector or laboratory, used once on a sample, or reported
    stolen or spoilt. `holder`: certificate number of the inspector or credit code of the laboratory; empty: in store.
    """

    class Status(models.TextChoices):
        ISSUED = "issued", _("Issued")
        USED = "used", _("Used")
        STOLEN = "stolen", _("Stolen or lost")
        SPOILT = "spoilt", _("Spoilt")

    number = models.CharField(_("seal number"), max_length=40, unique=True)
    agency = models.CharField(_("issued to"), max_length=CODE)
    region = models.CharField(_("region"), max_length=REGION, blank=True, default="", db_default="")
    issued_on = models.DateField(_("issued on"))
    holder = models.CharField(_("handed to"), max_length=CODE, blank=True, default="", db_default="")
    handed_on = models.DateField(_("handed over on"), null=True)
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.ISSUED)
    sample = models.ForeignKey(Sample, models.PROTECT, null=True, related_name="seals")
    backup = models.BooleanField(_("on the backup sample"), default=False)
    noted_on = models.DateField(_("reported on"), null=True)

    class Meta:
        verbose_name = _("seal")
        indexes = [models.Index(fields=["holder", "status"], name="seal_holder")]


class CustodyEvent(models.Model):
    """A sample changes hands: who gave it, who took it, in which state its seals were. No `part`: both together."""

    class Part(models.TextChoices):
        TEST = "test", _("test sample")
        BACKUP = "backup", _("backup sample")

    sample = models.ForeignKey(Sample, models.CASCADE, related_name="custody")
    at = models.DateTimeField(_("at"))
    kind = models.CharField(max_length=16)
    part = models.CharField(
        _("part"), max_length=6, choices=Part.choices, blank=True, default="", db_default=""
    )
    by = models.CharField(max_length=CODE)
    to = models.CharField(max_length=CODE, blank=True)
    seals_intact = models.BooleanField(_("seals intact"), null=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["at", "id"]
