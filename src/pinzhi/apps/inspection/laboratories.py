"""Who could do a re-inspection, who of them may not and why, and what of a draw among them is public."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from pinzhi.apps.inspection import access
from pinzhi.apps.inspection.models import Capability, Case, LaboratoryDraw, Recusal
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.files.actions.store_file import store_file
from pinzhi.kernel.registers.publish import Publication, publish
from pinzhi.rules.inspection import verify_assignment
from pinzhi.rules.inspection.draws import reinspection
from pinzhi.rules.inspection.draws.reinspection import Candidate, Why
from pinzhi.rules.inspection.draws.seed import Round
from pinzhi.rules.inspection.verify_draw import canonical, digest

#: Why a laboratory that is capable is not in the draw.
WHY: Mapping[str, Mapping[str, str]] = {
    "": {"zh": "参加抽取", "en": "in the draw"},
    "first": {"zh": "初检机构", "en": "tested first"},
    "recused": {"zh": "须回避", "en": "recused"},
    "declined": {"zh": "此前抽中已谢绝", "en": "drawn before and declined"},
}


def capable(case: Case, on: date) -> dict[str, str]:
    """Laboratories that may test the case's goods on a day, by code with their names."""
    rows = Capability.objects.filter(rules_id=case.sample.rules.rules_id, valid_from__lte=on)
    return dict(rows.exclude(valid_until__lt=on).order_by("body_code").values_list("body_code", "name"))


def recused(case: Case, on: date) -> set[str]:
    """Who must not act in matters of the enterprise of the case, or of the place where it was sampled."""
    firms = {case.uscc, case.sample.producer_code, case.sample.sampled_at_code} - {""}
    rows = Recusal.objects.filter(uscc__in=firms, since__lte=on).exclude(until__lt=on)
    return set(rows.values_list("who", flat=True))


def declined(case: Case) -> set[str]:
    """Laboratories that were named or drawn for this case and declined."""
    found = {code for row in case.laboratory_draws.all() for code in row.declined}
    named = ""
    for event in case.events.all():
        if event.kind == "laboratory_named":
            named = str(event.detail.get("laboratory", ""))
        elif event.kind == "laboratory_declined":
            found.add(named)
    return found


def candidates(case: Case, on: date) -> list[Candidate]:
    """Everybody capable, those that may not act with the reason."""
    out, gone = recused(case, on), declined(case)

    def why(code: str) -> Why:
        if code in out:
            return "recused"
        if code in gone:
            return "declined"
        return "first" if code == case.report.laboratory else ""

    return [Candidate(code, name, why(code)) for code, name in capable(case, on).items()]


def in_words(found: Sequence[Candidate], language: str) -> str:
    """Who is left out and why, for a refusal."""
    if not found:
        return {"zh": "没有机构具备此产品的承检能力", "en": "no laboratory is able to test these goods"}[
            language
        ]
    joined = {"zh": "；", "en": "; "}[language]
    return joined.join(f"{c.name} {c.id}: {WHY[c.why][language]}" for c in found if c.why)


def record_of(row: LaboratoryDraw) -> dict[str, Any]:
    """The document of a draw that was made, for verify_assignment.py."""
    return reinspection.record(row.commitment, row.pools, Round(row.settled), row.declined)


def _instant(moment: Any) -> str:
    return moment.astimezone(clock.SHANGHAI).isoformat(timespec="seconds") if moment else ""


def publish_draw(row: LaboratoryDraw, *, by: Actor) -> None:
    """The draw's public record: the case by its number alone, so that it names no enterprise."""
    case, pools = row.case, row.pools
    programme = case.sample.programme
    counts: dict[str, int] = {}
    for lab in pools["laboratories"]:
        if lab["why"]:
            counts[lab["why"]] = counts.get(lab["why"], 0) + 1
    value = row.settled.get("value", {})
    values = {
        "title": f"复检机构抽取（{case.sample.rules.rules.product_class}）",
        "stage": "opened" if row.stage == LaboratoryDraw.Stage.DRAWN else row.stage,
        "programme": programme.number,
        "round": 1,
        "abandoned_reason": row.abandoned_reason,
        "roster_size": len(pools["laboratories"]),
        "frame_size": len(pools["laboratories"]) - sum(counts.values()),
        "excluded": sum(counts.values()),
        "exclusions": "；".join(f"{WHY[why]['zh']} {n}" for why, n in counts.items()),
        "size": 1,
        "commitment": digest("commitment", row.commitment),
        "pools": row.commitment["root"],
        "declaration": row.declaration.get("digest", ""),
        "frozen_at": _instant(row.named_at),
        "public_source": row.public_source,
        "public_due_at": _instant(row.public_due_at),
        "fallback": row.fallback,
        "public_value": (value.get("signature") or value.get("numbers") or "")[:300],
        "drawn_at": _instant(row.drawn_at),
        "opened_at": _instant(row.drawn_at),
        "files": _files(row, by=by) if row.stage == LaboratoryDraw.Stage.DRAWN else [],
    }
    kept = {name: found for name, found in values.items() if found not in ("", None, [])}
    publish(
        access.DRAWS,
        [Publication(key=row.number, region=programme.region, agency=case.agency, values=kept)],
        by=by,
        trusted=True,
    )


def _files(row: LaboratoryDraw, *, by: Actor) -> list[dict[str, Any]]:
    contents = {
        "laboratory-draw.json": canonical(record_of(row)) + b"\n",
        "verify_assignment.py": Path(verify_assignment.__file__).read_bytes(),
    }
    found = []
    for name, content in contents.items():
        stored = store_file(io.BytesIO(content), name=name, accept=("txt",), by=by)
        found.append({"sha256": stored.sha256, "name": name, "size": stored.size, "type": "text/plain"})
    return found
