"""Forms of draws: the design as it is named before anything is drawn, the public value."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pinzhi.apps.inspection import frames, tables
from pinzhi.apps.inspection.forms import REQUIRED
from pinzhi.apps.inspection.models import Programme
from pinzhi.apps.inspection.models.programme import Channel
from pinzhi.kernel import clock, law
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.web.forms import SectionedForm
from pinzhi.rules.identifiers import uscc
from pinzhi.rules.inspection.draws.beacon import CHAINS
from pinzhi.rules.law import NoSuchLawError

CLASSES = ("A", "B", "C", "D")
MOST = 1_000_000


def moment(label: Any) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        error_messages=REQUIRED,
    )


def _lines(text: str) -> list[str]:
    """Lines or parts between commas, widths made one, empty ones left out."""
    plain = unicodedata.normalize("NFKC", text).replace("、", ",")
    return [part.strip() for line in plain.splitlines() for part in line.split(",") if part.strip()]


def _law_share(name: str) -> str:
    """What the law lays down for a risk class, as the hint of its share."""
    try:
        found = law.value("inspection_draw.class_ratios", clock.today()).value[name]
    except (NoSuchLawError, KeyError):
        return ""
    return gettext("Usual: %(least)s–%(most)s %%; who orders the check decides.") % {
        "least": found["least"],
        "most": found["most"],
    }


def _share(name: str) -> forms.DecimalField:
    label = _("Class %(name)s (%%)") if name else _("Not classified (%)")
    return forms.DecimalField(
        label=lazy(lambda: label % {"name": name} if name else label, str)(),
        required=False,
        min_value=Decimal("0.0001"),
        max_value=Decimal(100),
        decimal_places=4,
        help_text=lazy(lambda: _law_share(name), str)() if name else "",
    )


class DrawForm(SectionedForm):
    """Name a draw: what it is made of, how many, by which method, who is left out."""

    sections_of: Any = (
        (_("What is drawn"), ["title", "rules", "unit", "region", "channel", "trades", "all_trades"]),
        (
            _("How many"),
            [
                "strata", "kind", "n", "per_stratum", "share_a", "share_b", "share_c", "share_d", "share_", "minimum", "capacity",
                "per_firm",
            ],
        ),
        (_("How"), ["method"]),
        (_("Who is left out, who is drawn for sure"), ["no_repeat", "certain", "exempt", "exempt_reason"]),
    )  # fmt: skip

    title = forms.CharField(label=_("Title"), max_length=200, error_messages=REQUIRED)
    rules = forms.ChoiceField(label=_("Class of goods"))
    unit = forms.ChoiceField(
        label=_("What is drawn"), choices=[("enterprise", _("Enterprises")), ("product", _("Products"))]
    )
    region = forms.ChoiceField(label=_("Region"))
    trades = forms.CharField(
        label=_("Trades"),
        max_length=200,
        required=False,
        help_text=_("Codes of GB/T 4754 with commas, of those who make or sell the goods: 2451, C24."),
    )
    all_trades = forms.BooleanField(
        label=_("All trades"),
        required=False,
        help_text=_(
            "Only where enterprises of every trade are meant. Products are narrowed by their class anyway."
        ),
    )
    channel = forms.ChoiceField(label=_("Where sampled"), choices=Channel.choices)
    strata = forms.ChoiceField(
        label=_("Strata"),
        choices=[
            ("city", _("Cities")),
            ("size", _("Sizes of enterprises")),
            ("trade", _("Trades")),
            ("none", _("None")),
        ],
    )
    kind = forms.ChoiceField(
        label=_("The number is given"),
        choices=[
            ("total", _("in all, shared over the strata by their size")),
            ("strata", _("for each stratum")),
            ("ratios", _("as a share of each risk class")),
        ],
        required=False,
        help_text=_("Fill in below what goes with it. Whole numbers come from largest remainders."),
    )
    n = forms.IntegerField(
        label=_("How many in all"), min_value=1, max_value=MOST, required=False, error_messages=REQUIRED
    )
    per_stratum = forms.CharField(
        label=_("How many of each stratum"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line: its name, =, the number."),
    )
    share_a, share_b, share_c, share_d = (_share(name) for name in CLASSES)
    share_ = _share("")
    minimum = forms.IntegerField(label=_("At least of each stratum"), min_value=1, max_value=MOST, initial=1)
    capacity = forms.CharField(
        label=_("At most of a stratum"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What a place or laboratory can take. One a line: its name, =, the number."),
    )
    per_firm = forms.IntegerField(
        label=_("At most of one enterprise"),
        min_value=1,
        max_value=1000,
        required=False,
        help_text=_("Products only: enterprises are drawn first, then so many products of each."),
    )
    method = forms.ChoiceField(
        label=_("Method"),
        choices=[("equal", _("Equal probability inside a stratum")), ("pps", _("In proportion to size"))],
    )
    no_repeat = forms.MultipleChoiceField(
        label=_("Not checked again within six months"),
        choices=[
            ("same_department", _("by the same or a higher department (Order 18, art. 8)")),
            ("passed_national", _("what has passed a national check")),
        ],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        initial=["same_department", "passed_national"],
    )
    certain = forms.CharField(
        label=_("Drawn for sure"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Credit codes, one a line: enterprises that are followed up after a failure. The six months do not hold for them."
        ),
    )
    exempt = forms.CharField(
        label=_("Left out by a written decision"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Credit codes, one a line."),
    )
    exempt_reason = forms.CharField(
        label=_("The decision"),
        required=False,
        max_length=100,
        help_text=_("Its number and reason; both become public when the draw is opened."),
    )

    def __init__(self, *args: Any, programme: Programme, rules: Sequence[tuple[str, str]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self._home = programme.region
        codes = [programme.region, *(one.code for one in places.children(programme.region))]
        regions = [(code, tables.place(code)) for code in codes]
        for name, choices in (("rules", rules), ("region", regions)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = list(choices)

    def clean_per_stratum(self) -> dict[str, int]:
        return self._numbers("per_stratum", at_least=1)

    def clean_capacity(self) -> dict[str, int]:
        return self._numbers("capacity", at_least=0)

    def clean_certain(self) -> list[str]:
        return self._codes("certain")

    def clean_exempt(self) -> list[str]:
        return self._codes("exempt")

    def clean(self) -> dict[str, Any]:
        data = dict(super().clean() or {})
        kind = data["kind"] = data.get("kind") or "total"
        if kind == "total" and not data.get("n") and "n" not in self.errors:
            self.add_error("n", gettext("Say how many are drawn in all."))
        if kind == "strata" and not data.get("per_stratum") and "per_stratum" not in self.errors:
            self.add_error("per_stratum", gettext("Say how many are drawn of each stratum."))
        if kind == "ratios":
            for name in (*CLASSES, ""):
                field = f"share_{name.lower()}"
                if not data.get(field) and field not in self.errors:
                    self.add_error(
                        field, gettext("Each class needs a share, or its firms could never be drawn.")
                    )
        if data.get("per_firm") and data.get("unit") != "product":
            self.add_error("per_firm", gettext("This goes with products only."))
        if data.get("exempt") and not data.get("exempt_reason"):
            self.add_error("exempt_reason", gettext("Name the written decision."))
        both = sorted(set(data.get("certain") or ()) & set(data.get("exempt") or ()))
        if both:
            self.add_error(
                "exempt", gettext("Also drawn for sure: %(codes)s") % {"codes": ", ".join(both[:3])}
            )
        return data

    def scope(self) -> dict[str, Any]:
        """Who can be drawn, as `name_draw` takes it."""
        data = self.cleaned_data
        names = (
            "unit",
            "region",
            "channel",
            "strata",
            "no_repeat",
            "certain",
            "exempt",
            "exempt_reason",
            "all_trades",
        )
        return {name: data[name] for name in names} | {"trades": _lines(data["trades"])}

    def design(self) -> dict[str, Any]:
        """How many and by which method, as `name_draw` takes it."""
        data = self.cleaned_data
        if data["kind"] == "ratios":
            shares = {name: data.get(f"share_{name.lower()}") for name in (*CLASSES, "")}
            n: Any = {name: f"{share / 100:f}" for name, share in shares.items() if share}
        else:
            n = data["n"] if data["kind"] == "total" else data["per_stratum"]
        return {
            "kind": data["kind"],
            "n": n,
            "minimum": data["minimum"],
            "method": data["method"],
            "per_firm": data["per_firm"],
            "capacity": data["capacity"],
        }

    def _codes(self, name: str) -> list[str]:
        found: list[str] = []
        for text in _lines(self.cleaned_data[name]):
            code = text.upper()
            if not uscc.is_valid(code):
                raise forms.ValidationError(gettext("%(code)s is no credit code.") % {"code": text[:40]})
            if code not in found:
                found.append(code)
        return found

    def _numbers(self, name: str, *, at_least: int) -> dict[str, int]:
        strata = str(self.data.get(self.add_prefix("strata")) or "city")
        found: dict[str, int] = {}
        for line in _lines(self.cleaned_data[name]):
            title, _sign, number = line.replace(":", "=").rpartition("=")
            key = frames.stratum_called(strata, title.strip(), self._home) if title.strip() else None
            if key is None:
                raise forms.ValidationError(gettext("“%(line)s” names no stratum.") % {"line": line[:60]})
            digits = number.strip()
            if not (digits.isascii() and digits.isdigit() and at_least <= int(digits[:10]) <= MOST):
                raise forms.ValidationError(gettext("“%(line)s” has no whole number.") % {"line": line[:60]})
            if key in found:
                raise forms.ValidationError(gettext("“%(line)s” stands twice.") % {"line": line[:60]})
            found[key] = int(digits)
        return found


class ValueForm(SectionedForm):
    """Name the public value to come."""

    source_kind = forms.ChoiceField(
        label=_("Public value"),
        choices=[("lottery", _("Lottery")), *((chain.name, chain.name) for chain in CHAINS.values())],
        help_text=_("Of drand the first round after the time that is named; its signature is checked here."),
    )
    name = forms.CharField(label=_("Lottery"), max_length=120, required=False)
    issue = forms.CharField(label=_("Issue"), max_length=60, required=False)
    at = moment(_("It comes out at"))
    fallback_issue = forms.CharField(label=_("Issue of the fallback"), max_length=60, required=False)
    fallback_at = moment(_("The fallback comes out at"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("name", "issue", "fallback_issue"):  # a round of drand has no name and issue
            self.fields[name].when_field = "source_kind"  # type: ignore[attr-defined]
            self.fields[name].when_values = json.dumps(["lottery"])  # type: ignore[attr-defined]

    def source(self) -> dict[str, Any]:
        """The value to come, as `name_public_value` takes it."""
        return self._one("issue", "at")

    def fallback(self) -> dict[str, Any]:
        """The one that stands in for it, of the same lottery or network."""
        return self._one("fallback_issue", "fallback_at")

    def _one(self, issue: str, at: str) -> dict[str, Any]:
        data = self.cleaned_data
        if data["source_kind"] == "lottery":
            return {"kind": "lottery", "name": data["name"], "issue": data[issue], "at": data[at]}
        return {"kind": "drand", "chain": data["source_kind"], "at": data[at]}

    def clean(self) -> dict[str, Any]:
        data = dict(super().clean() or {})
        if data.get("source_kind") == "lottery":
            for name in ("name", "issue", "fallback_issue"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, REQUIRED["required"])
        return data


class DrawnValueForm(SectionedForm):
    """The public value once it is there; of what was named only what it has is asked."""

    numbers = forms.CharField(
        label=_("Numbers of the lottery"),
        max_length=300,
        required=False,
        help_text=_("As printed, with blanks between."),
    )
    signature = forms.CharField(label=_("Signature of the drand round (hex)"), max_length=300, required=False)
    previous = forms.CharField(
        label=_("Signature of the round before (hex)"),
        max_length=300,
        required=False,
        help_text=_("In this network each signature covers the one before it."),
    )
    fallback = forms.BooleanField(label=_("The fallback is used"), required=False)
    reason = forms.CharField(
        label=_("Why the fallback is used"),
        max_length=300,
        required=False,
        help_text=_("Public. The fallback can be used once it is out itself."),
    )

    def __init__(self, *args: Any, declaration: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(declaration.get("document") or {}).get(of) or {} for of in ("source", "fallback")]
        kinds = {one.get("kind") for one in named}
        chained = [CHAINS[one["chain"]] for one in named if one.get("chain") in CHAINS]
        if kinds == {"lottery"}:
            del self.fields["signature"]
        if kinds == {"drand"}:
            del self.fields["numbers"]
        if not any(chain.scheme == "pedersen-bls-chained" for chain in chained):
            del self.fields["previous"]
        self.fields["reason"].when_field = "fallback"  # type: ignore[attr-defined]
        self.fields["reason"].when_values = json.dumps(["on"])  # type: ignore[attr-defined]

    def value(self) -> dict[str, Any]:
        """As `make_draw` takes it."""
        data = self.cleaned_data
        found = {name: (data.get(name) or "").strip() for name in ("numbers", "signature", "previous")}
        return found | ({"of": "fallback", "reason": data["reason"]} if data["fallback"] else {})
