"""The forms of parties, made from the same fields that files and the API use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pinzhi.apps.parties.fields import ROSTER_OF, fields_of
from pinzhi.kernel.registers import catalogue
from pinzhi.kernel.web.editing import FieldsForm, fields_form
from pinzhi.kernel.web.forms import SectionedForm
from pinzhi.kernel.web.texts import in_lang
from pinzhi.kernel.web.widgets import PickedField

REQUIRED = {"required": _("Fill this in.")}


def party_form(
    what: str, *, without: tuple[str, ...] = (), initial: Mapping[str, Any] | None = None
) -> type[FieldsForm]:
    """The form class for one kind of party. `without`: fields that this form does not ask for."""
    section = in_lang(catalogue.get(ROSTER_OF[what]).definition.fields[0].group)
    return fields_form(fields_of(what), without=without, initial=initial, section=section)


class RenameForm(SectionedForm):
    name = forms.CharField(label=_("New name"), max_length=200, error_messages=REQUIRED)
    since = forms.DateField(
        label=_("From"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("The day of the registration authority; left empty: today."),
    )


class CloseForm(SectionedForm):
    status = forms.ChoiceField(label=_("Status"))
    on = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    successor_code = PickedField(
        "uscc", label=_("Who takes over"), required=False, help_text=_("Who takes over: credit code or name.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = next(f for f in fields_of("enterprises") if f.name == "status")
        status = self.fields["status"]
        assert isinstance(status, forms.ChoiceField)
        status.choices = [(o.value, in_lang(o)) for o in field.options or () if o.value != "merged"]


class ReasonForm(SectionedForm):
    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}), error_messages=REQUIRED
    )


class InviteForm(SectionedForm):
    display_name = forms.CharField(label=_("Name of the person"), max_length=64, error_messages=REQUIRED)


class ClaimForm(SectionedForm):
    """What a firm's person hands in; nobody is logged in."""

    sections_of: Any = (
        (_("The enterprise"), ("uscc", "licence", "letter")),
        (_("You"), ("display_name", "phone", "email")),
        (_("Your account"), ("username", "password", "password_again")),
    )
    uscc = forms.CharField(
        label=_("Unified social credit code"), max_length=40, help_text=_("18 characters, as on the business licence."),
        error_messages=REQUIRED,
    )  # fmt: skip
    licence = forms.FileField(
        label=_("Business licence"),
        help_text=_("PDF, OFD, JPG or PNG, up to 10 MB."),
        error_messages=REQUIRED,
        allow_empty_file=True,
    )
    letter = forms.FileField(
        label=_("Letter of authorisation"),
        help_text=_("Sealed by the enterprise, naming you. PDF, OFD, JPG or PNG, up to 10 MB."),
        error_messages=REQUIRED,
        allow_empty_file=True,
    )
    display_name = forms.CharField(label=_("Your name"), max_length=64, error_messages=REQUIRED)
    phone = forms.CharField(label=_("Telephone"), max_length=32, error_messages=REQUIRED)
    email = forms.EmailField(label=_("E-mail"), max_length=200, required=False)
    username = forms.CharField(
        label=_("User name"),
        max_length=64,
        help_text=_("Letters, digits and . _ - @ only."),
        error_messages=REQUIRED,
    )
    password = forms.CharField(
        label=_("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters, not a common one."),
        error_messages=REQUIRED,
    )
    password_again = forms.CharField(
        label=_("Password again"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages=REQUIRED,
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("password") and data.get("password_again") and data["password"] != data["password_again"]:
            self.add_error("password_again", _("The two passwords are not the same."))
        return data


class JoinForm(SectionedForm):
    username = forms.CharField(
        label=_("User name"),
        max_length=64,
        help_text=_("Letters, digits and . _ - @ only."),
        error_messages=REQUIRED,
    )
    password = forms.CharField(
        label=_("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages=REQUIRED,
    )
    phone = forms.CharField(label=_("Telephone"), max_length=32, required=False)


class StateForm(SectionedForm):
    number = forms.CharField(label=_("Number of the claim"), max_length=40, error_messages=REQUIRED)
    code = forms.CharField(label=_("Code"), max_length=60, error_messages=REQUIRED)
