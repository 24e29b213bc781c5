"""Signing keys: files outside the database and its dumps, Ed25519, rotated by adding one.

A key is a file `<since>-<id>.key` (mode 0600) that holds its 32 secret bytes in hex. The newest signs; while a newer
one is younger than a week the one before it signs too, so that readers have time to fetch the new verifier key.
"""

from __future__ import annotations

import os
import secrets
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from pinzhi.kernel import clock
from pinzhi.rules.proof.note import Signer

OVERLAP = timedelta(days=7)


def directory() -> Path:
    return Path(settings.PINZHI_KEYS_DIR)


def create() -> Path:
    """Make a new signing key and return its file; the next checkpoint is signed with it."""
    folder = directory()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    secret = secrets.token_bytes(32)
    stamp = clock.now().strftime("%Y%m%dT%H%M%SZ")
    signer = _signer(secret)
    path = folder / f"{stamp}-{signer.key.id.hex()}.key"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(secret.hex() + "\n")
    return path


def files() -> list[Path]:
    """The key files, oldest first."""
    return sorted(directory().glob("*.key"))


def since(path: Path) -> datetime:
    """When the key was made, from its file's name."""
    return datetime.strptime(path.name.split("-")[0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def _signer(secret: bytes) -> Signer:
    private = Ed25519PrivateKey.from_private_bytes(secret)
    return Signer(settings.PINZHI_ORIGIN, private.public_key().public_bytes_raw(), private.sign)


def load(path: Path) -> Signer:
    return _signer(bytes.fromhex(path.read_text().strip()))


def signers() -> tuple[Signer, ...]:
    """Who signs now; makes the first key where there is none. A key that was added is seen at once, in every process."""
    paths = files() or [create()]
    newest = paths[-1]
    chosen = [newest]
    if len(paths) > 1 and datetime.now(UTC) - since(newest) < OVERLAP:
        chosen.insert(0, paths[-2])
    return _loaded(tuple(chosen), settings.PINZHI_ORIGIN)


@lru_cache(maxsize=4)
def _loaded(paths: tuple[Path, ...], _origin: str) -> tuple[Signer, ...]:
    return tuple(load(path) for path in paths)
