"""The tree against the recursive definition of RFC 6962, and its proofs out of tiles."""

import base64
import hashlib
import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.shared import SHARED

from pinzhi.rules.proof import tree, verify

PROOFS = SHARED / "data" / "inspection" / "rfc6962"
LEAVES = [tree.leaf_hash(b"leaf %d" % n) for n in range(70_000)]


def naive_root(hashes: list[bytes]) -> bytes:
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return hashlib.sha256(b"\x01" + naive_root(hashes[:k]) + naive_root(hashes[k:])).digest()


class Store:
    """Tiles by path, as a folder would hold them."""

    def __init__(self) -> None:
        self.tiles: dict[tuple[int, int], bytes] = {}
        self.reads = 0
        self.size, self.root = 0, tree.EMPTY_ROOT

    def __call__(self, level: int, index: int, width: int) -> bytes:
        self.reads += 1
        return self.tiles[level, index]

    def append(self, hashes: list[bytes]) -> tree.Appended:
        done = tree.append(self.size, hashes, self)
        for tile in done.tiles:
            assert len(tile.data) == tile.width * 32
            self.tiles[tile.level, tile.index] = tile.data
        self.size, self.root = done.size, done.root
        return done


def grown(*batches: int) -> Store:
    store = Store()
    for batch in batches:
        store.append(LEAVES[store.size : store.size + batch])
    return store


def test_every_size_up_to_600_has_the_root_of_the_definition() -> None:
    frontier, store = tree.Frontier(), Store()
    assert frontier.root() == naive_root([])
    for size in range(1, 601):
        frontier.append(LEAVES[size - 1])
        store.append(LEAVES[size - 1 : size])
        expected = naive_root(LEAVES[:size])
        assert frontier.root() == store.root == tree.Tree(size, store).root() == expected
        assert tree.Tree(size, store).frontier().hashes == frontier.hashes


@given(st.lists(st.integers(0, 700), max_size=6))
def test_batches_make_the_same_tiles_as_one_append(batches: list[int]) -> None:
    whole, parts = grown(sum(batches)), grown(*batches)
    assert parts.tiles == whole.tiles
    assert parts.root == whole.root == naive_root(LEAVES[: sum(batches)])


