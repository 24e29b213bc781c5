"""A register's Merkle tree (RFC 6962) kept as tiles of 256 hashes (C2SP tlog-tiles): appending and proving.

Nothing here stores anything. What is stored is reached through a `TileReader`; what is to be stored is
yielded as `Tile`s. Verification stands in `verify`.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from pinzhi.rules.proof.verify import (
    EMPTY_ROOT,
    TILE,
    Frontier,
    leaf_hash,
    node_hash,
    parse_bundle,
    tile_path,
    verify_consistency,
    verify_inclusion,
)

__all__ = [
    "EMPTY_ROOT",
    "TILE",
    "Appended",
    "Frontier",
    "Tile",
    "TileReader",
    "Tree",
    "append",
    "bundles_to_write",
    "encode_bundle",
    "leaf_hash",
    "node_hash",
    "parse_bundle",
    "parse_tile_path",
    "tile_path",
    "tile_width",
    "tiles_to_write",
    "verify_consistency",
    "verify_inclusion",
]

HASH = 32
HEIGHT = 8


class TileReader(Protocol):
    """Reads stored hash tiles: at least `width` hashes (32 bytes each) of tile `index` at `level`.

    `width` says how many the tree asked about has there; a wider tile that has been stored since will do.
    """

    def __call__(self, level: int, index: int, width: int) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Tile:
    """A hash tile: `width` hashes of 32 bytes; full when width is 256."""

    level: int
    index: int
    width: int
    data: bytes

    @property
    def path(self) -> str:
        return tile_path(self.level, self.index, self.width)


class Appended(NamedTuple):
    """What a batch made of a tree: its new size and root, and the tiles to store."""

    size: int
    root: bytes
    tiles: list[Tile]


def tile_width(level: int, index: int, size: int) -> int:
    """How many hashes tile `index` at `level` has in a tree of `size` leaves, 0 to 256."""
    return max(0, min(TILE, (size >> (HEIGHT * level)) - index * TILE))


def _fold(data: bytes) -> bytes:
    """The root over 2^k hashes laid side by side."""
    row = [data[at : at + HASH] for at in range(0, len(data), HASH)]
    while len(row) > 1:
        row = [node_hash(row[at], row[at + 1]) for at in range(0, len(row), 2)]
    return row[0]


def tiles_to_write(old_size: int, leaf_hashes: Iterable[bytes], reader: TileReader) -> Iterator[Tile]:
    """The tiles that change or come when these leaf hashes are appended to a tree of `old_size`.

    Reads only the last, partial tile of each level that grows.
    """
    start, level, fresh = old_size, 0, b"".join(leaf_hashes)
    while fresh:
        index, width = divmod(start, TILE)
        row = _exactly(reader(level, index, width), width) + fresh if width else fresh
        above = []
        for at in range(0, len(row), TILE * HASH):
            data = row[at : at + TILE * HASH]
            yield Tile(level, index, len(data) // HASH, data)
            if len(data) == TILE * HASH:
                above.append(_fold(data))
            index += 1
        start, level, fresh = start >> HEIGHT, level + 1, b"".join(above)


def append(old_size: int, leaf_hashes: Sequence[bytes], reader: TileReader) -> Appended:
    """Append leaf hashes to a tree of `old_size` whose tiles `reader` reads."""
    tiles = list(tiles_to_write(old_size, leaf_hashes, reader))
    new = {(tile.level, tile.index): tile.data for tile in tiles}

    def overlay(level: int, index: int, width: int) -> bytes:
        return new.get((level, index)) or reader(level, index, width)

    size = old_size + len(leaf_hashes)
    return Appended(size, Tree(size, overlay).root(), tiles)


def _exactly(data: bytes, width: int) -> bytes:
    if len(data) < width * HASH:
        raise ValueError(f"a tile of {width} hashes was asked for and {len(data)} bytes came")
    return data[: width * HASH]


class Tree:
    """A tree of `size` leaves read from tiles. What was read is kept, so many proofs are cheap."""

    def __init__(self, size: int, reader: TileReader) -> None:
        self.size = size
        self._read = reader
        self._tiles: dict[tuple[int, int], bytes] = {}
        self._nodes: dict[tuple[int, int], bytes] = {}

    def root(self) -> bytes:
        """The tree hash, 32 bytes."""
        return self._range(0, self.size) if self.size else EMPTY_ROOT

    def frontier(self) -> Frontier:
        """The right edge, for appending leaf by leaf without tiles."""
        return Frontier(self.size, self._perfect_parts(0, self.size))

    def leaf(self, index: int) -> bytes:
        """The leaf hash at `index`."""
        if not 0 <= index < self.size:
            raise IndexError(f"leaf {index} of a tree of {self.size}")
        return self._node(0, index)

    def inclusion(self, index: int) -> list[bytes]:
        """The audit path of leaf `index`, from the leaf up (RFC 6962, 2.1.1)."""
        if not 0 <= index < self.size:
            raise IndexError(f"leaf {index} of a tree of {self.size}")
        path = []
        low, high = 0, self.size
        while high - low > 1:
            middle = low + _split(high - low)
            if index < middle:
                path.append(self._range(middle, high))
                high = middle
            else:
                path.append(self._range(low, middle))
                low = middle
        return path[::-1]

    def consistency(self, old_size: int) -> list[bytes]:
        """The proof that this tree only appends to its own state at `old_size` (RFC 6962, 2.1.2)."""
        if not 0 <= old_size <= self.size:
            raise IndexError(f"no consistency from {old_size} to {self.size}")
        if old_size in (0, self.size):
            return []
        path = []
        low, high = 0, self.size
        while old_size != high:
            middle = low + _split(high - low)
            if old_size <= middle:
                path.append(self._range(middle, high))
                high = middle
            else:
                path.append(self._range(low, middle))
                low = middle
        if low:
            path.append(self._range(low, high))
        return path[::-1]

    def _range(self, start: int, end: int) -> bytes:
        """The tree hash of leaves [start, end), start being aligned to its largest perfect part."""
        parts = self._perfect_parts(start, end)
        found = parts.pop()
        while parts:
            found = node_hash(parts.pop(), found)
        return found

    def _perfect_parts(self, start: int, end: int) -> list[bytes]:
        parts = []
        while start < end:
            height = (end - start).bit_length() - 1
            parts.append(self._node(height, start >> height))
            start += 1 << height
        return parts

    def _node(self, height: int, index: int) -> bytes:
        """The root of the perfect subtree over leaves [index << height, (index + 1) << height)."""
        known = self._nodes.get((height, index))
        if known is None:
            level, inside = divmod(height, HEIGHT)
            tile, offset = divmod(index << inside, TILE)
            row = self._tile(level, tile)
            known = _fold(row[offset * HASH : (offset + (1 << inside)) * HASH])
            self._nodes[height, index] = known
        return known

    def _tile(self, level: int, index: int) -> bytes:
        row = self._tiles.get((level, index))
        if row is None:
            width = tile_width(level, index, self.size)
            row = self._tiles[level, index] = _exactly(self._read(level, index, width), width)
        return row


def _split(count: int) -> int:
    """The largest power of two less than `count` (count >= 2)."""
    return 1 << ((count - 1).bit_length() - 1)


def encode_bundle(leaves: Iterable[bytes]) -> bytes:
    """An entry bundle: each leaf after its length as a big-endian 16-bit integer."""
    return b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in leaves)


def bundles_to_write(
    old_size: int, leaves: Sequence[bytes], reader: Callable[[int, int], bytes]
) -> Iterator[tuple[int, int, bytes]]:
    """The entry bundles (index, width, data) that change or come with these leaves.

    `reader(index, width)` reads the last, partial bundle.
    """
    index, width = divmod(old_size, TILE)
    row = [*(parse_bundle(reader(index, width))[:width] if width else []), *leaves]
    if len(row) != width + len(leaves):
        raise ValueError(f"entry bundle {index} has fewer than {width} leaves")
    for at in range(0, len(row) if leaves else 0, TILE):
        part = row[at : at + TILE]
        yield index, len(part), encode_bundle(part)
        index += 1


def parse_tile_path(path: str) -> tuple[int | str, int, int] | None:
    """(level or "entries", index, width) of a C2SP tile path; None when it is not in the one right form."""
    front, _, width = path.partition(".p/")
    parts = front.split("/")
    numbers = [part.removeprefix("x") for part in parts[2:]] + [parts[1] if len(parts) > 1 else ""]
    if len(parts) > 8 or not all(part.isascii() and part.isdigit() for part in numbers[:-1]):
        return None
    digits = numbers[-1]
    if parts[0] != "tile" or not (
        digits == "entries" or (digits.isascii() and digits.isdigit() and len(digits) < 3)
    ):
        return None
    if width and not (width.isascii() and width.isdigit() and len(width) < 4):
        return None
    level: int | str = digits if digits == "entries" else int(digits)
    found = (level, int("".join(numbers[:-1]) or "0"), int(width or TILE))
    well = 1 <= found[2] <= TILE and (level == "entries" or int(digits) < 64)
    return found if well and tile_path(*found) == path else None
