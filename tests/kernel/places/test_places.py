"""Places as the other parts ask for them, with a bureau's own rows over the catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import connection
from django.utils import translation

from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor, Right
from pinzhi.kernel.errors import NotPermitted, Refused
from pinzhi.kernel.places import queries
from pinzhi.kernel.places.actions.delegate_function import delegate_function
from pinzhi.kernel.places.actions.record_succession import record_succession
from pinzhi.kernel.places.actions.save_agency import save_agency
from pinzhi.kernel.places.actions.save_region import save_region
from pinzhi.kernel.places.models import Region

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")
D2017, D2020 = date(2017, 6, 1), date(2020, 6, 1)


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    queries.forget()
    yield
    queries.forget()


def _clerk(region: str) -> Actor:
    right = Right(function="*", register="*", role="administrator", region=region, starts_on=date(2000, 1, 1))
    return Actor(username="fuzhou", speaks_for="agency", rights=(right,))


def test_names_in_both_languages() -> None:
    name = queries.region_name("350200")
    assert name is not None and (name.zh, name.en) == ("厦门市", "Xiamen")
    fujian = queries.region_name("350000")
    assert fujian is not None and fujian.en == "Fujian"
    agency = queries.agency_name("350203-market_supervision")
    assert agency is not None
    assert (agency.zh, agency.en) == ("思明区市场监督管理局", "Administration for Market Regulation, Siming")
    assert queries.region_name("888888") is None and queries.agency_name("nobody") is None


def test_path() -> None:
    assert [r.zh for r in queries.region_path("350203")] == ["福建省", "厦门市", "思明区"]
    assert [r.zh for r in queries.region_path("350203", below="350000")] == ["厦门市", "思明区"]


@pytest.mark.parametrize(
    "whole", ["100000", "350000", "350100", "350102", "35Z001", "340400", "341500", "370100"]
)
@pytest.mark.parametrize("on", [date(2015, 1, 1), D2017, D2020, date(2022, 1, 1)])
def test_sql_and_django_filters_equal_contains(whole: str, on: date) -> None:
    codes = sorted({r.code for r in queries.places().regions} | {"350199", "340499", "371203"})
    condition, params = queries.sql_region_filter(whole, "code", on)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT code FROM unnest(%s::text[]) AS code WHERE {condition}", [codes, *params])
        found = {row[0] for row in cursor.fetchall()}
    assert found == {c for c in codes if queries.contains(whole, c, on)}
    Region.objects.bulk_create([Region(code=c, zh=c) for c in codes])
    by_orm = set(Region.objects.filter(queries.region_q(whole, "code", on)).values_list("code", flat=True))
    assert by_orm == found


def test_finding_regions() -> None:
    found = queries.find_region("福建厦门")
    assert found is not None and found.code == "350200"
    assert queries.find_region("鼓楼区", within="350000") is not None
    assert queries.find_region("没有这里") is None


def test_function_and_succession() -> None:
    then, now = queries.agency_for("quality", "350000", D2017), queries.agency_for("quality", "350000", D2020)
    assert then is not None and then.code == "350000-quality_supervision"
    assert now is not None and now.code == "350000-market_supervision"
    assert [a.code for a in queries.successors(then.code, D2020)] == [now.code]
    assert [a.code for a in queries.successors(then.code, D2017)] == [then.code]
    heirs = {a.code for a in queries.successors("350000-food_drug", D2020)}
    assert heirs == {"350000-market_supervision", "350000-drug"}


def test_a_zone_is_served_from_above_until_a_function_is_delegated() -> None:
    served = queries.agency_for("quality", "35Z001", D2020)
    assert served is not None and served.code == "350000-market_supervision"
    delegate_function(
        function="quality",
        region="35Z001",
        delegate="35Z001-zone_committee",
        valid_from=date(2019, 1, 1),
        by=SYSTEM,
    )
    now = queries.agency_for("quality", "35Z001", D2020)
    assert now is not None and now.code == "35Z001-zone_committee"
    before = queries.agency_for("quality", "35Z001", date(2018, 12, 31))
    assert before is not None and before.code == "350000-market_supervision"


def test_own_zone() -> None:
    with clock.at(D2020):
        save_region(code="3501Z9", zh="福州滨海新城", aliases=["滨海新城"], by=SYSTEM)
        found = queries.find_region("滨海新城")
        assert found is not None and found.code == "3501Z9"
        assert queries.contains("350000", "3501Z9") and "3501Z9" in queries.subtree("350100")
        name = queries.region_name("3501Z9")
        assert name is not None and name.en == "Fuzhoubinhaixincheng"


@pytest.mark.parametrize("code", ["350100", "3501", "x", "3501Z1", "9999Z1"])
def test_a_code_of_the_standard_cannot_be_taken(code: str) -> None:
    with pytest.raises(Refused) as caught:
        save_region(code=code, zh="某区", by=SYSTEM)
    assert caught.value.place == "code"


def test_own_agency_alias_and_succession() -> None:
    save_agency(
        code="350000-quality_office",
        zh="福建省质量强省办公室",
        aliases=["质强办"],
        functions=["quality"],
        by=SYSTEM,
    )
    resolved = queries.resolve_agency("质强办", "350100", D2020)
    assert resolved.agency is not None and resolved.agency.code == "350000-quality_office"
    record_succession(
        predecessor="350000-quality_office",
        successor="350000-market_supervision",
        since=date(2021, 1, 1),
        by=SYSTEM,
    )
    assert [a.code for a in queries.successors("350000-quality_office", date(2021, 1, 1))] == [
        "350000-market_supervision"
    ]
    assert queries.agency("350000-quality_office", date(2020, 12, 31)) is not None
    assert queries.agency("350000-quality_office", date(2021, 1, 1)) is None
    with pytest.raises(Refused):
        record_succession(
            predecessor="350000-market_supervision",
            successor="350000-quality_office",
            since=date(2022, 1, 1),
            by=SYSTEM,
        )


def test_a_general_agency_may_differ_in_one_place() -> None:
    save_agency(code="350100-market_supervision", zh="福州市市场监督管理委员会", by=SYSTEM)
    name = queries.agency_name("350100-market_supervision")
    assert name is not None and name.zh == "福州市市场监督管理委员会"
    holder = queries.agency_for("quality", "350100", D2020)
    assert holder is not None and holder.zh == "福州市市场监督管理委员会"


def test_only_the_administrator_of_the_region_may() -> None:
    clerk = _clerk("350100")
    save_agency(code="350102-own", zh="鼓楼区某办", by=clerk)
    with pytest.raises(NotPermitted):
        save_agency(code="350203-own", zh="思明区某办", by=clerk)
    with pytest.raises(NotPermitted):
        save_region(code="3502Z9", zh="某新城", by=clerk)


def test_english_reader() -> None:
    from pinzhi.kernel.web.names import region_name

    with translation.override("en"):
        assert region_name("350200") == "Xiamen"
    with translation.override("zh-hans"):
        assert region_name("350200") == "厦门市"
        assert region_name("888888") == "888888"


def test_trades() -> None:
    liquor = queries.trade("C1512")
    assert liquor is not None and liquor.zh == "白酒制造"
    assert queries.trade("999") is None
    assert queries.trades().is_consumer_goods("1512", D2020)
