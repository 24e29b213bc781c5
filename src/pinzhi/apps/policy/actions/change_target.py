"""Correct, bind, add and drop targets while a document is under review, or later with a new publication."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction

from pinzhi.apps.policy import binding, publishing
from pinzhi.apps.policy import indicators as catalogue
from pinzhi.apps.policy.access import require_approver, require_clerk
from pinzhi.apps.policy.models import Document, Review, Target
from pinzhi.kernel import audit
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Refused
from pinzhi.kernel.registers.publish import withdraw

COMPARATORS = (">=", "<=", "=", ">", "<", "~")
KINDS = ("level", "increment", "per_year")
NUMBERS = ("value", "value_max", "tolerance", "base_value")
YEARS = ("by_year", "base_year")
TEXTS = ("name", "quote", "unit", "region", "lead_agency", "lead_unit", "holds", "equals")

READ_WITH = ("indicator", "choices", "kind", "unit", "region", "holds")
"""What decides the value of a reading."""


def change_target(target_id: int, changes: Mapping[str, Any], *, by: Actor) -> Target:
    """Set fields of a target (see NUMBERS, YEARS, TEXTS; also comparator, kind, indicator, choices).

    A change of the indicator fills in the choices that the sentence asks for. Raises NotPermitted, Refused naming the
    field. On a document in force only an approver may do it, and the public register follows at once.
    """
    with transaction.atomic():
        target = Target.objects.select_for_update().select_related("document").get(pk=target_id)
        _require(by, target.document)
        before = {name: getattr(target, name) for name in READ_WITH}
        _apply(target, changes)
        _whole(target)
        target.save()
        if before != {name: getattr(target, name) for name in READ_WITH}:
            # Taken under another indicator or scope, they say nothing of this target any more.
            target.readings.all().delete()
        _follow(target, by)
        audit.record(
            "policy.change_target",
            by=by,
            subject_kind="document",
            subject_key=target.document.code,
            region=target.document.region,
            detail={"target": target.number, "fields": ",".join(sorted(changes))[:200]},
        )
    return target


def add_target(document_id: int, changes: Mapping[str, Any], *, by: Actor) -> Target:
    """Add a target that the reader missed. The quote must stand in the document, white space aside."""
    with transaction.atomic():
        document = Document.objects.select_for_update().get(pk=document_id)
        _require(by, document)
        taken = [int(n[1:]) for n in document.targets.values_list("number", flat=True)]
        target = Target(
            document=document,
            number=f"T{max(taken, default=0) + 1:02d}",
            comparator=">=",
            value=Decimal(0),
            kind="level",
            region=document.region,
        )
        _apply(target, changes)
        start, end = find_quote(document.text, target.quote)
        target.start, target.end = start, end
        target.name = target.name or target.quote[:200]
        if not target.indicator:
            binding.suggest(target)
        _whole(target)
        if document.status == Document.Status.IN_FORCE:
            target.review = Review.CONFIRMED
        target.save()
        _follow(target, by)
        audit.record(
            "policy.add_target",
            by=by,
            subject_kind="document",
            subject_key=document.code,
            region=document.region,
        )
    return target


def drop_target(target_id: int, *, by: Actor, reason: str) -> Target:
    """Drop a row that is no target; of a document in force it is withdrawn from the public register."""
    with transaction.atomic():
        target = Target.objects.select_for_update().select_related("document").get(pk=target_id)
        _require(by, target.document)
        was_public = target.review == Review.CONFIRMED and target.document.status == Document.Status.IN_FORCE
        target.review = Review.DROPPED
        target.save(update_fields=["review"])
        if was_public:
            withdraw("policy_targets", [target.key], by=by, reason=reason or "dropped")
        audit.record(
            "policy.drop_target",
            by=by,
            subject_kind="document",
            subject_key=target.document.code,
            region=target.document.region,
            detail={"target": target.number},
        )
    return target


def keep_target(target_id: int, *, by: Actor) -> Target:
    """Confirm one row under review (or take a dropped one back)."""
    with transaction.atomic():
        target = Target.objects.select_for_update().select_related("document").get(pk=target_id)
        _require(by, target.document)
        target.review = (
            Review.CONFIRMED if target.document.status == Document.Status.IN_FORCE else Review.READ
        )
        target.save(update_fields=["review"])
        _follow(target, by)
    return target


def _require(by: Actor, document: Document) -> None:
    (require_clerk if document.status == Document.Status.READ else require_approver)(by, document.region)


def _follow(target: Target, by: Actor) -> None:
    if target.document.status == Document.Status.IN_FORCE and target.review == Review.CONFIRMED:
        publishing.publish_targets([target], by=by)


def _apply(target: Target, changes: Mapping[str, Any]) -> None:
    for name in NUMBERS:
        if name in changes:
            setattr(target, name, _number(name, changes[name]))
    for name in YEARS:
        if name in changes:
            setattr(target, name, _year(name, changes[name]))
    for name in TEXTS:
        if name in changes:
            setattr(target, name, str(changes[name] or "").strip())
    for name, allowed in (("comparator", COMPARATORS), ("kind", KINDS)):
        if name in changes:
            if changes[name] not in allowed:
                raise _wrong(name, f"应为 {'、'.join(allowed)} 之一", f"is one of {', '.join(allowed)}")
            setattr(target, name, changes[name])
    if "indicator" in changes and changes["indicator"] != target.indicator:
        target.indicator = str(changes["indicator"] or "")
        target.choices = (
            binding.choices_for(catalogue.get(target.indicator), target) if target.indicator else {}
        )
    if "choices" in changes:
        target.choices = _choices(target, changes["choices"])


def _choices(target: Target, chosen: Mapping[str, Any]) -> dict[str, Any]:
    definition = catalogue.get(target.indicator)
    known = {option.name: option for option in definition.options}
    for name, value in chosen.items():
        option = known.get(name)
        if option is None:
            raise _wrong(name, "不是该指标的口径选项", "is no option of this indicator")
        allowed = [v.value for v in option.values]
        if allowed and value not in allowed:
            raise _wrong(
                name, f"应为 {'、'.join(map(str, allowed))} 之一", f"is one of {', '.join(map(str, allowed))}"
            )
    return {**target.choices, **chosen}


def _whole(target: Target) -> None:
    """What the rules would refuse is refused here, with the field's name."""
    if target.value_max is not None and target.value_max < target.value:
        raise _wrong("value_max", "上限小于下限", "is below the lower value")
    if target.tolerance is not None and target.tolerance < 0:
        raise _wrong("tolerance", "偏差不能为负", "cannot be negative")
    if (target.base_value is None) != (target.base_year is None):
        raise _wrong("base_value", "基期数值与基期年份须同时填写", "needs both value and year")
    if not target.quote.strip():
        raise _wrong("quote", "应填写原文语句", "needs the sentence of the document")
    find_quote(target.document.text, target.quote)


