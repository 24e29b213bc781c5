"""What in the world of standards calls for somebody: worked out from the catalogue and the registers whenever asked.

Kinds: `stale_adoption` (the international edition adopted was withdrawn or revised), `cited_lapsed` (an edition in force
cites a dated one that lapsed), `declared_lapsed` (firms declare a standard that lapsed), `replaced_in_force` (replaced
wholly, yet kept as in force), `comment_ends` (a comment period ends). What an official decided on stands in AlertDecision.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils.http import urlencode

from pinzhi.apps.standards.access import PROGRAMME
from pinzhi.apps.standards.fields_catalogue import DOMESTIC
from pinzhi.apps.standards.models import AlertDecision, Edition, Relation
from pinzhi.apps.standards.queries_catalogue import index_for
from pinzhi.kernel.registers import catalogue
from pinzhi.kernel.registers.models import Record
from pinzhi.rules.standards.edition_facts import EditionFact, Status
from pinzhi.rules.standards.editions import Found, Resolution
from pinzhi.rules.standards.identifiers import to_identifier

#: Days before the end of a comment period from which it is shown.
COMMENT_DAYS = 14
DECLARATIONS = "d01_declarations"
KINDS = {
    "stale_adoption": {
        "zh": "所采用的国际标准已修订或废止",
        "en": "The standard adopted was revised or withdrawn",
    },
    "declared_lapsed": {"zh": "企业声明执行的标准已失效", "en": "A declared standard lapsed"},
    "cited_lapsed": {"zh": "引用的标准已失效", "en": "A cited standard lapsed"},
    "replaced_in_force": {"zh": "已被全部代替但仍标为现行", "en": "Replaced wholly, yet kept as in force"},
    "comment_ends": {"zh": "征求意见即将截止", "en": "A comment period ends"},
}


@dataclass(frozen=True)
class Alert:
    """One alert. `key` names it for good; `about` is the standard or project that it calls to look at."""

    key: str
    kind: str
    about: str
    title: str
    url: str
    zh: str
    en: str
    region: str = ""
    other_url: str = ""
    due: date | None = None
    key_standard: bool = False


def _keyed(rows: QuerySet[Relation], kind: str, decided: bool) -> QuerySet[Relation]:
    """The relations with the alert's key, those decided on taken away (or alone)."""
    rows = rows.annotate(
        alert=Concat(Value(f"{kind}:"), F("from_edition__key"), Value(":"), F("to_edition__key"))
    )
    made = Exists(AlertDecision.objects.filter(alert=OuterRef("alert")))
    rows = rows.filter(made) if decided else rows.exclude(made)
    return rows.select_related("from_edition", "to_edition").order_by(
        "-from_edition__key_standard", "from_edition__sort_key", "id"
    )


def stale_adoptions(*, decided: bool = False) -> QuerySet[Relation]:
    """Adoptions by Chinese standards in force of editions that were withdrawn, or of which there is a newer one in force."""
    newer = Edition.objects.filter(
        series_key=OuterRef("to_edition__series_key"),
        status=Edition.Status.IN_FORCE,
        sort_key__gt=OuterRef("to_edition__sort_key"),
    )
    rows = Relation.objects.filter(
        kind=Relation.Kind.ADOPTS,
        from_edition__status=Edition.Status.IN_FORCE,
        from_edition__level__in=DOMESTIC,
        to_edition__isnull=False,
    ).filter(Q(to_edition__status=Edition.Status.WITHDRAWN) | Exists(newer))
    return _keyed(rows, "stale_adoption", decided)


def cited_lapsed(*, decided: bool = False) -> QuerySet[Relation]:
    """Dated references of standards in force to editions that were withdrawn."""
    rows = Relation.objects.filter(
        kind=Relation.Kind.CITES,
        from_edition__status=Edition.Status.IN_FORCE,
        to_edition__status=Edition.Status.WITHDRAWN,
    )
    return _keyed(rows, "cited_lapsed", decided)


def replaced_in_force(*, decided: bool = False) -> QuerySet[Relation]:
    """Editions that another in force replaces wholly while they are still kept as in force."""
    rows = Relation.objects.filter(
        kind=Relation.Kind.REPLACES,
        part=Relation.Part.WHOLLY,
        from_edition__status=Edition.Status.IN_FORCE,
        to_edition__status=Edition.Status.IN_FORCE,
    )
    return _keyed(rows, "replaced_in_force", decided)


def _adopted_alone(what: Resolution, fact: EditionFact) -> bool:
    """Whether an international standard was named, and found only as what a Chinese edition adopts: that one's end is not its."""
    kept = to_identifier(fact.number)
    return what.identifier is not None and kept is not None and kept.chinese != what.identifier.chinese


def declared_lapsed(day: date, *, decided: bool = False) -> list[Alert]:
    """Standards that firms declare and that are no longer in force, with how many declarations name them."""
    if DECLARATIONS not in catalogue.registers():
        return []
    valid = catalogue.get(DECLARATIONS).life.valid_states
    rows = (
        Record.objects.filter(register=DECLARATIONS, state__in=valid)
        .exclude(values__standard_level="enterprise")
        .values_list("values__standard_no")
        .annotate(count=Count("id"))
        .order_by("-count")
    )
    named = [(str(number), count) for number, count in rows if number]
    index, found = index_for(number for number, _ in named), []
    for number, count in named:
        what = index.resolve(number, day)
        gone = what.status is Status.WITHDRAWN or what.found is Found.WITHDRAWN
        if not gone:
            continue
        fact = what.edition or (what.candidates[0] if what.candidates else None)
        if what.rule == "second_number" and fact is not None and _adopted_alone(what, fact):
            continue
        key = fact.key if fact else number
        found.append(
            Alert(
                key=f"declared_lapsed:{key}",
                kind="declared_lapsed",
                about=number,
                title="",
                url=reverse("standards_edition", args=[key]) if fact else "",
                other_url=f"{reverse('registers_list', args=[DECLARATIONS])}?{urlencode({'f_standard_no': number})}",
                zh=f"{count} 份声明仍执行 {number}，该标准已废止。",
                en=f"{count} declarations still name {number}, which was withdrawn.",
            )
        )
    known = set(
        AlertDecision.objects.filter(alert__in=[a.key for a in found]).values_list("alert", flat=True)
    )
    return [a for a in found if (a.key in known) == decided]


