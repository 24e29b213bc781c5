"""The lists that a degree of conformity stands on: key fields, key standards, international standards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from pinzhi.apps.standards import access
from pinzhi.apps.standards.access_verbs_limits import CONFORMITY
from pinzhi.apps.standards.actions.save_limit_documents import document_key
from pinzhi.apps.standards.models.limits import InternationalStandard, KeyField, KeyStandard, LimitDocument
from pinzhi.apps.standards.publishing_limits import CONFORMITY as REGISTER
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Refused


@transaction.atomic
def save_key_field(values: Mapping[str, Any], *, region: str, by: Actor) -> KeyField:
    """Put a field on the list or change it: code, title_zh, title_en, basis. Raises NotPermitted, Refused."""
    access.require(by, CONFORMITY, [region], register=REGISTER)
    _asked(values, ("code", "title_zh", "basis"))
    row, _ = KeyField.objects.update_or_create(
        region=region,
        code=values["code"],
        defaults={name: values.get(name, "") for name in ("title_zh", "title_en", "basis")}
        | {"ended_on": None},
    )
    _note(row.title_zh, region, by)
    return row


@transaction.atomic
def save_key_standard(
    field: KeyField, values: Mapping[str, Any], *, benchmarks: list[int], by: Actor
) -> KeyStandard:
    """Put a key standard on a field's list or change it: number, title_zh, counterpart, degree, current, source.

    Its own limits are those of the document of that number; `benchmarks` are the documents that they are held against.
    Raises NotPermitted, Refused.
    """
    access.require(by, CONFORMITY, [field.region], register=REGISTER)
    _asked(values, ("number", "source"))
    if values.get("degree") and not values.get("counterpart"):
        raise Refused(
            "no_counterpart",
            zh="写了采标程度，没有写对应国际标准。",
            en="A degree of adoption needs the standard that is adopted.",
            place="counterpart",
        )
    printed, key = document_key(str(values["number"]))
    document = LimitDocument.objects.filter(key=key).first()
    kept = {name: values.get(name, "") for name in ("title_zh", "counterpart", "degree", "source")}
    row, _ = KeyStandard.objects.update_or_create(
        field=field,
        number=printed,
        defaults={**kept, "current": values.get("current"), "document": document, "ended_on": None},
    )
    row.benchmarks.set(LimitDocument.objects.filter(pk__in=benchmarks).exclude(key=key))
    _note(row.number, field.region, by)
    return row


@transaction.atomic
def save_international_standard(
    field: KeyField, values: Mapping[str, Any], *, by: Actor
) -> InternationalStandard:
    """Put an international standard on a field's list: number, title, convertible, why_not, converted_by, source."""
    access.require(by, CONFORMITY, [field.region], register=REGISTER)
    _asked(values, ("number", "source"))
    convertible = bool(values.get("convertible", True))
    if not convertible and not values.get("why_not"):
        raise Refused(
            "no_reason", zh="请写明为什么不适于转化。", en="Say why it cannot be converted.", place="why_not"
        )
    kept = {name: values.get(name, "") for name in ("title", "why_not", "converted_by", "source")}
    row, _ = InternationalStandard.objects.update_or_create(
        field=field,
        number=document_key(str(values["number"]))[0],
        defaults={**kept, "convertible": convertible, "ended_on": None},
    )
    _note(row.number, field.region, by)
    return row


@transaction.atomic
def take_off_list(row: KeyField | KeyStandard | InternationalStandard, *, by: Actor) -> None:
    """Take something off its list from today; what was published of it is withdrawn with the next computation."""
    field = row if isinstance(row, KeyField) else row.field
    access.require(by, CONFORMITY, [field.region], register=REGISTER)
    row.ended_on = clock.today()
    row.save(update_fields=["ended_on"])
    _note(str(row), field.region, by)


def _asked(values: Mapping[str, Any], names: tuple[str, ...]) -> None:
    for name in names:
        if not str(values.get(name) or "").strip():
            raise Refused("missing", zh="必填。", en="This is required.", place=name)


def _note(what: str, region: str, by: Actor) -> None:
    audit.record(
        "standards.change_key_list",
        by=by,
        subject_kind="key_list",
        subject_key="",
        register=REGISTER,
        region=region,
        detail={"what": what[:200]},
    )
