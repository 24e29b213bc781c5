"""`{% load access %}`: what the account pages say of the installation."""

from __future__ import annotations

from django import template
from django.conf import settings

register = template.Library()


@register.inclusion_tag("access/demonstration_note.html")
def demonstration_note() -> dict[str, bool]:
    """`{% demonstration_note %}`: says where the demonstration is more lenient than a real installation."""
    return {"relaxed": not settings.REQUIRE_TOTP}