def find_quote(text: str, quote: str) -> tuple[int, int]:
    """Where a quote stands in the text, white space aside; Refused where it does not."""
    places = [at for at, character in enumerate(text) if not character.isspace()]
    plain = "".join(text[at] for at in places)
    wanted = "".join(quote.split())
    found = plain.find(wanted) if wanted else -1
    if found < 0:
        raise _wrong(
            "quote",
            "原文中没有这句话",
            "does not stand in the document",
            "从原文复制",
            "copy it from the text",
        )
    return places[found], places[found + len(wanted) - 1] + 1


def _number(name: str, raw: Any) -> Decimal | None:
    if raw is None or str(raw).strip() == "":
        if name == "value":
            raise _wrong(name, "必填", "is required")
        return None
    try:
        value = Decimal(str(raw).strip().replace(",", ""))
    except InvalidOperation:
        raise _wrong(name, "应为数字", "is not a number", "例如 91.3", "e.g. 91.3") from None
    if not value.is_finite() or abs(value) >= Decimal(10) ** 18:
        raise _wrong(name, "数值过大", "is too large")
    return value


def _year(name: str, raw: Any) -> int | None:
    text = str(raw or "").strip().rstrip("年")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and 1990 <= int(text) <= 2100):
        raise _wrong(name, "应为 1990 至 2100 的年份", "is a year from 1990 to 2100")
    return int(text)


def _wrong(field: str, zh: str, en: str, remedy_zh: str = "", remedy_en: str = "") -> Refused:
    return Refused("invalid_target", zh=zh, en=en, place=field, remedy_zh=remedy_zh, remedy_en=remedy_en)
