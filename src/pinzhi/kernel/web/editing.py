"""Pages on which one thing is entered or changed: a form over fields, the revision that was seen, what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from pinzhi.kernel.errors import Refused
from pinzhi.kernel.registers.definitions import FieldDef
from pinzhi.kernel.web.forms import SectionedForm
from pinzhi.kernel.web.texts import in_lang
from pinzhi.kernel.web.widgets import form_field


class TakesRefusal(Protocol):
    """A form that shows what an action refused at the fields that it names."""

    @property
    def errors(self) -> Any: ...
    def is_valid(self) -> bool: ...
    def add_refusal(self, error: Refused, /) -> None: ...


class FieldsForm(SectionedForm):
    """A form over fields; `values()` is what the action takes."""

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data.get(name) for name in self.fields if name in self.cleaned_data}


def fields_form(
    fields: Sequence[FieldDef],
    *,
    without: Sequence[str] = (),
    initial: Mapping[str, Any] | None = None,
    section: str = "",
) -> type[FieldsForm]:
    """The form class over fields. `without`: those that it does not ask for; `section`: of those that name none."""
    made: dict[str, forms.Field] = {}
    sections: dict[str, list[str]] = {}
    for field in fields:
        if field.name in without:
            continue
        made[field.name] = form_field(field, required=field.required, initial=(initial or {}).get(field.name))
        sections.setdefault(in_lang(field.group) if field.group else section, []).append(field.name)
    return type("AForm", (FieldsForm,), {"sections_of": list(sections.items()), **made})


def revision_seen(request: HttpRequest) -> int | None:
    """The revision that the sent form was filled in over; None where it says none."""
    text = request.POST.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def sent_form(
    request: HttpRequest,
    form: TakesRefusal,
    save: Callable[[], str],
    template: str,
    context: Mapping[str, Any],
    *,
    said: str = "",
) -> HttpResponse:
    """Show the form, or carry `save` out and go to the address that it gives; a refusal stays at its fields.

    `said`: the message after it was done.
    """
    if request.method == "POST" and form.is_valid():
        try:
            address = save()
        except Refused as refused:
            form.add_refusal(refused)
        else:
            if said:
                messages.success(request, said)
            return redirect(address)
    return render(request, template, {**context, "form": form}, status=422 if form.errors else 200)


def form_page(
    request: HttpRequest,
    form: TakesRefusal,
    save: Callable[[], str],
    *,
    title: str,
    crumbs: Sequence[tuple[str, str]],
    revision: int | None = None,
) -> HttpResponse:
    """`sent_form` on the usual page; the last crumb leads back, `revision` is that of what the form shows."""
    context = {"form_title": title, "crumbs": crumbs, "revision": revision}
    return sent_form(request, form, save, "web/form_page.html", context, said=_("Saved."))
