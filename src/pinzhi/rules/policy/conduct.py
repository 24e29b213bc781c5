"""Sentences that bind conduct with a number (6个月内不再重复抽查, 给予50万元奖励): rules, never targets."""

from __future__ import annotations

import re

from .clauses import sentences
from .model import ConductRule, Path
from .text import SourceText

_NUMBER = re.compile(
    r"(?<![\dA-Za-z〔(])\d+(?:\.\d+)?(?:%|个?工作日|个月|小时|天|日内|年内|年以上|次以上|万?元|倍|家|次|批次)"
)
_BINDS = re.compile(
    r"不得|不再|不予|应当|必须|严禁|禁止|给予|奖励|补助|补贴|罚|内(?:完成|办结|作出|答复|不"
    r"|报|提交|予以|告知|公示|反馈|整改)|免收|免征|减免|贴息|不收|一律|按.{0,8}(?:标准|比例)"
)


def conduct_rules(text: SourceText, start: int, end: int, at: Path) -> list[ConductRule]:
    """The rules with numbers in chars[start:end]."""
    found = []
    for a, b in sentences(text.chars, start, end):
        sentence = text.chars[a:b]
        if len(sentence) <= 300 and _NUMBER.search(sentence) and _BINDS.search(sentence):
            raw_start, raw_end = text.raw_range(a, b)
            found.append(ConductRule(text.quote(a, b), at, raw_start, raw_end))
    return found
