"""What officials enter of the calendar: the State Council's arrangement of a year, and single days."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from pinzhi.kernel import clock


class CalendarYear(models.Model):
    """A year whose arrangement of holidays has been entered whole, so that days in it can be counted."""

    year = models.PositiveSmallIntegerField(_("year"), primary_key=True)
    source = models.CharField(_("source"), max_length=300)
    entered_by = models.CharField(_("entered by"), max_length=64)
    entered_at = models.DateTimeField(_("entered at"), default=clock.now)

    class Meta:
        verbose_name = _("calendar year")
        ordering = ("-year",)

    def __str__(self) -> str:
        return str(self.year)


class CalendarDay(models.Model):
    """A day that differs from what its weekday, or the known arrangement, says."""

    day = models.DateField(_("day"), primary_key=True)
    working = models.BooleanField(_("working day"))
    name = models.CharField(_("name"), max_length=40, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)
    entered_by = models.CharField(_("entered by"), max_length=64)
    entered_at = models.DateTimeField(_("entered at"), default=clock.now)

    class Meta:
        verbose_name = _("calendar day")
        ordering = ("day",)

    def __str__(self) -> str:
        return self.day.isoformat()
