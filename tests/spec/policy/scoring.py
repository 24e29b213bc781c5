"""Compares a reading with labels: the strict and loose F1 of targets, measures, duties, and document fields."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CORPUS = Path(__file__).parents[2] / "policy_corpus"
SHARED = Path(__file__).parents[4] / "shared" / "policy"


def squeeze(text: str | None) -> str:
    return "".join(unicodedata.normalize("NFKC", text or "").split())


@dataclass
class Score:
    targets: float
    measures: float
    duties: float
    named: float
    fields: float
    misses: list[tuple[Any, ...]]


def _f1(right: int, said: int, wanted: int) -> float:
    if not said and not wanted:
        return 1.0
    return 2 * right / (said + wanted)


def _path(measure: dict[str, Any]) -> tuple[str, ...]:
    return tuple(re.sub(r"^[().、]+|[().、]+$", "", squeeze(part)) for part in measure["number"])


def _alike(a: str, b: str) -> float:
    a, b = squeeze(a), squeeze(b)
    if a == b or (min(len(a), len(b)) >= 4 and (a.startswith(b) or b.startswith(a))):
        return 1.0
    x, y = ({t[i : i + 2] for i in range(len(t) - 1)} for t in (a, b))
    return 2 * len(x & y) / (len(x) + len(y)) if x and y else 0.0


def _targets(
    text: str, truth: dict[str, Any], reading: dict[str, Any], misses: list[tuple[Any, ...]]
) -> tuple[float, float]:
    plain = squeeze(text)

    def spot(row: dict[str, Any]) -> list[tuple[int, int]]:
        rows = [squeeze(row.get(k)) for k in ("quote", "context_quote")]
        return [(plain.find(q), plain.find(q) + len(q)) for q in rows if q and q in plain]

    def touch(a: list[tuple[int, int]], b: list[tuple[int, int]]) -> bool:
        return any(x[0] < y[1] and y[0] < x[1] for x in a for y in b)

    said = list(reading["targets"])
    left, right, named = set(range(len(said))), 0, []
    for want in truth["targets"]:
        at = spot(want)
        longest = 1.5 * max(b - a for a, b in at) + 8
        implied = want.get("by_year_implied")
        accepted = implied if isinstance(implied, list) else [implied]
        years = {want.get("by_year")} if want.get("by_year") else {None, *accepted}
        fit = [
            i
            for i in sorted(left)
            if said[i]["value"] == want["value"]
            and said[i]["value_max"] == want.get("value_max")
            and squeeze(said[i]["unit"]) == squeeze(want["unit"])
            and touch(spot(said[i]), at)
            and len(squeeze(said[i]["quote"])) <= longest
        ]
        good = [
            i
            for i in fit
            if said[i]["comparator"] in want["comparator_ok"]
            and said[i]["kind"] in want["kind_ok"]
            and said[i]["by_year"] in years
        ]
        if not fit:
            misses.append(("target not found", want["quote"]))
            continue
        best = (good or fit)[0]
        left.discard(best)
        named.append(_alike(said[best]["indicator"], want["indicator"]) >= 0.5)
        if good:
            right += 1
        else:
            misses.append(("target read otherwise", want["quote"], said[best]))
    gray = [spot(n) for n in truth.get("not_targets", []) if n.get("gray")]
    extra = [i for i in left if not any(touch(spot(said[i]), g) for g in gray)]
    misses.extend(("no target", said[i]["quote"], said[i]["value"]) for i in extra)
    found = len(said) - len(left)
    return _f1(right, found + len(extra), len(truth["targets"])), sum(named) / len(named) if named else 1.0


def _measures(
    truth: dict[str, Any], reading: dict[str, Any], misses: list[tuple[Any, ...]]
) -> tuple[float, float]:
    alias = {squeeze(k): squeeze(v) for k, v in (truth.get("unit_aliases") or {}).items()}
    wanted, said = ({_path(m): m for m in rows} for rows in (truth["measures"], reading["measures"]))
    headings = {_path(s) for s in truth.get("sections", [])}
    leaves = {p for p, m in wanted.items() if m.get("leaf", True)}
    found = {p for p in leaves & set(said) if _alike(said[p]["title"], wanted[p]["title"]) >= 0.6}
    extra = [p for p in said if p not in wanted and p not in headings]
    misses.extend(("measure not found", p) for p in leaves - found)
    misses.extend(("no such measure", p) for p in extra)

    def duties(rows: dict[tuple[str, ...], dict[str, Any]]) -> set[tuple[Any, ...]]:
        return {
            (p, role, alias.get(squeeze(u), squeeze(u)))
            for p, m in rows.items()
            for role in ("lead", "support", "responsible")
            for u in m.get(role) or []
        }

    a, b = duties(said), duties(wanted)
    misses.extend(("duty not found", *d) for d in b - a)
    misses.extend(("no such duty", *d) for d in a - b)
    wrong = len(leaves & set(said)) - len(found)
    return _f1(len(found), len(found) + len(extra) + wrong, len(leaves)), _f1(len(a & b), len(a), len(b))


def score(text: str, truth: dict[str, Any], reading: dict[str, Any]) -> Score:
    misses: list[tuple[Any, ...]] = []
    targets, named = _targets(text, truth, reading, misses)
    measures, duties = _measures(truth, reading, misses)
    want, said = truth["document"], reading["document"]
    checks = []
    for field in ("title", "doc_number", "issuer", "issued_on", "index_number"):
        ok = {squeeze(want.get(field)), squeeze(want.get(field + "_inferred"))}
        checks.append(squeeze(said[field]) in ok)
        if not checks[-1]:
            misses.append(("field", field, said[field]))
    checks.append(
        {squeeze(n) for n in want.get("basis_numbers") or []} == {squeeze(n) for n in said["basis_numbers"]}
    )
    if not checks[-1]:
        misses.append(("field", "basis_numbers", said["basis_numbers"]))
    return Score(targets, measures, duties, named, sum(checks) / len(checks), misses)


def documents() -> list[tuple[str, Path, Path]]:
    """Name, text and labels of every labelled document at hand."""
    rows = [(p.stem, p, p.with_suffix(".json")) for p in sorted(CORPUS.glob("*.txt"))]
    rows += [
        (p.stem, p, SHARED / "truth" / f"{p.stem}.json") for p in sorted((SHARED / "texts").glob("*.txt"))
    ]
    return rows


def documents_read_once() -> list[tuple[str, Path, Path]]:
    """Labelled documents that are read as they are printed, and not in other prints as `documents` are."""
    return [(p.stem, p, p.with_suffix(".json")) for p in sorted((CORPUS / "once").glob("*.txt"))]


def load(text_path: Path, truth_path: Path) -> tuple[str, dict[str, Any]]:
    return text_path.read_text(encoding="utf-8"), json.loads(truth_path.read_text(encoding="utf-8"))
