"""Many rows brought up to date in one statement."""

from __future__ import annotations

import pytest
from django.db import DataError

from pinzhi.kernel.access.models import User
from pinzhi.kernel.registers.rows import update_rows

pytestmark = pytest.mark.django_db


def people(count: int) -> list[User]:
    return User.objects.bulk_create(User(username=f"one{at}", region="350000") for at in range(count))


def test_each_row_gets_its_own(django_assert_num_queries) -> None:
    rows = people(200)
    for at, one in enumerate(rows):
        one.display_name, one.is_active, one.region = f"第{at}人", at % 3 > 0, "不写"
    with django_assert_num_queries(1):
        update_rows(rows, ["display_name", "is_active"])
    found = {u.username: u for u in User.objects.all()}
    assert [found[u.username].display_name for u in rows] == [u.display_name for u in rows]
    assert [found[u.username].is_active for u in rows] == [at % 3 > 0 for at in range(200)]
    assert {u.region for u in found.values()} == {"350000"}


def test_nothing_is_no_statement(django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        update_rows([], ["display_name"])


def test_a_text_too_long_is_refused_not_cut() -> None:
    (one,) = people(1)
    one.username = "很" * 2000
    with pytest.raises(DataError):
        update_rows([one], ["username"])
