"""Identifiers and adoption sentences as people write them: two tables, a line each, that an official can read."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinzhi.rules.standards.adoption import read_adoption
from pinzhi.rules.standards.identifiers import Identifier, IdentifierError, parse

HERE = Path(__file__).parent


def table(name: str) -> list[list[str]]:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def told(one: Identifier) -> str:
    adopted = f" > {one.adopted.key}" if one.adopted is not None and one.chinese else ""
    return one.key + adopted + "".join(f" = {other.key}" for other in one.joint)


@pytest.mark.parametrize(("text", "expected"), table("written_identifiers.tsv"))
def test_an_identifier_as_written(text: str, expected: str) -> None:
    if expected.startswith("!"):
        with pytest.raises(IdentifierError) as refused:
            parse(text)
        assert f"!{refused.value.code}" == expected
        assert refused.value.expected_zh and refused.value.expected_en
        return
    one = parse(text)
    assert told(one) == expected
    # What is printed is read again as the same, in both styles.
    assert told(parse(one.render("zh"))) == told(parse(one.render("international"))) == expected


@pytest.mark.parametrize(("sentence", "degree", "keys"), table("written_adoptions.tsv"))
def test_an_adoption_as_written(sentence: str, degree: str, keys: str) -> None:
    found = read_adoption(sentence)
    assert (found.degree or "-") == degree
    assert (" , ".join(str(one.key) for one in found.numbers) or found.reason) == keys


@pytest.mark.parametrize(
    ("text", "kind", "level", "year"),
    [
        ("16 CFR 1610", "REGULATION", "foreign", None),
        ("21 CFR Part 177 (2023)", "REGULATION", "foreign", 2023),
        ("Regulation (EU) 2023/988", "REGULATION", "regional", 2023),
        ("(EC) No 1907/2006", "REGULATION", "regional", 2006),
        ("2009/48/EC", "DIRECTIVE", "regional", 2009),
        ("Council Directive 84/500/EEC", "DIRECTIVE", "regional", 1984),
        ("Decision 2002/657/EC", "DECISION", "regional", 2002),
    ],
)
def test_a_rule_of_another_market_says_that_it_is_one(
    text: str, kind: str, level: str, year: int | None
) -> None:
    one = parse(text)
    assert (one.type, one.level, one.year, one.nature) == (kind, level, year, "mandatory")
    assert one.regulation and not parse("GB 18401-2010").regulation


YEAR = st.integers(1958, 2099)


@given(
    st.builds("{} CFR {}".format, st.integers(1, 50), st.integers(1, 9999))
    | st.builds("{} CFR {}.{}".format, st.integers(1, 50), st.integers(1, 9999), st.integers(1, 9999))
    | st.builds("Directive {}/{}/{}".format, YEAR, st.integers(1, 999), st.sampled_from(["EC", "EEC", "EU"]))
    | st.builds("Regulation (EU) {}/{}".format, st.integers(2015, 2099), st.integers(1, 9999))
    | st.builds("Regulation ({}) No {}/{}".format, st.sampled_from(["EC", "EEC"]), st.integers(1, 9999), YEAR)
    | st.builds(
        "3GPP TS {}.{} V{}.0.0".format, st.integers(21, 55), st.integers(100, 999), st.integers(1, 19)
    )
)
def test_what_is_no_standard_of_a_publisher_comes_back_as_it_was(text: str) -> None:
    one = parse(text)
    assert one.designation == text and parse(one.designation).key == one.key
    assert parse(text.lower()).key == one.key == parse(text.replace("/", "／").replace(" ", "　")).key
