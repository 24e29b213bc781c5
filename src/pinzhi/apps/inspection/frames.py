"""Who can be drawn: units of the rosters by trade, region, class of goods and channel, and who stands outside and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from pinzhi.apps.inspection.models import Draw, OutsideResult, Recusal, Sample
from pinzhi.apps.parties import queries as parties
from pinzhi.kernel import law
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.registers.models import Log
from pinzhi.rules.inspection.draws.frame import Exclusion, FrameUnit
from pinzhi.rules.inspection.draws.repeats import Check, ProductKey, Reading, excluded_until, readings
from pinzhi.rules.inspection.matching import product_key

#: The levels as the rule of no repeat names them.
LEVEL = {"national": "national", "provincial": "province", "city": "city", "county": "county"}
STRATA = ("none", "city", "size", "sector", "trade")
ROLE_OF_CHANNEL = {"plant": "producer", "shop": "seller", "online": "seller"}


@dataclass(frozen=True)
class Scope:
    """Which units of the rosters a draw is about. `unit`: enterprise or product; `strata`: what strata are made of."""

    unit: str = "enterprise"
    region: str = ""
    trades: tuple[str, ...] = ()
    all_trades: bool = False
    """Said expressly: enterprises of every trade are meant, not that the trades were forgotten."""
    sector: str = ""
    channel: str = "plant"
    strata: str = "city"
    no_repeat: tuple[str, ...] = ("same_department", "passed_national")
    exempt: tuple[str, ...] = ()
    """Credit codes left out by a written decision."""
    exempt_reason: str = ""
    certain: tuple[str, ...] = ()
    """Credit codes drawn for sure: followed up after a failure, for whom the rule of no repeat does not hold."""

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Scope:
        return cls(
            unit=str(raw.get("unit") or "enterprise"),
            region=str(raw.get("region") or ""),
            trades=tuple(raw.get("trades") or ()),
            all_trades=raw.get("all_trades") is True,
            sector=str(raw.get("sector") or ""),
            channel=str(raw.get("channel") or "plant"),
            strata=str(raw.get("strata") or "city"),
            no_repeat=tuple(raw.get("no_repeat", cls.no_repeat)),
            exempt=tuple(raw.get("exempt") or ()),
            exempt_reason=str(raw.get("exempt_reason") or ""),
            certain=tuple(raw.get("certain") or ()),
        )


@dataclass
class Frame:
    """The whole roster of a draw with those of it that are left out, and the checkpoint that it was read at."""

    units: list[FrameUnit] = field(default_factory=list)
    exclusions: list[Exclusion] = field(default_factory=list)
    regions: dict[str, str] = field(default_factory=dict)
    roster: str = ""
    checkpoint: str = ""


def build(draw: Draw, on: date) -> Frame:
    """The frame of a draw as the rosters are now. The caller has checked that the actor may draw."""
    scope, by = Scope.of(draw.scope), Actor.system("draw")
    frame = Frame(roster="p_products" if scope.unit == "product" else "p_enterprises")
    frame.checkpoint = checkpoint_of(frame.roster)
    classes = parties.risk_classes_on(on, by=by)
    firms = _firms(scope, by)
    recused = set(
        Recusal.objects.filter(who=draw.agency, since__lte=on)
        .exclude(until__lt=on)
        .values_list("uscc", flat=True)
    )
    if scope.unit == "product":
        _add_products(frame, scope, firms, classes, by)
    else:
        for code, firm in firms.items():
            frame.units.append(
                FrameUnit(
                    code,
                    code,
                    firm["name"],
                    stratum(scope, firm),
                    max(1, firm["weight"]),
                    classes.get(code, ""),
                    code in scope.certain,
                )
            )
            frame.regions[code] = firm["region"]
    checks = _Checks(draw, scope, on)
    for unit in frame.units:
        firm = firms[unit.firm]
        if firm["status"] != "active":
            frame.exclusions.append(Exclusion(unit.key, "closed", firm["status"]))
        elif unit.firm in scope.exempt:
            frame.exclusions.append(Exclusion(unit.key, "exempt", scope.exempt_reason))
        elif unit.firm in recused:
            frame.exclusions.append(Exclusion(unit.key, "recused"))
        elif (found := checks.bars(unit, "follow_up" if unit.certainty else "routine")) is not None:
            frame.exclusions.append(Exclusion(unit.key, "no_repeat", found))
    return frame


def checkpoint_of(register: str) -> str:
    """The roster's own signed checkpoint as it is now; "none" before the roster has one."""
    log = Log.objects.filter(name=register).first()
    return (log.checkpoint if log else "") or "none"


