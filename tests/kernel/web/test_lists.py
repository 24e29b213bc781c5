from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client, RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from pinzhi.kernel.access.models import User
from pinzhi.kernel.web import lists
from pinzhi.kernel.web.lists import Asked, Column, Filter, ListSpec

SPEC = ListSpec(
    name="t",
    columns=[
        Column("name", {"zh": "名称", "en": "Name"}, sort="label"),
        Column("n", "N", "number", sort="n"),
    ],
    filters=[
        Filter("state", "S", [("a", "A"), ("b", "B")]),
        Filter("many", "M", [("1", "一"), ("2", "二")], many=True),
        Filter("since", "D", kind="date"),
        Filter("year", "Y", kind="year"),
        Filter("open", "O", [("yes", "Y"), ("no", "N")], default="yes"),
    ],
    order="name",
)


def asked(query: str) -> Asked:
    return lists.parse(QueryDict(query), SPEC)


def test_an_address_says_what_is_asked() -> None:
    got = asked(
        "q=+%E8%B4%A8%E9%87%8F+&state=a&many=1&many=2&since=2026-11-21&year=2026&order=-n&page=3&size=50&open=no"
    )
    assert got.search == "质量"
    assert got.filters == {
        "state": "a",
        "many": ["1", "2"],
        "since": date(2026, 11, 21),
        "year": "2026",
        "open": "no",
    }
    assert (got.order, got.order_by, got.page, got.size, got.offset) == ("-n", "-n", 3, 50, 100)


def test_spoilt_parameters_count_as_absent() -> None:
    got = asked("state=zzz&many=9&since=soon&year=20266&order=password&page=-1&size=7000&q=%00")
    assert got == Asked(filters={"open": "yes"}, order="name", order_by="label")


def test_a_default_filter_can_be_switched_off() -> None:
    assert "open" not in asked("open=").filters


@given(
    st.dictionaries(
        st.sampled_from(["q", "state", "since", "year", "order", "page", "size", "cursor"]),
        st.text(max_size=20),
    )
)
def test_no_address_is_an_error(parameters: dict[str, str]) -> None:
    query = QueryDict(mutable=True)
    query.update(parameters)
    got = lists.parse(query, SPEC)
    assert 1 <= got.page <= lists.DEEPEST_PAGE and got.size in lists.SIZES
    lists.parameters(SPEC, got)


def test_a_shared_address_asks_for_the_same() -> None:
    first = asked("q=x&state=b&many=2&since=2026-01-02&order=-n")
    again = QueryDict(mutable=True)
    for name, value in lists.parameters(SPEC, first):
        again.appendlist(name, value)
    assert lists.parse(again, SPEC) == first


def test_rows_in_memory_are_sorted_with_the_empty_ones_last() -> None:
    rows = [{"n": 2}, {"n": None}, {"n": 3}]
    assert [r["n"] for r in lists.from_sequence(rows, Asked(order_by="-n")).rows] == [3, 2, None]
    assert [r["n"] for r in lists.from_sequence(rows, Asked(order_by="n")).rows] == [2, 3, None]


@pytest.mark.django_db
def test_a_queryset_is_paged_counted_and_capped(monkeypatch: pytest.MonkeyPatch) -> None:
    User.objects.bulk_create(
        User(username=f"u{i:02}", display_name="x", speaks_for="agency", date_joined="2026-01-01T00:00Z")
        for i in range(30)
    )
    found = lists.from_queryset(User.objects.all(), Asked(order_by="username", page=2))
    assert [user.username for user in found.rows] == [f"u{i}" for i in range(20, 30)]
    assert (found.count, found.capped) == (30, False)
    monkeypatch.setattr(lists, "COUNT_CAP", 25)
    found = lists.from_queryset(User.objects.all(), Asked())
    assert (found.count, found.capped) == (25, True)
    assert lists.count_text(found.count, found.capped) == "超过 25 条"


def test_the_page_works_without_a_script_and_by_parts_with_one(client: Client) -> None:
    whole = client.get("/style/list/?state=granted&order=-staff").content.decode()
    assert "<html" in whole and 'value="granted" selected' in whole
    assert re.search(r'aria-sort="descending"', whole)
    assert 'href="#csv?state=granted&amp;order=-staff"' in whole
    part = client.get(
        "/style/list/?state=granted", headers={"HX-Request": "true", "HX-Target": "list-results"}
    )
    assert "<html" not in part.content.decode() and 'id="list-results"' in part.content.decode()
    assert "HX-Request" in part.headers["Vary"]


def test_an_empty_list_says_why_and_what_to_do(client: Client) -> None:
    nothing = client.get("/style/list/?empty=1").content.decode()
    assert "还没有登记" in nothing and "企业申请或导入后显示在这里。" in nothing
    narrowed = client.get("/style/list/?q=zzzz").content.decode()
    assert "没有符合条件的记录" in narrowed and "查看全部" in narrowed


def test_cells_follow_the_kind_of_their_column(client: Client) -> None:
    request = RequestFactory().get("/")
    spec = ListSpec(
        "t",
        [
            Column("name", "N", link=lambda row: f"/r/{row['name']}"),
            Column("share", "S", "number", precision=1, unit="%"),
            Column("made", "M", value=lambda row: row["a"] + row["b"], kind="number"),
            Column("deep", "D", value="inner.text"),
        ],
    )
    row: dict[str, Any] = {
        "name": "<甲>",
        "share": "91.25",
        "a": 1000,
        "b": 234,
        "inner": {"text": {"zh": "中", "en": "E"}},
    }
    [cells] = lists.list_context(request, spec, Asked(), lists.Found([row], 1))["rows"]
    html = [str(cell) for _column, _title, cell, _head in cells]
    assert html[0] == '<a href="/r/&lt;甲&gt;">&lt;甲&gt;</a>'
    assert "91.2" in html[1] and "1,234" in html[2] and html[3] == "中"
    assert [head for *_rest, head in cells] == [True, False, False, False]
