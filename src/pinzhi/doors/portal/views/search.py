"""Search across all registers."""

from __future__ import annotations

import unicodedata
from collections import Counter
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, IntegerField, Value, When
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from pinzhi.doors.portal import described, frame, subjects
from pinzhi.kernel.registers import public
from pinzhi.kernel.search.folding import terms_of
from pinzhi.kernel.search.traditional import simplified
from pinzhi.kernel.web.formats import number_text
from pinzhi.kernel.web.lists import DEEPEST_PAGE, LONGEST, count_text

SIZE = 20
CAP = 10_000
#: Up to so many finds are put in order of likeness; more are not worth the sorting, nobody reads them through.
ORDERED = 2_000
SHORTEST = 2
#: Words so long are tried again without one of their characters when nothing has them, and so many finds are shown.
NEARLY_FROM, NEARLY_UP_TO, NEARLY_SHOWN = 3, 12, 3


def search(request: HttpRequest) -> HttpResponse:
    """`?q=` of two characters or more, `?register=` narrows, `?page=`; the address can be shared."""
    typed = unicodedata.normalize("NFKC", request.GET.get("q", "").replace("\x00", "")).strip()[:LONGEST]
    context: dict[str, Any] = {"search_text": typed, "crumbs": []}
    if typed and max((len(term) for term in terms_of(typed)), default=0) < SHORTEST:
        return frame.page(request, "search.html", {**context, "too_short": True})
    if not typed:
        return frame.page(request, "search.html", context)
    result = found(request, typed)
    if result["nothing"] and (plain := simplified(typed)) != typed:
        result = found(request, plain)
        context["instead"] = "" if result["nothing"] else plain
    if result["nothing"]:
        context["nearly"] = [(text, _address(text, "")) for text in nearly(simplified(typed))]
    return frame.page(request, "search.html", {**context, **result})


def nearly(typed: str) -> list[str]:
    """What is found where one character of the words typed is wrong: the rest of them, the longest first."""
    if not NEARLY_FROM <= len(typed) <= NEARLY_UP_TO or " " in typed:
        return []
    rests = {}
    for at in range(len(typed)):
        parts = [part for part in (typed[:at], typed[at + 1 :]) if len(part) >= SHORTEST]
        rests[" ".join(parts)] = sum(map(len, parts))
    likely = [
        rest for rest, length in sorted(rests.items(), key=lambda item: -item[1]) if length >= len(typed) - 2
    ]
    return [rest for rest in likely if rest and public.search(rest).order_by()[:1].exists()][:NEARLY_SHOWN]


def found(request: HttpRequest, typed: str) -> dict[str, Any]:
    """What was found: how many in each register, and the page asked for."""
    registers = {register.name: register for register in public.registers()}
    matches = list(public.search(typed).order_by().values_list("pk", "register")[: CAP + 1])
    capped = len(matches) > CAP
    counts = Counter(name for _pk, name in matches[:CAP])
    only = request.GET.get("register", "")
    only = only if only in registers else ""
    if capped and only:  # the first ten thousand need not hold this register's
        matches = list(
            public.search(typed, register=only).order_by().values_list("pk", "register")[: CAP + 1]
        )
    chosen = [pk for pk, name in matches[:CAP] if not only or name == only]
    page = min(_number(request.GET.get("page")), DEEPEST_PAGE)
    rows = _ordered(chosen, typed, (page - 1) * SIZE)
    only_capped = capped and (not only or len(matches) > CAP)
    return {
        "count": count_text(len(chosen), only_capped),
        "nothing": not chosen,
        "groups": [
            (registers[name].title, _address(typed, name), _many(number, capped), name == only)
            for name, number in counts.most_common()
            if name in registers
        ],
        "all_url": _address(typed, ""),
        "only": only,
        "rows": [described.hit(registers[row.register], row) for row in rows if row.register in registers],
        "page": page,
        "pages": max(1, -(-len(chosen) // SIZE)),
        "direct": subjects.direct(typed),
    }


def _many(number: int, capped: bool) -> str:
    """How many in a register; at least so many where not all were looked at."""
    return f"{number_text(number)}+" if capped else number_text(number)


def _ordered(chosen: list[int], typed: str, offset: int) -> list[Any]:
    rows = public.records().filter(
        pk__in=chosen if len(chosen) <= ORDERED else chosen[offset : offset + SIZE]
    )
    if len(chosen) > ORDERED:
        return list(rows.order_by("sort_key", "pk"))
    likeness = Case(
        When(key=typed, then=Value(0)),
        When(label=typed, then=Value(1)),
        When(label__startswith=typed, then=Value(2)),
        When(label__contains=typed, then=Value(3)),
        default=Value(4),
        output_field=IntegerField(),
    )
    roster = Case(
        When(register__in=list(subjects.ROSTER_PAGES), then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    return list(rows.order_by(likeness, roster, "sort_key", "register", "pk")[offset : offset + SIZE])


def _address(typed: str, register: str) -> str:
    query = {"q": typed, **({"register": register} if register else {})}
    return f"{reverse('portal:search')}?{urlencode(query)}"


def _number(text: str | None) -> int:
    return int(text) if text and text.isdigit() and 0 < len(text) < 6 and int(text) > 0 else 1
