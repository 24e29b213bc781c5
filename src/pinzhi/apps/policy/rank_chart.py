"""The ranks of an appraisal with the range in which they lie when the weights are varied, as a drawing, and in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from pinzhi.apps.policy.models import Appraisal, Appraisee
from pinzhi.kernel.errors import in_language
from pinzhi.kernel.web import charts
from pinzhi.kernel.web.charts import Chart
from pinzhi.kernel.web.formats import number_text

ROW, LEFT, WIDTH, TOP = 28, 150, 640, 30


def intervals(units: Sequence[Appraisee]) -> SafeString:
    """One line a unit from its best to its worst rank, with a dot at its rank: readable in black and white.

    Colours are those of the page's text; the table beside it says the same.
    """
    ranked = [unit for unit in units if unit.rank and unit.rank_low and unit.rank_high]
    if not ranked:
        return SafeString("")
    last = max(unit.rank_high or 1 for unit in ranked)

    def x(rank: int | None) -> float:
        return round(LEFT + (WIDTH - LEFT - 20) * ((rank or 1) - 1) / max(1, last - 1), 1)

    height = TOP + ROW * len(ranked) + 6
    every = max(1, last // 12)
    grid = format_html_join(
        "",
        '<line x1="{0}" x2="{0}" y1="{1}" y2="{2}" stroke="currentColor" opacity=".15"/>'
        '<text x="{0}" y="{3}" text-anchor="middle" font-size="13" fill="currentColor">{4}</text>',
        ((x(rank), TOP - 6, height, TOP - 12, rank) for rank in range(1, last + 1, every)),
    )
    rows = format_html_join(
        "",
        '<text x="{0}" y="{1}" text-anchor="end" font-size="14" fill="currentColor">{2}</text>'
        '<line x1="{3}" x2="{4}" y1="{5}" y2="{5}" stroke="currentColor" stroke-width="6" stroke-linecap="round" opacity=".3"/>'
        '<circle cx="{6}" cy="{5}" r="5" fill="currentColor"/>',
        (
            (
                LEFT - 14,
                TOP + ROW * at + 17,
                unit.name[:9],
                x(unit.rank_low),
                x(unit.rank_high),
                TOP + ROW * at + 12,
                x(unit.rank),
            )
            for at, unit in enumerate(ranked)
        ),
    )
    title = in_language("名次及权重变动时的范围", "Ranks, and their range when the weights are varied")
    return format_html(
        '<svg class="pz-ranks" viewBox="0 0 {0} {1}" width="{0}" role="img" aria-label="{2}">{3}{4}</svg>',
        WIDTH,
        height,
        title,
        grid,
        rows,
    )


def scores(appraisal: Appraisal, units: Sequence[Appraisee]) -> Chart:
    """The scores as ordered bars."""
    rows = [(unit.name, unit.score) for unit in units if unit.score is not None]
    return charts.bars(
        appraisal.title,
        rows,
        name=in_language("得分", "Score"),
        unit=in_language("分", "points"),
        precision=2,
    )


def in_words(appraisal: Appraisal, units: Sequence[Appraisee]) -> list[str]:
    """How far the ranking depends on the weights, in sentences that can be read out."""
    kept = appraisal.sensitivity
    if not kept:
        return []
    names = {unit.key: unit.name for unit in units}
    titles = {criterion.name: criterion.title for criterion in appraisal.criteria.all()}
    weights = {criterion.name: criterion.weight for criterion in appraisal.criteria.all()}
    total = sum(weights.values(), Decimal(0)) or Decimal(1)
    percent = f"{round(100 * kept['spread'])}%"
    steady = [names.get(one["unit"], one["unit"]) for one in kept["units"] if one["best"] == one["worst"]]
    said = [
        in_language(
            f"把每项权重在±{percent}内随机变动{kept['draws']:,}次（随机种子{kept['seed']}），平均每个对象变动{kept['mean_shift']:.2f}个名次。",
            f"Every weight was varied by up to ±{percent}, {kept['draws']:,} times (seed {kept['seed']}): "
            f"on average a unit moves by {kept['mean_shift']:.2f} places.",
        )
    ]
    if steady:
        said.append(
            in_language(
                f"名次始终不变的有：{'、'.join(steady)}。",
                f"These keep their rank in every draw: {', '.join(steady)}.",
            )
        )
    moved = [one for one in kept["units"] if one["best"] != one["worst"]]
    for one in moved[:5]:
        name = names.get(one["unit"], one["unit"])
        said.append(
            in_language(
                f"{name}现列第{one['rank']}名，可能在第{one['best']}至第{one['worst']}名之间，{one['kept']:.0%}的情形下名次不变。",
                f"{name} stands at rank {one['rank']}, could stand between {one['best']} and {one['worst']}, "
                f"and keeps its rank in {one['kept']:.0%} of the draws.",
            )
        )
    said += [text for flip in kept["flips"] if (text := _flip(flip, names, titles, weights, total))][:5]
    return said


def _flip(
    flip: Mapping[str, Any],
    names: Mapping[str, str],
    titles: Mapping[str, str],
    weights: Mapping[str, Decimal],
    total: Decimal,
) -> str:
    """What would let a unit overtake the one before it; empty where that takes more than a tenth of the weight."""
    ahead, behind = names.get(flip["ahead"], flip["ahead"]), names.get(flip["behind"], flip["behind"])
    if flip["shift"] is None or Decimal(flip["shift"]) > Decimal("0.1"):
        return ""
    lead, shift = number_text(Decimal(flip["lead"]), 2), number_text(100 * Decimal(flip["shift"]), 1)
    zh = f"{ahead}领先{behind}{lead}分：只要有{shift}个百分点的权重在指标之间转移，两者名次就会互换"
    en = f"{ahead} leads {behind} by {lead} points: moving {shift} percentage points of weight would let them change places"
    if flip["single"]:
        name, share = min(
            flip["single"].items(),
            key=lambda pair: abs(Decimal(pair[1]) - weights.get(pair[0], Decimal(0)) / total),
        )
        now = number_text(100 * weights.get(name, Decimal(0)) / total, 1)
        then = number_text(100 * Decimal(share), 1)
        zh += f"，例如“{titles.get(name, name)}”的权重由{now}%变为{then}%"
        en += f", for example “{titles.get(name, name)}” from {now} % to {then} %"
    return in_language(f"{zh}。", f"{en}.")
