"""Pages of pass rates: one page of numbers, and the records behind each of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pinzhi.apps.inspection import queries
from pinzhi.apps.inspection import queries_analysis as analysis
from pinzhi.apps.inspection.models import DetailedRules, Programme, Sample
from pinzhi.apps.inspection.models.programme import Channel, Level
from pinzhi.apps.inspection.queries_analysis import Group, Rows, Selection
from pinzhi.kernel import audit
from pinzhi.kernel.access.actor import Actor, actor_of
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.registers import catalogue
from pinzhi.kernel.web import charts
from pinzhi.kernel.web.formats import number_text
from pinzhi.kernel.web.lists import Asked, Column, Found, ListSpec, render_list
from pinzhi.kernel.web.texts import in_lang
from pinzhi.rules.inspection.estimates.rates import Rate
from pinzhi.rules.inspection.estimates.words import Text, percent

#: Groups shown in a chart; the table has all.
MOST_BARS = 20


@dataclass(frozen=True)
class Shown:
    """A rate as the page shows it: all in per cent, with the address of the records behind it."""

    title: str
    rate: Rate
    estimate: Rate | None
    url: str

    @property
    def share(self) -> float | None:
        return None if self.rate.share is None else 100 * self.rate.share

    @property
    def exact(self) -> str:
        return _span(self.rate.exact)

    @property
    def estimated(self) -> float | None:
        found = self.estimate.weighted if self.estimate else None
        return 100 * found.value if found else None

    @property
    def span(self) -> str:
        found = self.estimate.weighted if self.estimate else None
        return _span(found.interval) if found else ""

    @property
    def error(self) -> float | None:
        found = self.estimate.weighted if self.estimate else None
        return 100 * found.error if found else None


def _span(interval: Any) -> str:
    return f"{percent(interval.low)}–{percent(interval.high)}" if interval else ""


def _text(said: Text) -> str:
    return in_lang({"zh": said.zh, "en": said.en})


def _options(name: str) -> dict[str, str]:
    """Titles of an enumeration, as the public register of results writes them."""
    found = next(f for f in catalogue.get("m01_results").definition.fields if f.name == name)
    return {str(option.value): in_lang({"zh": option.zh, "en": option.en}) for option in found.options or ()}


SIZES: Mapping[str, Mapping[str, str]] = {
    "large": {"zh": "大型", "en": "Large"},
    "medium": {"zh": "中型", "en": "Medium"},
    "small": {"zh": "小型", "en": "Small"},
    "micro": {"zh": "微型", "en": "Micro"},
}
UNITS: Mapping[str, Mapping[str, str]] = {
    "batch": {"zh": "批次", "en": "Batches"},
    "product": {"zh": "产品（全部批次合格才算合格）", "en": "Products (all their batches passed)"},
    "firm": {"zh": "生产企业（全部批次合格才算合格）", "en": "Producers (all their batches passed)"},
}
UNIT_WORDS: Mapping[str, Mapping[str, str]] = {
    "batch": {"zh": "批次", "en": "batches"},
    "product": {"zh": "种产品", "en": "products"},
    "firm": {"zh": "家企业", "en": "producers"},
}
TESTS: Mapping[str, Mapping[str, str]] = {
    "first": {"zh": "首次检验", "en": "First test"},
    "final": {"zh": "复检改判后", "en": "After re-inspection"},
}
DOMAINS: Mapping[str, Mapping[str, str]] = {
    "region": {"zh": "生产企业所在地区", "en": "Region of the producer"},
    "class": {"zh": "产品类别", "en": "Class of goods"},
    "size": {"zh": "企业规模", "en": "Size of the producer"},
    "sector": {"zh": "消费品领域", "en": "Field of consumer goods"},
    "channel": {"zh": "抽样环节", "en": "Where sampled"},
    "level": {"zh": "抽查级别", "en": "Level"},
}
#: The parameter that narrows the selection to one part of a domain.
NARROWS = {"class": "rules"}


def _titles(by: str) -> dict[str, str]:
    if by == "class":
        return dict(DetailedRules.objects.values_list("code", "product_class"))
    if by == "size":
        return {key: in_lang(title) for key, title in SIZES.items()}
    if by == "sector":
        return _options("sector")
    if by == "channel":
        return {value: str(title) for value, title in Channel.choices}
    if by == "level":
        return {value: str(title) for value, title in Level.choices}
    return {}


def _title(by: str, key: str, known: Mapping[str, str]) -> str:
    if by == "region":
        found = places.region_name(key)
        return in_lang({"zh": found.zh, "en": found.en}) if found else key
    return known.get(key) or key or _("Not known")


def records_url(asked: Selection, **changes: Any) -> str:
    return f"{reverse('inspection_analysis_records')}?{urlencode(asked.address(**changes))}"


def _by(request: HttpRequest) -> str:
    by = request.GET.get("by", "")
    return by if by in analysis.DOMAINS else "region"


def _chosen(request: HttpRequest, actor: Actor) -> tuple[Rows, Selection]:
    """The rows read, and the selection; the newest year where none is said (`year=all` means every year)."""
    asked = Selection.of(request.GET)
    rows = Rows(by=actor, kind=asked.kind, counted=asked.counted)
    years = rows.years()
    if not asked.year and request.GET.get("year") != "all" and years:
        asked = Selection(**{**_values(asked), "year": years[0]})
    return rows, asked


def _values(asked: Selection) -> dict[str, Any]:
    return {name: getattr(asked, name) for name in asked.__dataclass_fields__}


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """One selection: both rates in words, its parts, its years."""
    actor, by = actor_of(request), _by(request)
    rows, asked = _chosen(request, actor)
    confidence = float(rows.conventions["confidence"])
    found = rows.analyse(asked)
    parts = _parts(rows, asked, by)
    years = rows.over_years(asked)
    lines = [
        Shown(str(year), one.raw, one.estimate, records_url(asked, year=year))
        for year, one in years
        if one.raw.base
    ]
    first, second = _pair(request, [year for year, one in years if one.raw.base], asked.year)
    by_year = dict(years)
    change = (
        analysis.compare((first, by_year[first]), (second, by_year[second]), confidence)
        if first in by_year and second in by_year and first != second
        else None
    )
    said = analysis.trend([(year, one) for year, one in years if one.raw.base], confidence)
    context = {
        "crumbs": [(_("Spot checks"), reverse("inspection_index"))],
        "asked": asked,
        "waiting": rows.still_open(asked),
        "by": by,
        "by_title": in_lang(DOMAINS[by]),
        "head": Shown(_("All of it"), found.raw, found.estimate, records_url(asked)),
        "hits_text": number_text(found.raw.hits),
        "base_text": number_text(found.raw.base),
        "failed_text": number_text(found.raw.base - found.raw.hits),
        "drawn_text": number_text(found.drawn),
        "estimates": any(one.estimated is not None for one in (*parts, *lines)),
        "meaning": [_text(one) for one in found.meaning],
        "unit_word": in_lang(UNIT_WORDS[asked.unit]),
        "level_text": percent(confidence, 0),
        "parts": parts,
        "parts_chart": _bars(parts, by),
        "years": lines,
        "years_chart": _trend(lines) if len(lines) > 1 else None,
        "trend_said": _text(said) if said else "",
        "change": _change(change),
        "pair": (first, second),
        "provisional": analysis.provisional(),
        "fields": _fields(rows, asked, by, actor),
        "csv_url": f"{reverse('inspection_analysis_csv')}?{urlencode({**asked.address(), 'by': by})}",
        "records_csv_url": f"{reverse('inspection_analysis_records_csv')}?{urlencode(asked.address())}",
    }
    return render(request, "inspection/analysis.html", context)


def _parts(rows: Rows, asked: Selection, by: str) -> list[Shown]:
    known = _titles(by)
    found: list[Group] = rows.domains(asked, by)
    name = NARROWS.get(by, by)
    shown = [
        Shown(
            _title(by, group.key, known),
            group.raw,
            group.estimate,
            records_url(asked, **({name: group.key} if group.key else {})),
        )
        for group in found
    ]
    return sorted(shown, key=lambda one: (one.share if one.share is not None else 101, one.title))


def _bars(parts: list[Shown], by: str) -> charts.Chart | None:
    if len(parts) < 2:
        return None
    lowest = parts[:MOST_BARS]
    return charts.bars(
        _("Pass rate by part: what was checked") if len(parts) <= MOST_BARS else _("The lowest pass rates"),
        [(one.title, one.share) for one in lowest],
        name=in_lang(DOMAINS[by]),
        unit="%",
        precision=1,
        says=_("Lowest: %(name)s, %(share)s %%.")
        % {"name": lowest[0].title, "share": f"{lowest[0].share or 0:.1f}"},
    )


def _trend(lines: list[Shown]) -> charts.Chart:
    series: list[tuple[Any, list[Any]]] = [(_("What was checked"), [one.share for one in lines])]
    if any(one.estimated is not None for one in lines):
        series.append((_("Estimate"), [one.estimated for one in lines]))
    return charts.trend(_("Pass rate by year"), [one.title for one in lines], series, unit="%", precision=1)


def _pair(request: HttpRequest, years: list[int], year: int) -> tuple[int, int]:
    """The two years to compare: as asked, else the chosen one with the one before it."""
    asked = []
    for name in ("from", "to"):
        value = request.GET.get(name, "")
        asked.append(int(value) if value.isascii() and value.isdigit() and int(value) in years else 0)
    latest = asked[1] or (year if year in years else (years[-1] if years else 0))
    before = [one for one in years if one < latest]
    return asked[0] or (before[-1] if before else 0), latest


def _change(found: analysis.Change | None) -> dict[str, Any] | None:
    if found is None:
        return None
    chance = _("P < 0.001") if found.raw_p < 0.001 else f"P = {found.raw_p:.3f}"
    values = {
        "first": found.first,
        "second": found.second,
        "points": f"{100 * found.raw:+.1f}",
        "chance": chance,
    }
    if found.raw_p < 0.05:
        raw = _(
            "From %(first)s to %(second)s the share of what was checked changed by %(points)s percentage points "
            "(%(chance)s): more than chance explains, had all units had the same chance to be drawn."
        )
    else:
        raw = _(
            "From %(first)s to %(second)s the share of what was checked changed by %(points)s percentage points "
            "(%(chance)s): chance alone makes such differences."
        )
    said = found.estimated[1] if found.estimated else found.why_not
    return {"raw": raw % values, "estimated": _text(said) if said else ""}


def _fields(rows: Rows, asked: Selection, by: str, actor: Actor) -> list[dict[str, Any]]:
    """The form of the selection: those always seen, and the further ones."""

    def select(name: str, title: str, options: list[tuple[str, str]], value: str, *, more: bool) -> None:
        known = [(key, text, key == value) for key, text in options]
        found.append({"name": name, "title": title, "options": known, "more": more, "set": bool(value)})

    every = _("All")
    found: list[dict[str, Any]] = []
    years = [(str(year), str(year)) for year in rows.years()]
    select("year", _("Year"), [*years, ("all", every)], str(asked.year or "all"), more=False)
    levels = [(value, str(title)) for value, title in Level.choices]
    select("level", _("Level of the check"), [("", every), *levels], asked.level, more=False)
    classes = sorted(_titles("class").items(), key=lambda one: one[1])
    select("rules", _("Class of goods"), [("", every), *classes], asked.rules, more=False)
    regions = sorted(
        {f"{row.region[:4]}00" for row in rows.rows} | ({asked.region} if asked.region else set())
    )
    named = [(code, _title("region", code, {})) for code in regions if code.strip("0")]
    select("region", _("Region"), [("", every), *named], asked.region, more=False)
    select("by", _("Shown by"), [(key, in_lang(title)) for key, title in DOMAINS.items()], by, more=False)
    units = [(key, in_lang(title)) for key, title in UNITS.items()]
    select("unit", _("Unit counted"), units, asked.unit, more=True)
    select(
        "test",
        _("Which result"),
        [(key, in_lang(title)) for key, title in TESTS.items()],
        asked.test,
        more=True,
    )
    programmes = analysis.choices(by=actor, year=asked.year)["programme"]
    select("programme", _("Programme"), [("", every), *programmes], asked.programme, more=True)
    kinds = [(value, str(title)) for value, title in Programme.Kind.choices]
    select("kind", _("Kind of check"), [("", _("Spot checks of every kind")), *kinds], asked.kind, more=True)
    select("size", _("Size of the producer"), [("", every), *_titles("size").items()], asked.size, more=True)
    select(
        "channel", _("Where sampled"), [("", every), *_titles("channel").items()], asked.channel, more=True
    )
    select(
        "sector",
        _("Field of consumer goods"),
        [("", every), *_titles("sector").items()],
        asked.sector,
        more=True,
    )
    aims = [
        ("", every),
        ("routine", _("Routine checks alone")),
        ("targeted", _("Checks aimed at risks alone")),
    ]
    select("aim", _("Aim of the check"), aims, asked.aim, more=True)
    counted = [
        ("settled", _("Months that are whole, as the published indicator")),
        ("all", _("Every report at hand")),
        ("published", _("Published results alone (too high while the year runs)")),
    ]
    select("counted", _("Counted"), counted, asked.counted, more=True)
    return found  # fmt: skip


# --- the records behind a number


def _samples(rows: Rows, asked: Selection, result: str) -> list[int]:
    final = asked.test == "final"
    return [
        row.sample
        for row in rows.counted(asked)
        if not result or (row.passed_final if final else row.passed_first) == (result == "pass")
    ]


@require_safe
def records(request: HttpRequest) -> HttpResponse:
    """The batches that a number counts."""
    actor = actor_of(request)
    rows, asked = _all_years(request, actor)
    result = request.GET.get("result", "")
    ids = _samples(rows, asked, result if result in ("pass", "fail") else "")
    spec = ListSpec(
        name="counted",
        columns=[
            Column(
                "number", _("Sample number"), link=lambda r: reverse("inspection_sample", args=[r.number])
            ),
            Column("product_name", _("Product")),
            Column("producer_name", _("Producer")),
            Column("region", _("Region"), kind="region"),
            Column("sampled_on", _("Sampled on"), kind="date", sort="sampled_on"),
            Column("verdict", _("First test"), value=lambda r: r.first_verdict),
        ],
        order="-sampled_on",
        searchable=False,
        downloads={"csv": f"{reverse('inspection_analysis_records_csv')}?{request.GET.urlencode()}"},
        empty_title=_("Nothing is counted here"),
    )

    def fetch(asked_: Asked) -> Found:
        found = Sample.objects.filter(pk__in=ids).order_by(asked_.order_by or "-sampled_on", "-pk")
        page_ = list(found[asked_.offset : asked_.offset + asked_.size])
        words = _verdicts([row.pk for row in page_])
        for row in page_:
            row.first_verdict = words.get(row.pk, "")  # type: ignore[attr-defined]
        return Found(page_, len(ids))

    crumbs = [
        (_("Spot checks"), reverse("inspection_index")),
        (_("Pass rates"), f"{reverse('inspection_analysis')}?{urlencode(asked.address())}"),
    ]
    return render_list(request, spec, fetch, context={"list_title": _("Batches counted"), "crumbs": crumbs})


def _all_years(request: HttpRequest, actor: Actor) -> tuple[Rows, Selection]:
    """Records are those of the address: no year said means every year."""
    asked = Selection.of(request.GET)
    return Rows(by=actor, kind=asked.kind, counted=asked.counted), asked


def _verdicts(samples: list[int]) -> dict[int, str]:
    from pinzhi.apps.inspection.models import Report

    rows = Report.objects.filter(sample__in=samples, test=Report.Test.FIRST)
    return {row.sample_id: row.get_verdict_display() for row in rows}


@require_safe
def records_csv(request: HttpRequest) -> HttpResponse:
    """The batches counted with what the rate needs of them: stratum and probability where they were drawn."""
    actor = actor_of(request)
    rows, asked = _all_years(request, actor)
    chosen = {row.sample: row for row in rows.counted(asked)}
    names = {s["number"]: s for s in queries.sample_lines(Sample.objects.filter(pk__in=list(chosen)))}
    numbers = dict(Sample.objects.filter(pk__in=list(chosen)).values_list("pk", "number"))
    audit.record_read("inspection.export", by=actor, register="m01_results", count=len(chosen))
    head = [
        _("Sample number"), _("Sampled on"), _("Product"), _("Producer"), _("Region"), _("Class of goods"), _("Level of the check"),
        _("First test"), _("After re-inspection"), _("Draw and stratum"), _("Probability of being drawn"),
    ]  # fmt: skip
    words = {True: _("Passed"), False: _("Failed")}

    def lines() -> Iterator[list[Any]]:
        for pk, row in chosen.items():
            values = names[numbers[pk]]
            stratum = f"{row.draw} {row.stratum}" if row.draw else ""
            yield [
                numbers[pk], values["sampled_on"], values["product_name"], values["producer_name"], row.region, row.rules,
                row.level, words[row.passed_first], words[row.passed_final], stratum,
                "" if row.probability is None else f"{row.probability:.10g}",
            ]  # fmt: skip

    return _csv("batches", head, lines())


@require_safe
def table_csv(request: HttpRequest) -> HttpResponse:
    """The page's numbers: the whole, its parts, its years."""
    actor, by = actor_of(request), _by(request)
    rows, asked = _chosen(request, actor)
    found = rows.analyse(asked)
    groups = [
        (_("All of it"), Shown("", found.raw, found.estimate, "")),
        *((one.title, one) for one in _parts(rows, asked, by)),
        *((str(year), Shown("", one.raw, one.estimate, "")) for year, one in rows.over_years(asked)),
    ]
    head = [
        _("Part"), _("Checked"), _("Passed"), _("Share of what was checked (%)"), _("Exact interval from (%)"),
        _("Exact interval to (%)"), _("Estimate (%)"), _("Standard error (points)"), _("Estimate from (%)"),
        _("Estimate to (%)"), _("Meaning"),
    ]  # fmt: skip
    return _csv("pass-rates", head, (_line(title, one) for title, one in groups))


