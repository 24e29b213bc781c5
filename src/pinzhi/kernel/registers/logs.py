"""The Merkle logs in the database: tiles, heads, checkpoints. One log a register, and `heads` over all of them."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.db import connections

from pinzhi.kernel import clock
from pinzhi.kernel.registers import keys
from pinzhi.kernel.registers.models import Log, PublicKey
from pinzhi.rules.proof.note import sign_checkpoint
from pinzhi.rules.proof.tree import EMPTY_ROOT, TileReader, Tree, append, bundles_to_write, leaf_hash

HEADS = "heads"
BUNDLES = -1


def origin(log: str, epoch: int) -> str:
    """A log's name in its checkpoints; to those who follow it, a later epoch is a log of its own."""
    site = settings.PINZHI_ORIGIN if epoch == 1 else f"{settings.PINZHI_ORIGIN}/epoch-{epoch}"
    return f"{site}/{log}"


def reader(log: str, using: str = "default") -> TileReader:
    """Reads stored tiles of a log."""

    def read(level: int, index: int, width: int) -> bytes:
        with connections[using].cursor() as cursor:
            cursor.execute(
                "SELECT data FROM public_tile WHERE log = %s AND level = %s AND index = %s",
                [log, level, index],
            )
            row = cursor.fetchone()
        return bytes(row[0]) if row else b""

    return read


def tree(log: Log, using: str = "default", near: Sequence[int] = ()) -> Tree:
    """The tree of a log at its present size. `near`: leaves of which proofs will be asked; their tiles come at once."""
    plain = reader(log.name, using)
    if not near:
        return Tree(log.size, plain)
    known = _tiles_near(log, near, using)
    return Tree(log.size, lambda level, index, width: known.get((level, index)) or plain(level, index, width))


def _tiles_near(log: Log, near: Sequence[int], using: str) -> dict[tuple[int, int], bytes]:
    """The tiles above these leaves and along the right edge, which are what their audit paths are made of."""
    wanted, level = set(), 0
    while log.size >> (8 * level):
        edge = ((log.size >> (8 * level)) - 1) >> 8
        wanted |= {(level, edge), *((level, min(leaf >> (8 * (level + 1)), edge)) for leaf in near)}
        level += 1
    levels, indices = zip(*wanted, strict=True) if wanted else ((), ())
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT t.level, t.index, t.data FROM public_tile t"
            " JOIN unnest(%s::int[], %s::bigint[]) AS w(level, index) ON t.level = w.level AND t.index = w.index"
            " WHERE t.log = %s",
            [list(levels), list(indices), log.name],
        )
        return {(row[0], row[1]): bytes(row[2]) for row in cursor.fetchall()}


def get(name: str) -> Log:
    """The log's row, made when it is first asked for."""
    return Log.objects.get_or_create(name=name, defaults={"root": EMPTY_ROOT})[0]


def extend(log: Log, leaves: Sequence[bytes]) -> None:
    """Append leaves to a log: tiles, bundles, size, root and signed checkpoint, in the caller's transaction."""
    read = reader(log.name)
    grown = append(log.size, [leaf_hash(leaf) for leaf in leaves], read)
    tiles = [(tile.level, tile.index, tile.data) for tile in grown.tiles]
    bundles = bundles_to_write(log.size, leaves, lambda index, width: read(BUNDLES, index, width))
    tiles += [(BUNDLES, index, data) for index, _, data in bundles]
    with connections["default"].cursor() as cursor:
        cursor.executemany(
            "INSERT INTO public_tile (log, level, index, data) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (log, level, index) DO UPDATE SET data = EXCLUDED.data",
            [(log.name, *tile) for tile in tiles],
        )
    log.size, log.root = grown.size, grown.root
    sign(log)


def sign(log: Log) -> None:
    """Sign the log's present head and save it."""
    log.checkpoint = sign_checkpoint(origin(log.name, log.epoch), log.size, bytes(log.root), keys.signers())
    log.signed_at = clock.now()
    log.save()


def publish_keys() -> None:
    """Tell the public side which keys sign, since when, and until when the older ones did."""
    keys.signers()  # makes the first one
    paths = keys.files()
    for number, path in enumerate(paths):
        until = keys.since(paths[number + 1]) + keys.OVERLAP if number + 1 < len(paths) else None
        vkey = str(keys.load(path).key)
        PublicKey.objects.update_or_create(vkey=vkey, defaults={"since": keys.since(path), "until": until})
