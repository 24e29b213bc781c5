"""Texts in two languages: the catalogue's `{zh, en}` and everything that looks like it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language


def reads_english() -> bool:
    """Whether the reader's language is English; Chinese where none is active."""
    return (get_language() or "zh").startswith("en")


def in_lang(value: Any, lang: str | None = None) -> str:
    """The text of a `{zh, en}` mapping or of an object with `.zh` and `.en`; anything else as a string.

    `lang` is "zh" or "en"; by default the reader's. Where one language is empty the other one stands in.
    """
    if value is None:
        return ""
    first, second = ("en", "zh") if (lang == "en" if lang else reads_english()) else ("zh", "en")
    if isinstance(value, Mapping):
        return str(value.get(first) or value.get(second) or "")
    if _has(value, "zh") and _has(value, "en"):
        return str(getattr(value, first) or getattr(value, second) or "")
    return str(value)


def _has(value: Any, name: str) -> bool:
    """Whether there is such an attribute, without asking a property for it: pinyin for an English name takes its time."""
    return hasattr(type(value), name) or hasattr(value, name)
