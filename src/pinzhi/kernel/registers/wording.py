"""What a definition says, in words that people read: who may see what and when, how long, who does a step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from pinzhi.kernel.registers.definitions import FieldDef, Register, Validity
from pinzhi.kernel.web.texts import in_lang


@dataclass(frozen=True)
class Seen:
    """A publicity class: its fields, whether strangers ever see them, and when."""

    name: str
    fields: list[str]
    public: bool
    when: str


def listed(parts: list[str]) -> str:
    """Words as a list: "a, b" or “甲、乙”."""
    return pgettext("between several values", ", ").join(parts)


def publicity(register: Register) -> list[Seen]:
    """Who may see what, class by class; what nobody outside may see comes last."""
    definition = register.definition
    found = []
    for name, fields in definition.groups.items():
        rule = definition.classes.get(name)
        titles = [in_lang(field.title) for field in fields]
        if rule is None:
            when = _("Never public: the party itself and officials of this register and region see it.")
            found.append(Seen(name, titles, False, when))
            continue
        states = listed([in_lang(register.life.state_by_name[state].title) for state in rule.states])
        term = {
            "valid": _("Public in the states %(states)s while it is valid."),
            "state": _("Public in the states %(states)s."),
            "ever": _("Public from the states %(states)s on, for good."),
        }[rule.while_]
        when = term % {"states": states}
        if rule.personal:
            when += " " + _("Personal data: erased on request without harm to any proof.")
        found.append(Seen(name, titles, True, when))
    found.sort(key=lambda seen: not seen.public)
    return found


def envelope_publicity(register: Register) -> str:
    """When number, state, dates, region and agency of a record are public."""
    states: list[str] = []
    for name in register.definition.envelope_classes:
        states += [s for s in register.definition.classes[name].states if s not in states]
    if not states:
        return _("Nothing of a record of this register is public, not even that it exists.")
    titles = listed([in_lang(register.life.state_by_name[s].title) for s in states])
    return _(
        "That a record exists, its number, state, dates and region are public in the states %(states)s."
    ) % {"states": titles}


def validity(rule: Validity | None) -> str:
    """How long a right is valid."""
    if rule is None:
        return _("Without end, until it is revoked or cancelled.")
    if rule.until_field:
        return _("Until the day that the record names.")
    if rule.law:
        return _("As the law sets it (%(key)s).") % {"key": rule.law}
    if rule.years:
        return _("%(count)s years") % {"count": rule.years}
    if rule.months:
        return _("%(count)s months") % {"count": rule.months}
    return _("%(count)s days") % {"count": rule.days}


def masked(field: FieldDef, value: Any) -> Any:
    """The value as any page or file may show it: of an identity number only its beginning and its end."""
    if field.format != "id-number" or not isinstance(value, str) or len(value) < 8:
        return value
    return f"{value[:3]}{'*' * (len(value) - 7)}{value[-4:]}"


def field_type(field: FieldDef) -> str:
    """What a field takes, in words."""
    names = {
        "string": _("short text"),
        "text": _("longer text"),
        "integer": _("whole number"),
        "number": _("decimal number"),
        "money": _("amount in yuan"),
        "boolean": _("yes or no"),
        "date": _("day"),
        "year": _("year"),
        "datetime": _("day and time"),
        "file": _("file"),
        "table": _("table with the columns: %(columns)s")
        % {"columns": listed([in_lang(column.title) for column in field.columns])},
    }
    if field.options:
        return _("choice of: %(options)s") % {"options": listed([in_lang(o) for o in field.options])}
    formats = {
        "uscc": _("unified social credit code"),
        "gtin": _("product number (GTIN)"),
        "region": _("region"),
        "agency": _("agency"),
        "phone": _("telephone number"),
        "email": _("e-mail address"),
        "id-number": _("identity number"),
        "trade": _("trade (GB/T 4754)"),
        "standard": _("number of a standard"),
        "uri": _("web address"),
    }
    return formats.get(field.format, names[field.type])
