"""What a bureau itself adds to the catalogue of places: zones, agencies, aliases, successions, delegations.

The general regions and agencies stand in the catalogue and need no rows. Everything here is kept by code,
never by foreign key, and nothing is deleted: it ends on a day.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from pinzhi.kernel import clock


class Dated(models.Model):
    """First and last day of what a row says; open where empty. Who entered it and on what grounds."""

    valid_from = models.DateField(_("from"), null=True, blank=True)
    valid_until = models.DateField(_("until"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)
    entered_by = models.CharField(_("entered by"), max_length=64, blank=True)
    entered_at = models.DateTimeField(_("entered at"), default=clock.now)

    class Meta:
        abstract = True


class Region(Dated):
    """A region that the catalogue lacks, a zone as a rule; or a correction of one that it has (same code)."""

    code = models.CharField(_("code"), max_length=12)
    zh = models.CharField(_("name in Chinese"), max_length=60)
    en = models.CharField(_("name in English"), max_length=120, blank=True)
    becomes = models.JSONField(_("becomes"), default=list, blank=True)
    covers = models.JSONField(_("covers"), default=list, blank=True)
    aliases = models.JSONField(_("also called"), default=list, blank=True)

    class Meta:
        verbose_name = _("region")
        ordering = ("code", "valid_from")
        constraints = [
            models.UniqueConstraint(
                fields=["code", "valid_from"], name="places_region_span", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.zh}"


class Agency(Dated):
    """An agency of the bureau's own, or what differs for a general one (same code `<region>-<kind>`)."""

    code = models.CharField(_("code"), max_length=64, unique=True)
    region = models.CharField(_("region"), max_length=12, db_index=True)
    zh = models.CharField(_("name in Chinese"), max_length=100)
    en = models.CharField(_("name in English"), max_length=160, blank=True)
    short = models.CharField(_("short name"), max_length=40, blank=True)
    functions = models.JSONField(_("functions"), default=list, blank=True)

    class Meta:
        verbose_name = _("agency")
        ordering = ("region", "code")

    def __str__(self) -> str:
        return self.zh


class AgencyAlias(models.Model):
    """Another name by which documents call an agency."""

    agency = models.CharField(_("agency"), max_length=64)
    name = models.CharField(_("also called"), max_length=100)

    class Meta:
        verbose_name = _("name in documents")
        constraints = [models.UniqueConstraint(fields=["agency", "name"], name="places_agencyalias_once")]

    def __str__(self) -> str:
        return self.name


class Succession(models.Model):
    """From a day on, one agency stands in another's place; for all functions or for those named."""

    predecessor = models.CharField(_("predecessor"), max_length=64)
    successor = models.CharField(_("successor"), max_length=64)
    since = models.DateField(_("since"))
    functions = models.JSONField(_("functions"), default=list, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("succession")
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor"], name="places_succession_once"),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"


class Delegation(Dated):
    """A function that one agency exercises in a region in another's place (a zone's committee, say)."""

    function = models.CharField(_("function"), max_length=40)
    region = models.CharField(_("region"), max_length=12)
    delegate = models.CharField(_("delegated to"), max_length=64)
    delegator = models.CharField(_("delegated by"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("delegation")
        ordering = ("region", "function")

    def __str__(self) -> str:
        return f"{self.function} {self.region} → {self.delegate}"