@dataclass(frozen=True)
class Coming:
    """What the rosters hold of a scope today, before anything is frozen: firms and units, of which divisions of trade.

    `trades`: code and number of firms, the largest first. Exclusions by earlier checks are found when it is frozen.
    """

    firms: int
    units: int
    trades: tuple[tuple[str, int], ...]


def coming(draw: Draw) -> Coming:
    """How large a frame would be today, counted and not read, so that a wrong scope shows before it is committed."""
    scope, by = Scope.of(draw.scope), Actor.system("draw")
    firms, units, divisions = 0, 0, Counter[str]()
    rows = _in_scope(scope, by).filter(status="active")
    if scope.unit == "product":
        made = parties.products(by=by, sector=scope.sector, status="on_sale")
        units = made.filter(producer_code__in=rows.values("uscc")).count()
        rows = rows.filter(uscc__in=made.values("producer_code"))
    for trade, count in rows.order_by().values_list("trade").annotate(n=Count("pk")):
        firms += count
        divisions[str(trade)[:2]] += count
    return Coming(firms, units if scope.unit == "product" else firms, tuple(divisions.most_common()))


def _in_scope(scope: Scope, by: Actor) -> QuerySet[Any]:
    """The enterprises of a scope: its region, its channel, any of its trades."""
    rows = parties.enterprises(by=by, region=scope.region, role=ROLE_OF_CHANNEL.get(scope.channel, ""))
    begins = Q()
    for trade in scope.trades:
        for prefix in places.trades().prefixes(trade):
            begins |= Q(trade__startswith=prefix)
    return rows.filter(begins, merged_into="")


_SIZES = {"large": 4, "medium": 3, "small": 2, "micro": 1}


def _firms(scope: Scope, by: Actor) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    rows = _in_scope(scope, by).values_list("uscc", "name", "region", "trade", "size", "status")
    for code, name, region, trade, size, status in rows.iterator(chunk_size=10_000):
        found[code] = {
            "name": name,
            "region": region,
            "trade": trade,
            "size": size,
            "status": status,
            "weight": _SIZES.get(size, 1),
        }
    return found


def stratum(scope: Scope, firm: Mapping[str, Any], sector: str = "") -> str:
    """The stratum of a unit: its city, size, field or trade; one for all."""
    return {
        "city": str(firm["region"])[:4] + "00" if firm["region"] else "0",
        "size": str(firm["size"] or "unknown"),
        "sector": sector or "all",
        "trade": str(firm["trade"])[:2] or "unknown",
    }.get(scope.strata, "all")


SIZE_TITLES = {
    "large": {"zh": "大型", "en": "Large"},
    "medium": {"zh": "中型", "en": "Medium"},
    "small": {"zh": "小型", "en": "Small"},
    "micro": {"zh": "微型", "en": "Micro"},
    "unknown": {"zh": "规模不明", "en": "Size unknown"},
}


def stratum_title(strata: str, key: str) -> dict[str, str]:
    """What a stratum is called."""
    if strata == "city" and (named := places.region_name(key)) is not None:
        return {"zh": named.zh, "en": named.en}
    if strata == "size" and key in SIZE_TITLES:
        return SIZE_TITLES[key]
    if strata == "trade" and (trade := places.trade(key)) is not None:
        return {"zh": f"{key} {trade.zh}", "en": f"{key} {trade.en}"}
    return {"zh": "全部", "en": "All"} if key == "all" else {"zh": key, "en": key}


def stratum_called(strata: str, text: str, home: str) -> str | None:
    """The stratum of this name or code; None where there is none."""
    if strata == "city":
        if (found := places.region(text)) is None:
            found = places.find_region(text, within=home)
        return found.code[:4] + "00" if found is not None and places.contains(home, found.code) else None
    if strata == "size":
        return next((key for key, title in SIZE_TITLES.items() if text in (key, *title.values())), None)
    if strata == "trade":
        return text[:2] if text[:2].isdigit() and len(text) >= 2 else None
    return "all" if text in ("all", "全部") else None


def _add_products(
    frame: Frame, scope: Scope, firms: Mapping[str, Mapping[str, Any]], classes: Mapping[str, str], by: Actor
) -> None:
    rows = parties.products(by=by, sector=scope.sector, status="on_sale")
    fields = ("number", "name", "producer_code", "sector")
    for number, name, producer, sector in rows.values_list(*fields).iterator(chunk_size=10_000):
        firm = firms.get(producer)
        if firm is None:
            continue
        key = f"{producer}:{number}"
        frame.units.append(
            FrameUnit(
                key, producer, name, stratum(scope, firm, sector), 1, classes.get(producer, ""),
                producer in scope.certain,
            )
        )  # fmt: skip
        frame.regions[key] = str(firm["region"])


