"""GB 32100-2015, GB 11714-1997 and the old registration number: the table is the test."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinzhi.rules.identifiers import IdentifierError, gb11714, registration, uscc

VALID = [
    # code, class, region
    ("91350100M000100Y43", "91", "350100"),  # the example of the standard
    ("914403001922038216", "91", "440300"),
    ("91330100799655058B", "91", "330100"),
    ("9144030071526726XG", "91", "440300"),
    ("91110000802100433B", "91", "110000"),
]

# what was typed, code of the fault, position, expected
FAULTS = [
    ("91350100M000100Y4", "length", None, None),
    ("", "length", None, None),
    ("9.13501E+17", "length", None, None),
    ("91350100M000100Y42", "check", 18, "3"),
    ("9135O100M000100Y43", "character", 5, "0"),
    ("9I350100M000100Y43", "character", 2, "1"),
    ("91350100M0001-0Y43", "character", 14, None),
    ("B1350100M000100Y43", "department", 1, None),
    ("94350100M000100Y43", "class", 2, None),
    ("9135A100M000100Y43", "region", 5, None),
]


@pytest.mark.parametrize(("code", "kind", "region"), VALID)
def test_published_codes_are_valid(code: str, kind: str, region: str) -> None:
    parsed = uscc.parse(code)
    assert (parsed.text, parsed.kind, parsed.region) == (code, kind, region)
    assert gb11714.parse(parsed.organisation_code).text == code[8:17]


@pytest.mark.parametrize(
    "typed", ["９１３５０１００Ｍ０００１００Ｙ４３", " 91350100 m000100y43\n", "91350100M000100Y43\u200b"]
)
def test_width_case_and_spaces_do_not_matter(typed: str) -> None:
    assert uscc.parse(typed).text == "91350100M000100Y43"


@pytest.mark.parametrize(("typed", "code", "position", "expected"), FAULTS)
def test_faults_are_named_with_place_and_remedy(
    typed: str, code: str, position: int | None, expected: str | None
) -> None:
    with pytest.raises(IdentifierError) as caught:
        uscc.parse(typed)
    fault = caught.value
    assert (fault.code, fault.position, fault.expected) == (code, position, expected)
    assert fault.zh and fault.en
    if expected:
        assert expected in fault.zh and expected in fault.en


def test_inner_check_is_looked_at_when_the_outer_one_agrees() -> None:
    front = "91350100M000100Y" + "5"  # the right ninth character of the organisation code is 4
    with pytest.raises(IdentifierError) as caught:
        uscc.parse(front + uscc.check_character(front))
    assert (caught.value.code, caught.value.position, caught.value.expected) == ("inner_check", 17, "4")


@pytest.mark.parametrize("kind", ["91", "92", "93", "12", "51", "N1", "N2", "N3", "N9", "A1", "Y1"])
def test_every_series_can_be_made_and_read(kind: str) -> None:
    code = uscc.make(1234, region="350102", kind=kind, prefix="MF")
    assert uscc.parse(code.text).kind == kind
    assert all(code.kind_title)


@given(st.integers(0, 31**6 - 1), st.integers(0, 17), st.sampled_from(uscc.ALPHABET))
def test_any_single_wrong_character_is_detected(serial: int, place: int, other: str) -> None:
    right = uscc.make(serial, region="350102").text
    wrong = right[:place] + other + right[place + 1 :]
    # 31 is prime and no weight is a multiple of it: the outer check alone finds every single substitution.
    assert uscc.is_valid(wrong) == (wrong == right)


@given(st.integers(0, 31**6 - 1), st.integers(0, 16), st.integers(0, 16))
def test_any_swap_among_the_first_seventeen_is_detected(serial: int, one: int, other: int) -> None:
    right = uscc.make(serial, region="350102").text
    swapped = list(right)
    swapped[one], swapped[other] = swapped[other], swapped[one]
    wrong = "".join(swapped)
    # Powers of 3 are distinct modulo 31 over seventeen places.
    assert uscc.is_valid(wrong) == (wrong == right)


@given(st.text())
def test_no_string_crashes_a_parser(text: str) -> None:
    for parse in (uscc.parse, gb11714.parse, registration.parse):
        try:
            parse(text)
        except IdentifierError as fault:
            assert fault.zh and fault.en


@given(st.text("0123456789ABCDEFGHJKLMNPQRTUWXYOIZSV", min_size=18, max_size=18))
def test_no_code_shaped_string_crashes(text: str) -> None:
    assert uscc.is_valid(text) in (True, False)


def test_demonstration_codes_differ() -> None:
    assert len({uscc.make(n, region="990100").text for n in range(2000)}) == 2000


@pytest.mark.parametrize(
    ("typed", "right"),
    [("19220382-1", "192203821"), ("71526726X", "71526726X"), ("７９９６５５０５－８", "799655058")],
)
def test_organisation_codes(typed: str, right: str) -> None:
    assert gb11714.parse(typed).text == right
    assert gb11714.parse(gb11714.parse(typed).display).text == right


def test_organisation_code_faults() -> None:
    with pytest.raises(IdentifierError) as caught:
        gb11714.parse("19220382-2")
    assert (caught.value.position, caught.value.expected) == (9, "1")
    assert not gb11714.is_valid("1922038２一")


@pytest.mark.parametrize("number", ["110108000000016", "440301103097413"])
def test_registration_numbers(number: str) -> None:
    assert registration.parse(number).region == number[:6]
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    with pytest.raises(IdentifierError) as caught:
        registration.parse(wrong)
    assert caught.value.expected == number[-1]
