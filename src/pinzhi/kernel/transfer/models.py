"""A file that is handed in, as it is kept: what was found in it, what was decided, how it ended."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class CheckedImport(models.Model):
    """A file: checked without writing, reported row by row, then brought in as its keeper decides.

    An app's own model adds `What` and gives the field `what` its choices; each keeps a table of its own.
    """

    class Status(models.TextChoices):
        CHECKING = "checking", _("Being checked")
        CHECKED = "checked", _("Checked, to be decided")
        UNREADABLE = "unreadable", _("Cannot be read")
        RUNNING = "running", _("Being brought in")
        DONE = "done", _("Brought in")
        FAILED = "failed", _("Not brought in")
        DROPPED = "dropped", _("Given up")

    class Mode(models.TextChoices):
        ALL = "all", _("All rows or none")
        GOOD = "good", _("Good rows only")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    what = models.CharField(_("content"), max_length=16)
    filename = models.CharField(_("file"), max_length=200)
    digest = models.CharField(max_length=64)
    region = models.CharField(_("region of rows that name none"), max_length=12, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=Status.choices, default=Status.CHECKING)
    mode = models.CharField(_("mode"), max_length=8, choices=Mode.choices, blank=True)
    rows = models.IntegerField(_("rows"), default=0)
    wrong = models.IntegerField(_("wrong rows"), default=0)
    new = models.IntegerField(_("new"), default=0)
    changed = models.IntegerField(_("changed"), default=0)
    unchanged = models.IntegerField(_("unchanged"), default=0)
    errors = models.JSONField(default=list)
    errors_total = models.IntegerField(default=0)
    unknown_columns = models.JSONField(default=list)
    message = models.JSONField(default=dict)
    job = models.UUIDField(null=True)
    by = models.CharField(_("by"), max_length=64)
    user_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(_("handed in"))
    done_at = models.DateTimeField(_("brought in"), null=True)

    class Meta:
        abstract = True
        verbose_name = _("import")
        ordering = ["-at"]
