"""Form fields for fields of a register's definition: cleaned by the register's own rules, kept as they were typed."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.urls import NoReverseMatch, reverse
from django.utils.functional import lazy
from django.utils.translation import gettext as _

from pinzhi.kernel.errors import Refused, in_language
from pinzhi.kernel.registers import values as register_values
from pinzhi.kernel.registers.definitions import FieldDef
from pinzhi.kernel.web.table_field import TableField
from pinzhi.kernel.web.texts import in_lang
from pinzhi.kernel.web.wording import sentence_en, sentence_zh

KeepFile = Callable[[UploadedFile, FieldDef], Mapping[str, Any]]
SALT = "pinzhi.web.kept-file"
RADIOS_UP_TO = 5
PICKERS = {"region", "agency", "uscc", "gtin"}


class DefinedField(forms.Field):
    """One field of a definition. `clean` gives the kept value (None for blank), errors in the reader's language."""

    def __init__(self, defined: FieldDef, **kwargs: Any) -> None:
        self.defined = defined
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        try:
            return register_values.clean_value(self.defined, value)
        except register_values.Wrong as wrong:
            wrong_zh, wrong_en, right_zh, right_en = wrong.args4
            raise forms.ValidationError(
                in_language(sentence_zh(wrong_zh, right_zh), sentence_en(wrong_en, right_en)), code="wrong"
            ) from None

    def clean(self, value: Any) -> Any:
        kept = super().clean(value)
        if isinstance(kept, str) and self.defined.format in ("region", "agency"):
            return resolved(self.defined.format, kept, or_as_typed=True)
        return kept


class PickedField(forms.CharField):
    """A region, an agency, an enterprise or a product: its code, or a whole name that only one has."""

    def __init__(self, kind: str, **kwargs: Any) -> None:
        self.kind = kind
        super().__init__(max_length=100, widget=picker(kind), **kwargs)

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        return resolved(self.kind, typed) if typed else ""


def resolved(kind: str, typed: str, *, or_as_typed: bool = False) -> str:
    """The code of what was typed; `or_as_typed` keeps what nobody knows (an old body, one far away)."""
    from pinzhi.kernel.web.pickers import resolve

    try:
        return resolve(kind, typed)
    except Refused as error:
        if or_as_typed and error.code == "unknown_name":
            return typed
        raise forms.ValidationError(f"{error.text}{error.remedy}", code=error.code) from None


class FilesInput(forms.ClearableFileInput):
    """Several files; those that were sent before an error come back as signed references, so none is lost."""

    allow_multiple_selected = True
    template_name = "web/components/files_input.html"
    needs_multipart_form = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Any]:
        kept = []
        for token in (
            data.getlist(f"{name}__kept") if hasattr(data, "getlist") else data.get(f"{name}__kept", [])
        ):
            try:
                kept.append(signing.loads(token, salt=SALT, max_age=7 * 24 * 3600))
            except signing.BadSignature:
                continue
        fresh = files.getlist(name) if hasattr(files, "getlist") else [f for f in [files.get(name)] if f]
        return kept + list(fresh)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in files and f"{name}__kept" not in data

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = forms.Widget.get_context(self, name, None, attrs)
        context["widget"]["type"] = "file"
        context["kept"] = [
            {
                "name": v.get("name") or str(v["sha256"])[:12],
                "size": v.get("size"),
                "token": signing.dumps(v, salt=SALT),
            }
            for v in value or ()
            if isinstance(v, Mapping) and "sha256" in v
        ]
        return context


