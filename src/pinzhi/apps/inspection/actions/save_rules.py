"""Draw up and release detailed rules; a released version is never changed, a new one takes its place."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction

from pinzhi.apps.inspection import access
from pinzhi.apps.inspection.models import DetailedRules, RuleItem, RulesVersion, Sample
from pinzhi.apps.inspection.models.programme import CheckKind
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Conflict, NotFound, Refused, RefusedRows, RowError
from pinzhi.rules.inspection.judgement import Unreadable, unit_of

KINDS = frozenset(RuleItem.Kind.values)
#: What a version's head may change of the rules themselves.
HEAD = ("product_class", "sector", "food", "consumer_goods", "risk")
NUMBER = re.compile(r"[0-9A-Za-z\u4e00-\u9fff][0-9A-Za-z\u4e00-\u9fff._-]{0,63}")


@transaction.atomic
def save_rules(
    code: str,
    *,
    product_class: str,
    sector: str,
    items: Sequence[Mapping[str, Any]],
    food: bool = False,
    consumer_goods: bool = True,
    risk: str = "B",
    test_samples: int = 1,
    backup_samples: int = 0,
    sample_unit: str = "件",
    standards: Sequence[str] = (),
    judgement: str = "",
    basis: str = "",
    kind: str = CheckKind.SPOT.value,
    region: str = "",
    new: bool = False,
    seen: int | None = None,
    by: Actor,
) -> RulesVersion:
    """A new draft version of the rules `code` (the draft that there is is replaced). Items as mappings by field name.

    Rules belong to the region in which they were first drawn up; `region` says which for those that are nobody's yet.
    `new`: refused where the number is taken. `seen`: the newest version (its id) that whoever saves had before them;
    another one by now is a Conflict. Raises NotPermitted, Conflict, Refused, RefusedRows (an item twice, a
    limit without its number, a unit that nobody knows).
    """
    code = code.strip()
    known = DetailedRules.objects.select_for_update().filter(code=code).first()
    if new and known is not None:
        raise Conflict(
            "rules_number_taken",
            zh=f"编号“{code}”已有细则。",
            en=f"There are rules {code} already.",
            place="code",
            remedy_zh="换一个编号，或到该细则页起草新版本。",
            remedy_en="Take another number, or draw up a new version on the page of those rules.",
        )
    home = (known.region if known else "") or region
    access.require(by, "inspection.plan", [home])
    newest = known.versions.order_by("-number").first() if known else None
    if seen is not None and newest is not None and newest.pk != seen:
        raise Conflict(
            "rules_changed",
            zh=f"细则刚被 {newest.drafted_by} 修改或发布，保存会覆盖对方的内容。",
            en=f"{newest.drafted_by} changed or released these rules meanwhile: saving would overwrite that.",
            remedy_zh="另开一页查看现行草稿，在其上修改。",
            remedy_en="Open the page again and change the draft that stands now.",
        )
    _check_head(code, product_class, sector, kind, test_samples, backup_samples)
    kept = [_item(number, raw) for number, raw in enumerate(items, 1)]
    errors = [error for _, wrong in kept for error in wrong]
    names = [row["code"] for row, _ in kept]
    errors += [
        RowError(number, "code", name, f"项目代码“{name}”重复", f"{name} stands twice")
        for number, name in enumerate(names, 1)
        if names.index(name) != number - 1
    ]
    if not items:
        errors.append(RowError(1, None, None, "至少要有一个项目", "there is no item"))
    if errors:
        raise RefusedRows(errors)
    head = {
        "product_class": product_class.strip(),
        "sector": sector,
        "food": food,
        "consumer_goods": consumer_goods,
        "risk": risk,
    }
    held = known is not None and known.versions.filter(released_at__isnull=False).exists()
    if held and known is not None and known.kind != kind:
        raise Refused(
            "kind_in_use",
            zh="已发布的细则不能改变检查类型：已有计划按原类型使用它。",
            en="Rules that were released keep their kind of check: programmes use them.",
            place="kind",
            remedy_zh="请另立编号编制新的细则。",
            remedy_en="Draw up new rules under another number.",
        )
    # What rules in force say of themselves decides terms and counts: a draft changes nothing of it before its release.
    rules, _ = DetailedRules.objects.update_or_create(
        code=code, defaults={"region": home} if held else {**head, "kind": kind, "region": home}
    )
    rules.versions.filter(released_at=None).delete()
    last = rules.versions.order_by("-number").values_list("number", flat=True).first() or 0
    version = RulesVersion.objects.create(
        rules=rules,
        number=last + 1,
        valid_from=clock.today(),
        test_samples=test_samples,
        backup_samples=backup_samples,
        sample_unit=sample_unit,
        standards=list(standards),
        judgement=judgement.strip(),
        basis=basis.strip(),
        head=head if held else None,
        drafted_by=by.username,
        drafted_at=clock.now(),
    )
    RuleItem.objects.bulk_create([RuleItem(version=version, **row) for row, _ in kept])
    audit.record("inspection.save_rules", by=by, subject_kind="rules", subject_key=code, region=home)
    return version


def _check_head(
    code: str, product_class: str, sector: str, kind: str, test_samples: int, backup_samples: int
) -> None:
    if not NUMBER.fullmatch(code) or code.lower() == "new":
        raise Refused(
            "rules_unnamed",
            zh="请填写细则编号：字母、数字和 - . _，以字母或数字开头。",
            en="Give the number of the rules: letters, digits and - . _, a letter or digit first.",
            place="code",
        )
    if not product_class.strip():
        raise Refused(
            "no_class", zh="请填写产品类别。", en="Give the class of products.", place="product_class"
        )
    if kind not in CheckKind.values:
        raise Refused("no_such_kind", zh="没有这种检查。", en="There is no such kind of check.", place="kind")
    if not sector:
        raise Refused(
            "no_sector", zh="请选择消费品领域。", en="Choose the field of consumer goods.", place="sector"
        )
    if not 1 <= test_samples <= 10_000 or not 0 <= backup_samples <= 10_000:
        raise Refused(
            "sample_size",
            zh="检验用样品不少于1，备用样品不少于0。",
            en="At least one sample for the test, and none or more for backup.",
            place="test_samples",
        )


@transaction.atomic
def release_rules(
    code: str, valid_from: date, *, region: str = "", seen: int | None = None, by: Actor
) -> RulesVersion:
    """Release the draft: it holds from that day on, the version before until the day before.

    Not by whom it was drawn up. A day that has passed is refused where samples were taken since: they were judged by
    the rules of their day. `seen`: the draft (its id) that was looked at; another one by now is a Conflict. Raises
    NotFound, NotPermitted, Refused, Conflict.
    """
    rules = DetailedRules.objects.select_for_update().filter(code=code).first()
    draft = rules.versions.filter(released_at=None).first() if rules else None
    if rules is None or draft is None:
        raise NotFound("no_draft", zh=f"细则“{code}”没有待发布的版本。", en=f"{code} has no draft.")
    home = rules.region or region
    access.require(by, "inspection.release", [home])
    if draft.drafted_by == by.username and not by.is_system:
        raise Refused(
            "second_person",
            zh="细则由您编制，须由另一人发布。",
            en="You drew them up; another person releases them.",
            remedy_zh="请转交有权限的同事。",
            remedy_en="Hand them to a colleague.",
        )
    if seen is not None and seen != draft.pk:
        raise Conflict(
            "rules_changed",
            zh=f"草稿刚被 {draft.drafted_by} 修改，您核对的不是现行内容。",
            en=f"{draft.drafted_by} changed the draft meanwhile: what you compared is not what stands now.",
            remedy_zh="下面是现行草稿，请重新核对后发布。",
            remedy_en="Below is the draft that stands now: compare it, then release it.",
        )
    before = rules.versions.exclude(pk=draft.pk).order_by("-number").first()
    if before is not None and valid_from <= before.valid_from:
        raise Refused(
            "not_later",
            zh=f"生效日期应晚于上一版的 {before.valid_from}。",
            en=f"It must begin after the version before, of {before.valid_from}.",
            place="valid_from",
        )
    if before is not None and Sample.objects.filter(rules=before, sampled_on__gte=valid_from).exists():
        raise Conflict(
            "sampled_since",
            zh="该日之后已按上一版抽样。",
            en="Samples were taken under the version before since that day.",
            place="valid_from",
            remedy_zh="选择更晚的生效日期。",
            remedy_en="Choose a later day.",
        )
    if before is not None and (before.valid_until is None or before.valid_until >= valid_from):
        before.valid_until = valid_from - timedelta(days=1)
        before.save(update_fields=["valid_until"])
    if draft.head:
        DetailedRules.objects.filter(pk=rules.pk).update(**{name: draft.head[name] for name in HEAD})
    draft.valid_from, draft.released_by, draft.released_at = valid_from, by.username, clock.now()
    draft.save(update_fields=["valid_from", "released_by", "released_at"])
    audit.record("inspection.release_rules", by=by, subject_kind="rules", subject_key=code, region=home)
    return draft


def _number(raw: Any) -> Decimal | None:
    if raw in (None, ""):
        return None
    return Decimal(str(raw).strip())


def _item(number: int, raw: Mapping[str, Any]) -> tuple[dict[str, Any], list[RowError]]:
    errors: list[RowError] = []
    row: dict[str, Any] = {
        "position": number,
        "code": str(raw.get("code") or f"{number:02d}").strip()[:40],
        "name": str(raw.get("name") or "").strip()[:120],
        "standard": str(raw.get("standard") or "").strip()[:80],
        "method": str(raw.get("method") or "").strip()[:120],
        "unit": str(raw.get("unit") or "").strip()[:24],
        "kind": str(raw.get("kind") or "").strip(),
        "wording": str(raw.get("wording") or "").strip()[:200],
        "serious": bool(raw.get("serious")),
        "microbiological": bool(raw.get("microbiological")),
        "label": bool(raw.get("label")),
    }
    rounded = str(raw["rounded"]).strip() if raw.get("rounded") is not None else ""
    row["rounded"] = int(rounded) if re.fullmatch(r"[0-6]", rounded) else None
    if rounded and row["rounded"] is None:
        errors.append(
            RowError(
                number, "rounded", rounded, "修约位数应为0至6", "is no number of digits", "0–6", "0 to 6"
            )
        )
    if not row["name"]:
        errors.append(RowError(number, "name", None, "项目没有名称", "the item has no name"))
    if row["kind"] not in KINDS:
        errors.append(
            RowError(
                number,
                "kind",
                row["kind"],
                "限值类型不在范围内",
                "is no kind of limit",
                "、".join(sorted(KINDS)),
            )
        )
    for side in ("lower", "upper"):
        try:
            row[side] = _number(raw.get(side))
        except InvalidOperation:
            row[side] = None
            errors.append(RowError(number, side, str(raw.get(side)), "不是数字", "is no number"))
    needed = {"max": ("upper",), "min": ("lower",), "range": ("lower", "upper"), "equal": ("lower",)}
    for side in needed.get(row["kind"], ()):
        if row[side] is None and not any(e.column == side for e in errors):
            errors.append(RowError(number, side, None, "这类限值需要数字", "this limit needs a number"))
    if row["kind"] == "range" and row["lower"] is not None and row["upper"] is not None:
        if row["lower"] > row["upper"]:
            errors.append(
                RowError(number, "lower", str(row["lower"]), "下限高于上限", "is above the upper limit")
            )
    try:
        unit_of(row["unit"])
    except Unreadable as error:
        errors.append(RowError(number, "unit", row["unit"], error.zh, error.en, "例如 mg/kg", "e.g. mg/kg"))
    return row, errors
