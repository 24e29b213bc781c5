"""GTIN, citizen identification number, telephone number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinzhi.rules.identifiers import IdentifierError, gtin, id_number, phone


@pytest.mark.parametrize(
    ("text", "key", "chinese"),
    [
        ("6901234567892", "06901234567892", True),
        ("4006381333931", "04006381333931", False),
        ("036000291452", "00036000291452", False),
        ("96385074", "00000096385074", False),
        ("16901234567899", "16901234567899", True),
        ("690-1234-56789-2", "06901234567892", True),
        ("６９０１２３４５６７８９２", "06901234567892", True),
    ],
)
def test_trade_item_numbers(text: str, key: str, chinese: bool) -> None:
    number = gtin.parse(text)
    assert (number.key, number.is_chinese) == (key, chinese)


@pytest.mark.parametrize(
    ("uri", "text"),
    [
        ("https://id.example.cn/01/06901234567892/10/ABC?17=250101", "06901234567892"),
        ("https://id.example.cn/shop/gtin/6901234567892", "6901234567892"),
        ("https://id.example.cn/01/6901234567892#x", "6901234567892"),
    ],
)
def test_digital_link(uri: str, text: str) -> None:
    found = gtin.from_digital_link(uri)
    assert found is not None and found.text == text


def test_address_without_number() -> None:
    assert gtin.from_digital_link("https://id.example.cn/414/6901234567892") is None


def test_wrong_check_digit_says_the_right_one() -> None:
    with pytest.raises(IdentifierError) as caught:
        gtin.parse("6901234567890")
    assert (caught.value.code, caught.value.position, caught.value.expected) == ("check", 13, "2")


@given(st.integers(0, 10**9 - 1), st.integers(0, 12), st.integers(0, 9))
def test_any_single_wrong_digit_is_detected(serial: int, place: int, other: int) -> None:
    right = gtin.make(serial).text
    wrong = right[:place] + str(other) + right[place + 1 :]
    assert gtin.is_valid(wrong) == (wrong == right)


@pytest.mark.parametrize("number", ["11010519491231002X", "11010519491231002x", "440524188001010014"])
def test_identification_numbers(number: str) -> None:
    assert id_number.parse(number).text == number.upper()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("110105194912310021", "check"),
        ("11010519491331002X", "birth_date"),
        ("1101051949123100", "length"),
        ("11010519491231O02X", "character"),
    ],
)
def test_identification_number_faults_do_not_repeat_the_number(text: str, code: str) -> None:
    with pytest.raises(IdentifierError) as caught:
        id_number.parse(text)
    assert caught.value.code == code
    assert text not in str(caught.value) + caught.value.zh + repr(caught.value.args)


def test_masks() -> None:
    assert id_number.mask("11010519491231002X") == "110" + "*" * 13 + "2X"
    assert id_number.mask("123") == "***"
    assert "491231" not in repr(id_number.parse("11010519491231002X"))
    assert phone.mask("13812345678") == "138****5678"
    assert phone.mask("0591-87654321") == "059*****4321"
    assert phone.mask("12315") == "*****"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("138 1234 5678", "13812345678"),
        ("+86 13812345678", "13812345678"),
        ("0591-87654321", "059187654321"),
        ("(0971)8123456", "09718123456"),
        ("+86-591-87654321", "059187654321"),
        ("0591-87654321转801", "059187654321-801"),
        ("400-810-0000", "4008100000"),
        ("12315", "12315"),
    ],
)
def test_telephone_numbers(text: str, key: str) -> None:
    assert phone.parse(text) == key


@pytest.mark.parametrize("text", ["", "1381234567", "abc", "87654321", "23812345678"])
def test_what_is_no_telephone_number(text: str) -> None:
    assert not phone.is_valid(text)


@given(st.text())
def test_no_string_crashes(text: str) -> None:
    for parse in (gtin.parse, id_number.parse, phone.parse):
        try:
            parse(text)
        except IdentifierError as fault:
            assert fault.zh and fault.en
    id_number.mask(text)
    phone.mask(text)
    gtin.from_digital_link("https://example.cn/01/" + text) if gtin.is_valid(text) else None
