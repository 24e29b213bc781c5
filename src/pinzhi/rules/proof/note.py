"""Writing checkpoints: C2SP signed notes, tlog-checkpoint, witness cosignatures (tlog-cosignature v1).

The private key stays with whoever passes `sign`; here only the bytes to be signed are laid out. Parsing and
verifying stand in `verify`.
"""

import base64
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pinzhi.rules.proof.verify import (
    COSIGNATURE,
    ED25519,
    Checkpoint,
    Key,
    ProofError,
    UnreadableError,
    key_name_ok,
    parse_checkpoint,
    parse_key,
    split_note,
    verify_checkpoint,
    verify_note,
)

__all__ = [
    "Checkpoint",
    "Key",
    "ProofError",
    "Signer",
    "UnreadableError",
    "add_signatures",
    "checkpoint_text",
    "cosign",
    "parse_checkpoint",
    "parse_key",
    "sign_checkpoint",
    "sign_note",
    "split_note",
    "verify_checkpoint",
    "verify_note",
]


@dataclass(frozen=True)
class Signer:
    """A key that can sign: its name, the 32-byte Ed25519 public key, and what signs (bytes → 64 bytes)."""

    name: str
    public_key: bytes
    sign: Callable[[bytes], bytes]

    def __post_init__(self) -> None:
        if not key_name_ok(self.name) or len(self.public_key) != 32:
            raise ValueError(f"not a signer: name {self.name!r}, public key of {len(self.public_key)} bytes")

    @property
    def key(self) -> Key:
        """The verifier key of a log; its `str` is what people are given."""
        return Key(self.name, ED25519, self.public_key)

    @property
    def witness_key(self) -> Key:
        """The verifier key of the same pair when it cosigns as a witness."""
        return Key(self.name, COSIGNATURE, self.public_key)


def checkpoint_text(origin: str, size: int, root: bytes, extensions: Sequence[str] = ()) -> str:
    """The text of a checkpoint: origin, size, base64 root, extension lines."""
    lines = [origin, str(size), base64.b64encode(root).decode(), *extensions]
    if size < 0 or len(root) != 32 or not all(lines) or any(not line.isprintable() for line in lines):
        raise ValueError(f"not a checkpoint: {lines!r}")
    return "".join(f"{line}\n" for line in lines)


def _line(key: Key, signature: bytes) -> str:
    return f"— {key.name} {base64.b64encode(key.id + signature).decode()}\n"


def sign_note(text: str, signers: Iterable[Signer]) -> str:
    """`text`, which ends in a newline, as a note signed by each of `signers` (two while a key rotates)."""
    lines = "".join(_line(signer.key, signer.sign(text.encode())) for signer in signers)
    note = f"{text}\n{lines}"
    if split_note(note)[0] != text:  # also refuses control characters and a missing signer
        raise ValueError("the text does not survive being a note")
    return note


def sign_checkpoint(
    origin: str, size: int, root: bytes, signers: Iterable[Signer], extensions: Sequence[str] = ()
) -> str:
    """A signed checkpoint of the log `origin` at `size` leaves with this root."""
    return sign_note(checkpoint_text(origin, size, root, extensions), signers)


def cosign(note: str, witness: Signer, timestamp: int) -> str:
    """The checkpoint with a witness's cosignature added; `timestamp` in POSIX seconds."""
    text = split_note(note)[0]
    signature = witness.sign(f"cosignature/v1\ntime {timestamp}\n{text}".encode())
    return note + _line(witness.witness_key, timestamp.to_bytes(8, "big") + signature)


def add_signatures(note: str, lines: str) -> str:
    """The note with signature lines that a witness returned; lines that it already has are not repeated."""
    have = note[len(split_note(note)[0]) + 1 :].splitlines(keepends=True)
    joined = note + "".join(line for line in lines.splitlines(keepends=True) if line not in have)
    split_note(joined)
    return joined
