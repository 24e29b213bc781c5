"""Searching gives the answers that LIKE gives, at every length."""

from __future__ import annotations

import importlib
import random
from collections.abc import Iterator

import pytest
from django.db import connection, models
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pinzhi.kernel.search import columns, pinyin, queries
from pinzhi.kernel.search.folding import fold, searchable, terms_of

LIMITED = importlib.import_module("pinzhi.kernel.search.migrations.0002_short_pending_lists").LIMITED

pytestmark = pytest.mark.django_db


class Searched(models.Model):
    search_text = models.TextField()

    class Meta:
        app_label = "search"
        managed = False
        db_table = "test_searched"


# Few characters, so that hits are frequent, and all that is special in LIKE, tsquery and folding.
TEXTS = st.text(st.sampled_from("福建省有限公司Ａa1%_\\'\" \n:*&|!（\x01\ud800\U00020000é"), max_size=12)


@pytest.fixture
def table(db: None) -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE test_searched (id bigserial PRIMARY KEY, search_text text NOT NULL)"
        )
        cursor.execute(columns.add_bigrams("test_searched", "search_text").sql)
        yield "test_searched"
        cursor.execute("DROP TABLE test_searched")


def test_no_writer_sorts_in_more_than_a_short_list(table: str) -> None:
    limits = "SELECT c.relname, c.reloptions FROM pg_class c JOIN pg_am a ON a.oid = c.relam WHERE a.amname = 'gin'"
    limited = [f"gin_pending_list_limit={columns.PENDING_KB}"]
    with connection.cursor() as cursor:
        cursor.execute(limits)
        of_search = [found for name, found in cursor.fetchall() if name.endswith("_bigrams")]
        assert len(of_search) >= 6 and all(found == limited for found in of_search), of_search
        # What an earlier release made has no limit; the migration gives it one.
        cursor.execute("ALTER INDEX registers_record_search_text_bigrams RESET (gin_pending_list_limit)")
        cursor.execute(LIMITED)
        cursor.execute(f"{limits} AND c.relname = 'registers_record_search_text_bigrams'")
        assert cursor.fetchone()[1] == limited


def _like(text: str, typed: str) -> bool:
    return all(term in text for term in terms_of(typed))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(texts=st.lists(TEXTS, max_size=12), typed=st.lists(TEXTS, min_size=1, max_size=6))
@pytest.mark.parametrize("index_only", [False, True])
def test_answers_equal_like(table: str, index_only: bool, texts: list[str], typed: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE test_searched")
        # Once by reading the table, once through the index.
        cursor.execute(f"SET LOCAL enable_seqscan = {'off' if index_only else 'on'}")
    Searched.objects.bulk_create([Searched(search_text=searchable(t)) for t in texts])
    stored = list(Searched.objects.order_by("id"))
    for query in typed:
        found = queries.find(Searched.objects.order_by("id"), "search_text", query)
        assert [r.pk for r in found] == [r.pk for r in stored if _like(r.search_text, query)], query


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(max_size=20))
def test_folding_is_the_same_in_python_and_sql(db: None, text: str) -> None:
    sendable = text.replace("\x00", "").encode("utf-8", "ignore").decode()
    if any(
        ord(c) > 0x1E000 for c in sendable
    ):  # PostgreSQL and Python follow different editions of Unicode there
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pinzhi_fold(%s)", [sendable])
        assert cursor.fetchone()[0] == fold(text)


@pytest.mark.parametrize(
    ("text", "typed", "found"),
    [
        ("福建某某茶业有限公司", "福建", True),
        ("福建某某茶业有限公司", "建福", False),
        ("福建某某茶业有限公司", "司", True),
        ("福建某某茶业有限公司", "茶业 福建", True),
        ("福建某某茶业有限公司", "福建茶业", False),
        ("ＡＢＣ（集团）", "abc(集团", True),
        ("100%棉_T恤", "0%棉_t", True),
        ("100棉T恤", "0%棉", False),
        ("有限公有公司", "有限公司", False),  # every bigram is there, the term is not
        ("任何", "", True),
        ("任何", "  ", True),
    ],
)
def test_examples(table: str, text: str, typed: str, found: bool) -> None:
    Searched.objects.create(search_text=searchable(text))
    assert queries.find(Searched.objects.all(), "search_text", typed).exists() is found


def test_very_long_text_and_query(table: str) -> None:
    text = "".join(chr(0x4E00 + i % 20000) for i in range(120_000))
    Searched.objects.create(search_text=searchable(text))
    assert queries.find(Searched.objects.all(), "search_text", text[5000:5100]).count() == 1
    assert queries.find(Searched.objects.all(), "search_text", text[5000:5100] + "福").count() == 0


def test_count_is_capped(table: str) -> None:
    Searched.objects.bulk_create([Searched(search_text="有限公司") for _ in range(12)])
    everything = queries.find(Searched.objects.all(), "search_text", "有限")
    assert queries.capped_count(everything, cap=10) == (10, True)
    assert queries.capped_count(everything, cap=12) == (12, False)


def test_settling_after_a_bulk_load(table: str) -> None:
    Searched.objects.bulk_create([Searched(search_text="福建") for _ in range(50)])
    queries.settle("test_searched", "search_text")
    assert queries.find(Searched.objects.all(), "search_text", "福建").count() == 50


def test_pinyin_order() -> None:
    names = ["福州市", "安徽省", "福建省", "北京市", "ABC"]
    assert sorted(names, key=pinyin.sort_key) == ["ABC", "安徽省", "北京市", "福建省", "福州市"]
    assert pinyin.initials("福建省") == "fjs"
    assert len(pinyin.sort_key("长" * 500)) == 200


def test_word_by_word_is_the_same_pinyin() -> None:
    """The quick way gives what pypinyin gives for the whole name, words of several readings included."""
    from pypinyin import Style, lazy_pinyin

    from pinzhi.kernel.search.folding import fold
    from pinzhi.kernel.search.pinyin import sort_key

    words = [
        "重庆",
        "长乐",
        "厦门",
        "银行",
        "行走",
        "音乐",
        "快乐",
        "福建省",
        "有限公司",
        "ABC-3",
        "（集团）",
        "单",
        "朝阳",
        "𠮷",
        " ",
        "盛泰",
    ]
    rng = random.Random(3)
    for _ in range(2000):
        name = "".join(rng.choices(words, k=rng.randint(0, 7)))
        assert sort_key(name, 500) == " ".join(lazy_pinyin(fold(name), style=Style.NORMAL))
