"""The declared values against the limits that the product is under: mandatory floors, recommended standards."""

from __future__ import annotations

from collections.abc import Mapping

from pinzhi.rules.standards.declarations.facts import Bound, Compared, Indicator, Relation, Work
from pinzhi.rules.standards.declarations.plain import Column, column
from pinzhi.rules.standards.declarations.values import Read, Unreadable, Value, Words, read_declared
from pinzhi.rules.standards.limits.accepted import Accepted, Interval
from pinzhi.rules.standards.limits.accepted import relation as relation_of
from pinzhi.rules.standards.limits.comparing import compare
from pinzhi.rules.standards.limits.model import accepted

#: Each declared indicator by its row: the indicator, what it limits, what was read (None: words, or refused; verdicts
#: where every limit is met and nothing is left to tell).
Values = Mapping[int, tuple[Indicator, str, Value | tuple[Compared, ...] | None]]


_NONE: list[Bound] = []


def read_values(work: Work) -> Values:
    """Each declared indicator by its row."""
    facts = work.facts
    found: dict[int, tuple[Indicator, str, Value | tuple[Compared, ...] | None]] = {}
    by_analyte = bounds_by_analyte(work)
    seen: dict[tuple[str, str], int] = {}
    for row, indicator in enumerate(work.declared.indicators, start=1):
        name, value = indicator.name.strip(), indicator.value.strip()
        if not name and not value:
            continue
        if not name or not value:
            what = ("指标名称", "the name", "indicator") if not name else ("指标值", "the value", "value")
            work.say(
                "declaration.readable",
                "cell_missing",
                "indicators",
                f"第{row}行没有写{what[0]}",
                f"row {row} lacks {what[1]}",
                "补上，或删去这一行",
                "fill it in or remove the row",
                row=row,
                column=what[2],
            )
            continue
        analyte = facts.vocabulary.analyte(indicator.name).key
        bounds = by_analyte.get(analyte, _NONE)
        prepared = _column(work, indicator, bounds)
        met = prepared.met(row, value) if prepared is not None else None
        if met is not None:
            found[row] = (indicator, analyte, met)
        else:
            read = _read(work, indicator, bounds)
            found[row] = (indicator, analyte, _said(work, row, indicator, read, bool(bounds)))
        twice = seen.setdefault((analyte, indicator.method.strip()), row)
        if twice != row:
            work.say(
                "declaration.readable",
                "indicator_twice",
                "indicators",
                f"第{row}行的“{indicator.name}”与第{twice}行重复",
                f"row {row}: {indicator.name} stands in row {twice} already",
                "保留一行；适用条件不同的请在名称中写明",
                "keep one, or say in the name what differs",
                row=row,
                column="indicator",
                at_most="warn",
            )
    return found


def bounds_by_analyte(work: Work) -> dict[str, list[Bound]]:
    """The limits of the product by what they limit."""
    key = ("bounds", tuple(bound.key for bound in work.facts.bounds))
    found: dict[str, list[Bound]] | None = work.facts.memo.get(key)
    if found is None:
        found = work.facts.memo[key] = {}
        for bound in work.facts.bounds:
            found.setdefault(bound.analyte, []).append(bound)
    return found


def _column(work: Work, indicator: Indicator, bounds: list[Bound]) -> Column | None:
    # As below: the list of bounds lives as long as the memo.
    key = ("column", indicator.name, indicator.unit, indicator.method, id(bounds))
    memo = work.facts.memo
    if key not in memo:
        words = work.facts.vocabulary
        memo[key] = column(
            indicator,
            bounds,
            words,
            lambda: words.method_classes(method) if (method := _method(work, indicator)) else frozenset(),
            lambda bound: _accepted(work, bound),
        )
    found: Column | None = memo[key]
    return found


def _read(work: Work, indicator: Indicator, bounds: list[Bound]) -> Read:
    # The list of bounds lives as long as the memo that knows it: its identity is a key.
    key = (indicator.name, indicator.value, indicator.unit, indicator.method, id(bounds))
    found: Read | None = work.facts.memo.get(key)
    if found is None:
        found = read_declared(indicator, [bound.limit for bound in bounds], work.facts.vocabulary)
        work.facts.memo[key] = found
    return found


