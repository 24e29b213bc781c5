"""Indicators of standards and of markets' rules: limits with their clauses, studies that compare them, the degree of conformity.

A limit is one requirement of one document, entered by one person and confirmed by another. Only the number, the clause and
the source are kept of a document, never its text.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

CODE = 64
NUMBER = 160


class LimitDocument(models.Model):
    """A document that sets limits: an edition of a standard, or a rule of a market (a regulation, a label's criteria)."""

    id = models.BigAutoField(primary_key=True)
    number = models.CharField(_("number of the document"), max_length=NUMBER)
    #: The edition's key where the number is a standard's, else the number in plain writing; one document, one key.
    key = models.CharField(max_length=NUMBER, unique=True)
    title_zh = models.CharField(_("Chinese title"), max_length=300, blank=True)
    title_en = models.CharField(_("English title"), max_length=400, blank=True)
    #: Where it holds: CN, EU, US …, INTL for international standards.
    market = models.CharField(_("market"), max_length=8)
    family = models.CharField(_("product family"), max_length=60, blank=True)
    edition = models.ForeignKey(
        "standards.Edition", models.SET_NULL, null=True, related_name="limit_documents"
    )
    effective_on = models.DateField(_("in force from"), null=True)
    withdrawn_on = models.DateField(_("last day in force"), null=True)
    source = models.CharField(_("where it can be read"), max_length=300, blank=True)
    region = models.CharField(_("region"), max_length=12)
    search_text = models.TextField(blank=True)
    revision = models.IntegerField(default=1)
    updated_at = models.DateTimeField(_("updated"))
    updated_by = models.CharField(_("by"), max_length=CODE)

    class Meta:
        verbose_name = _("document with limits")
        ordering = ["market", "number"]
        indexes = [models.Index(fields=["market", "family"], name="limit_document_market")]

    def __str__(self) -> str:
        return self.number

    @property
    def domestic(self) -> bool:
        return self.market == "CN"


class LimitEntry(models.Model):
    """One limit as somebody entered it; what counts is what somebody else has confirmed."""

    class State(models.TextChoices):
        ENTERED = "entered", _("To be confirmed")
        CONFIRMED = "confirmed", _("Confirmed")
        REFUSED = "refused", _("Not right")
        WITHDRAWN = "withdrawn", _("Taken back")

    id = models.BigAutoField(primary_key=True)
    document = models.ForeignKey(LimitDocument, models.PROTECT, related_name="limits")
    clause = models.CharField(_("clause"), max_length=60)
    analyte = models.CharField(_("indicator"), max_length=160)
    kind = models.CharField(_("kind of quantity"), max_length=40)
    aggregate = models.CharField(_("how the value is taken"), max_length=8, default="each")
    #: The limit as it was written.
    value = models.CharField(_("limit"), max_length=120)
    #: What was read of it: form, low, high, low_in, high_in, unit, choices, lod; numbers as text.
    read = models.JSONField(default=dict)
    scope = models.CharField(_("products"), max_length=200, blank=True)
    applies = models.CharField(_("class or part"), max_length=120, blank=True)
    method = models.CharField(_("test method"), max_length=160, blank=True)
    conditions = models.CharField(_("conditions"), max_length=200, blank=True)
    effective_on = models.DateField(_("holds from"), null=True)
    withdrawn_on = models.DateField(_("holds until"), null=True)
    source = models.CharField(_("source"), max_length=300)
    note = models.CharField(_("note"), max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.ENTERED)
    #: What makes two limits the same demand of one document: clashing ones are shown side by side.
    place_key = models.CharField(max_length=400)
    entered_by = models.CharField(_("entered by"), max_length=CODE)
    entered_at = models.DateTimeField(_("entered"))
    decided_by = models.CharField(_("confirmed by"), max_length=CODE, blank=True)
    decided_at = models.DateTimeField(_("confirmed"), null=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    revision = models.IntegerField(default=1)

    class Meta:
        verbose_name = _("limit of an indicator")
        ordering = ["document", "analyte", "applies", "id"]
        indexes = [
            models.Index(fields=["document", "state"], name="limit_entry_document"),
            models.Index(fields=["place_key"], name="limit_entry_place"),
            models.Index(fields=["state", "entered_at"], name="limit_entry_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.analyte} {self.value}"


class LimitImport(models.Model):
    """A spreadsheet of limits: read and judged row by row, and brought in only when somebody says so."""

    class Status(models.TextChoices):
        CHECKED = "checked", _("Checked, to be decided")
        DONE = "done", _("Brought in")
        DROPPED = "dropped", _("Given up")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    filename = models.CharField(_("file"), max_length=200)
    digest = models.CharField(max_length=64)
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.CHECKED)
    rows = models.JSONField(default=list)
    errors = models.JSONField(default=list)
    count = models.IntegerField(_("rows"), default=0)
    wrong = models.IntegerField(_("wrong rows"), default=0)
    known = models.IntegerField(_("already there"), default=0)
    unknown_columns = models.JSONField(default=list)
    region = models.CharField(_("region"), max_length=12)
    by = models.CharField(_("by"), max_length=CODE)
    at = models.DateTimeField(_("handed in"))
    done_at = models.DateTimeField(_("brought in"), null=True)

    class Meta:
        verbose_name = _("import of limits")
        ordering = ["-at"]


class ComparisonStudy(models.Model):
    """A comparison of domestic with foreign limits as a piece of work: what was compared, found, concluded, followed up."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Being drawn up")
        SUBMITTED = "submitted", _("To be approved")
        PUBLISHED = "published", _("Published")

    id = models.BigAutoField(primary_key=True)
    number = models.CharField(_("number"), max_length=40, unique=True)
    title = models.CharField(_("title"), max_length=200)
    year = models.IntegerField(_("year"))
    family = models.CharField(_("products"), max_length=60, blank=True)
    lead_unit = models.CharField(_("lead unit"), max_length=120)
    purpose = models.TextField(_("purpose"), blank=True)
    conclusion = models.TextField(_("conclusion"), blank=True)
    follow_up = models.TextField(_("follow-up"), blank=True)
    follow_up_due = models.DateField(_("follow-up due"), null=True)
    #: The day as of which the limits were compared.
    compared_on = models.DateField(_("compared as of"))
    domestic = models.ManyToManyField(LimitDocument, related_name="+")
    foreign = models.ManyToManyField(LimitDocument, related_name="+")
    #: The matrix as it was when it was submitted: rows with values, clauses and verdicts.
    result = models.JSONField(default=list)
    counts = models.JSONField(default=dict)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    region = models.CharField(_("region"), max_length=12)
    made_by = models.CharField(_("drawn up by"), max_length=CODE)
    made_at = models.DateTimeField(_("drawn up"))
    approved_by = models.CharField(_("approved by"), max_length=CODE, blank=True)
    approved_at = models.DateTimeField(_("approved"), null=True)
    revision = models.IntegerField(default=1)

    class Meta:
        verbose_name = _("comparison study")
        ordering = ["-year", "-id"]

    def __str__(self) -> str:
        return self.title


class KeyField(models.Model):
    """A field of the list of key fields (重点领域), without which no degree of conformity means anything."""

    id = models.BigAutoField(primary_key=True)
    code = models.SlugField(_("code"), max_length=40)
    title_zh = models.CharField(_("Chinese title"), max_length=100)
    title_en = models.CharField(_("English title"), max_length=100, blank=True)
    basis = models.CharField(_("basis"), max_length=200)
    region = models.CharField(_("region"), max_length=12)
    ended_on = models.DateField(_("off the list since"), null=True)

    class Meta:
        verbose_name = _("key field")
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["region", "code"], name="key_field_code")]

    def __str__(self) -> str:
        return self.title_zh


class KeyStandard(models.Model):
    """A key standard of a key field and its international counterpart, as it stands."""

    id = models.BigAutoField(primary_key=True)
    field = models.ForeignKey(KeyField, models.PROTECT, related_name="standards")
    number = models.CharField(_("number"), max_length=NUMBER)
    title_zh = models.CharField(_("Chinese title"), max_length=300, blank=True)
    #: Number of the international counterpart; empty where there is none.
    counterpart = models.CharField(_("international counterpart"), max_length=NUMBER, blank=True)
    degree = models.CharField(_("degree of adoption"), max_length=3, blank=True)
    #: Whether the edition adopted is the one in force; None: the catalogue says.
    current = models.BooleanField(_("adopts the edition in force"), null=True)
    document = models.ForeignKey(LimitDocument, models.SET_NULL, null=True, related_name="+")
    benchmarks = models.ManyToManyField(LimitDocument, related_name="+")
    source = models.CharField(_("source"), max_length=300)
    ended_on = models.DateField(_("off the list since"), null=True)

    class Meta:
        verbose_name = _("key standard")
        ordering = ["field", "number"]
        constraints = [models.UniqueConstraint(fields=["field", "number"], name="key_standard_once")]

    def __str__(self) -> str:
        return self.number


class InternationalStandard(models.Model):
    """An international standard of a key field: whether it can be converted, and by what it was."""

    id = models.BigAutoField(primary_key=True)
    field = models.ForeignKey(KeyField, models.PROTECT, related_name="international")
    number = models.CharField(_("number"), max_length=NUMBER)
    title = models.CharField(_("title"), max_length=300, blank=True)
    convertible = models.BooleanField(_("can be converted"), default=True)
    why_not = models.CharField(_("why not"), max_length=200, blank=True)
    converted_by = models.CharField(_("converted by"), max_length=NUMBER, blank=True)
    source = models.CharField(_("source"), max_length=300)
    ended_on = models.DateField(_("off the list since"), null=True)

    class Meta:
        verbose_name = _("international standard of a key field")
        ordering = ["field", "number"]
        constraints = [models.UniqueConstraint(fields=["field", "number"], name="international_once")]

    def __str__(self) -> str:
        return self.number


class ConformityRun(models.Model):
    """The degree of conformity computed on a day by a version of the method, with every line that it was counted from."""

    class State(models.TextChoices):
        COMPUTED = "computed", _("Computed, to be published")
        PUBLISHED = "published", _("Published")
        DROPPED = "dropped", _("Given up")

    id = models.BigAutoField(primary_key=True)
    as_of = models.DateField(_("as of"))
    region = models.CharField(_("region"), max_length=12)
    method = models.CharField(_("method"), max_length=40)
    r1 = models.JSONField(default=list)
    r2 = models.JSONField(default=list)
    r2_ordered = models.JSONField(default=list)
    r3 = models.JSONField(default=list)
    outcomes = models.JSONField(default=dict)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.COMPUTED)
    computed_by = models.CharField(_("computed by"), max_length=CODE)
    computed_at = models.DateTimeField(_("computed"))
    published_by = models.CharField(_("published by"), max_length=CODE, blank=True)
    published_at = models.DateTimeField(_("published"), null=True)

    class Meta:
        verbose_name = _("computation of the degree of conformity")
        ordering = ["-as_of", "-id"]


class ConformityLine(models.Model):
    """One line of a computation: a key standard (R1), a pair of limits (R2) or an international standard (R3)."""

    class Rate(models.TextChoices):
        STANDARD = "standard", _("Key standard (R1)")
        VERDICT = "verdict", _("Compared indicator (R2)")
        CONVERSION = "conversion", _("International standard (R3)")

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(ConformityRun, models.CASCADE, related_name="lines")
    rate = models.CharField(max_length=10, choices=Rate.choices)
    field = models.CharField(_("key field"), max_length=40)
    key = models.CharField(max_length=80)
    #: What the record of the register says, by field.
    values = models.JSONField(default=dict)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["run", "rate", "field"], name="conformity_line_run")]
