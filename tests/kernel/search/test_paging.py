"""The first page of a search and its count: the same answers by the quick way as by the plain one."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from django.db import connection, models

from pinzhi.kernel.search import columns, paging, queries
from pinzhi.kernel.search.folding import searchable
from pinzhi.kernel.search.paging import search_page

pytestmark = pytest.mark.django_db


class Paged(models.Model):
    """A table of its own for these tests."""

    search_text = models.TextField()
    name = models.CharField(max_length=100)

    class Meta:
        app_label = "search_tests"
        db_table = "search_tests_paged"


@pytest.fixture
def table(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    paging._frequencies.clear()
    with connection.schema_editor() as editor:
        editor.create_model(Paged)
        for operation in [columns.add_bigrams("search_tests_paged", "search_text")]:
            editor.execute(operation.sql)  # type: ignore[arg-type]
    rng = random.Random(4)
    words = ["福建", "福州", "鑫盛", "食品", "鞋业", "集团", "榕江"]
    names = [
        "".join(rng.choices(words, k=3)) + rng.choice(["有限公司", "有限责任公司", "厂"]) for _ in range(6000)
    ]
    Paged.objects.bulk_create(Paged(name=name, search_text=searchable(name)) for name in names)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE search_tests_paged")
    yield
    with connection.schema_editor() as editor:
        editor.delete_model(Paged)


ASKED = ["有限", "公司", "福建", "有限责任公司", "福州鑫盛", "食品 厂", "集团榕江集团厂", "没有", "江集"]


@pytest.mark.parametrize("sampled", [False, True])
@pytest.mark.parametrize("cap", [50, 1000, 10_000])
def test_the_same_answers(table: None, monkeypatch: pytest.MonkeyPatch, cap: int, sampled: bool) -> None:
    if sampled:
        monkeypatch.setattr(paging, "SMALL_PAGES", 1)
        monkeypatch.setattr(paging, "SAMPLED_ROWS", 1)
        monkeypatch.setattr(paging, "SAMPLE_PAGES", 30)
    for typed in ASKED:
        rows = queries.find(Paged.objects.all(), "search_text", typed)
        whole = rows.count()
        for offset in (0, 20, 5980):
            page = search_page(
                rows, "search_text", typed, order=("-name", "pk"), offset=offset, size=20, cap=cap
            )
            assert (page.count, page.capped) == (min(whole, cap), whole > cap), typed
            order = ("pk",) if page.capped else ("-name", "pk")
            assert page.by_entry is page.capped
            assert page.rows == list(rows.order_by(*order)[offset : offset + 20]), (typed, offset)


def test_a_common_word_is_not_counted(table: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "SMALL_PAGES", 1)
    monkeypatch.setattr(paging, "SAMPLED_ROWS", 1)
    monkeypatch.setattr(paging, "SAMPLE_PAGES", 30)

    def fails(*_: object, **__: object) -> None:
        raise AssertionError("counted")

    monkeypatch.setattr(paging, "_found", fails)
    rows = queries.find(Paged.objects.all(), "search_text", "有限")
    page = search_page(rows, "search_text", "有限", order=("name",), cap=100)
    assert page.capped and page.count == 100 and len(page.rows) == 20
    narrowed = rows.filter(name__startswith="没有")
    with pytest.raises(AssertionError, match="counted"):
        search_page(narrowed, "search_text", "有限", order=("name",), cap=100)


def test_planner_switches_are_put_back(table: None) -> None:
    rows = queries.find(Paged.objects.all(), "search_text", "有限")
    assert search_page(rows, "search_text", "有限", order=("name",), cap=10).capped
    with connection.cursor() as cursor:
        for name in ("enable_bitmapscan", "enable_seqscan", "enable_sort"):
            cursor.execute(f"SHOW {name}")
            assert cursor.fetchone() == ("on",)


def test_a_capped_count_is_the_count_however_the_rows_are_asked_for(table: None) -> None:
    rows = Paged.objects.filter(search_text__contains="福建福")
    texts = rows.values_list("name", flat=True)
    for asked in (
        rows,
        rows.order_by("name"),
        texts,
        texts.distinct(),
        rows.values("name").annotate(n=models.Count("id")),
        rows.filter(name__endswith="厂").union(rows.filter(name__contains="鞋业")),
        rows.none(),
    ):
        assert queries.capped_count(asked) == (len(list(asked)), False)
    assert rows.count() > len(set(texts)) > 3
    assert queries.capped_count(rows, cap=3) == queries.capped_count(texts.distinct(), cap=3) == (3, True)
