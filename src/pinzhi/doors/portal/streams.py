"""Writing a file while it is sent."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any


class Sink(io.RawIOBase):
    """A file that only takes in; what has come in can be taken away at any time. Not seekable, as zipfile accepts."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self.waiting = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        piece = bytes(data)
        self._parts.append(piece)
        self.waiting += len(piece)
        return len(piece)

    def taken(self) -> Iterator[bytes]:
        """What has come in since the last time, as one piece."""
        if self._parts:
            piece, self._parts, self.waiting = b"".join(self._parts), [], 0
            yield piece