class FilesField(forms.Field):
    """Files of a field: stored as they come in by `keep`, so that a form with errors keeps them."""

    widget = FilesInput

    def __init__(self, defined: FieldDef, keep: KeepFile | None, **kwargs: Any) -> None:
        self.defined, self.keep = defined, keep
        self.found: list[Mapping[str, Any]] = []
        super().__init__(**kwargs)

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What a form with errors shows again: files that are stored by now."""
        return self.found

    def clean(self, value: Any) -> list[Mapping[str, Any]] | None:
        self.found = found = []
        for one in value or ():
            if isinstance(one, Mapping):
                found.append(one)
                continue
            limit = self.defined.max_mb
            if one.size > limit * 1024 * 1024:
                raise forms.ValidationError(
                    _("%(name)s is larger than %(limit)s MB. Send a smaller file.")
                    % {"name": one.name, "limit": limit}
                )
            accepted = _endings(self.defined)
            if accepted and not one.name.lower().endswith(tuple(accepted)):
                raise forms.ValidationError(
                    _("%(name)s is not of a kind that can be taken. Send %(kinds)s.")
                    % {"name": one.name, "kinds": ", ".join(accepted)}
                )
            if self.keep is None:
                raise forms.ValidationError(_("Files cannot be taken here."))
            try:
                found.append(self.keep(one, self.defined))
            except Refused as error:
                raise forms.ValidationError(f"{error.text} {error.remedy}".strip()) from error
        if not self.defined.many and len(found) > 1:
            del found[:-1]  # a new file takes the place of the one sent before
        if self.required and not found:
            raise forms.ValidationError(_("Add the file."), code="required")
        return found or None


def _endings(field: FieldDef) -> list[str]:
    accepted = (
        field.accept if isinstance(field.accept, (list, tuple)) else [field.accept] if field.accept else []
    )
    return [f".{str(ending).lower().lstrip('.')}" for ending in accepted]


def form_field(
    field: FieldDef, *, required: bool, initial: Any = None, keep_file: KeepFile | None = None
) -> forms.Field:
    """The form field of a definition's field, with label, help, example and the widget that its type wants."""
    common: dict[str, Any] = {
        "label": in_lang(field.title),
        "required": required,
        "initial": initial,
        "help_text": in_lang(field.help),
        "error_messages": {"required": _("Fill in: %(label)s.") % {"label": in_lang(field.title)}},
    }
    if field.type == "file":
        attrs = {"accept": ",".join(_endings(field))} if field.accept else {}
        if field.many:
            attrs["multiple"] = "multiple"
        return FilesField(field, keep_file, widget=FilesInput(attrs=attrs), **common)
    if field.type == "table":
        return TableField(field, **common)
    made: forms.Field = DefinedField(field, widget=widget_for(field, required), **common)
    made.example = field.example  # type: ignore[attr-defined]
    made.unit = in_lang(field.unit) if field.unit else _("yuan") if field.type == "money" else ""  # type: ignore[attr-defined]
    return made


def widget_for(field: FieldDef, required: bool) -> forms.Widget:
    """The widget for a type: few choices as radios, many as a list, codes with suggestions."""
    attrs: dict[str, Any] = {}
    if field.personal or field.format == "id-number":
        attrs["data-private"] = ""
        attrs["autocomplete"] = "off"
    choices = _choices(field)
    if choices is not None:
        if field.many:
            return forms.CheckboxSelectMultiple(choices=choices)
        if required and len(choices) <= RADIOS_UP_TO:
            return forms.RadioSelect(choices=choices)
        return forms.Select(
            choices=[("", _("Please choose")), *choices], attrs={"class": "form-select pz-w-mid"}
        )
    if field.format in PICKERS and field.type == "string":
        return picker(field.format, attrs)
    if field.many or field.type == "text":
        return forms.Textarea(
            attrs={**attrs, "class": "form-control", "rows": 5 if field.type == "text" else 3}
        )
    kind, more = {
        "integer": ("text", {"inputmode": "numeric"}),
        "number": ("text", {"inputmode": "decimal"}),
        "money": ("text", {"inputmode": "decimal"}),
        "year": ("text", {"inputmode": "numeric", "maxlength": "5"}),
        "date": ("date", {"min": "1800-01-01", "max": "2200-12-31"}),
        "datetime": ("datetime-local", {}),
    }.get(field.type, ("text", {}))
    longest = field.constraints.maxLength
    if field.type == "string":
        kind = {"email": "email", "phone": "tel"}.get(field.format, "text")
        if longest:
            more = {"maxlength": str(longest)}
    short = field.type != "string" or bool(longest and longest <= 20)
    width = "pz-w-short" if short else "pz-w-mid" if longest and longest <= 60 else ""
    widget = forms.TextInput(attrs={**attrs, **more, "class": f"form-control {width}".strip()})
    widget.input_type = kind
    return widget


def picker(kind: str, attrs: Mapping[str, Any] | None = None) -> forms.Widget:
    """A text input that suggests while one types; without a script one types the code or the whole name."""
    more: dict[str, Any] = {
        **(attrs or {}),
        "class": "form-control pz-w-mid",
        "data-picker": kind,
        "autocomplete": "off",
        "maxlength": "100",
    }
    # Asked when it is shown: a form class may be made while the addresses are still being read.
    more |= {
        "hx-get": lazy(_pick_address, str)(kind),
        "hx-trigger": "input changed delay:250ms",
        "hx-target": "next .pz-suggest",
    }
    return forms.TextInput(attrs=more)


def _pick_address(kind: str) -> str:
    with contextlib.suppress(NoReverseMatch):
        return reverse("web:pick", args=[kind])
    return ""


def _choices(field: FieldDef) -> Sequence[tuple[str, str]] | None:
    if field.options:
        return [(option.value, in_lang(option)) for option in field.options]
    if field.constraints.enum:
        return [(value, value) for value in field.constraints.enum]
    if field.type == "boolean":
        return [("true", _("Yes")), ("false", _("No"))]
    return None