@given(st.integers(1, 1500), st.data())
def test_inclusion_and_consistency_out_of_tiles(size: int, data: st.DataObject) -> None:
    store = grown(1600)  # tiles are wider than the size asked about
    view = tree.Tree(size, store)
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(0, size))
    root, old_root = naive_root(LEAVES[:size]), naive_root(LEAVES[:old])
    path = view.inclusion(index)
    assert view.leaf(index) == LEAVES[index]
    assert verify.verify_inclusion(LEAVES[index], index, size, path, root)
    proof = view.consistency(old)
    assert verify.verify_consistency(old, size, proof, old_root, root)

    where = data.draw(st.integers(0, 256 * (2 + len(path)) - 1))
    tampered = [bytearray(part) for part in (LEAVES[index], root, *path)]
    tampered[where // 256][where % 256 // 8] ^= 1 << where % 8
    leaf, bad_root, *bad_path = map(bytes, tampered)
    assert not verify.verify_inclusion(leaf, index, size, bad_path, bad_root)
    if 0 < old < size:
        where = data.draw(st.integers(0, 256 * (2 + len(proof)) - 1))
        tampered = [bytearray(part) for part in (old_root, root, *proof)]
        tampered[where // 256][where % 256 // 8] ^= 1 << where % 8
        first, second, *bad_proof = map(bytes, tampered)
        assert not verify.verify_consistency(old, size, bad_proof, first, second)
        assert not verify.verify_consistency(old, size, proof[:-1], old_root, root)
        assert not verify.verify_consistency(old, size, [*proof, proof[-1]], old_root, root)


@given(st.integers(2, 900), st.data())
def test_a_proof_holds_at_no_other_index(size: int, data: st.DataObject) -> None:
    view = tree.Tree(size, grown(size))
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(0, size - 1).filter(lambda n: n != index))
    assert not verify.verify_inclusion(LEAVES[index], other, size, view.inclusion(index), view.root())


def test_the_tiles_of_70_000_leaves_are_those_of_the_specification() -> None:
    done = grown(0).append(LEAVES)
    widths = [(tile.level, tile.width) for tile in done.tiles]
    assert widths.count((0, 256)) == 273
    assert [w for w in widths if w[1] < 256] == [(0, 112), (1, 17), (2, 1)]
    assert widths.count((1, 256)) == 1
    assert tree.tile_width(0, 273, 70_000) == 112 and tree.tile_width(0, 274, 70_000) == 0


def test_a_tree_of_256_has_a_full_tile_and_one_hash_above() -> None:
    store = grown(256)
    assert {key: len(data) // 32 for key, data in store.tiles.items()} == {(0, 0): 256, (1, 0): 1}
    assert store.root == naive_root(LEAVES[:256])


def test_one_more_leaf_reads_and_writes_only_the_right_edge() -> None:
    store = grown(69_999)
    store.reads = 0
    done = store.append(LEAVES[69_999:])
    assert [(tile.level, tile.index) for tile in done.tiles] == [(0, 273)]
    assert store.reads <= 4


@pytest.mark.parametrize(
    ("level", "index", "width", "path"),
    [
        (0, 0, 256, "tile/0/000"),
        (1, 999, 256, "tile/1/999"),
        (0, 1000, 256, "tile/0/x001/000"),
        (0, 1234067, 256, "tile/0/x001/x234/067"),
        (2, 5, 17, "tile/2/005.p/17"),
        ("entries", 273, 112, "tile/entries/273.p/112"),
    ],
)
def test_paths(level: int | str, index: int, width: int, path: str) -> None:
    assert tree.tile_path(level, index, width) == path
    assert tree.parse_tile_path(path) == (level, index, width)


@pytest.mark.parametrize(
    "path",
    [
        "", "tile", "tile/0", "tile/0/", "tile/0/0", "tile/0/0000", "tile/00/000", "tile/64/000", "tile/x/000",
        "tile/0/x000/001", "tile/0/001/x234", "tile/0/x001", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01",
        "tile/0/000.p/", "tile/0/../000", "tile/0/x-01/000", "tile/0/٠٠٠", "tile/0/000.p/٣", "/tile/0/000",
        "tile/entries/x000/000", "tile/0/" + "x001/" * 9 + "000",
    ],
)  # fmt: skip
def test_other_spellings_of_a_path_are_refused(path: str) -> None:
    assert tree.parse_tile_path(path) is None


@given(st.lists(st.binary(max_size=300), max_size=600), st.integers(0, 600))
def test_bundles_hold_the_leaves(leaves: list[bytes], cut: int) -> None:
    store: dict[int, bytes] = {}
    size = 0
    for batch in (leaves[:cut], leaves[cut:]):
        for index, width, data in tree.bundles_to_write(size, batch, lambda index, width: store[index]):
            assert len(tree.parse_bundle(data)) == width
            store[index] = data
        size += len(batch)
    assert [leaf for index in sorted(store) for leaf in tree.parse_bundle(store[index])] == leaves


@pytest.mark.parametrize("data", [b"\x00", b"\x00\x02a", b"\x00\x01a\xff"])
def test_a_bundle_cut_short_is_refused(data: bytes) -> None:
    with pytest.raises(verify.UnreadableError):
        tree.parse_bundle(data)


def test_a_reader_that_returns_too_little_is_found_out() -> None:
    store = grown(300)
    store.tiles[0, 1] = store.tiles[0, 1][:-1]
    with pytest.raises(ValueError, match="44 hashes"):
        tree.Tree(300, store).root()
    with pytest.raises(IndexError):
        tree.Tree(300, store).inclusion(300)
    with pytest.raises(IndexError):
        tree.Tree(300, store).consistency(301)


def files(folder: str) -> list[Path]:
    return sorted((PROOFS / folder).rglob("*.json"))


def known(text: str | None) -> bytes:
    return base64.b64decode(text or "")


@pytest.mark.skipif(not PROOFS.is_dir(), reason="the RFC 6962 proofs are not here")
@pytest.mark.parametrize("folder", ["inclusion", "consistency", "subtreeinclusion", "subtreeconsistency"])
def test_published_proofs_and_their_forgeries(folder: str) -> None:
    outcomes = []
    for path in files(folder):
        case = json.loads(path.read_text())
        proof = [known(part) for part in case["proof"] or []]
        if folder == "inclusion":
            holds = verify.verify_inclusion(
                known(case["leafHash"]), case["leafIdx"], case["treeSize"], proof, known(case["root"])
            )
        elif folder == "consistency":
            holds = verify.verify_consistency(
                case["size1"], case["size2"], proof, known(case["root1"]), known(case["root2"])
            )
        elif folder == "subtreeinclusion":
            start, end = case["start"], case["end"]
            holds = start % (1 << max(end - start - 1, 0).bit_length()) == 0 and verify.verify_inclusion(
                known(case["leafHash"]), case["leafIdx"] - start, end - start, proof, known(case["root"])
            )
        else:
            holds = verify.verify_subtree(
                case["start"], case["end"], case["size"], proof, known(case["root1"]), known(case["root2"])
            )
        outcomes.append((path.relative_to(PROOFS), holds, not case["wantErr"]))
    assert [path for path, holds, wanted in outcomes if holds != wanted] == []
    assert {wanted for _, _, wanted in outcomes} == {True, False}


@pytest.mark.skipif(not PROOFS.is_dir(), reason="the RFC 6962 proofs are not here")
def test_all_518_published_proofs_are_read() -> None:
    folders = ["inclusion", "consistency", "subtreeinclusion", "subtreeconsistency"]
    assert sum(len(files(folder)) for folder in folders) == 518


def test_a_proof_out_of_a_large_tree_is_quick() -> None:
    store = grown(70_000)
    began = time.perf_counter()
    for index in range(0, 70_000, 700):
        assert len(tree.Tree(70_000, store).inclusion(index)) in range(10, 18)
    assert (time.perf_counter() - began) / 100 < 0.02  # 0.005 s is the aim; a shared machine may be slow


def test_a_misaligned_subtree_is_refused() -> None:
    root = naive_root(LEAVES[:3])
    assert not verify.verify_subtree(1, 3, 3, [], root, root)


def test_hashes_of_other_lengths_are_refused_though_the_bytes_run_on_alike() -> None:
    left, right = LEAVES[:2]
    root = naive_root([left, right])
    assert verify.verify_inclusion(left, 0, 2, [right], root)
    assert not verify.verify_inclusion(left + right[:1], 0, 2, [right[1:]], root)
    assert not verify.verify_subtree(0, 1, 2, [right[1:]], left + right[:1], root)
