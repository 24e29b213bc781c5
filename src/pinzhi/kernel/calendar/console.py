"""The console's page of the calendar: what is known of a year, and entering the next one."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import actor_of
from pinzhi.kernel.access.queries import may
from pinzhi.kernel.calendar import queries
from pinzhi.kernel.calendar.actions.arrange_year import arrange_year
from pinzhi.kernel.calendar.actions.set_day import set_day
from pinzhi.kernel.errors import NotFound, Refused
from pinzhi.kernel.web.forms import SectionedForm


class DayField(forms.CharField):
    """Days, one a line, each with the holiday's name behind it where it has one."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> Any:
        found: dict[date, str] = {}
        for number, line in enumerate((super().to_python(value) or "").splitlines(), start=1):
            if not line.strip():
                continue
            text, _space, name = line.strip().partition(" ")
            try:
                found[date.fromisoformat(text)] = name.strip()
            except ValueError:
                raise forms.ValidationError(
                    _("Line %(n)s: a day is written 2027-01-01.") % {"n": number}
                ) from None
        return found

    def validate(self, value: Any) -> None:
        if self.required and not value:
            raise forms.ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        """Whether the days make a year is the action's matter."""


class YearForm(SectionedForm):
    days_off = DayField(
        label=gettext_lazy("Days of rest"),
        help_text=gettext_lazy("One a line with its name: 2027-01-01 元旦"),
    )
    working_days = DayField(label=gettext_lazy("Weekend days that are worked"), required=False)
    source = forms.CharField(label=gettext_lazy("Source"), max_length=300)


class OneDayForm(SectionedForm):
    day = forms.DateField(
        label=gettext_lazy("Day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    working = forms.TypedChoiceField(
        label=gettext_lazy("This day is"),
        choices=[("off", gettext_lazy("a day of rest")), ("on", gettext_lazy("a working day"))],
        coerce=lambda value: value == "on",
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=40, required=False)
    source = forms.CharField(label=gettext_lazy("Source"), max_length=300)


@require_http_methods(["GET", "POST"])
def year(request: HttpRequest, year: int | None = None) -> HttpResponse:
    """A year's days that differ from their weekday; two forms below for who may enter them."""
    chosen = year or clock.today().year
    if not 2000 <= chosen <= 2100:
        raise NotFound("no_such_year", zh="没有这一年的日历。", en="There is no calendar of that year.")
    actor = actor_of(request)
    whole, single = YearForm(prefix="year"), OneDayForm(prefix="day")
    if request.method == "POST":
        if "day-day" in request.POST:
            single = OneDayForm(request.POST, prefix="day")
        else:
            whole = YearForm(request.POST, prefix="year")
        form: SectionedForm = single if single.is_bound else whole
        if form.is_valid():
            given = form.cleaned_data
            try:
                if form is single:
                    set_day(**given, by=actor)
                else:
                    days = list(given["working_days"])
                    arrange_year(
                        year=chosen,
                        days_off=given["days_off"],
                        working_days=days,
                        source=given["source"],
                        by=actor,
                    )
            except Refused as refused:
                if refused.status == 403:
                    raise
                form.add_refusal(refused)
            else:
                messages.success(request, _("It is entered and holds from now on."))
                return redirect("calendar_year", chosen)
    return render(
        request,
        "calendar/year.html",
        {
            "year": chosen,
            "before": chosen - 1,
            "after": chosen + 1,
            "known": queries.is_known(date(chosen, 1, 1)),
            "known_until": queries.known_until(),
            "days": queries.special_days(chosen),
            "whole": whole,
            "single": single,
            "may_enter": may(actor, "administrator"),
        },
        status=422 if whole.errors or single.errors else 200,
    )
