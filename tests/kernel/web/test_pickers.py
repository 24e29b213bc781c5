from __future__ import annotations

import pytest
from django.test import Client

from pinzhi.kernel.access.models import User
from pinzhi.kernel.errors import Refused
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.web import names, pickers

pytestmark = pytest.mark.django_db(databases=["default", "portal"])


def test_regions_are_suggested_by_name_and_by_code() -> None:
    by_name = pickers.suggest("region", "厦门")
    assert by_name[0].code == "350200" and by_name[0].name == "厦门市"
    assert {s.code for s in pickers.suggest("region", "3502")} >= {"350200", "350203"}
    assert pickers.suggest("region", "") == []
    assert len(pickers.suggest("region", "区", 5)) == 5


def test_of_two_namesakes_none_is_chosen_by_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    twins = [
        pickers.Suggestion("350102", "鼓楼区", "福建省 福州市"),
        pickers.Suggestion("320106", "鼓楼区", "江苏省 南京市"),
    ]
    monkeypatch.setattr(places, "find_region", lambda text: None)
    monkeypatch.setattr(pickers, "suggest", lambda kind, text, limit: twins)
    with pytest.raises(Refused) as refused:
        pickers.resolve("region", "鼓楼区")
    assert refused.value.code == "ambiguous_name"


def test_a_region_is_told_apart_by_its_path() -> None:
    [only] = [s for s in pickers.suggest("region", "鼓楼区") if s.name == "鼓楼区"]
    assert only.note == "福建省 福州市"


def test_a_whole_name_is_enough_without_a_script() -> None:
    assert pickers.resolve("region", " 厦门市 ") == "350200"
    assert pickers.resolve("region", "350200") == "350200"
    with pytest.raises(Refused) as refused:
        pickers.resolve("region", "不存在的地方")
    assert refused.value.code == "unknown_name"
    [agency, *_rest] = places.agencies_in("350000")
    assert pickers.resolve("agency", agency.code) == agency.code
    assert pickers.resolve("agency", names.agency_name(agency.code)) == agency.code


def test_agencies_are_suggested_by_the_words_people_use() -> None:
    found = [s.name for s in pickers.suggest("agency", "福建省市场监督")]
    assert found and all("市场监督" in name for name in found)


def test_unknown_codes_are_shown_as_they_are() -> None:
    assert names.region_name("000000x") == "000000x" and names.region_name("") == ""
    assert names.region_name("350200") == "厦门市"
    assert pickers.name_of("region", "350200") == "厦门市" and pickers.name_of("region", "zz") == ""


def test_the_suggestions_come_as_buttons(client: Client) -> None:
    user = User.objects.create(
        username="u", display_name="u", speaks_for="agency", date_joined="2026-01-01T00:00Z"
    )
    client.force_login(user)
    page = client.get("/pick/region/", {"any_field": "厦门"})
    assert page.status_code == 200 and 'data-pick="350200"' in page.content.decode()
    assert "没有找到" in client.get("/pick/uscc/", {"q": "没有这家"}).content.decode()
    assert client.get("/pick/secrets/", {"q": "x"}).status_code == 404
