"""Records that came from a phone or another system, each by the number that its sender gave it."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from pinzhi.apps.inspection.models.programme import CODE
from pinzhi.apps.inspection.models.tasks import Sample, Task


class FieldRecord(models.Model):
    """A sampling record that was taken: sent again, it is known by its id and its content."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    task = models.ForeignKey(Task, models.PROTECT, related_name="records", null=True)
    sample = models.OneToOneField(Sample, models.PROTECT, related_name="record")
    digest = models.CharField(max_length=64)
    started_at = models.DateTimeField(_("begun on the phone"), null=True)
    received_at = models.DateTimeField(_("received"))
    received_from = models.CharField(_("by"), max_length=CODE)

    class Meta:
        verbose_name = _("sampling record")
