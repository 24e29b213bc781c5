"""The leaf: canonical values, one salted hash for each group, nothing in clear."""

import hashlib
import json
import os
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from pinzhi.rules.proof import canonical, groups, verify

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
keys = st.text(st.characters(min_codepoint=0, max_codepoint=127), max_size=8)
atoms = st.none() | st.booleans() | st.integers(-canonical.MAX_INT, canonical.MAX_INT) | texts
values = st.recursive(
    atoms, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4), max_leaves=12
)
definition = "ab" * 32


@given(values)
def test_canonical_form_equals_rfc_8785(value: Any) -> None:
    assert canonical.canonical(value) == rfc8785.dumps(value)
    assert verify.load_json(canonical.canonical(value), "it") == value


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"a": {"price": 1.5}}, r"\$\.a\.price: float"),
        ({"a": [1, {"b": 2**53}]}, r"\$\.a\[\]\.b: integer beyond"),
        ({"价格": "1"}, "not an ASCII"),
        ({1: "1"}, "not an ASCII"),
        ({"a": float("nan")}, "float"),
        ({"a": Decimal("1.0")}, "Decimal"),
        ({"a": b"x"}, "bytes"),
        ({"a": date(2020, 1, 1)}, "date"),
        ({"a": "\ud800"}, "surrogate"),
    ],
)
def test_what_has_no_canonical_form_is_refused_with_its_place(value: Any, said: str) -> None:
    with pytest.raises(canonical.CanonicalError, match=said) as refusal:
        canonical.canonical(value)
    assert refusal.value.zh


def test_text_is_not_normalised() -> None:
    composed, decomposed, wide = "\u00e9", "e\u0301", "\uff21\uff22"
    assert len({canonical.canonical(text) for text in (composed, decomposed)}) == 2
    assert canonical.canonical(wide) == f'"{wide}"'.encode()


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        (Decimal("12.50"), "12.50"),
        (Decimal("1E+3"), "1000"),
        (Decimal("-0.0"), "0.0"),
        (date(2020, 2, 29), "2020-02-29"),
        (datetime(2020, 1, 1, 7, 59, 59, 999, tzinfo=timezone(timedelta(hours=8))), "2019-12-31T23:59:59Z"),
        (datetime(2020, 1, 1, tzinfo=UTC), "2020-01-01T00:00:00Z"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        ({"a": (Decimal("1"), None)}, {"a": ["1", None]}),
        (True, True),
    ],
)
def test_stored_values_become_canonical_ones(stored: Any, expected: Any) -> None:
    assert canonical.plain(stored) == expected


@pytest.mark.parametrize("stored", [1.5, Decimal("NaN"), datetime(2020, 1, 1), {"a": object()}])
def test_stored_values_without_a_canonical_one_are_refused(stored: Any) -> None:
    with pytest.raises(canonical.CanonicalError):
        canonical.plain(stored)


def test_the_leaf_byte_for_byte() -> None:
    shown = {"entry": {"key": "CQO-1", "state": "granted"}, "open": {"name": "质量", "n": 3}}
    salts = {"entry": bytes(range(16)), "open": bytes(range(16, 32))}
    leaf = groups.seal_with("e01_cqo", definition, shown, salts)
    first = hashlib.sha256(
        b"pinzhi/group/v1\n"
        + bytes(range(16))
        + b'{"group":"entry","values":{"key":"CQO-1","state":"granted"}}'
    ).hexdigest()
    second = hashlib.sha256(
        b"pinzhi/group/v1\n"
        + bytes(range(16, 32))
        + '{"group":"open","values":{"n":3,"name":"质量"}}'.encode()
    ).hexdigest()
    assert leaf.decode() == (
        f'{{"definition":"{definition}","groups":{{"entry":"{first}","open":"{second}"}},"register":"e01_cqo","v":1}}'
    )
    assert verify.head_leaf("e01_cqo", 5, b"\x01" * 32).decode() == (
        '{"register":"e01_cqo","root":"' + "01" * 32 + '","size":5,"v":1}'
    )


@given(st.dictionaries(st.from_regex(r"[a-z][a-z0-9_-]{0,9}", fullmatch=True),
                       st.dictionaries(keys, values, max_size=3), min_size=1, max_size=4))  # fmt: skip
def test_a_sealed_entry_is_canonical_and_opens_group_by_group(shown: dict[str, dict[str, Any]]) -> None:
    shown.pop("entry", None)
    shown["zz"] = {}
    leaf, salts = groups.seal("honours", definition, shown, groups.salt_source(os.urandom))
    parsed = verify.parse_leaf(leaf)
    assert leaf == canonical.canonical(json.loads(leaf))
    assert (parsed.register, parsed.definition, set(parsed.groups)) == ("honours", definition, set(shown))
    assert len(set(salts.values())) == len(shown)
    for name, held in shown.items():
        opened = {name: {"values": held, "salt": salts[name].hex()}}
        assert verify.check_opened(parsed, 7, opened).values == held
        with pytest.raises(verify.ProofError):
            verify.check_opened(parsed, 7, {name: {"values": {**held, "more": 1}, "salt": salts[name].hex()}})