def _said(work: Work, row: int, indicator: Indicator, read: Read, bounded: bool) -> Value | None:
    if isinstance(read, Unreadable):
        place_zh = {"unit": "单位", "value": "指标值"}[read.column]
        work.say(
            "declaration.readable",
            "value_unreadable",
            "indicators",
            f"第{row}行“{indicator.name}”的{place_zh}：{read.zh}",
            f"row {row}, {read.column} of {indicator.name}: {read.en}",
            read.right_zh,
            read.right_en,
            row=row,
            column=read.column,
        )
        return None
    if isinstance(read, Words):
        if bounded:
            work.say(
                "declaration.readable",
                "value_words",
                "indicators",
                f"第{row}行“{indicator.name}”写的是文字，不能与标准限值比较",
                f"row {row}: {indicator.name} is declared in words and cannot be compared",
                "写出数值，例如 ≤20 mg/kg",
                "give a value, e.g. ≤20 mg/kg",
                row=row,
                column="value",
                at_most="warn",
            )
        return None
    if read.taken_as:
        work.say(
            "declaration.readable",
            "value_taken_as",
            "indicators",
            f"第{row}行“{indicator.name}”没有写上限还是下限，按 {read.taken_as} 理解",
            f"row {row}: {indicator.name} is taken as {read.taken_as}",
            f"写成 {read.taken_as} 更清楚",
            f"better write {read.taken_as}",
            row=row,
            column="value",
            at_most="note",
        )
    return read


def floors(work: Work, values: Values) -> None:
    """Compare what was read with every limit of the product, then name the limits that nothing was declared on."""
    declared = {analyte for _indicator, analyte, _read in values.values()}
    by_analyte = bounds_by_analyte(work)
    for row, (indicator, analyte, read) in values.items():
        if read is None:
            continue
        if isinstance(read, tuple):
            work.compared += read
            continue
        bounds = by_analyte.get(analyte, _NONE)
        # Two kinds of quantity of one substance (migration, total): the other kind is another indicator.
        alike = [bound for bound in bounds if bound.limit.kind is read.kind]
        groups: dict[tuple[str, str], list[Bound]] = {}
        for bound in alike or bounds:
            groups.setdefault((bound.number, bound.limit.kind.kind), []).append(bound)
        for group in groups.values():
            _against(work, row, indicator, read, group)
    _against_none(work, declared)


def _against(work: Work, row: int, indicator: Indicator, read: Value, group: list[Bound]) -> None:
    """One declared value against the limits that one standard sets on it.

    Several limits are those of several classes or parts of products, and the declaration does not say which it is: it is
    below the standard only where it is laxer than every one of them.
    """
    found = [(bound, *_relation(work, indicator, read, bound)) for bound in group]
    work.compared += [Compared(row, bound, relation, (zh, en)) for bound, relation, zh, en in found]
    met = [bound for bound, relation, _zh, _en in found if relation in ("stricter", "equal")]
    laxer = [bound for bound, relation, _zh, _en in found if relation == "laxer"]
    if met and laxer:
        work.say(
            "declaration.mandatory_floor"
            if met[0].nature == "mandatory"
            else "declaration.below_recommended",
            "class_not_stated",
            "indicators",
            f"第{row}行“{indicator.name}”声明 {indicator.value}，符合 {_listed(met)}，不符合 {_listed(laxer)}",
            f"row {row}: {indicator.name} declared {indicator.value} meets {_listed(met)} and not {_listed(laxer)}",
            "在“适用类别”中写明产品属于哪一类",
            "say in the class of the product which one it is",
            row=row,
            column="value",
            at_most="note",
        )
        return
    if not met:
        bound, relation, zh, en = next((one for one in found if one[1] == "incomparable"), found[0])
        _below(work, row, indicator, bound, relation, (zh, en), _listed(laxer) if len(laxer) > 1 else "")


