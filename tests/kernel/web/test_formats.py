from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from pinzhi.kernel.web import formats, navigation
from pinzhi.kernel.web.texts import in_lang


@pytest.mark.parametrize(
    ("value", "precision", "shown"),
    [
        (1234567, None, "1,234,567"),
        ("91.25", 1, "91.2"),  # half to even, as GB/T 8170 rounds
        ("91.35", 1, "91.4"),
        (91.3, 1, "91.3"),
        (0.1 + 0.2, 2, "0.30"),
        (4500.0, None, "4,500"),
        ("-3.50", None, "−3.50"),
        (0, 0, "0"),
        (None, 1, "—"),
        ("", None, "—"),
        ("abc", None, "—"),
        (float("nan"), None, "—"),
        (True, None, "—"),
        (12, "", "12"),
    ],
)
def test_numbers(value: object, precision: object, shown: str) -> None:
    assert formats.number_text(value, precision) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (date(2026, 11, 21), "2026-11-21"),
        (datetime(2026, 11, 21, 17, 0, tzinfo=UTC), "2026-11-22"),  # the next day in Shanghai
        ("2026-11-21", "2026-11-21"),
        ("2024Q1", "2024Q1"),
        ("2024", "2024"),
        (None, "—"),
    ],
)
def test_days(value: object, shown: str) -> None:
    assert formats.date_text(value) == shown


def test_instants_are_shown_by_the_clock_of_shanghai() -> None:
    assert formats.datetime_text(datetime(2026, 11, 21, 17, 5, tzinfo=UTC)) == "2026-11-22 01:05"


@pytest.mark.parametrize(
    ("days", "zh", "en"),
    [
        (5, "还有 5 天", "5 days left"),
        (1, "还有 1 天", "1 day left"),
        (0, "今天到期", "due today"),
        (-3, "已逾期 3 天", "3 days late"),
    ],
)
def test_days_left_in_both_languages(days: int, zh: str, en: str) -> None:
    today = date(2026, 11, 21)
    due = date.fromordinal(today.toordinal() + days)
    with translation.override("zh-hans"):
        assert formats.days_left_text(due, today) == zh
    with translation.override("en"):
        assert formats.days_left_text(due, today) == en


def test_texts_in_two_languages() -> None:
    both = {"zh": "质量", "en": "quality"}
    with translation.override("en"):
        assert in_lang(both) == "quality"
        assert in_lang(both, "zh") == "质量"
        assert in_lang({"zh": "质量"}) == "质量"
    with translation.override("zh-hans"):
        assert in_lang(both) == "质量"
    assert in_lang(None) == ""


@pytest.mark.parametrize(
    ("page", "pages", "numbers"),
    [
        (1, 1, [1]),
        (1, 3, [1, 2, 3]),
        (6, 20, [1, None, 5, 6, 7, None, 20]),
        (3, 6, [1, 2, 3, 4, 5, 6]),
        (3, 7, [1, 2, 3, 4, None, 7]),
        (4, 7, [1, 2, 3, 4, 5, 6, 7]),
        (20, 20, [1, None, 19, 20]),
    ],
)
def test_page_numbers(page: int, pages: int, numbers: list[int | None]) -> None:
    assert navigation.page_numbers(page, pages) == numbers


def test_the_current_item_is_the_one_with_the_longest_address() -> None:
    items = [
        navigation.NavItem("work", "/console/", exact=True),
        navigation.NavItem(
            "plan", "/console/plan/", children=(navigation.NavItem("duties", "/console/plan/duties/"),)
        ),
    ]
    found = navigation.current(items, "/console/plan/duties/7/")
    assert found is not None and found.title == "duties"
    assert navigation.current(items, "/console/other/") is None


def test_the_language_that_is_not_read_is_not_worked_out() -> None:
    class Place:
        zh = "厦门"

        @property
        def en(self) -> str:
            raise AssertionError("asked for in vain")

    assert in_lang(Place(), "zh") == "厦门"
