"""Words and marks of verdicts, for pages, downloads and papers."""

from __future__ import annotations

from collections.abc import Mapping

from pinzhi.rules.standards.limits import Limit, written

Title = Mapping[str, str]

OUTCOME_TITLES: Mapping[str, Title] = {
    "stricter": {"zh": "严于", "en": "Stricter"},
    "equal": {"zh": "等同", "en": "Equal"},
    "laxer": {"zh": "宽于", "en": "Laxer"},
    "different": {"zh": "不可比", "en": "Different"},
    "ours": {"zh": "我方缺项", "en": "Missing on our side"},
    "theirs": {"zh": "对方缺项", "en": "Missing on their side"},
}
#: Icon and tone of each verdict; the word stands beside the mark, so black and white print loses nothing.
OUTCOME_MARKS: Mapping[str, tuple[str, str]] = {
    "stricter": ("shield-check", "good"),
    "equal": ("check", "course"),
    "laxer": ("alert-triangle", "bad"),
    "different": ("help-circle", ""),
    "ours": ("circle-dashed", "warn"),
    "theirs": ("minus", ""),
}


def limit_text(limit: Limit, lang: str = "zh") -> str:
    """The limit as the document words it, else its numbers."""
    if limit.value.raw and lang == "zh":
        return limit.value.raw
    texts = written(limit)
    return texts[1] if lang == "en" else texts[0]
