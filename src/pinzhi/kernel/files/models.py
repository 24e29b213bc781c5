"""What is known of a stored file; its content lies on disk under its hash."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from pinzhi.kernel import clock


class StoredFile(models.Model):
    """One content. The same content stored again is the same file, under the name it first came with.

    After an erasure the row stays, without name and uploader, because entries still name the hash.
    """

    sha256 = models.CharField(_("SHA-256"), max_length=64, primary_key=True)
    size = models.BigIntegerField(_("size in bytes"))
    kind = models.CharField(_("kind"), max_length=8)
    media_type = models.CharField(_("media type"), max_length=100)
    original_name = models.CharField(_("name"), max_length=200, blank=True)
    uploaded_by = models.CharField(_("uploaded by"), max_length=64, blank=True)
    uploaded_at = models.DateTimeField(_("uploaded at"), default=clock.now)
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True)

    class Meta:
        verbose_name = _("file")

    def __str__(self) -> str:
        return self.original_name or self.sha256[:12]

    @property
    def download_name(self) -> str:
        """The original name with the ending that fits the content."""
        stem = self.original_name.rpartition(".")[0] or self.original_name or self.sha256[:12]
        return f"{stem}.{self.kind}"