def comment_ends(day: date, *, within: int = COMMENT_DAYS) -> list[Alert]:
    """Drafts of the catalogue and projects of the local programme whose comment period ends within so many days."""
    last = day + timedelta(days=within)
    found = [
        Alert(
            key=f"comment_ends:{row.key}:{row.comment_until}",
            kind="comment_ends",
            about=row.number,
            title=row.title_zh or row.title_en,
            url=reverse("standards_edition", args=[row.key]),
            zh=f"征求意见于 {row.comment_until} 截止。",
            en=f"Comments until {row.comment_until}.",
            region=row.region,
            due=row.comment_until,
        )
        for row in Edition.objects.filter(
            status=Edition.Status.DRAFT, comment_until__gte=day, comment_until__lte=last
        ).order_by("comment_until", "sort_key")[:200]
    ]
    rows = Record.objects.filter(
        register=PROGRAMME,
        state="consultation",
        values__consultation_until__gte=day.isoformat(),
        values__consultation_until__lte=last.isoformat(),
    )
    for record in rows.order_by("key")[:200]:
        until = date.fromisoformat(record.values["consultation_until"])
        found.append(
            Alert(
                key=f"comment_ends:{record.key}:{until}",
                kind="comment_ends",
                about=record.key,
                title=record.label,
                url=reverse("registers_record", args=[PROGRAMME, record.key]),
                zh=f"地方标准征求意见于 {until} 截止。",
                en=f"Comments on the local standard until {until}.",
                region=record.region,
                due=until,
            )
        )
    return sorted(found, key=lambda alert: alert.due or day)


def of_relation(kind: str, row: Any) -> Alert:
    """An alert out of a relation of one of the three querysets."""
    mine, other = row.from_edition, row.to_edition
    if kind == "stale_adoption":
        zh = f"{row.get_degree_display() or '采用'} {other.number}"
        end = "，该版本已废止。" if other.status == "withdrawn" else "，该标准已有新版本。"
        en_end = "was withdrawn" if other.status == "withdrawn" else "has a newer edition"
        zh, en = zh + end, f"adopts {other.number} ({row.degree or 'degree not stated'}), which {en_end}."
        about, beside = mine, other
    elif kind == "cited_lapsed":
        zh, en = f"注日期引用 {other.number}，该版本已废止。", f"cites {other.number}, which was withdrawn."
        about, beside = mine, other
    else:
        zh = f"已被 {mine.number} 全部代替，状态仍为现行。"
        en = f"was replaced wholly by {mine.number}, yet is kept as in force."
        about, beside = other, mine
    return Alert(
        key=row.alert,
        kind=kind,
        about=about.number,
        title=about.title_zh or about.title_en,
        url=reverse("standards_edition", args=[about.key]),
        other_url=reverse("standards_edition", args=[beside.key]),
        zh=zh,
        en=en,
        region=about.region,
        key_standard=about.key_standard,
    )


RELATED: dict[str, Callable[..., QuerySet[Relation]]] = {
    "stale_adoption": stale_adoptions,
    "cited_lapsed": cited_lapsed,
    "replaced_in_force": replaced_in_force,
}


def alerts_of(
    kind: str, day: date, *, decided: bool = False, offset: int = 0, size: int = 50
) -> tuple[Sequence[Alert], int]:
    """A page of the alerts of one kind, and how many there are."""
    if kind in RELATED:
        rows = RELATED[kind](decided=decided)
        return [of_relation(kind, row) for row in rows[offset : offset + size]], rows.order_by().count()
    found = declared_lapsed(day, decided=decided) if kind == "declared_lapsed" else comment_ends(day)
    return found[offset : offset + size], len(found)


def counts(day: date) -> dict[str, int]:
    """How many alerts of each kind are open."""
    found = {kind: make().order_by().count() for kind, make in RELATED.items()}
    return {
        **found,
        "declared_lapsed": len(declared_lapsed(day)),
        "comment_ends": len(comment_ends(day)),
    }


def count_alerts(day: date) -> int:
    """How many alerts are open in all."""
    return sum(counts(day).values())


def by_key(key: str, day: date) -> Alert | None:
    """The alert of that key, where it still holds."""
    kind, _, rest = key.partition(":")
    if kind in RELATED:
        mine, _, other = rest.rpartition(":")
        # Keys of editions abroad hold colons themselves: the parting one is found by what is there.
        for at in [i for i, ch in enumerate(rest) if ch == ":"]:
            mine, other = rest[:at], rest[at + 1 :]
            row = RELATED[kind]().filter(from_edition__key=mine, to_edition__key=other).first()
            if row is not None:
                return of_relation(kind, row)
        return None
    if kind == "declared_lapsed":
        return next((one for one in declared_lapsed(day) if one.key == key), None)
    return None
