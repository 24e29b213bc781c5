"""Record batches that were sampled, refused or not to be had; seals are bound to their sample."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from pinzhi.apps.inspection import access, numbering
from pinzhi.apps.inspection.attempts import keep_refused
from pinzhi.apps.inspection.models import CustodyEvent, Programme, RulesVersion, Sample, Seal, Task
from pinzhi.apps.inspection.models.programme import Channel
from pinzhi.apps.inspection.sample_values import Values
from pinzhi.kernel import audit, clock, law
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Refused, RefusedRows, RowError
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.registers.rows import insert_all, update_rows
from pinzhi.rules.identifiers import gtin
from pinzhi.rules.inspection.matching import product_key

SAMPLE = (
    "id", "number", "task_id", "programme_id", "rules_id", "level", "outcome", "channel", "sampled_on", "sampled_region",
    "sampled_at_code", "sampled_at_name", "producer_code", "producer_name", "region", "product_number", "product_name",
    "gtin", "trademark", "specification", "standard_executed", "batch_no", "produced_on", "product_key", "test_samples",
    "backup_samples", "stock", "bought", "price", "receipt", "online", "label", "photos", "signatures", "inspectors",
    "refusal", "laboratory", "received_on", "recorded_at", "recorded_by",
)  # fmt: skip
_JSON = {"online": dict, "label": dict, "photos": list, "signatures": list}
_TEXTS = {
    "sampled_at_code": 18, "sampled_at_name": 200, "producer_code": 18, "producer_name": 200, "product_number": 32,
    "product_name": 200, "gtin": 14, "trademark": 100, "specification": 120, "standard_executed": 120, "batch_no": 60,
    "stock": 60, "receipt": 80, "refusal": 500, "laboratory": 18,
}  # fmt: skip


def record_samples(rows: Sequence[Mapping[str, Any]], *, by: Actor) -> list[str]:
    """Record samples given as mappings by field name, besides `programme` (number), `rules` (code), `task` (number),
    `seals` and `backup_seals` (numbers). Returns the sample numbers. All or nothing.

    The detailed rules in force on the day of sampling are taken. Raises NotPermitted and RefusedRows: no such programme
    or rules, a day to come, too few samplers, a seal that was stolen, used or never issued.
    """
    context = _Context(rows)
    kept, errors = [], []
    for number, raw in enumerate(rows, 1):
        one, wrong = context.sample(number, raw)
        errors += wrong
        kept.append(one)
    errors += context.wrong_seals(kept)
    if errors:
        keep_refused("sample", rows, errors, key="product_name", by=by)
        raise RefusedRows(errors)
    access.require(by, "inspection.sample", {one["region"] for one in kept})
    with transaction.atomic():
        return _insert(kept, by)


def _insert(kept: Sequence[dict[str, Any]], by: Actor) -> list[str]:
    moment, ids = clock.now(), numbering.ids("inspection_sample", len(kept))
    serials = numbering.serials(len(kept))
    written = []
    for one, pk, serial in zip(kept, ids, serials, strict=True):
        one["id"], one["recorded_at"], one["recorded_by"] = pk, moment, by.username
        one["number"] = one.get("number") or f"CY-{one['sampled_on'].year}-{serial:07d}"
        written.append([one[name] for name in SAMPLE])
    insert_all([("inspection_sample", SAMPLE, written)])
    numbers = [one["number"] for one in kept]
    seals: list[tuple[str, int, bool]] = []
    for one in kept:
        seals += [(s, one["id"], False) for s in one["seals"]]
        seals += [(s, one["id"], True) for s in one["backup_seals"]]
    if seals:
        found = {
            s.number: s for s in Seal.objects.select_for_update().filter(number__in=[s for s, _, _ in seals])
        }
        for number, pk, backup in seals:
            seal = found[number]
            if seal.status != Seal.Status.ISSUED:  # somebody was quicker
                raise Refused(
                    "seal_used", zh=f"封签“{number}”刚被使用。", en=f"Seal {number} was used just now."
                )
            seal.status, seal.sample_id, seal.backup = Seal.Status.USED, pk, backup
        update_rows(list(found.values()), ["status", "sample", "backup"])
    CustodyEvent.objects.bulk_create(
        [
            CustodyEvent(sample_id=one["id"], at=moment, kind="taken", by=by.username, to=one["laboratory"])
            for one in kept
            if one["outcome"] == Sample.Outcome.TAKEN and len(kept) < 100
        ]
    )
    _mark_tasks(kept)
    audit.record(
        "inspection.record_samples",
        by=by,
        subject_kind="sample",
        subject_key=numbers[0] if len(numbers) == 1 else "",
        register=access.RESULTS,
        count=len(numbers),
    )
    return numbers


def _mark_tasks(kept: Sequence[Mapping[str, Any]]) -> None:
    states = {"taken": Task.Status.SAMPLED, "refused": Task.Status.REFUSED, "absent": Task.Status.ABSENT}
    for outcome, status in states.items():
        ids = [one["task_id"] for one in kept if one["task_id"] and one["outcome"] == outcome]
        if ids:
            Task.objects.filter(pk__in=ids).update(status=status)


class _Context:
    """Programmes, rules, tasks and seals that the rows name."""

    def __init__(self, rows: Sequence[Mapping[str, Any]]) -> None:
        self.today = clock.today()
        programmes = Programme.objects.filter(number__in={str(r.get("programme")) for r in rows})
        self.programmes = {p.number: p for p in programmes}
        self.products = {
            (p.number, pp.rules.code): pp.rules
            for p in programmes.prefetch_related("products__rules")
            for pp in p.products.all()
        }
        tasks = {str(r["task"]) for r in rows if r.get("task")}
        self.tasks = {t.number: t for t in Task.objects.filter(number__in=tasks)} if tasks else {}
        self.versions: dict[int, list[RulesVersion]] = {}
        released = RulesVersion.objects.filter(
            rules__in={r.pk for r in self.products.values()}, released_at__isnull=False
        )
        for version in released.order_by("-number"):
            self.versions.setdefault(version.rules_id, []).append(version)
        self.areas: dict[tuple[str, str], bool] = {}
        self.regions: dict[str, bool] = {}
        self.taken: set[int] = set()
        """Tasks that rows of this set carry out."""
        self.least = int(law.value("inspection_draw.inspectors_per_task", self.today).number)

    def _version(self, rules: int, day: date) -> RulesVersion | None:
        """The version that was in force on the day; like `rulebook.version_on`, of what was read at once."""
        return next(
            (
                v
                for v in self.versions.get(rules, ())
                if v.valid_from <= day and (v.valid_until is None or day <= v.valid_until)
            ),
            None,
        )

    def _inside(self, whole: str, part: str) -> bool:
        if (whole, part) not in self.areas:
            self.areas[whole, part] = bool(part) and places.contains(whole, part)
        return self.areas[whole, part]

    def sample(self, number: int, raw: Mapping[str, Any]) -> tuple[dict[str, Any], list[RowError]]:
        errors: list[RowError] = []

        def wrong(column: str, value: Any, zh: str, en: str) -> None:
            errors.append(RowError(number, column, None if value is None else str(value), zh, en))

        given = Values(raw, wrong)
        one: dict[str, Any] = {name: given.text(name, most) for name, most in _TEXTS.items()}
        for name, kind in _JSON.items():
            one[name] = given.structure(name, kind)
        programme = self.programmes.get(str(raw.get("programme")))
        task = self.tasks.get(str(raw.get("task"))) if raw.get("task") else None
        if programme is None or programme.status == Programme.Status.DRAFT:
            wrong(
                "programme",
                raw.get("programme"),
                "没有这个已发布的抽查计划",
                "there is no such released programme",
            )
            return one, errors
        rules = self.products.get((programme.number, str(raw.get("rules"))))
        if rules is None:
            wrong("rules", raw.get("rules"), "计划中没有这类产品", "the programme has no such goods")
            return one, errors
        if raw.get("task") and (task is None or task.programme_id != programme.pk):
            wrong("task", raw.get("task"), "没有这个任务", "there is no such task")
        elif task is not None and (task.status != Task.Status.ASSIGNED or task.pk in self.taken):
            wrong("task", task.number, "任务已经办理，不能再录一次", "was carried out already")
        elif task is not None:
            self.taken.add(task.pk)
        day = given.day("sampled_on")
        if day is None:
            if not raw.get("sampled_on"):
                wrong("sampled_on", None, "没有抽样日期", "there is no day of sampling")
            return one, errors
        if day > self.today:
            wrong("sampled_on", day, "抽样日期晚于今天", "is a day to come")
        version = self._version(rules.pk, day)
        if version is None:
            wrong("sampled_on", day, "当日没有生效的实施细则", "no detailed rules were in force on that day")
            return one, errors
        outcome, channel = given.text("outcome", 16) or "taken", given.text("channel", 16) or "plant"
        if outcome not in Sample.Outcome.values or channel not in Channel.values:
            wrong("channel", channel, "抽样环节或情况不在范围内", "is no channel or outcome")
        if outcome == "taken" and not one["product_name"] and not given.refused("product_name"):
            wrong("product_name", None, "没有产品名称", "the product has no name")
        if outcome == "refused" and not one["refusal"] and not given.refused("refusal"):
            wrong("refusal", None, "拒绝抽样应写明情况", "say how sampling was refused")
        inspectors = given.names("inspectors", task.inspectors if task else ())
        if len(set(inspectors)) < self.least and not given.refused("inspectors"):
            wrong(
                "inspectors",
                len(set(inspectors)),
                f"抽样人员不少于 {self.least} 人",
                f"at least {self.least} samplers",
            )
        if one["gtin"]:
            try:
                one["gtin"] = gtin.parse(one["gtin"]).text
            except ValueError:
                wrong("gtin", one["gtin"], "条码校验位不对", "the bar code's check digit is wrong")
        produced, received = given.day("produced_on"), given.day("received_on")
        if produced and produced > day:
            wrong("produced_on", produced, "生产日期晚于抽样日期", "was produced after it was sampled")
        if received and received < day:
            wrong("received_on", received, f"收样日期早于抽样日期 {day}", f"is before the sampling on {day}")
        if received and received > self.today:
            wrong("received_on", received, "收样日期晚于今天", "is a day to come")
        home = given.text("region", 12)
        sampled_region = given.text("sampled_region", 12) or home or programme.region
        for name, code in (("region", home), ("sampled_region", sampled_region)):
            if code and not self._known(code):
                wrong(name, code, "没有这个地区", "is no region")
        one |= {
            "task_id": task.pk if task else None,
            "programme_id": programme.pk,
            "rules_id": version.pk,
            "level": programme.level,
            "outcome": outcome,
            "channel": channel,
            "sampled_on": day,
            "sampled_region": sampled_region,
            # A producer of another province does not take the check out of the region that makes it.
            "region": next(
                (r for r in (home, sampled_region) if self._inside(programme.region, r)), programme.region
            ),
            "produced_on": produced,
            "product_key": product_key(
                one["producer_code"] or one["producer_name"],
                one["standard_executed"],
                one["trademark"],
                one["specification"],
            ),
            "test_samples": given.whole("test_samples", version.test_samples, 1 if outcome == "taken" else 0),
            "backup_samples": given.whole("backup_samples", version.backup_samples, 0),
            "bought": given.flag("bought", True),
            "price": given.money("price"),
            "received_on": received,
            "seals": given.names("seals"),
            "backup_seals": given.names("backup_seals"),
            "samplers": inspectors,
            "inspectors": json.dumps(inspectors, ensure_ascii=False),
        }
        if task and not one["laboratory"]:
            one["laboratory"] = task.laboratory
        return one, errors

    def _known(self, code: str) -> bool:
        """Whether there is, or was, such a region."""
        if code not in self.regions:
            self.regions[code] = places.region_name(code) is not None
        return self.regions[code]

    def wrong_seals(self, kept: Sequence[Mapping[str, Any]]) -> list[RowError]:
        given = [
            (number, seal)
            for number, one in enumerate(kept, 1)
            for seal in [*one.get("seals", ()), *one.get("backup_seals", ())]
        ]
        if not given:
            return []
        counts = Counter(seal for _, seal in given)
        rows_ = {s.number: s for s in Seal.objects.filter(number__in=list(counts))}
        known = {number: seal.status for number, seal in rows_.items()}
        errors = []
        for number, seal in given:
            status = known.get(seal)
            holder = rows_[seal].holder if seal in rows_ else ""
            if counts[seal] > 1:
                errors.append(RowError(number, "seals", seal, "封签编号重复", "the seal stands twice"))
            elif status is None:
                errors.append(RowError(number, "seals", seal, "封签从未发放", "was never issued"))
            elif status == Seal.Status.USED:
                errors.append(RowError(number, "seals", seal, "封签已用在别的样品上", "is on another sample"))
            elif status != Seal.Status.ISSUED:
                errors.append(
                    RowError(
                        number, "seals", seal, "封签已登记被盗、遗失或损毁", "was reported lost or spoilt"
                    )
                )
            elif holder and holder not in kept[number - 1]["samplers"]:
                errors.append(
                    RowError(
                        number, "seals", seal, f"封签由“{holder}”领用，不是本次抽样人员",
                        f"was handed to {holder}, who does not take this sample",
                        "用本人领用的封签，或先办理转交", "use seals of your own, or have it handed over first",
                    )
                )  # fmt: skip
        return errors
