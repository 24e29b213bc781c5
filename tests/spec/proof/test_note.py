"""Ed25519 after RFC 8032; signed notes, checkpoints and cosignatures after C2SP."""

import base64
import os

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import example, given
from hypothesis import strategies as st

from pinzhi.rules.proof import note, verify

# RFC 8032, section 7.1: public key, message, signature
VECTORS = [
    ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
    ("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
    ("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"),
    ("ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
     "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"),
]  # fmt: skip


def signer(name: str, seed: bytes) -> note.Signer:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    return note.Signer(name, private.public_key().public_bytes_raw(), private.sign)


LOG = signer("quality.example/fj", b"\x01" * 32)
NEXT = signer("quality.example/fj", b"\x02" * 32)
WITNESS = signer("witness.example/w1", b"\x03" * 32)
CHECKPOINT = note.sign_checkpoint("quality.example/fj/e01_cqo", 7, b"\x07" * 32, [LOG])


@pytest.mark.parametrize("vector", VECTORS)
def test_rfc_8032_vectors(vector: tuple[str, str, str]) -> None:
    key, message, signature = map(bytes.fromhex, vector)
    assert verify.ed25519_verify(key, message, signature)
    assert not verify.ed25519_verify(key, message + b"x", signature)
    for at in range(64):
        assert not verify.ed25519_verify(
            key, message, signature[:at] + bytes([signature[at] ^ 1]) + signature[at + 1 :]
        )


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200), st.integers(0, 8 * 96 - 1))
def test_agrees_with_the_cryptography_package(seed: bytes, message: bytes, bit: int) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = private.public_key().public_bytes_raw(), private.sign(message)
    assert verify.ed25519_verify(public, message, signature)
    both = bytearray(public + signature)
    both[bit // 8] ^= 1 << bit % 8
    try:
        Ed25519PublicKey.from_public_bytes(bytes(both[:32])).verify(bytes(both[32:]), message)
        other = True
    except (InvalidSignature, ValueError):
        other = False
    assert verify.ed25519_verify(bytes(both[:32]), message, bytes(both[32:])) is other is False


def test_a_scalar_of_l_or_more_is_refused() -> None:
    key, message, signature = map(bytes.fromhex, VECTORS[0])
    s = int.from_bytes(signature[32:], "little")
    assert s + verify.L < 2**256
    assert not verify.ed25519_verify(key, message, signature[:32] + (s + verify.L).to_bytes(32, "little"))


@pytest.mark.parametrize(
    "encoding",
    [
        (verify.P).to_bytes(32, "little"),  # y = p, not canonical for y = 0
        (verify.P + 1).to_bytes(32, "little"),  # y = p + 1, not canonical for the neutral point
        (1 | 1 << 255).to_bytes(32, "little"),  # x = 0 with the sign set
        (2).to_bytes(32, "little"),  # no point has y = 2
        b"\xff" * 32,
    ],
)
def test_non_canonical_points_are_refused(encoding: bytes) -> None:
    assert verify._decompress(encoding) is None
    assert not verify.ed25519_verify(encoding, b"", bytes(64))


@pytest.mark.parametrize(
    "key", [(1).to_bytes(32, "little"), bytes(32), (verify.P - 1).to_bytes(32, "little")]
)
def test_a_key_of_small_order_signs_nothing(key: bytes) -> None:
    neutral = (1).to_bytes(32, "little")
    assert verify._decompress(key) is not None
    assert not verify.ed25519_verify(key, b"anything", neutral + bytes(32))


@pytest.mark.parametrize(
    ("key", "signature"), [(b"", b""), (bytes(31), bytes(64)), (bytes(33), bytes(64)), (bytes(32), bytes(63))]
)
def test_wrong_lengths_are_refused(key: bytes, signature: bytes) -> None:
    assert not verify.ed25519_verify(key, b"", signature)


def test_a_note_of_the_reference_implementation() -> None:
    # The example of golang.org/x/mod/sumdb/note.
    key = note.parse_key("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    line = ("— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n")  # fmt: skip
    assert note.verify_note(f"{text}\n{line}", [key])[0] == (key,)
    with pytest.raises(verify.ProofError, match="wrong"):
        note.verify_note(f"{text}\n{line}".replace("answer", "reply"), [key])


def test_keys_round_trip_and_their_manglings_are_refused() -> None:
    text = str(LOG.key)
    assert note.parse_key(text) == LOG.key and note.parse_key(f" {text}\n") == LOG.key
    assert note.parse_key(str(WITNESS.witness_key)).kind == verify.COSIGNATURE
    bad = [
        text[:-1],
        text[1:],
        text.replace("+", "-"),
        "",
        "a+b",
        "a b" + text[18:],
        text + "=",
        text.upper(),
    ]
    bad += [str(LOG.key._replace(kind=2)), str(LOG.key._replace(public=b"short"))]
    for mangled in bad:
        with pytest.raises(verify.UnreadableError):
            note.parse_key(mangled)


def test_a_checkpoint_byte_for_byte() -> None:
    signature = base64.b64encode(LOG.key.id + LOG.sign(CHECKPOINT.split("\n\n")[0].encode() + b"\n")).decode()
    assert (
        "quality.example/fj/e01_cqo\n7\nBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\n"
        f"\n— quality.example/fj {signature}\n"
    ) == CHECKPOINT
    found = note.verify_checkpoint(CHECKPOINT, [LOG.key], "e01_cqo")
    assert (found.origin, found.size, found.root) == ("quality.example/fj/e01_cqo", 7, b"\x07" * 32)


def test_two_signers_while_a_key_rotates() -> None:
    signed = note.sign_checkpoint("quality.example/fj/x", 0, b"\x00" * 32, [LOG, NEXT], ["epoch 2"])
    for keys in ([LOG.key], [NEXT.key], [LOG.key, NEXT.key]):
        found = note.verify_checkpoint(signed, keys)
        assert set(found.signers) == set(keys) and found.extensions == ("epoch 2",)
    with pytest.raises(verify.ProofError, match="no signature"):
        note.verify_checkpoint(signed, [signer("quality.example/fj", b"\x09" * 32).key])


def test_a_false_signature_of_a_known_key_condemns_the_note_even_beside_a_good_one() -> None:
    text, (_, good) = CHECKPOINT.split("\n\n")[0] + "\n", CHECKPOINT.split("\n\n")
    forged = f"— {NEXT.name} {base64.b64encode(NEXT.key.id + bytes(64)).decode()}\n"
    assert note.verify_note(f"{text}\n{good}{forged}", [LOG.key])
    with pytest.raises(verify.ProofError):
        note.verify_note(f"{text}\n{good}{forged}", [LOG.key, NEXT.key])


def test_cosignatures_of_witnesses() -> None:
    witnessed = note.cosign(CHECKPOINT, WITNESS, 1_679_315_147)
    found = note.verify_checkpoint(witnessed, [LOG.key], "e01_cqo", [WITNESS.witness_key])
    assert found.times == (("witness.example/w1", 1_679_315_147),)
    with pytest.raises(verify.ProofError, match="has not cosigned"):
        note.verify_checkpoint(CHECKPOINT, [LOG.key], "e01_cqo", [WITNESS.witness_key])
    with pytest.raises(verify.ProofError, match="no signature by a known log key"):
        note.verify_note(note.cosign(CHECKPOINT, WITNESS, 1), [WITNESS.witness_key])
    earlier = note.cosign(CHECKPOINT, WITNESS, 5).splitlines()[-1]
    moved = base64.b64decode(earlier.split(" ")[2])
    moved = moved[:11] + b"\x06" + moved[12:]
    with pytest.raises(verify.ProofError, match=WITNESS.name):
        note.verify_note(
            f"{CHECKPOINT}— {WITNESS.name} {base64.b64encode(moved).decode()}\n",
            [LOG.key, WITNESS.witness_key],
        )


def test_the_cosignature_of_the_specification_is_read() -> None:
    sample = (
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
        "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
        "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
    )
    assert note.parse_checkpoint(sample).size == 20852163
    assert int.from_bytes(note.split_note(sample)[1][1][1][4:12], "big") == 1679315147


def test_witness_lines_are_added_once() -> None:
    line = note.cosign(CHECKPOINT, WITNESS, 5)[len(CHECKPOINT) :]
    once = note.add_signatures(CHECKPOINT, line)
    assert once == note.cosign(CHECKPOINT, WITNESS, 5) == note.add_signatures(once, line)
    with pytest.raises(verify.UnreadableError):
        note.add_signatures(CHECKPOINT, "no signature\n")


@pytest.mark.parametrize(
    "text",
    [
        "", "a\n", "a\n\n", "a\n\nb\n", CHECKPOINT[:-1], CHECKPOINT.replace("—", "-"), CHECKPOINT.replace("\n\n", "\n"),
        "\x00" + CHECKPOINT, CHECKPOINT.replace("fj ", "fj  "), CHECKPOINT + "\n", CHECKPOINT.replace("\n", "\r\n"),
        CHECKPOINT + CHECKPOINT.splitlines()[-1][:-4] + "\n",
        CHECKPOINT + (CHECKPOINT.splitlines()[-1] + "\n") * 101,
    ],
)  # fmt: skip
def test_what_is_no_note_is_refused(text: str) -> None:
    with pytest.raises(verify.ProofError):
        note.verify_note(text, [LOG.key])


@pytest.mark.parametrize("size", ["07", "-1", "", "7 ", "٧", "1e3", "9" * 30])
def test_what_is_no_checkpoint_is_refused(size: str) -> None:
    with pytest.raises(verify.UnreadableError):
        note.parse_checkpoint(CHECKPOINT.replace("\n7\n", f"\n{size}\n"))


@given(st.binary(max_size=300))
@example(CHECKPOINT.encode()[:100])
@example(b"\xe2\x80\x94")
def test_any_bytes_give_a_clear_refusal(data: bytes) -> None:
    with pytest.raises(verify.ProofError):
        note.verify_checkpoint(data, [LOG.key])


@given(st.integers(0, len(CHECKPOINT.encode()) * 8 - 1))
def test_any_bit_changed_is_noticed(bit: int) -> None:
    data = bytearray(CHECKPOINT.encode())
    data[bit // 8] ^= 1 << bit % 8
    with pytest.raises(verify.ProofError):
        note.verify_checkpoint(bytes(data), [LOG.key])


def test_only_a_proper_signer_and_a_proper_text_sign() -> None:
    for name, key in [("", bytes(32)), ("a b", bytes(32)), ("a+b", bytes(32)), ("a", os.urandom(31))]:
        with pytest.raises(ValueError, match="signer"):
            note.Signer(name, key, LOG.sign)
    for origin, size, root in [
        ("", 1, bytes(32)),
        ("a\nb", 1, bytes(32)),
        ("a", -1, bytes(32)),
        ("a", 1, b""),
    ]:
        with pytest.raises(ValueError, match="checkpoint"):
            note.checkpoint_text(origin, size, root)
    with pytest.raises(verify.UnreadableError):
        note.sign_note("text\n", [])
