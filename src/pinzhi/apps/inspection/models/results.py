"""Laboratory reports item by item, what was published of them, and the attempts that were refused."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from pinzhi.apps.inspection.models.programme import CODE, REGION, Level, RuleItem, RulesVersion
from pinzhi.apps.inspection.models.tasks import Sample


class Verdict(models.TextChoices):
    PASS = "pass", _("Passed")
    FAIL = "fail", _("Failed")
    OPEN = "open", _("Cannot be judged")


class Report(models.Model):
    """A laboratory's report on a sample. One first test a sample; a re-inspection is a further report."""

    class Test(models.TextChoices):
        FIRST = "first", _("First test")
        RE_INSPECTION = "re_inspection", _("Re-inspection")
        RE_CHECK = "re_check", _("Re-check after correction")

    number = models.CharField(_("report number"), max_length=80)
    sample = models.ForeignKey(Sample, models.PROTECT, related_name="reports")
    test = models.CharField(_("test"), max_length=14, choices=Test.choices, default=Test.FIRST)
    laboratory = models.CharField(_("laboratory"), max_length=18)
    rules = models.ForeignKey(RulesVersion, models.PROTECT, related_name="+")
    sampled_on = models.DateField(_("sample of the re-check taken on"), null=True)
    received_on = models.DateField(_("received on"), null=True)
    tested_on = models.DateField(_("tested on"))
    issued_on = models.DateField(_("issued on"))
    verdict = models.CharField(_("verdict"), max_length=4, choices=Verdict.choices)
    said = models.CharField(_("verdict of the laboratory"), max_length=4, blank=True)
    failed_items = models.JSONField(_("items failed"), default=list)
    microbiological = models.BooleanField(_("a microbiological item failed"), default=False)
    door = models.CharField(_("came by"), max_length=8)
    file = models.CharField(_("report file"), max_length=64, blank=True)
    source = models.CharField(_("import"), max_length=36, blank=True)
    entered_at = models.DateTimeField(_("entered"))
    entered_by = models.CharField(_("by"), max_length=CODE)

    class Meta:
        verbose_name = _("report")
        ordering = ["-issued_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["laboratory", "number"], name="report_number"),
            models.UniqueConstraint(
                fields=["sample"], condition=models.Q(test="first"), name="report_one_first_test"
            ),
            models.UniqueConstraint(
                fields=["sample"], condition=models.Q(test="re_inspection"), name="report_one_re_inspection"
            ),
        ]


class ReportItem(models.Model):
    """One item of a report as the laboratory gave it, and how it stands against the limit of the day."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="items")
    item = models.ForeignKey(RuleItem, models.PROTECT, related_name="+")
    value = models.CharField(_("value"), max_length=60)
    unit = models.CharField(_("unit"), max_length=24, blank=True)
    limit = models.CharField(_("limit"), max_length=80, blank=True)
    method = models.CharField(_("method"), max_length=120, blank=True)
    uncertainty = models.CharField(_("uncertainty"), max_length=40, blank=True)
    verdict = models.CharField(_("judgement"), max_length=4, choices=Verdict.choices)
    close = models.BooleanField(_("within the uncertainty of the limit"), default=False)

    class Meta:
        verbose_name = _("item of a report")
        constraints = [models.UniqueConstraint(fields=["report", "item"], name="report_item_once")]


class Result(models.Model):
    """What stands of a sample in the public register: the first test, and the result that holds now."""

    sample = models.OneToOneField(Sample, models.PROTECT, related_name="result")
    key = models.CharField(_("key in the register"), max_length=CODE, unique=True)
    first = models.CharField(_("first test"), max_length=4, choices=Verdict.choices)
    final = models.CharField(_("final result"), max_length=4, choices=Verdict.choices)
    published_on = models.DateField(_("published on"), null=True)
    counted_from = models.DateField(_("counted in rates from"), null=True)
    entry_id = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("result")


class OutsideResult(models.Model):
    """A result of another level or region that came by feed or file: accepted, and counted for no repeat."""

    source = models.CharField(_("source"), max_length=120)
    reference = models.CharField(_("number at the source"), max_length=120)
    level = models.CharField(_("level"), max_length=12, choices=Level.choices)
    region = models.CharField(_("region"), max_length=REGION, blank=True)
    agency = models.CharField(_("agency"), max_length=200, blank=True)
    producer_code = models.CharField(_("producer"), max_length=18, blank=True)
    producer_name = models.CharField(_("producer's name"), max_length=200)
    product_name = models.CharField(_("product"), max_length=200)
    trademark = models.CharField(_("trademark"), max_length=100, blank=True)
    specification = models.CharField(_("specification and model"), max_length=120, blank=True)
    standard_executed = models.CharField(_("standard executed"), max_length=120, blank=True)
    gtin = models.CharField(_("GTIN"), max_length=14, blank=True)
    product_key = models.CharField(max_length=64)
    sampled_on = models.DateField(_("sampled on"))
    verdict = models.CharField(_("verdict"), max_length=4, choices=Verdict.choices)
    failed_items = models.JSONField(_("items failed"), default=list)
    laboratory = models.CharField(_("laboratory"), max_length=200, blank=True)
    entered_at = models.DateTimeField(_("entered"))
    entered_by = models.CharField(_("by"), max_length=CODE)

    class Meta:
        verbose_name = _("result from elsewhere")
        constraints = [models.UniqueConstraint(fields=["source", "reference"], name="outside_result_once")]
        indexes = [
            models.Index(fields=["product_key", "sampled_on"], name="outside_product_key"),
            models.Index(fields=["producer_code", "sampled_on"], name="outside_producer"),
        ]


class Attempt(models.Model):
    """Something that was tried and refused: kept with its reason, whoever tried it and however."""

    at = models.DateTimeField(_("at"))
    by = models.CharField(_("by"), max_length=CODE)
    party = models.CharField(_("party"), max_length=CODE, blank=True)
    what = models.CharField(_("what was tried"), max_length=40)
    door = models.CharField(_("came by"), max_length=8, blank=True)
    code = models.CharField(_("reason"), max_length=40)
    zh = models.CharField(max_length=400)
    en = models.CharField(max_length=400)
    key = models.CharField(_("number"), max_length=120, blank=True)
    region = models.CharField(_("region"), max_length=REGION, blank=True)
    said = models.JSONField(_("as it was given"), default=dict)
    source = models.CharField(_("import"), max_length=36, blank=True)

    class Meta:
        verbose_name = _("refused attempt")
        ordering = ["-id"]


class ImportFile(models.Model):
    """A spreadsheet of reports, or of results from elsewhere: what came in, what was refused."""

    class What(models.TextChoices):
        REPORTS = "reports", _("Test reports")
        OUTSIDE = "outside", _("Results from elsewhere")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    what = models.CharField(
        _("content"), max_length=10, choices=What.choices, default=What.REPORTS, db_default=What.REPORTS
    )
    filename = models.CharField(_("file"), max_length=200)
    digest = models.CharField(max_length=64)
    laboratory = models.CharField(_("laboratory"), max_length=18, blank=True)
    reports = models.IntegerField(_("reports taken"), default=0)
    items = models.IntegerField(_("items taken"), default=0)
    refused = models.IntegerField(_("reports refused"), default=0)
    at = models.DateTimeField(_("handed in"))
    by = models.CharField(_("by"), max_length=CODE)

    class Meta:
        verbose_name = _("import of reports")
        ordering = ["-at"]
