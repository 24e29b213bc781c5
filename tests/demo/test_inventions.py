"""What the demonstration invents: valid, unique, always the same, and nobody's."""

from __future__ import annotations

from collections import Counter
from datetime import date

from pinzhi.doors.cli.demonstration import names, parties, plan, series
from pinzhi.rules.identifiers import gtin, uscc
from pinzhi.rules.policy.reader import read_text


def test_codes_are_valid_and_unique() -> None:
    firms, products, bodies = parties.firms(), parties.products(), parties.bodies()
    assert (len(firms), len(products)) == (20_000, 60_000)
    codes = [firm.code for firm in firms] + [body.code for body in bodies]
    assert len(set(codes)) == len(codes)
    assert all(uscc.is_valid(code) for code in codes[::37])
    numbers = [product.gtin for product in products]
    assert len(set(numbers)) == len(numbers)
    assert all(gtin.is_valid(number) for number in numbers[::101])


def test_firms_say_where_they_are_from() -> None:
    """No real firm is registered in an invented province."""
    firms = parties.firms()
    assert len({firm.name for firm in firms}) == len(firms)
    assert all(firm.name.startswith(names.PROVINCE) and firm.region.startswith("99") for firm in firms)
    assert all(body.name.startswith(names.PROVINCE) for body in parties.bodies())


def test_the_same_for_the_same_seed() -> None:
    before = parties.firms()[:50], parties.products()[:50]
    parties.firms.cache_clear()
    parties.products.cache_clear()
    assert (parties.firms()[:50], parties.products()[:50]) == before


def test_every_city_and_sector_has_its_share() -> None:
    by_city = Counter(firm.city for firm in parties.firms())
    assert set(by_city) == {code for code, *_ in parties.CITIES}
    assert min(by_city.values()) > 500
    assert {firm.sector for firm in parties.firms()} == set(names.SECTOR)


def test_no_product_before_its_firm() -> None:
    assert all(product.listed_on >= product.firm.founded for product in parties.products())


def test_plans_are_read_whole() -> None:
    """The plans are for the reader what other plans are: targets, tasks, who answers for them."""
    province = read_text(plan.text("province.txt").decode())
    city = read_text(plan.text("city.txt").decode())
    assert province.document.doc_number == "云政办发〔2024〕6号"
    assert [*city.document.basis_numbers] == ["云政办发〔2024〕6号"]
    assert (len(province.targets), len(city.targets)) == (28, 18)
    assert (len(province.measures), len(city.measures)) == (27, 23)
    answered = [m for m in province.measures if m.lead or m.responsible]
    assert len(answered) == len(province.measures)


def test_figures_add_up() -> None:
    figures = list(series.figures())
    keys = [(register, values["series"], region, year) for register, year, region, _, values in figures]
    assert len(set(keys)) == len(keys)
    for _, year, _, _, values in figures:
        assert 2019 <= year <= 2025
        if "numerator" in values:
            share = 100 * int(values["numerator"]) / int(values["denominator"])
            assert abs(share - float(values["value"])) < 0.01
    assert date(2024, 2, 26) < date(series.LAST, 12, 31)
