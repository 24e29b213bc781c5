"""The catalogue of standards: editions with their dates, how they stand to one another, what a field should have.

Only bibliographic facts are kept; no text of a standard is.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pinzhi.kernel.transfer.models import CheckedImport

CODE = 64
NUMBER = 160


class Edition(models.Model):
    """One dated edition of a standard (GB 31701-2015); what is cited without a year is a series of editions."""

    class Level(models.TextChoices):
        NATIONAL = "national", _("National standard")
        INDUSTRY = "industry", _("Industry standard")
        LOCAL = "local", _("Local standard")
        GROUP = "group", _("Group standard")
        ENTERPRISE = "enterprise", _("Enterprise standard")
        INTERNATIONAL = "international", _("International standard")
        REGIONAL = "regional", _("Regional standard")
        FOREIGN = "foreign", _("Foreign standard")

    class Nature(models.TextChoices):
        MANDATORY = "mandatory", _("Mandatory")
        RECOMMENDED = "recommended", _("Recommended")
        GUIDE = "guide", _("Guidance document")
        NONE = "none", _("Neither")

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published, not yet in force")
        IN_FORCE = "in_force", pgettext_lazy("standard", "In force")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Role(models.TextChoices):
        LEAD = "lead", _("Led")
        PARTICIPANT = "participant", _("Took part")

    id = models.BigAutoField(primary_key=True)
    number = models.CharField(_("number"), max_length=NUMBER)
    #: The dated key of `rules.standards.identifiers`; one edition, one key.
    key = models.CharField(max_length=NUMBER, unique=True)
    #: The same without the year: what an undated reference names.
    series_key = models.CharField(max_length=NUMBER)
    title_zh = models.CharField(_("Chinese title"), max_length=300, blank=True)
    title_en = models.CharField(_("English title"), max_length=400, blank=True)
    body = models.CharField(_("code of the publisher"), max_length=40)
    level = models.CharField(_("level"), max_length=16, choices=Level.choices)
    nature = models.CharField(_("nature"), max_length=12, choices=Nature.choices, default=Nature.NONE)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices)
    published_on = models.DateField(_("published on"), null=True)
    effective_on = models.DateField(_("in force from"), null=True)
    #: The first day on which it was no longer in force.
    withdrawn_on = models.DateField(_("withdrawn on"), null=True)
    #: Of a draft under consultation: the last day for comments.
    comment_until = models.DateField(_("comments until"), null=True)
    ics = models.JSONField("ICS", default=list)
    ccs = models.JSONField("CCS", default=list)
    owner = models.CharField(_("technical committee or owner"), max_length=200, blank=True)
    drafters = models.JSONField(_("drafters"), default=list)
    field = models.CharField(_("product field"), max_length=24, blank=True)
    consumer_goods = models.BooleanField(_("consumer goods"), null=True)
    key_standard = models.BooleanField(_("key standard"), default=False)
    #: What part bodies of this region had in making it; empty where none is known.
    local_role = models.CharField(_("role of local bodies"), max_length=12, choices=Role.choices, blank=True)
    #: Adoption as the publisher words it; the relations are read from it.
    adoption_text = models.CharField(_("adoption"), max_length=400, blank=True)
    #: Whose catalogue: the region of a local standard, else that of the agency that keeps it.
    region = models.CharField(_("region"), max_length=12)
    url = models.CharField(_("where to read it"), max_length=300, blank=True)
    remark = models.CharField(_("remark"), max_length=300, blank=True)
    search_text = models.TextField(blank=True)
    sort_key = models.CharField(max_length=NUMBER + 60)
    source = models.CharField(_("import"), max_length=36, blank=True)
    revision = models.IntegerField(default=1)
    updated_at = models.DateTimeField(_("updated"))
    updated_by = models.CharField(_("by"), max_length=CODE)

    class Meta:
        verbose_name = _("edition of a standard")
        indexes = [
            models.Index(fields=["series_key"], name="edition_series"),
            models.Index(fields=["sort_key", "id"], name="edition_sort"),
            models.Index(fields=["field", "level"], name="edition_field"),
            models.Index(fields=["status", "level"], name="edition_status"),
            models.Index(
                fields=["effective_on"], name="edition_coming", condition=models.Q(status="published")
            ),
            models.Index(fields=["id"], name="edition_key_standard", condition=models.Q(key_standard=True)),
        ]

    def __str__(self) -> str:
        return self.number


class OtherNumber(models.Model):
    """Another number by which the text of an edition is cited: of a joint, a dual or a European document."""

    id = models.BigAutoField(primary_key=True)
    edition = models.ForeignKey(Edition, models.CASCADE, related_name="other_numbers")
    #: As `rules.standards.second_numbers` derives them from the number.
    key = models.CharField(max_length=NUMBER)
    series_key = models.CharField(max_length=NUMBER)

    class Meta:
        verbose_name = _("other number of an edition")
        constraints = [models.UniqueConstraint(fields=["edition", "key"], name="other_number_once")]
        indexes = [
            models.Index(fields=["series_key"], name="other_number_series"),
            models.Index(fields=["key"], name="other_number_key"),
        ]

    def __str__(self) -> str:
        return self.key


class Relation(models.Model):
    """How an edition stands to another document, as its own publisher says; the other need not be in the catalogue."""

    class Kind(models.TextChoices):
        ADOPTS = "adopts", _("adopts")
        CITES = "cites", _("cites")
        REPLACES = "replaces", _("replaces")
        IMPLEMENTS = "implements", _("implements")

    class Degree(models.TextChoices):
        IDT = "IDT", _("identical (IDT)")
        MOD = "MOD", _("modified (MOD)")
        NEQ = "NEQ", _("non-equivalent (NEQ)")
        EQV = "EQV", _("equivalent (EQV, until 2001)")

    class Part(models.TextChoices):
        WHOLLY = "wholly", _("wholly")
        PARTLY = "partly", _("partly")

    id = models.BigAutoField(primary_key=True)
    from_edition = models.ForeignKey(Edition, models.CASCADE, related_name="relations")
    kind = models.CharField(_("relation"), max_length=12, choices=Kind.choices)
    degree = models.CharField(_("degree"), max_length=3, choices=Degree.choices, blank=True)
    part = models.CharField(_("extent"), max_length=6, choices=Part.choices, blank=True)
    to_edition = models.ForeignKey(Edition, models.SET_NULL, null=True, related_name="related_from")
    #: As written; an undated reference stays one.
    to_number = models.CharField(_("to"), max_length=200)
    #: Empty where the writing names no standard (a committee paper, a word).
    to_key = models.CharField(max_length=NUMBER, blank=True)
    to_series_key = models.CharField(max_length=NUMBER, blank=True)
    dated = models.BooleanField(default=True)
    source = models.CharField(_("import"), max_length=36, blank=True)

    class Meta:
        verbose_name = _("relation between standards")
        constraints = [
            models.UniqueConstraint(fields=["from_edition", "kind", "to_number"], name="relation_once")
        ]
        indexes = [
            models.Index(fields=["kind", "to_key"], name="relation_to_key"),
            models.Index(fields=["kind", "to_series_key"], name="relation_to_series"),
            models.Index(fields=["to_edition", "kind"], name="relation_to_edition"),
        ]

    def __str__(self) -> str:
        return f"{self.from_edition_id} {self.kind} {self.to_number}"


class SystemTable(models.Model):
    """The standards-system table of a product field: a tree of what there should be."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")

    id = models.BigAutoField(primary_key=True)
    code = models.CharField(_("code"), max_length=40, unique=True)
    title_zh = models.CharField(_("Chinese title"), max_length=200)
    title_en = models.CharField(_("English title"), max_length=200, blank=True)
    field = models.CharField(_("product field"), max_length=24)
    region = models.CharField(_("region"), max_length=12)
    note = models.TextField(_("note"), blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    revision = models.IntegerField(default=1)
    updated_at = models.DateTimeField(_("updated"))
    updated_by = models.CharField(_("by"), max_length=CODE)

    class Meta:
        verbose_name = _("standards-system table")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.title_zh


class SystemNode(models.Model):
    """A branch of the tree, or an item: a subject that `wanted` standards should cover, and those that do."""

    id = models.BigAutoField(primary_key=True)
    table = models.ForeignKey(SystemTable, models.CASCADE, related_name="nodes")
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="children")
    #: 1, 1.2, 1.2.3: the place in the tree.
    code = models.CharField(_("place"), max_length=30)
    title_zh = models.CharField(_("Chinese title"), max_length=200)
    title_en = models.CharField(_("English title"), max_length=200, blank=True)
    #: How many standards the subject should have; none: a branch.
    wanted = models.IntegerField(_("standards wanted"), null=True)
    level = models.CharField(_("level wanted"), max_length=16, choices=Edition.Level.choices, blank=True)
    #: Numbers of standards that serve the subject, as written.
    numbers = models.JSONField(_("standards"), default=list)
    plan = models.CharField(_("what is to be done"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("place in a standards-system table")
        constraints = [models.UniqueConstraint(fields=["table", "code"], name="system_node_place")]

    def __str__(self) -> str:
        return f"{self.code} {self.title_zh}"


class AlertDecision(models.Model):
    """What an official decided on an alert; the alert itself is worked out from the catalogue every time."""

    class Decision(models.TextChoices):
        IN_HAND = "in_hand", _("In hand")
        NO_ACTION = "no_action", _("No action needed")

    id = models.BigAutoField(primary_key=True)
    #: kind:edition key:what it is about.
    alert = models.CharField(max_length=400, unique=True)
    decision = models.CharField(_("decision"), max_length=10, choices=Decision.choices)
    reason = models.CharField(_("reason"), max_length=500)
    region = models.CharField(_("region"), max_length=12)
    decided_at = models.DateTimeField(_("decided at"))
    decided_by = models.CharField(_("decided by"), max_length=CODE)

    class Meta:
        verbose_name = _("decision on an alert")


class CatalogueImport(CheckedImport):
    """A file of the catalogue."""

    class What(models.TextChoices):
        EDITIONS = "editions", _("Standards")
        RELATIONS = "relations", _("Relations")
        STS = "sts", _("NISO STS metadata")

    what = models.CharField(_("content"), max_length=16, choices=What.choices)
