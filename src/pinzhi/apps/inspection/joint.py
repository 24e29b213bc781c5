"""Joint checks: one sample, several departments, each judged by its own items alone.

A party's items are named by code or name; what no party names is a matter of the one that leads. A batch fails for a
party by the party's items only, and the others learn it beside their own verdict.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast

from pinzhi.apps.inspection.models import JointParty, ReportItem, Sample
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.web.texts import in_lang
from pinzhi.rules.inspection.judgement import Verdict, by_party
from pinzhi.rules.inspection.matching import plain

WORDS = {
    "pass": {"zh": "合格", "en": "passed"},
    "fail": {"zh": "不合格", "en": "failed"},
    "open": {"zh": "无法判定", "en": "cannot be judged"},
    None: {"zh": "本批次无其项目", "en": "none of its items here"},
}


@dataclass(frozen=True)
class PartyVerdict:
    """The batch for one party; `verdict` None: none of its items were tested."""

    agency: str
    lead: bool
    verdict: Verdict | None
    failed: tuple[str, ...]

    @property
    def name(self) -> dict[str, str]:
        found = places.agency_name(self.agency)
        return {"zh": found.zh, "en": found.en} if found else {"zh": self.agency, "en": self.agency}

    def word(self, language: str = "") -> str:
        """Its verdict in words with what failed; in the reader's language where none is said."""
        told = WORDS[self.verdict]
        said = told[language] if language else in_lang(told)
        return f"{said}（{'、'.join(self.failed)}）" if self.failed else said


Found = dict[str, tuple[str, Verdict]]
"""What stands of a sample: item code: (name, verdict)."""


def items_of(samples: Iterable[int]) -> dict[int, Found]:
    """What the first test found, and a re-inspection in its place where there was one."""
    found: dict[int, Found] = {}
    rows = ReportItem.objects.filter(
        report__sample__in=list(samples), report__test__in=("first", "re_inspection")
    )
    # "first" comes before "re_inspection": what was tested again takes the place of what was found first.
    fields = rows.order_by("report__test", "item__position").values_list(
        "report__sample_id", "item__code", "item__name", "verdict"
    )
    for sample, code, name, verdict in fields:
        found.setdefault(sample, {})[code] = name, cast(Verdict, verdict)
    return found


def split(parties: Sequence[JointParty], items: Found) -> list[PartyVerdict]:
    """The verdict of each party, who leads first."""
    words = {code: {code, plain(code), plain(name)} for code, (name, _) in items.items()}
    own = {
        party.agency: [
            code for code in items if words[code] & {w for i in party.items for w in (i, plain(i))}
        ]
        for party in parties
    }
    lead = next((party.agency for party in parties if party.lead), "")
    verdicts = by_party({code: verdict for code, (_, verdict) in items.items()}, own, lead)
    named = {code for codes in own.values() for code in codes}
    if lead:
        own[lead] = [code for code in items if code in own[lead] or code not in named]
    found = [
        PartyVerdict(
            party.agency,
            party.lead,
            verdicts[party.agency],
            tuple(items[code][0] for code in own[party.agency] if items[code][1] == "fail"),
        )
        for party in parties
    ]
    return sorted(found, key=lambda one: not one.lead)


def of_samples(samples: Iterable[Sample]) -> dict[int, list[PartyVerdict]]:
    """The verdicts of joint checks among these samples; the others are not in it."""
    joint = [row for row in samples if row.programme.joint]
    if not joint:
        return {}
    parties: dict[int, list[JointParty]] = {}
    for party in JointParty.objects.filter(programme__in={row.programme_id for row in joint}).order_by("pk"):
        parties.setdefault(party.programme_id, []).append(party)
    items = items_of(row.pk for row in joint)
    return {
        row.pk: split(parties.get(row.programme_id, ()), items[row.pk]) for row in joint if row.pk in items
    }


def responsible(found: Sequence[PartyVerdict]) -> str:
    """Which agency goes on with a failed batch: the lead where its items failed, else the first whose did."""
    return next((one.agency for one in found if one.verdict == "fail"), "")


def in_words(found: Sequence[PartyVerdict]) -> str:
    """All parties in a line, as results and papers say it."""
    return "；".join(f"{one.name['zh']}：{one.word('zh')}" for one in found)
