"""`{% load policy_texts %}`: the same words on the page as on the paper."""

from __future__ import annotations

from decimal import Decimal

from django import template

from pinzhi.apps.policy.models import Target
from pinzhi.apps.policy.reports.figures import goal_text, number

register = template.Library()


@register.filter
def goal(target: Target) -> str:
    """`{{ target|goal }}` → ≥91%"""
    return goal_text(target)


@register.filter
def brief(value: Decimal | None) -> str:
    """`{{ value|brief }}`: at most four decimals, no zeros without meaning."""
    return number(None if value is None else round(value, 4))


@register.filter
def exact(value: Decimal | None) -> Decimal | None:
    """`{{ target.value|exact }}`: the number as it was written, without the zeros that the database adds: 7.5."""
    if value is None:
        return None
    whole = value == value.to_integral_value()
    return value.quantize(Decimal(1)) if whole else value.normalize()