def _line(title: str, one: Shown) -> list[Any]:
    weighted = one.estimate.weighted if one.estimate else None
    interval = weighted.interval if weighted else None
    exact = one.rate.exact

    def cent(value: float | None) -> str:
        return "" if value is None else f"{100 * value:.4f}"

    said = one.rate.meaning + (one.estimate.meaning[1:] if one.estimate else ())
    return [
        title, one.rate.base, one.rate.hits, cent(one.rate.share), cent(exact.low if exact else None),
        cent(exact.high if exact else None), cent(weighted.value if weighted else None),
        cent(weighted.error if weighted else None), cent(interval.low if interval else None),
        cent(interval.high if interval else None), " ".join(_text(text) for text in said),
    ]  # fmt: skip


def _csv(name: str, head: list[str], lines: Iterator[list[Any]] | Any) -> HttpResponse:
    def chunks() -> Iterator[bytes]:
        yield b"\xef\xbb\xbf"
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(head)
        for line in lines:
            writer.writerow([_plain(value) for value in line])
            if out.tell() > 60_000:
                yield out.getvalue().encode()
                out.seek(0)
                out.truncate()
        yield out.getvalue().encode()

    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return StreamingHttpResponse(chunks(), content_type="text/csv; charset=utf-8", headers=headers)  # type: ignore[return-value]


def _plain(value: Any) -> Any:
    """A cell that a spreadsheet program does not take for a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t") else value
