"""The audit trail. The database itself refuses to change or remove a line of it (see the first migration)."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEvent(models.Model):
    """One thing done or read. It names accounts, parties and records by key, and holds no value of a record.

    There is no foreign key to the account: an event outlives whatever it speaks of.
    """

    at = models.DateTimeField(_("time"))
    action = models.CharField(_("action"), max_length=80)
    username = models.CharField(_("user name"), max_length=64)
    party = models.CharField(_("party"), max_length=64, blank=True)
    user_id = models.BigIntegerField(_("account"), null=True)
    subject_kind = models.CharField(_("kind of subject"), max_length=40, blank=True)
    subject_key = models.CharField(_("subject"), max_length=200, blank=True)
    register = models.CharField(_("register"), max_length=64, blank=True)
    region = models.CharField(_("region"), max_length=12, blank=True)
    count = models.PositiveIntegerField(_("how many"), default=1)
    is_read = models.BooleanField(_("read only"), default=False)
    detail = models.JSONField(_("details"), default=dict, encoder=DjangoJSONEncoder)
    request_id = models.CharField(_("request"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("audit event")
        indexes = [
            models.Index(fields=["-at"], name="audit_at"),
            models.Index(fields=["subject_key", "-id"], name="audit_subject"),
            models.Index(fields=["username", "-id"], name="audit_username"),
            models.Index(fields=["action", "-id"], name="audit_action"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.username} {self.action} {self.subject_key}".rstrip()
