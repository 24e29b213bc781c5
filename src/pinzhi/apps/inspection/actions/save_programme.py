"""Draw up and release the yearly programme of checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.utils.translation import override

from pinzhi.apps.inspection import access, numbering
from pinzhi.apps.inspection.models import DetailedRules, JointParty, Programme, ProgrammeProduct
from pinzhi.apps.inspection.models.programme import Channel, CheckKind, Level
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Conflict, NotFound, Refused, RefusedRows, RowError
from pinzhi.kernel.places import queries as places

#: The kind of detailed rules that a kind of check needs; every other one is a spot check and takes theirs.
RULES_OF = {
    Programme.Kind.LABEL.value: CheckKind.LABEL.value,
    Programme.Kind.DECLARED.value: CheckKind.DECLARED.value,
}
MOST_BATCHES = 1_000_000


@transaction.atomic
def save_programme(
    number: str = "",
    *,
    title: str,
    year: int,
    kind: str = "spot_check",
    level: str,
    region: str,
    agency: str = "",
    targeted: bool = False,
    basis: str = "",
    budget: Decimal | str = "0",
    products: Sequence[Mapping[str, Any]],
    parties: Sequence[Mapping[str, Any]] = (),
    revision: int | None = None,
    by: Actor,
) -> Programme:
    """A programme in draft; with a number the draft that there is. Products: `rules` (code), `batches`, `unit_cost`,
    `channels`; parties of a joint check: `agency`, `region`, `items`, `lead`.

    What the batches cost together must not exceed the budget. Raises NotPermitted, RefusedRows, Refused, Conflict.
    """
    access.require(by, "inspection.plan", [region])
    if not title.strip() or not 2000 <= year <= 2100:
        raise Refused("programme_unnamed", zh="请填写计划名称和年度。", en="Give the title and the year.")
    if kind not in Programme.Kind.values or level not in Level.values:
        raise Refused(
            "no_such_kind", zh="检查类型或级别不在范围内。", en="There is no such kind or level of check."
        )
    places.known_region(region)
    kept, errors = _products(products, RULES_OF.get(kind, CheckKind.SPOT.value))
    sum_ = sum((row["unit_cost"] * row["batches"] for row in kept), Decimal(0))
    budget = Decimal(str(budget or "0"))
    if budget and sum_ > budget:
        errors.append(
            RowError(
                1, "budget", str(budget), f"各产品费用合计 {sum_} 元超过预算", f"the batches cost {sum_} together",
                "减少批次或增加预算", "plan fewer batches or more money",
            )
        )  # fmt: skip
    errors += _wrong_parties(parties)
    if errors:
        raise RefusedRows(errors)
    row = _draft(number, revision) if number else None
    if row is not None and row.region != region:
        access.require(by, "inspection.plan", [row.region])
    if row is None:
        (fresh,) = numbering.numbers("JC", year, region)
        row = Programme(number=fresh, revision=0)
    row.title, row.year, row.kind, row.level, row.region = title.strip(), year, kind, level, region
    row.agency = agency or row.agency or (by.party if by.speaks_for == "agency" else "")
    row.targeted, row.basis, row.budget, row.joint = targeted, basis.strip(), budget, bool(parties)
    row.revision, row.updated_at, row.updated_by = row.revision + 1, clock.now(), by.username
    row.save()
    row.products.all().delete()
    row.parties.all().delete()
    ProgrammeProduct.objects.bulk_create([ProgrammeProduct(programme=row, **one) for one in kept])
    JointParty.objects.bulk_create(
        [
            JointParty(
                programme=row,
                agency=p["agency"],
                region=p.get("region") or region,
                items=list(p.get("items") or ()),
                lead=bool(p.get("lead")),
            )
            for p in parties
        ]
    )
    audit.record(
        "inspection.save_programme", by=by, subject_kind="programme", subject_key=row.number, region=region
    )
    return row


@transaction.atomic
def release_programme(
    number: str, *, on: date | None = None, revision: int | None = None, by: Actor
) -> Programme:
    """Release the draft: from then on tasks and samples may name it. Not by whom it was drawn up.

    `revision`: the one that was looked at; a draft that has changed since is a Conflict. Raises NotFound, NotPermitted,
    Refused (an item's rules are not released), Conflict.
    """
    row = _draft(number, revision)
    access.require(by, "inspection.release", [row.region])
    if row.updated_by == by.username and not by.is_system:
        raise Refused(
            "second_person",
            zh="计划由您编制，须由另一人发布。",
            en="You drew it up; another person releases it.",
            remedy_zh="请转交有权限的同事。",
            remedy_en="Hand it to a colleague.",
        )
    bare = [p.rules.code for p in row.products.select_related("rules") if not _released(p.rules)]
    if bare or not row.products.exists():
        raise Refused(
            "rules_not_released",
            zh=f"实施细则尚未发布：{'、'.join(bare)}" if bare else "计划没有产品。",
            en=f"Detailed rules are not released: {', '.join(bare)}" if bare else "It has no products.",
        )
    row.status, row.released_on = Programme.Status.RELEASED, on or clock.today()
    row.save(update_fields=["status", "released_on"])
    audit.record(
        "inspection.release_programme", by=by, subject_kind="programme", subject_key=number, region=row.region
    )
    return row


def _released(rules: DetailedRules) -> bool:
    return rules.versions.filter(released_at__isnull=False).exists()


def _draft(number: str, revision: int | None) -> Programme:
    row = Programme.objects.select_for_update().filter(number=number).first()
    if row is None:
        raise NotFound("no_such_programme", zh=f"没有计划“{number}”。", en=f"There is no programme {number}.")
    if row.status != Programme.Status.DRAFT:
        raise Conflict("released_already", zh="计划已发布，不能再改。", en="It has been released.")
    if revision is not None and revision != row.revision:
        raise Conflict("changed_meanwhile", zh="计划已被他人修改。", en="It has changed meanwhile.")
    return row


def _products(
    products: Sequence[Mapping[str, Any]], kind: str
) -> tuple[list[dict[str, Any]], list[RowError]]:
    known = {r.code: r for r in DetailedRules.objects.filter(code__in=[p.get("rules") for p in products])}
    kept: list[dict[str, Any]] = []
    errors: list[RowError] = []
    for number, one in enumerate(products, 1):
        rules = known.get(str(one.get("rules")))
        if rules is None:
            errors.append(
                RowError(
                    number, "rules", str(one.get("rules")), "没有这份实施细则", "there are no such rules"
                )
            )
            continue
        if rules in [row["rules"] for row in kept]:
            errors.append(RowError(number, "rules", rules.code, "这份细则重复", "stands twice"))
        if rules.kind != kind:
            errors.append(
                RowError(
                    number, "rules", rules.code,
                    f"这份细则用于“{_title(rules.kind, 'zh')}”，与计划的检查类型不符",
                    f"these rules are for another kind of check ({_title(rules.kind, 'en')})",
                    f"请选用“{_title(kind, 'zh')}”的细则", f"choose rules of this kind: {_title(kind, 'en')}",
                )
            )  # fmt: skip
        batches = _count(one.get("batches"))
        if not 1 <= batches <= MOST_BATCHES:
            errors.append(
                RowError(
                    number,
                    "batches",
                    str(one.get("batches") or 0),
                    "批次数应大于零" if batches < 1 else f"批次数不超过{MOST_BATCHES:,}",
                    "plan at least one batch" if batches < 1 else f"at most {MOST_BATCHES:,} batches",
                )
            )
        channels = [c for c in one.get("channels") or ["plant"] if c in Channel.values]
        if not channels:
            errors.append(RowError(number, "channels", None, "抽样环节不在范围内", "is no channel"))
        cost = _money(one.get("unit_cost"))
        if cost is None or not 0 <= cost < Decimal(10) ** 8:
            errors.append(
                RowError(number, "unit_cost", str(one.get("unit_cost")), "不是金额", "is no amount")
            )
            cost = Decimal(0)
        kept.append({"rules": rules, "batches": batches, "unit_cost": cost, "channels": channels})
    return kept, errors


def _count(raw: Any) -> int:
    text = str(raw or 0).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _money(raw: Any) -> Decimal | None:
    try:
        amount = Decimal(str(raw or "0").strip())
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None


def _title(kind: str, lang: str) -> str:
    with override({"zh": "zh-hans", "en": "en"}[lang]):
        return str(CheckKind(kind).label)


def _wrong_parties(parties: Sequence[Mapping[str, Any]]) -> list[RowError]:
    errors = [
        RowError(number, "agency", str(p.get("agency")), "没有这个部门", "is no agency")
        for number, p in enumerate(parties, 1)
        if places.agency(str(p.get("agency"))) is None
    ]
    if parties and sum(bool(p.get("lead")) for p in parties) != 1:
        errors.append(
            RowError(1, "lead", None, "联合抽查应有且只有一个牵头部门", "one department leads a joint check")
        )
    return errors
