"""What a chart says, as data: the browser draws it, the page shows the same as a table.

All numbers are plain numbers or None; texts may be `{zh, en}`. Kinds and keys are those of frontend/charts.js.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pinzhi.kernel.web import formats
from pinzhi.kernel.web.texts import in_lang


@dataclass(frozen=True)
class Chart:
    """One chart: `kind` with its `data`, a title that says what is to be seen, and `says`, that in one sentence."""

    kind: str
    title: Any
    data: Mapping[str, Any] = field(default_factory=dict)
    says: Any = ""


def trend(
    title: Any,
    x: Sequence[Any],
    series: Sequence[tuple[Any, Sequence[Any]]],
    *,
    target: Any = None,
    target_name: Any = "",
    unit: Any = "",
    precision: int | None = None,
    zero: bool = False,
    says: Any = "",
) -> Chart:
    """Values over time against a target line. `x`: years, quarters, days in order; a missing value is None."""
    lines = [{"name": name, "values": [_plain(v) for v in values]} for name, values in series]
    return Chart(
        "trend",
        title,
        _compact(
            x=[str(v) for v in x],
            series=lines,
            target=_plain(target),
            target_name=target_name or (gettext_lazy("Target") if target is not None else ""),
            unit=unit,
            precision=precision,
            zero=zero or None,
        ),
        says,
    )


def bars(
    title: Any,
    rows: Sequence[tuple[Any, Any]] | Sequence[tuple[Any, Any, str]],
    *,
    target: Any = None,
    target_name: Any = "",
    name: Any = "",
    unit: Any = "",
    precision: int | None = None,
    ordered: bool = True,
    says: Any = "",
) -> Chart:
    """A value for each region or unit, the largest on top: (category, value) or (category, value, attainment)."""
    known = [row for row in rows if formats.as_decimal(row[1]) is not None]
    if ordered:
        known = sorted(known, key=lambda row: formats.as_decimal(row[1]) or 0, reverse=True)
    states = [_state(row[2]) for row in known if len(row) > 2]
    return Chart(
        "bars",
        title,
        _compact(
            categories=[row[0] for row in known],
            values=[_plain(row[1]) for row in known],
            states=states if states and len(states) == len(known) else None,
            target=_plain(target),
            target_name=target_name or (gettext_lazy("Target") if target is not None else ""),
            name=name,
            unit=unit,
            precision=precision,
        ),
        says,
    )


def funnel(title: Any, steps: Sequence[tuple[Any, Any]], *, unit: Any = "", says: Any = "") -> Chart:
    """How many are left after each step of a programme."""
    return Chart(
        "funnel",
        title,
        _compact(steps=[{"name": name, "value": _plain(value)} for name, value in steps], unit=unit),
        says,
    )


def control(
    title: Any,
    x: Sequence[Any],
    values: Sequence[Any],
    *,
    centre: Any,
    upper: Any,
    lower: Any,
    name: Any = "",
    unit: Any = "",
    precision: int | None = None,
    says: Any = "",
) -> Chart:
    """A control chart: values with centre line and limits (computed by the caller)."""
    return Chart(
        "control",
        title,
        _compact(
            x=[str(v) for v in x],
            values=[_plain(v) for v in values],
            centre=_plain(centre),
            upper=_plain(upper),
            lower=_plain(lower),
            names={
                "centre": gettext_lazy("Centre"),
                "upper": gettext_lazy("Upper limit"),
                "lower": gettext_lazy("Lower limit"),
            },
            name=name,
            unit=unit,
            precision=precision,
        ),
        says,
    )


def as_data(spec: Chart | Mapping[str, Any]) -> dict[str, Any]:
    """The chart as the browser reads it: numbers plain, every text in the reader's language."""
    if isinstance(spec, Chart):
        spec = {"kind": spec.kind, "title": spec.title, "says": spec.says, **spec.data}
    return {key: _ready(value) for key, value in spec.items()}


def table_of(data: Mapping[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Head and rows of the table that says the same as the chart."""
    unit, precision = str(data.get("unit") or ""), data.get("precision")
    suffix = _(" (%(unit)s)") % {"unit": unit} if unit else ""

    def number(value: Any) -> str:
        return formats.number_text(value, precision)

    kind = data.get("kind")
    if kind == "trend":
        head = [_("Period"), *[f"{s['name']}{suffix}" for s in data["series"]]]
        rows = [[str(x), *[number(s["values"][i]) for s in data["series"]]] for i, x in enumerate(data["x"])]
        if data.get("target") is not None:
            rows.append(
                [str(data.get("target_name") or _("Target")), *[number(data["target"])] * len(data["series"])]
            )
        return head, rows
    if kind == "bars":
        head = [str(data.get("category") or _("Region")), f"{data.get('name') or _('Value')}{suffix}"]
        rows = [[str(c), number(v)] for c, v in zip(data["categories"], data["values"], strict=True)]
        if data.get("target") is not None:
            rows.append([str(data.get("target_name") or _("Target")), number(data["target"])])
        return head, rows
    if kind == "funnel":
        return [_("Step"), f"{_('Count')}{suffix}"], [[s["name"], number(s["value"])] for s in data["steps"]]
    if kind == "control":
        head = [_("Period"), f"{data.get('name') or _('Value')}{suffix}", _("Lower limit"), _("Upper limit")]
        limits = [number(data["lower"]), number(data["upper"])]
        return head, [[str(x), number(v), *limits] for x, v in zip(data["x"], data["values"], strict=True)]
    return [], []


def _plain(value: Any) -> float | int | None:
    number = formats.as_decimal(value)
    if number is None:
        return None
    return int(number) if number == number.to_integral_value() else float(number)


def _state(attainment: Any) -> str:
    return attainment if attainment in {"reached", "on_course", "behind"} else "unknown"


def _compact(**items: Any) -> dict[str, Any]:
    return {key: value for key, value in items.items() if value is not None and value != ""}


def _ready(value: Any) -> Any:
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, Mapping) and set(value) == {"zh", "en"}:
        return in_lang(value)
    if isinstance(value, Mapping):
        return {str(k): _ready(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_ready(v) for v in value]
    number = _plain(value) if not isinstance(value, str) and not hasattr(value, "zh") else None
    return number if number is not None else in_lang(value)