def _listed(bounds: list[Bound]) -> str:
    return "、".join(
        dict.fromkeys(f"{b.text}（{b.limit.applies}）" if b.limit.applies else b.text for b in bounds)
    )


def _below(
    work: Work,
    row: int,
    indicator: Indicator,
    bound: Bound,
    relation: Relation,
    why: tuple[str, str],
    every: str,
) -> None:
    zh, en = why
    text = every or bound.text
    where = f"{bound.number}" + (f" {bound.clause}" if bound.clause else "")
    if relation == "laxer" and bound.nature == "mandatory":
        work.say(
            "declaration.mandatory_floor",
            "below_mandatory",
            "indicators",
            f"第{row}行“{indicator.name}”声明 {indicator.value}，低于强制性标准 {where} 的 {text}",
            f"row {row}: {indicator.name} declared {indicator.value} is below {text} of the mandatory {where}",
            f"改为 {text} 或更严",
            f"declare {text} or stricter",
            row=row,
            column="value",
        )
    elif relation == "laxer" and work.facts.standard.own:
        work.say(
            "declaration.below_recommended",
            "lower_than_recommended",
            "indicators",
            f"第{row}行“{indicator.name}”声明 {indicator.value}，低于推荐性标准 {where} 的 {text}，将向公众明示",
            f"row {row}: {indicator.name} declared {indicator.value} is below {text} of {where}; the public is told",
            "可以不改",
            "you may leave it so",
            row=row,
            column="value",
        )
    elif relation == "incomparable" and bound.nature == "mandatory":
        work.say(
            "declaration.mandatory_floor",
            "not_comparable",
            "indicators",
            f"第{row}行“{indicator.name}”不能与强制性标准 {where} 的 {bound.text} 比较：{zh}",
            f"row {row}: {indicator.name} cannot be compared with {bound.text} of {where}: {en}",
            "用该标准的试验方法和单位再写一行",
            "add a row with the method and unit of that standard",
            row=row,
            column="value",
            at_most="warn",
        )


def _relation(work: Work, indicator: Indicator, read: Value, bound: Bound) -> tuple[Relation, str, str]:
    quick = _same_products(work, indicator, read, bound)
    if quick is not None:
        return quick
    key = (indicator, bound.key, bound.number)
    known: tuple[Relation, str, str] | None = work.facts.memo.get(key)
    if known is not None:
        return known
    # Of “GB/T 2912.1-2009 水萃取法” the number is what tells the method.
    limit = read.as_limit(bound.limit, _method(work, indicator), work.facts.vocabulary)
    if limit is None:
        found: tuple[Relation, str, str] = (
            "incomparable",
            "单位表示的不是同一种量",
            "the unit is of another kind of quantity",
        )
    else:
        verdict = compare(limit, bound.limit, work.facts.vocabulary)
        found = (verdict.relation, verdict.reason.zh, verdict.reason.en)
    work.facts.memo[key] = found
    return found


def _method(work: Work, indicator: Indicator) -> str:
    """The method as limits are compared by it: of “GB/T 2912.1-2009 水萃取法” the number tells the method."""
    known: str | None = work.facts.memo.get(("method", indicator.method))
    if known is None:
        cited = [c.number for c in work.facts.methods.get(indicator.method, ()) if c.number]
        known = work.facts.memo[("method", indicator.method)] = "、".join(cited) or indicator.method.strip()
    return known


_RELATIONS: dict[str, Relation] = {"inside": "stricter", "equal": "equal", "around": "laxer"}


def _same_products(
    work: Work, indicator: Indicator, read: Value, bound: Bound
) -> tuple[Relation, str, str] | None:
    """The verdict where only the values differ; None where there is a reason to be told, which `compare` tells.

    A declared value is put on the very products, conditions and days of the limit: so of all that `compare` looks at
    kinds of quantity, methods and the sets of results remain.
    """
    like, words = bound.limit, work.facts.vocabulary
    if read.kind is not like.kind or like.aggregate == "unclear":
        return None
    theirs, classes = _accepted(work, bound)
    if classes and indicator.method:
        method = _method(work, indicator)
        if method and not words.method_classes(method) & classes:
            return None
    mine = read.passes(words)
    if mine is None or theirs is None or type(mine) is not type(theirs):
        return None
    if isinstance(mine, Interval) and isinstance(theirs, Interval):
        found = _inside(mine, theirs)
    else:
        found = relation_of(mine, theirs)
    relation = _RELATIONS.get(found)
    return None if relation is None else (relation, "", "")


