"""Test methods: stated, and citing the standard ones where there are any (企业标准化促进办法 art. 12)."""

from __future__ import annotations

import re

from pinzhi.rules.standards.declarations.facts import Cited, Indicator, Work


def methods(work: Work) -> None:
    """Methods are asked of what firms write themselves; a published standard names its own."""
    if not work.facts.standard.own:
        return
    without, uncited = [], []
    for row, indicator in enumerate(work.declared.indicators, start=1):
        if not indicator.name.strip():
            continue
        if not indicator.method.strip():
            without.append((row, indicator.name))
            continue
        cited, standard = _cited(work, indicator.method)
        if not standard:
            expected = _known_method(work, indicator)
            if expected:
                uncited.append((row, indicator.name, expected))
        for one in cited:
            if one.state == "withdrawn":
                after = "、".join(one.successors)
                work.say(
                    "declaration.methods_cited",
                    "method_lapsed",
                    "indicators",
                    f"第{row}行引用的试验方法 {one.number} 已废止",
                    f"row {row}: the test method {one.number} was withdrawn",
                    f"改为 {after}" if after else "改为现行的方法标准",
                    f"cite {after}" if after else "cite one in force",
                    row=row,
                    column="method",
                    at_most="warn",
                )
    if without:
        rows = "、".join(str(row) for row, _name in without[:20])
        work.say(
            "declaration.methods_cited",
            "methods_missing",
            "indicators",
            f"{len(without)} 项指标没有写试验方法（第 {rows} 行）",
            f"{len(without)} indicators name no test method (rows {', '.join(str(r) for r, _ in without[:20])})",
            "填写方法标准的编号；没有相应标准的写“附录A”等本标准的方法",
            "give the number of the method's standard, or the annex of your own",
            row=without[0][0],
            column="method",
        )
    for row, name, expected in uncited:
        work.say(
            "declaration.methods_cited",
            "methods_not_cited",
            "indicators",
            f"第{row}行“{name}”没有引用已有的方法标准（{expected}）",
            f"row {row}: {name} does not cite the standard method there is ({expected})",
            f"引用 {expected}",
            f"cite {expected}",
            row=row,
            column="method",
        )


def _cited(work: Work, method: str) -> tuple[list[Cited], bool]:
    """What a method column cites, and whether a standard of more than one firm is among it."""
    key = ("cited", method)
    known: tuple[list[Cited], bool] | None = work.facts.memo.get(key)
    if known is None:
        cited = [c for c in work.facts.methods.get(method, ()) if c.state != "unreadable"]
        standard = any(c.level in ("national", "industry", "international") for c in cited)
        known = work.facts.memo[key] = (cited, standard)
    return known


def _known_method(work: Work, indicator: Indicator) -> str:
    """The standard method that the limits of this product are tested by; empty where none is known."""
    analyte = work.facts.vocabulary.analyte(indicator.name).key
    return next((b.limit.method for b in work.facts.bounds if b.analyte == analyte and b.limit.method), "")


_STANDARD = re.compile(r"[A-Z]", re.IGNORECASE)


def cites(method: str) -> list[str]:
    """The parts of a method column that may be numbers of standards, as they were written."""
    parts = re.split(r"[、;；,，\n]|或者?|和|及", method)
    return [part.strip() for part in parts if _STANDARD.match(part.strip())]
