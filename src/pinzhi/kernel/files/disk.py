"""Contents on disk under their SHA-256: `ab/cd/abcd…`. Written whole or not at all."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import IO, Any

from django.conf import settings

_SHA = re.compile(r"[0-9a-f]{64}")
_CHUNK = 1024 * 1024


class TooLargeError(Exception):
    """More came than was allowed; nothing of it was kept."""


@dataclass
class Incoming:
    """A content that has been received and hashed but has no place yet."""

    file: IO[bytes]
    path: Path
    sha256: str
    size: int

    def keep(self) -> None:
        """Give it its place. A crash leaves either the whole file there or none."""
        place = path_of(self.sha256)
        self.file.flush()
        os.fsync(self.file.fileno())
        self.file.close()
        if place.exists():
            self.path.unlink()
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        self.path.replace(place)
        _sync_folder(place.parent)

    def drop(self) -> None:
        self.file.close()
        self.path.unlink(missing_ok=True)


def root() -> Path:
    return Path(settings.PINZHI_FILES_DIR)


def path_of(sha256: str) -> Path:
    """Where a content lies, whether it does or not. Refuses anything that is no hash."""
    if not _SHA.fullmatch(sha256):
        raise ValueError("not a SHA-256 in lower-case hexadecimal")
    return root() / sha256[:2] / sha256[2:4] / sha256


def receive(stream: Any, max_bytes: int) -> Incoming:
    """Read a stream (`read`, Django's `chunks`, or an iterable of bytes) into a temporary file."""
    folder = root() / "incoming"
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder)
    file = os.fdopen(handle, "w+b")
    incoming = Incoming(file, Path(name), "", 0)
    digest = hashlib.sha256()
    try:
        for chunk in _chunks(stream):
            incoming.size += len(chunk)
            if incoming.size > max_bytes:
                raise TooLargeError
            digest.update(chunk)
            file.write(chunk)
        file.flush()
    except BaseException:
        incoming.drop()
        raise
    incoming.sha256 = digest.hexdigest()
    return incoming


def _chunks(stream: Any) -> Iterable[bytes]:
    if hasattr(stream, "chunks"):
        return stream.chunks(_CHUNK)
    if hasattr(stream, "read"):
        return iter(lambda: stream.read(_CHUNK), b"")
    return stream


def open_content(sha256: str) -> BufferedReader:
    """The content for reading; FileNotFoundError where it is not there."""
    return path_of(sha256).open("rb")


def remove(sha256: str) -> None:
    path_of(sha256).unlink(missing_ok=True)


def all_hashes() -> Iterator[tuple[str, Path]]:
    """Every content on disk."""
    for path in sorted(root().glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*")):
        if _SHA.fullmatch(path.name):
            yield path.name, path


def is_intact(sha256: str) -> bool:
    """Whether the content is there and still has its hash."""
    try:
        with open_content(sha256) as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256
    except FileNotFoundError:
        return False


def abandoned(before: float) -> list[Path]:
    """Temporary files of uploads that broke off, last written before that instant (seconds since 1970)."""
    found = []
    for path in (root() / "incoming").glob("*"):
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < before:
                found.append(path)
    return found


def _sync_folder(folder: Path) -> None:
    with suppress(OSError):  # Windows cannot sync a folder
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