def _accepted(work: Work, bound: Bound) -> tuple[Accepted | None, frozenset[str]]:
    """The set that a limit lets pass, and the classes of its method."""
    place = ("bound", bound.key, bound.number)
    known: tuple[Accepted | None, frozenset[str]] | None = work.facts.memo.get(place)
    if known is None:
        like, words = bound.limit, work.facts.vocabulary
        classes = words.method_classes(like.method) if like.method else frozenset()
        known = work.facts.memo[place] = (accepted(like.value, like.kind, words), classes)
    return known


def _inside(a: Interval, b: Interval) -> str:
    """How one interval lies to another; empty where neither holds the other (`compare` says how)."""
    if a.low is None and b.low is None and a.high is not None and b.high is not None:
        # By far the most: two upper bounds. Whole numbers are compared faster than fractions.
        one, other = a.high.numerator * b.high.denominator, b.high.numerator * a.high.denominator
        if one == other:
            return "equal" if a.high_in == b.high_in else "around" if a.high_in else "inside"
        return "inside" if one < other else "around"
    inside, around = a.within(b), b.within(a)
    return "equal" if inside and around else "inside" if inside else "around" if around else ""


def not_compared(work: Work) -> None:
    """What is on no list of limits is told from what nobody could look up."""
    if work.facts.understood or work.facts.bounds or not work.declared.indicators:
        return
    named = work.declared.product_class.strip()
    work.say(
        "declaration.mandatory_floor",
        "class_unknown",
        "product_class",
        f"没有与标准的限值比较：产品类别“{named}”不在词表中，不知道适用哪些限值"
        if named
        else "没有与标准的限值比较：没有写产品类别，从产品名称也看不出适用哪些限值",
        f"not compared with the limits of standards: class {named} is not in the vocabulary"
        if named
        else "not compared with the limits of standards: no class is given, and the name does not tell which apply",
        "按标准中的叫法写类别，例如 儿童纺织产品 B类；仍然不识别的，请标准化主管部门补充词表",
        "name the class as standards do, e.g. 儿童纺织产品 B类; if that is unknown too, ask the office to add it",
        at_most="warn",
    )


def _against_none(work: Work, declared: set[str]) -> None:
    """Limits of the product that no declared indicator speaks of."""
    missing: dict[tuple[str, str], list[Bound]] = {}
    for bound in work.facts.bounds:
        if bound.analyte not in declared:
            missing.setdefault((bound.nature, bound.number), []).append(bound)
    for (nature, number), bounds in missing.items():
        names = list(dict.fromkeys(bound.title for bound in bounds))
        listed_zh, listed_en = "、".join(names[:12]), ", ".join(names[:12])
        more_zh, more_en = (f"等{len(names)}项", f" … {len(names)} in all") if len(names) > 12 else ("", "")
        if nature == "mandatory":
            # Of a published standard the contents are known: only a firm's own has to repeat them.
            work.say(
                "declaration.mandatory_missing",
                "mandatory_missing",
                "indicators",
                f"强制性标准 {number} 的指标没有写：{listed_zh}{more_zh}。不写也必须符合",
                f"indicators of the mandatory {number} are not declared: {listed_en}{more_en}; they hold all the same",
                "建议列入指标表",
                "better list them",
                at_most="warn" if work.facts.standard.own else "note",
            )
        elif work.facts.standard.own:
            work.say(
                "declaration.below_recommended",
                "fewer_than_recommended",
                "indicators",
                f"比推荐性标准 {number} 少：{listed_zh}{more_zh}，将向公众明示",
                f"fewer than {number}: {listed_en}{more_en}; the public is told",
                "补上这些指标，或照此公开",
                "add them, or declare so",
            )