class _Checks:
    """Earlier checks that bar a new one, found once for all units."""

    def __init__(self, draw: Draw, scope: Scope, on: date) -> None:
        self.draw, self.on, self.unit = draw, on, scope.unit
        known = readings(law.as_of(on))
        self.readings: list[Reading] = [known[name] for name in scope.no_repeat if name in known]
        self.by_key: dict[str, list[tuple[Check, str]]] = {}
        if not self.readings:
            return
        since = on - timedelta(days=31 * max(r.months for r in self.readings) + 1)
        rules = draw.product.rules_id if draw.product else None
        rows = Sample.objects.filter(outcome="taken", sampled_on__gte=since, sampled_on__lte=on)
        if rules is not None:
            rows = rows.filter(rules__rules=rules)
        fields = (
            "number", "producer_code", "product_number", "product_key", "sampled_on", "programme__agency", "level",
            "result__final",
        )  # fmt: skip
        for number, firm, product, key, day, agency, level, final in rows.values_list(*fields).iterator():
            self._add(
                firm, product, key, day, agency, level, None if final is None else final == "pass", number
            )
        outside = OutsideResult.objects.filter(sampled_on__gte=since, sampled_on__lte=on)
        for one in outside:
            self._add(
                one.producer_code, "", one.product_key, one.sampled_on, one.agency, one.level, one.verdict == "pass",
                f"{one.source} {one.reference}",
            )  # fmt: skip

    def _add(
        self,
        firm: str,
        product: str,
        key: str,
        day: date,
        agency: str,
        level: str,
        passed: bool | None,
        named: str,
    ) -> None:
        # Matched by key already: what is left to the rule is who checked when, and with what result.
        check = Check(ProductKey(key, "", "", ""), day, agency, LEVEL[level], passed)  # type: ignore[arg-type]
        for place in {firm} if self.unit == "enterprise" else {f"{firm}:{product}", key}:
            if place:
                self.by_key.setdefault(place, []).append((check, named))

    def bars(self, unit: FrameUnit, purpose: str) -> str | None:
        """The check that bars a unit, in words; None where nothing does."""
        found = self.by_key.get(unit.key)
        if not found:
            return None
        level: Any = LEVEL[self.draw.programme.level]
        for reading in self.readings:
            bound = excluded_until(
                reading, [c for c, _ in found], day=self.on, department=self.draw.agency, level=level,
                purpose=purpose,
            )  # fmt: skip
            if bound is not None:
                named = next(name for check, name in found if check is bound[1])
                return f"{bound[1].day.isoformat()} {named}"
        return None


def key_of(product: Mapping[str, str]) -> str:
    """The rule's key of a product as the roster has it."""
    return product_key(
        product.get("producer_code", ""),
        product.get("standard_executed", ""),
        product.get("brand", ""),
        f"{product.get('specification', '')}{product.get('model', '')}",
    )


def outside(reasons: Iterable[Exclusion]) -> dict[str, int]:
    """How many were left out for which reason."""
    counts: dict[str, int] = {}
    for one in reasons:
        counts[one.reason] = counts.get(one.reason, 0) + 1
    return counts


def in_words(counts: Mapping[str, int], *, english: bool = False) -> str:
    """How many were left out for which reason."""
    if english:
        return "; ".join(f"{REASON_EN.get(name, name)} {count}" for name, count in sorted(counts.items()))
    return "；".join(f"{REASON_ZH.get(name, name)} {count}" for name, count in sorted(counts.items()))


REASON_ZH: Mapping[str, str] = {
    "no_repeat": "六个月内已抽查",
    "closed": "注销、停业等",
    "recused": "回避",
    "capacity": "承检能力",
    "exempt": "书面决定免于本次抽查",
}
REASON_EN: Mapping[str, str] = {
    "no_repeat": "checked within six months",
    "closed": "closed or suspended",
    "recused": "recused",
    "capacity": "beyond what laboratories can take",
    "exempt": "exempt by a written decision",
}


def names(codes: Sequence[str]) -> dict[str, str]:
    return parties.names_of(codes)


def regions(codes: Sequence[str]) -> dict[str, str]:
    """Where firms are."""
    rows = parties.enterprises(by=Actor.system("draw")).filter(uscc__any_of=list(codes))
    return dict(rows.values_list("uscc", "region"))
