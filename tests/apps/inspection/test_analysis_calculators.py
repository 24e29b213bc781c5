"""The calculators' pages: the same answers as the rules, and a reason for whatever is typed wrongly."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import RequestFactory
from hypothesis import given, settings
from hypothesis import strategies as st

from pinzhi.apps.inspection import console_calculators as pages


def asked(view: Any, **query: str) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pages, "render", lambda _r, _t, context: kept.update(context))
        view(RequestFactory().get(f"/x/?{urlencode(query)}"))
    return kept


def test_a_plan_after_the_arrow_and_the_whole_lot() -> None:
    page = asked(pages.single, lot_size="1,200", level="II", aql="1.0", severity="normal")
    assert (page["plan"].n, page["plan"].ac, page["plan"].re, page["moved"]) == (80, 2, 3, False)
    page = asked(pages.single, lot_size="5", level="II", aql="0.65", severity="normal")
    assert page["plan"].full_inspection and page["plan"].n == 5 and page["moved"]


@pytest.mark.parametrize(
    ("view", "query", "field"),
    [
        (pages.single, {"lot_size": "1", "aql": "1.0"}, "lot_size"),
        (pages.single, {"lot_size": "twelve", "aql": "1.0"}, "lot_size"),
        (pages.single, {"lot_size": "500", "aql": "1.1"}, "aql"),
        (pages.characteristic, {"n": "10", "c": "11"}, "c"),
        (pages.characteristic, {"n": "60", "c": "1", "type": "hypergeom", "N": "50"}, "n"),
        (pages.characteristic, {"find": "1", "prp": "5", "crp": "1"}, "crp"),
        (pages.net_content, {"nominal": "500", "unit": "stone", "lot_size": "20"}, "unit"),
        (pages.net_content, {"nominal": "500", "unit": "g", "lot_size": "20", "values": "500 499"}, "values"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(view: Any, query: dict[str, str], field: str) -> None:
    page = asked(view, **query)
    assert page["wrong"]["field"] == field and page["wrong"]["text"]


def test_characteristic_and_search_agree() -> None:
    found = asked(pages.characteristic, find="1", prp="1", crp="5%", alpha="5", beta="10")["found"]
    page = asked(pages.characteristic, n=str(found.n), c=str(found.c), pd="1 5")
    (_, at_producer, _r), (_, at_consumer, _s) = page["points"]
    assert at_producer >= 95 and at_consumer <= 10
    smaller = asked(pages.characteristic, n=str(found.n - 1), c=str(found.c), pd="1 5")["points"]
    assert smaller[0][1] < 95 or smaller[1][1] > 10


def test_net_content_is_provisional_after_its_table_lapsed() -> None:
    values = "501 499 500 498 502 500 500 501 499 497"
    query = {"nominal": "500", "unit": "g", "lot_size": "20", "values": values}
    before = asked(pages.net_content, **query, on="2024-10-11")
    after = asked(pages.net_content, **query, on="2024-10-12")
    assert before["verdict"].passed and not before["provisional"] and after["provisional"]
    assert (before["plan"].n, float(before["tolerable"])) == (10, 15.0)
    short = asked(pages.net_content, **{**query, "values": values.replace("497", "469")}, on="2024-10-11")
    assert not short["verdict"].passed and short["t2_items"] == "10"


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["n", "c", "N", "pd", "type", "prp", "crp", "find", "alpha"]), st.text(max_size=6)
    )
)
def test_no_address_breaks_the_page(query: dict[str, str]) -> None:
    assert "kinds" in asked(pages.characteristic, **query)