def test_salts_come_from_one_draw_and_never_repeat() -> None:
    asked: list[int] = []

    def draw(count: int) -> bytes:
        asked.append(count)
        return os.urandom(count)

    source = groups.salt_source(draw)
    salts = [next(source) for _ in range(1500)]
    assert len(set(salts)) == 1500 and {len(salt) for salt in salts} == {16}
    assert len(asked) == 2


@pytest.mark.parametrize(
    ("register", "hashed", "shown"),
    [
        ("Bad Name", definition, {"entry": {}}),
        ("honours", "AB" * 32, {"entry": {}}),
        ("honours", definition, {}),
        ("honours", definition, {'x","y': {}}),
        ("honours", definition, {f"g{n}": {} for n in range(900)}),
        ("honours", definition, {"entry": {"a": 1.0}}),
    ],
)
def test_what_cannot_be_sealed(register: str, hashed: str, shown: dict[str, dict[str, Any]]) -> None:
    with pytest.raises(verify.UnreadableError):
        groups.seal(register, hashed, shown, groups.salt_source(os.urandom))


LEAF = groups.seal_with("honours", definition, {"entry": {}}, {"entry": b"s" * 16})


@pytest.mark.parametrize(
    "leaf",
    [
        b"", b"[]", b"1", b"\xff", LEAF + b" ", LEAF.replace(b'"v":1', b'"v":2'), LEAF.replace(b'"v":1', b'"v":true'),
        LEAF.replace(b'"v":1', b'"v":1,"w":1'), LEAF.replace(b"honours", b"Honours"), LEAF.replace(b":", b": ", 1),
        LEAF.replace(b"abab", b"ABAB", 1), LEAF.replace(b'"v":1', b'"v":1,"v":1'), LEAF.replace(b"entry", b"Entry"),
        b'{"definition":1,"groups":{"a":2},"register":3,"v":1}', b"[" * 100_000,
    ],
)  # fmt: skip
def test_malformed_leaves_are_refused(leaf: bytes) -> None:
    verify.parse_leaf(LEAF)
    with pytest.raises(verify.UnreadableError):
        verify.parse_leaf(leaf)


ENVELOPE = {"id": "1", "key": "K", "effective_on": "2020-02-29", "recorded_at": "2020-03-01T00:00:00Z"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"id": None}, "id"), ({"key": 5}, "key"), ({"effective_on": None}, "effective_on"), ({"effective_on": "2020-2-1"}, "effective_on"),
        ({"effective_on": "2020-01-01T00:00:00Z"}, "effective_on"), ({"recorded_at": "2020-03-01"}, "recorded_at"),
        ({"recorded_at": "2020-03-01T00:00:00.5Z"}, "recorded_at"), ({"recorded_at": "2020-03-01T08:00:00+08:00"}, "recorded_at"),
        ({"state": 1}, "state"), ({"region": ["35"]}, "region"), ({"replaces": 7}, "replaces"), ({"valid_until": "forever"}, "valid_until"),
    ],
)  # fmt: skip
def test_a_malformed_envelope_is_refused(change: dict[str, Any], said: str) -> None:
    for held, good in ((ENVELOPE, True), ({**ENVELOPE, **change}, False)):
        leaf = verify.parse_leaf(
            groups.seal_with("honours", definition, {"entry": held}, {"entry": b"s" * 16})
        )
        opened = {"entry": {"values": held, "salt": (b"s" * 16).hex()}}
        if good:
            assert verify.check_opened(leaf, 3, opened).envelope == held
        else:
            with pytest.raises(verify.UnreadableError, match=f"entry 3: {said} is malformed"):
                verify.check_opened(leaf, 3, opened)


def test_a_field_in_two_groups_is_refused() -> None:
    held, salts = {"a": {"name": "x"}, "b": {"name": "y"}}, {"a": b"s" * 16, "b": b"t" * 16}
    leaf = verify.parse_leaf(groups.seal_with("honours", definition, held, salts))
    opened = {name: {"values": held[name], "salt": salts[name].hex()} for name in held}
    with pytest.raises(verify.UnreadableError, match="two groups"):
        verify.check_opened(leaf, 3, opened)


def test_sealed_as_text_is_the_same_leaf_and_opens() -> None:
    """What is written beside the leaf opens it, and the leaf is the one that `seal` gives under the same salts."""
    sealed = {
        "open": {
            "name": "榕江“食品”\\有限公司\n",
            "count": 3,
            "none": None,
            "list": ["一", "b"],
            "yes": True,
        },
        "entry": {"id": "7", "key": "91350100M000100Y43"},
        "private": {},
    }
    salts = [bytes([n]) * 16 for n in range(3)]
    leaf, stored = groups.seal_text("e01_cqo", "0" * 64, sealed, iter(salts))
    by_name = dict(zip(sorted(sealed), salts, strict=True))
    assert leaf == groups.seal_with("e01_cqo", "0" * 64, sealed, by_name)
    opened = json.loads(stored)
    assert {name: group["values"] for name, group in opened.items()} == sealed
    assert {name: bytes.fromhex(group["salt"]) for name, group in opened.items()} == by_name
    with pytest.raises(verify.UnreadableError):
        groups.seal_text("e01_cqo", "0" * 64, {"open": {"rate": 0.5}}, iter(salts))
    with pytest.raises(verify.UnreadableError):
        groups.seal_text("e01_cqo", "0" * 64, {}, iter(salts))
