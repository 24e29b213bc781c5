"""The Merkle logs in the database: tiles, heads, checkpoints. One log a register, and `heads` over all of them."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.db import connections

from pinzhi.kernel import clock
from pinzhi.kernel.registers import keys
from pinzhi.kernel.registers.models import Log, PublicKey
from pinzhi.kernel.registers.rows import ask
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
        found = ask(
            "SELECT data FROM public_tile WHERE log = $1 AND level = $2 AND index = $3",
            [log, level, index],
            using=using,
            binary=True,
        )
        return found[0][0] if found else b""

    return read


def tree(log: Log, using: str = "default") -> Tree:
    """The tree of a log at its present size."""
    return Tree(log.size, reader(log.name, using))


def reader_near(log: Log, near: Sequence[int], using: str) -> TileReader:
    """Reads tiles and bundles; those that proofs of the leaves `near` are made of are read here, all at once."""
    known, plain = _tiles_near(log, near, using) if near else {}, reader(log.name, using)
    return lambda level, index, width: known.get((level, index)) or plain(level, index, width)


def _tiles_near(log: Log, near: Sequence[int], using: str) -> dict[tuple[int, int], bytes]:
    """The bundles of these leaves, the tiles above them and along the right edge: what their proofs are made of."""
    wanted, level = {(BUNDLES, leaf >> 8) for leaf in near}, 0
    while log.size >> (8 * level):
        edge = ((log.size >> (8 * level)) - 1) >> 8
        wanted |= {(level, edge), *((level, min(leaf >> (8 * (level + 1)), edge)) for leaf in near)}
        level += 1
    levels, indices = zip(*wanted, strict=True) if wanted else ((), ())
    found = ask(
        "SELECT t.level, t.index, t.data FROM public_tile t"
        " JOIN unnest($1::int[], $2::bigint[]) AS w(level, index) ON t.level = w.level AND t.index = w.index"
        " WHERE t.log = $3",
        [list(levels), list(indices), log.name],
        using=using,
        binary=True,
    )
    return {(level, index): data for level, index, data in found}


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
