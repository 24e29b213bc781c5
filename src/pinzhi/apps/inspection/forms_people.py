"""Forms of inspectors, laboratories' capabilities, recusals and seals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pinzhi.apps.inspection.forms import REQUIRED, day
from pinzhi.apps.inspection.seal_ranges import RangeError, expand
from pinzhi.kernel.access.accounts import normal_username
from pinzhi.kernel.access.models import User
from pinzhi.kernel.web.forms import SectionedForm
from pinzhi.kernel.web.texts import reads_english
from pinzhi.kernel.web.widgets import PickedField


class InspectorForm(SectionedForm):
    """Somebody who may take samples."""

    code = forms.CharField(
        label=_("Certificate no."),
        max_length=64,
        help_text=_("Of the law-enforcement or sampling certificate; it stands on every sampling sheet."),
        error_messages=REQUIRED,
    )
    name = forms.CharField(label=_("Name"), max_length=60, error_messages=REQUIRED)
    agency = PickedField(
        "agency", label=_("Department"), help_text=_("Name or code."), error_messages=REQUIRED
    )
    region = PickedField(
        "region", label=_("Region"), help_text=_("Where tasks may be given to them, with all that lies in it."),
        error_messages=REQUIRED,
    )  # fmt: skip
    username = forms.CharField(
        label=_("User name"),
        max_length=64,
        required=False,
        help_text=_("The account with which they record samples on a phone."),
    )
    active = forms.BooleanField(
        label=_("Can be drawn"),
        required=False,
        initial=True,
        help_text=_("Take the tick away while somebody is on leave or has left; nobody is deleted."),
    )

    def __init__(self, *args: Any, fixed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if fixed:
            del self.fields["code"]

    def clean_username(self) -> str:
        name = normal_username(self.cleaned_data["username"]) if self.cleaned_data["username"] else ""
        if name and not User.objects.filter(username=name).exists():
            raise forms.ValidationError(
                _("There is no account %(name)s: have it opened first, or leave this empty.") % {"name": name}
            )
        return name


class CapabilityForm(SectionedForm):
    """What a laboratory may test, after several detailed rules at once."""

    laboratory = PickedField(
        "uscc", label=_("Laboratory"), help_text=_("Credit code, or the name of a technical body."), error_messages=REQUIRED
    )  # fmt: skip
    name = forms.CharField(
        label=_("Name"), max_length=200, required=False, help_text=_("Left empty: as it stands on the roster of technical bodies.")
    )  # fmt: skip
    region = PickedField("region", label=_("Region"), help_text=_("Name or code."), error_messages=REQUIRED)
    rules = forms.MultipleChoiceField(
        label=_("Detailed rules"), widget=forms.CheckboxSelectMultiple, error_messages=REQUIRED
    )
    valid_from = day(_("From"))
    valid_until = day(
        _("Until"), required=False, help_text=_("The end of the approval of the laboratory; empty: open.")
    )
    capacity = forms.IntegerField(
        label=_("Batches a year"), min_value=0, max_value=1_000_000, initial=0, help_text=_("0: no limit."), error_messages=REQUIRED
    )  # fmt: skip

    def __init__(self, *args: Any, rules: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["rules"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = list(rules)


class TermForm(SectionedForm):
    """Change one term of a laboratory: its end and its capacity."""

    valid_until = day(_("Until"), required=False, help_text=_("Reports of tests after this day are refused."))
    capacity = forms.IntegerField(
        label=_("Batches a year"), min_value=0, max_value=1_000_000, help_text=_("0: no limit."), error_messages=REQUIRED
    )  # fmt: skip


class RecusalForm(SectionedForm):
    """Who must not act in matters of an enterprise."""

    who = forms.CharField(
        label=_("Who"),
        max_length=64,
        help_text=_(
            "Certificate number of the inspector, credit code of the laboratory, or code of the agency."
        ),
        error_messages=REQUIRED,
    )
    uscc = PickedField(
        "uscc", label=_("Enterprise"), help_text=_("Credit code or name."), error_messages=REQUIRED
    )
    region = PickedField(
        "region", label=_("Region"), help_text=_("Of a laboratory's recusal: where it holds."), required=False
    )
    since = day(_("From"))
    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}), error_messages=REQUIRED
    )


class EndForm(SectionedForm):
    until = day(_("Last day"))


class SealsForm(SectionedForm):
    """Numbers of seals and what is done with them; `numbers` is cleaned to a list."""

    numbers = forms.CharField(
        label=_("Seal numbers"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("A range as YL000001～YL000060, or single ones; several with commas or lines."),
        error_messages=REQUIRED,
    )
    agency = PickedField(
        "agency", label=_("Issued to"), help_text=_("Name or code."), error_messages=REQUIRED
    )
    holder = forms.CharField(
        label=_("Handed to"),
        max_length=64,
        required=False,
        help_text=_(
            "Certificate number of the inspector or credit code of the laboratory; empty: back into store."
        ),
    )
    on = day(_("On"))
    what = forms.ChoiceField(
        label=_("What happened"),
        choices=[("stolen", _("Stolen or lost")), ("spoilt", _("Spoilt"))],
        widget=forms.RadioSelect,
        error_messages=REQUIRED,
    )
    region = PickedField("region", label=_("Region"), help_text=_("Of the agency."), error_messages=REQUIRED)

    def __init__(
        self, *args: Any, ask: Sequence[str], holders: Sequence[tuple[str, str]] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name in [name for name in self.fields if name not in ask]:
            del self.fields[name]
        if holders and "holder" in self.fields:
            old = self.fields["holder"]
            self.fields["holder"] = forms.ChoiceField(
                label=old.label,
                required=False,
                choices=[("", gettext("— back into store —")), *holders],
                help_text=_("Inspectors and laboratories of the lists."),
            )

    def clean_numbers(self) -> list[str]:
        try:
            return expand(self.cleaned_data["numbers"])
        except RangeError as error:
            raise forms.ValidationError(error.en if reads_english() else error.zh) from None
