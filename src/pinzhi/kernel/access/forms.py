"""Forms of the account pages and of those that keep accounts and rights. They parse; actions decide."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm as AllauthLoginForm
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pinzhi.kernel.access.accounts import normal_username
from pinzhi.kernel.access.models import Role, SpeaksFor
from pinzhi.kernel.errors import Refused


class LoginForm(AllauthLoginForm):
    def clean_login(self) -> str:
        return normal_username(self.cleaned_data["login"])


class StyledForm(forms.Form):
    """Widgets in the house's classes, and a way for an action's refusal to stand at its field."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            widget = field.widget
            if isinstance(widget, forms.CheckboxInput | forms.CheckboxSelectMultiple | forms.RadioSelect):
                widget.attrs.setdefault("class", "form-check-input")
            elif isinstance(widget, forms.Select):
                widget.attrs.setdefault("class", "form-select")
            else:
                widget.attrs.setdefault("class", "form-control")

    def refuse(self, refused: Refused) -> None:
        """Show what an action refused: at its field where the form has it, else at the top."""
        text = f"{refused.text} {refused.remedy}".strip()
        self.add_error(refused.place if refused.place in self.fields else None, text)


class ProfileForm(StyledForm):
    display_name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=64)
    email = forms.EmailField(label=_("E-mail"), required=False)
    phone = forms.CharField(label=_("Phone"), max_length=32, required=False)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)


class PasswordForm(StyledForm):
    old = forms.CharField(
        label=_("Present password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label=_("New password"),
        strip=False,
        help_text=_("At least 10 characters, not a common word, not like your name."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("New password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("new") and data.get("again") and data["new"] != data["again"]:
            self.add_error("again", _("The two new passwords are not the same."))
        return data


class ResetPasswordForm(StyledForm):
    new = forms.CharField(
        label=_("First password"),
        strip=False,
        help_text=_("Tell it to the holder in person; it must be changed at the next login."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class TokenForm(StyledForm):
    name = forms.CharField(label=_("Name"), max_length=64, help_text=_("What the token is for."))
    scopes = forms.MultipleChoiceField(label=_("Scopes"), widget=forms.CheckboxSelectMultiple)
    region = forms.CharField(
        label=_("Region"), required=False, help_text=_("Code; empty: all that you hold.")
    )
    days = forms.IntegerField(label=_("Valid for (days)"), min_value=1, max_value=366, initial=90)

    def __init__(self, *args: Any, scopes: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = scopes  # type: ignore[attr-defined]


class UserForm(StyledForm):
    username = forms.CharField(
        label=_("User name"), max_length=64, help_text=_("Letters, digits and . _ - @; lower case.")
    )
    display_name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=64)
    speaks_for = forms.ChoiceField(label=_("Speaks for"), choices=SpeaksFor.choices)
    party = forms.CharField(
        label=_("Party"),
        max_length=64,
        help_text=_("Code of the agency, or unified social credit code of the enterprise or body."),
    )
    region = forms.CharField(
        label=_("Region"),
        max_length=12,
        required=False,
        help_text=_("Code of where the party sits, such as 350100."),
    )
    email = forms.EmailField(label=_("E-mail"), required=False)
    phone = forms.CharField(label=_("Phone"), max_length=32, required=False)
    password = forms.CharField(
        label=_("First password"),
        strip=False,
        required=False,
        help_text=_("Must be changed at the first login. Empty: enters by the linked identity only."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class GrantForm(StyledForm):
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    function = forms.ChoiceField(label=_("Function of government"))
    register = forms.ChoiceField(label=_("Register"))
    region = forms.CharField(
        label=_("Region"),
        max_length=12,
        required=False,
        help_text=_("Code; holds for all within it. Empty: everywhere."),
    )
    starts_on = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    ends_on = forms.DateField(
        label=_("Until"),
        required=False,
        help_text=_("Empty: until revoked."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def __init__(
        self, *args: Any, functions: list[tuple[str, str]], registers: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        everything = [("*", _("All"))]
        self.fields["function"].choices = everything + functions  # type: ignore[attr-defined]
        self.fields["register"].choices = everything + registers  # type: ignore[attr-defined]


class IdentityForm(StyledForm):
    provider = forms.CharField(label=_("Login service"), max_length=64)
    subject = forms.CharField(label=_("Subject (sub)"), max_length=191)
