"""verify.py as a stranger runs it: on downloaded files alone, and on files that somebody tampered with."""

import base64
import copy
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pinzhi.rules.proof import bundle, groups, note, tree, verify

SITE = "quality.example/fj"
DEFINITION = "5a" * 32
ENTRIES = 700  # three bundles, the last one partial


def signer(name: str, seed: int) -> note.Signer:
    private = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
    return note.Signer(name, private.public_key().public_bytes_raw(), private.sign)


LOG, NEXT, WITNESS = signer(SITE, 1), signer(SITE, 2), signer("witness.example/w1", 3)
KEY = ["--key", str(LOG.key)]


class Log:
    """A register with its tiles in memory: what the kernel keeps in tables."""

    def __init__(self, register: str) -> None:
        self.register = register
        self.leaves: list[bytes] = []
        self.shown: list[dict[str, tuple[dict[str, Any], bytes]]] = []
        self.tiles: dict[tuple[int, int], bytes] = {}
        self.salts = groups.salt_source(os.urandom)

    def add(self, held: dict[str, dict[str, Any]], public: set[str]) -> None:
        leaf, salts = groups.seal(self.register, DEFINITION, held, self.salts)
        self.shown.append({name: (held[name], salts[name]) for name in held if name in public})
        self.add_leaf(leaf)

    def add_leaf(self, leaf: bytes) -> None:
        for tile in tree.tiles_to_write(len(self.leaves), [tree.leaf_hash(leaf)], self.read):
            self.tiles[tile.level, tile.index] = tile.data
        self.leaves.append(leaf)

    def read(self, level: int, index: int, width: int) -> bytes:
        return self.tiles[level, index]

    def tree(self, size: int | None = None) -> tree.Tree:
        return tree.Tree(len(self.leaves) if size is None else size, self.read)

    def checkpoint(self, size: int | None = None, by: note.Signer = LOG) -> str:
        view = self.tree(size)
        return note.sign_checkpoint(f"{SITE}/{self.register}", view.size, view.root(), [by])


def honours() -> Log:
    log = Log("honours")
    for n in range(ENTRIES):
        public = n % 7 != 0
        state = ("applied", "granted", "granted", "revoked")[n % 4] if public else "applied"
        envelope = {
            "id": f"h{n}", "key": f"H-{n // 2}", "kind": "grant", "state": state, "record_type": None,
            "effective_on": f"20{15 + n % 6}-03-01", "valid_from": None, "valid_until": None,
            "region": "350100" if n % 3 else "350200", "agency": None, "subject": f"S{n % 50}",
            "recorded_at": "2020-12-31T08:00:00Z", "replaces": None,
        }  # fmt: skip
        held = {
            "entry": envelope,
            "open": {"name": f"福建名牌 {n}", "amount": f"{n}.50"},
            "private": {"phone": "138"},
        }
        log.add(held, {"entry", "open"} if public else set())
    return log


HONOURS = honours()
HEADS = Log("heads")
for _size in (1, 300, ENTRIES):
    HEADS.add_leaf(groups.head_leaf("honours", _size, HONOURS.tree(_size).root()))
HEADS_PROOF = bundle.heads_proof(
    note.cosign(HEADS.checkpoint(), WITNESS, 1_600_000_000), 2, HEADS.tree().inclusion(2)
)


def record(*indexes: int, heads: dict[str, Any] | None = None) -> dict[str, Any]:
    entries = [
        bundle.record_entry(n, HONOURS.leaves[n], HONOURS.shown[n], HONOURS.tree().inclusion(n))
        for n in indexes
    ]
    found: dict[str, Any] = json.loads(bundle.record_file("honours", HONOURS.checkpoint(), entries, heads))
    return found


def mirror(folder: Path, log: Log = HONOURS, by: note.Signer = LOG) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "checkpoint").write_text(log.checkpoint(by=by))
    for index, width, data in tree.bundles_to_write(0, log.leaves, lambda index, width: b""):
        path = folder / tree.tile_path("entries", index, width)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    lines = [bundle.opened_line(n, shown) for n, shown in enumerate(log.shown) if shown]
    (folder / "opened.jsonl").write_bytes(b"".join(lines))
    return folder


def zipped(folder: Path) -> Path:
    return Path(shutil.make_archive(str(folder), "zip", folder))


def write(path: Path, value: Any) -> Path:
    path.write_text(json.dumps(value, ensure_ascii=False))
    return path


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    def go(*args: Any, lang: str = "en", key: list[str] | None = None) -> tuple[int, str]:
        code = verify.main([*map(str, args), *(KEY if key is None else key), "--lang", lang])
        return code, capsys.readouterr().out

    return go


Run = Callable[..., tuple[int, str]]

SPEC = {"register": "honours", "mode": "level", "date": "2020-12-31", "states": ["granted"]}
TRUE_COUNT = verify.count(
    [verify.Entry(n, shown["entry"][0], shown["open"][0]) for n, shown in enumerate(HONOURS.shown) if shown],
    SPEC,
).value


# ---- what holds ----


def test_a_record_holds(run: Run, tmp_path: Path) -> None:
    file = write(tmp_path / "record.json", record(1, 2, 699))
    code, out = run("record", file)
    assert code == 0 and "entry 699 H-349 · grant · revoked · 2018-03-01" in out and out.endswith("OK\n")
    code, out = run("record", file, lang="zh")
    assert code == 0 and "第 699 条" in out and out.endswith("核对通过\n")


def test_one_group_of_an_entry_is_proved_alone(run: Run, tmp_path: Path) -> None:
    proof = record(5)
    del proof["entries"][0]["groups"]["entry"]
    assert run("record", write(tmp_path / "r", proof))[0] == 0
    proof["entries"][0]["groups"] = {}
    assert run("record", write(tmp_path / "r", proof))[0] == 0


def test_a_record_with_the_log_of_heads_and_a_witness(run: Run, tmp_path: Path) -> None:
    key = [*KEY, "--witness", str(WITNESS.witness_key)]
    code, out = run("record", write(tmp_path / "r", record(1, heads=HEADS_PROOF)), key=key)
    assert code == 0 and "cosigned" in out
    assert run("record", write(tmp_path / "r", record(1)), key=key)[0] == 1
    forged = {**HEADS_PROOF, "index": 1}
    assert run("record", write(tmp_path / "r", record(1, heads=forged)))[0] == 1
    assert (
        run(
            "record",
            write(tmp_path / "r", record(1, heads={**HEADS_PROOF, "checkpoint": HONOURS.checkpoint()})),
        )[0]
        == 1
    )


@pytest.mark.parametrize(("old", "new"), [(0, 700), (1, 700), (256, 700), (300, 699), (700, 700), (0, 0)])
def test_consistency(run: Run, tmp_path: Path, old: int, new: int) -> None:
    first, second, proof = tmp_path / "old", tmp_path / "new", tmp_path / "proof.json"
    first.write_text(HONOURS.checkpoint(old))
    second.write_text(HONOURS.checkpoint(new))
    proof.write_bytes(bundle.consistency_file(HONOURS.tree(new).consistency(old)))
    assert run("consistency", first, second, proof)[0] == 0
    if old != new:
        assert run("consistency", second, first, proof)[0] == 1
        other = Log("honours")
        other.add({"entry": {}}, set())
        for n in range(1, new):
            other.add_leaf(HONOURS.leaves[n])
        second.write_text(other.checkpoint())
        assert run("consistency", first, second, proof)[0] == (0 if old == 0 else 1)
    first.write_text(HEADS.checkpoint())
    assert run("consistency", first, second, proof)[0] == 1


def test_checkpoints_of_two_logs_are_not_compared(run: Run, tmp_path: Path) -> None:
    first, second, proof = tmp_path / "old", tmp_path / "new", tmp_path / "proof.json"
    proof.write_bytes(bundle.consistency_file([]))
    for path, origin in ((first, f"{SITE}/honours"), (second, f"{SITE}/others")):
        path.write_text(note.sign_checkpoint(origin, 700, HONOURS.tree().root(), [LOG]))
    code, out = run("consistency", first, second, proof)
    assert code == 1 and "different logs" in out


def test_the_heads_must_be_those_of_the_log_of_heads(run: Run, tmp_path: Path) -> None:
    other = note.sign_checkpoint(f"{SITE}/others", 3, HEADS.tree().root(), [LOG])
    code, out = run("record", write(tmp_path / "r", record(1, heads={**HEADS_PROOF, "checkpoint": other})))
    assert code == 1 and "not of heads" in out
    code, out = run("record", write(tmp_path / "r", {**record(), "register": "others"}))
    assert code == 1 and "not of others" in out


def test_a_short_bundle_is_named(run: Run, tmp_path: Path) -> None:
    folder = mirror(tmp_path / "m")
    drop_leaf(folder / "tile/entries/002.p/188")
    code, out = run("register", folder)
    assert code == 1 and "bundle 2 lacks entries" in out


def test_a_register_holds_as_folder_and_zip(run: Run, tmp_path: Path) -> None:
    folder = mirror(tmp_path / "m")
    for path in (folder, zipped(folder)):
        code, out = run("register", path)
        assert (
            code == 0
            and "checkpoint of 700 entries" in out
            and "600 opened entries" in out
            and "100 are not" in out
        )
    (folder / "heads.json").write_text(json.dumps(HEADS_PROOF))
    assert run("register", folder, key=[*KEY, "--witness", str(WITNESS.witness_key)])[0] == 0


def test_an_empty_register_holds(run: Run, tmp_path: Path) -> None:
    code, out = run("register", mirror(tmp_path / "m", Log("honours")))
    assert code == 0 and "checkpoint of 0 entries" in out


def test_a_full_bundle_stands_in_for_the_partial_one(run: Run, tmp_path: Path) -> None:
    folder = mirror(tmp_path / "m")
    partial = folder / "tile/entries/002.p"
    (partial / "188").rename(folder / "tile/entries/002")
    assert run("register", folder)[0] == 0


def test_rotated_keys(run: Run, tmp_path: Path) -> None:
    folder = mirror(tmp_path / "m", by=NEXT)
    assert run("register", folder)[0] == 1
    held = tmp_path / "next.vkey"
    held.write_text(f"{NEXT.key}\n")
    assert run("register", folder, key=[*KEY, "--key", str(held)])[0] == 0


def test_an_indicator_recounted(run: Run, tmp_path: Path) -> None:
    assert TRUE_COUNT > 10
    folder = mirror(tmp_path / "m")
    reading = {"title": "名牌产品数", "value": str(TRUE_COUNT), "count": SPEC}
    code, out = run("indicator", write(tmp_path / "r.json", reading), zipped(folder), lang="zh")
    assert code == 0 and f"重新计算 {TRUE_COUNT}，一致" in out
    code, out = run(
        "indicator", write(tmp_path / "r.json", {**reading, "value": str(TRUE_COUNT + 1)}), folder
    )
    assert code == 1 and "DIFFERS" in out and "FAILED" in out


def test_a_rate_over_two_registers(run: Run, tmp_path: Path) -> None:
    firms = Log("firms")
    for n in range(50):
        envelope = {"id": f"f{n}", "key": f"F{n}", "kind": "enter", "state": "listed", "record_type": None,
                    "effective_on": "2019-01-01", "valid_from": None, "valid_until": None, "region": "350100",
                    "agency": None, "subject": f"S{n}", "recorded_at": "2019-01-01T00:00:00Z", "replaces": None}  # fmt: skip
        firms.add({"entry": envelope}, {"entry"})
    first, second = mirror(tmp_path / "a"), mirror(tmp_path / "b", firms)
    lower = {"register": "firms", "mode": "level", "date": "2020-12-31", "states": ["listed"]}
    upper = {**SPEC, "distinct": "subject"}
    counted = verify.count(
        [verify.Entry(n, shown["entry"][0], {}) for n, shown in enumerate(HONOURS.shown) if shown], upper
    ).value
    reading = {
        "value": f"{counted * 2}.0", "scale": 100,
        "numerator": {"value": str(counted), "count": upper}, "denominator": {"value": "50", "count": lower},
    }  # fmt: skip
    code, out = run("indicator", write(tmp_path / "r.json", reading), first, second)
    assert code == 0, out
    code, out = run("indicator", write(tmp_path / "r.json", reading), first)
    assert code == 2 and "firms was not given" in out


def test_the_file_alone_runs_without_the_package(tmp_path: Path) -> None:
    alone = tmp_path / "elsewhere" / "verify.py"
    alone.parent.mkdir()
    shutil.copy(Path(verify.__file__), alone)
    folder = mirror(tmp_path / "m")
    for lang, said in (("C", "OK"), ("zh_CN.UTF-8", "核对通过")):
        done = subprocess.run(
            [sys.executable, "-I", "-X", "utf8", str(alone), "register", str(folder), *KEY],
            capture_output=True, encoding="utf-8", env={"LC_ALL": lang}, cwd=alone.parent, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, "") and done.stdout.endswith(f"{said}\n")


# ---- what does not hold ----

RECORD_TAMPERINGS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "a value": lambda p: p["entries"][0]["groups"]["open"]["values"].update(name="别的名牌"),
    "an added field": lambda p: p["entries"][0]["groups"]["open"]["values"].update(more=1),
    "a field left out": lambda p: p["entries"][0]["groups"]["open"]["values"].pop("name"),
    "a salt": lambda p: p["entries"][0]["groups"]["open"].update(salt="00" * 16),
    "a group under another name": lambda p: p["entries"][0]["groups"].update(
        private=p["entries"][0]["groups"].pop("open")
    ),
    "a group that the leaf has not": lambda p: p["entries"][0]["groups"].update(
        other=p["entries"][0]["groups"].pop("open")
    ),
    "another entry's values": lambda p: p["entries"][0].update(groups=p["entries"][1]["groups"]),
    "the index": lambda p: p["entries"][0].update(index=2),
    "an index beyond the tree": lambda p: p["entries"][0].update(index=ENTRIES),
    "a negative index": lambda p: p["entries"][0].update(index=-1),
    "the proof cut": lambda p: p["entries"][0]["inclusion"].pop(),
    "the proof turned": lambda p: p["entries"][0]["inclusion"].reverse(),
    "a hash": lambda p: p["entries"][0]["inclusion"].__setitem__(0, base64.b64encode(bytes(32)).decode()),
    "the leaf's definition": lambda p: p["entries"][0].update(leaf=p["entries"][0]["leaf"].replace("5a5a", "5b5a", 1)),
    "the register": lambda p: p.update(register="others"),
    "the checkpoint's size": lambda p: p.update(checkpoint=p["checkpoint"].replace("\n700\n", "\n701\n")),
    "the checkpoint's signer": lambda p: p.update(checkpoint=HONOURS.checkpoint(by=NEXT)),
    "an earlier checkpoint": lambda p: p.update(checkpoint=HONOURS.checkpoint(300)),
}  # fmt: skip


@pytest.mark.parametrize("what", RECORD_TAMPERINGS)
def test_a_record_tampered_with(run: Run, tmp_path: Path, what: str) -> None:
    proof = record(1, 5)
    assert run("record", write(tmp_path / "r", proof))[0] == 0
    RECORD_TAMPERINGS[what](proof)
    code, out = run("record", write(tmp_path / "r", proof))
    assert code == 1 and "FAILED" in out, out


def edit(path: Path, old: bytes, new: bytes) -> None:
    data = path.read_bytes()
    assert data.count(old) >= 1
    path.write_bytes(data.replace(old, new, 1))


def swap_lines(path: Path) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([lines[1], lines[0], *lines[2:]]))


def drop_leaf(path: Path) -> None:
    path.write_bytes(tree.encode_bundle(tree.parse_bundle(path.read_bytes())[:-1]))


def other_register(folder: Path) -> None:
    log = Log("others")
    for leaf in HONOURS.leaves:
        log.add_leaf(leaf)
    log.shown = HONOURS.shown
    mirror(folder, log)


MIRROR_TAMPERINGS: dict[str, Callable[[Path], Any]] = {
    "a leaf's hash": lambda m: edit(m / "tile/entries/000", b'"open":"', b'"opem":"'),
    "two leaves exchanged": lambda m: (m / "tile/entries/001").write_bytes(
        tree.encode_bundle(tree.parse_bundle((m / "tile/entries/001").read_bytes())[::-1])),
    "a leaf dropped": lambda m: drop_leaf(m / "tile/entries/002.p/188"),
    "an opened value": lambda m: edit(m / "opened.jsonl", "福建名牌 5".encode(), "福建名牌 6".encode()),
    "an opened state": lambda m: edit(m / "opened.jsonl", b'"revoked"', b'"granted"'),
    "opened lines out of order": lambda m: swap_lines(m / "opened.jsonl"),
    "an entry opened twice": lambda m: (m / "opened.jsonl").write_bytes(
        (m / "opened.jsonl").read_bytes().splitlines(keepends=True)[0] + (m / "opened.jsonl").read_bytes()),
    "an opened entry beyond the log": lambda m: (m / "opened.jsonl").write_bytes(
        (m / "opened.jsonl").read_bytes() + b'{"index":700,"groups":{}}\n'),
    "a negative index": lambda m: (m / "opened.jsonl").write_bytes(b'{"index":-1,"groups":{}}\n'),
    "the checkpoint": lambda m: edit(m / "checkpoint", b"\n700\n", b"\n444\n"),
    "an earlier checkpoint with later leaves": lambda m: (m / "checkpoint").write_text(
        note.sign_checkpoint(f"{SITE}/honours", 256, HONOURS.tree(255).root(), [LOG])),
    "another signer": lambda m: (m / "checkpoint").write_text(HONOURS.checkpoint(by=NEXT)),
    "another register's leaves": other_register,
    "a head that the log of heads lacks": lambda m: (m / "heads.json").write_text(json.dumps({**HEADS_PROOF, "index": 0})),
}  # fmt: skip


@pytest.mark.parametrize("what", MIRROR_TAMPERINGS)
def test_a_register_tampered_with(run: Run, tmp_path: Path, what: str) -> None:
    folder = mirror(tmp_path / "m")
    MIRROR_TAMPERINGS[what](folder)
    code, out = run("register", folder)
    assert code == 1 and "FAILED" in out, out
    reading = write(tmp_path / "r.json", {"value": str(TRUE_COUNT), "count": SPEC})
    assert run("indicator", reading, folder)[0] == 1


def test_a_hidden_revocation_shows_as_one_more_that_is_not_public(run: Run, tmp_path: Path) -> None:
    folder = mirror(tmp_path / "m")
    lines = (folder / "opened.jsonl").read_bytes().splitlines(keepends=True)
    (folder / "opened.jsonl").write_bytes(b"".join(line for line in lines if b'"revoked"' not in line))
    code, out = run("register", folder)
    assert code == 0 and "600 opened" not in out


# ---- what cannot be read ----


def bomb(path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("checkpoint", HONOURS.checkpoint())
        archive.writestr("tile/entries/000", bytes(40 << 20))
    return path


def broken_zip(path: Path) -> Path:
    source = zipped(mirror(path.parent / "whole"))
    data = bytearray(source.read_bytes())
    data[len(data) // 3 : len(data) // 3 + 200] = bytes(200)
    path.write_bytes(data)
    return path


UNREADABLE: dict[str, Callable[[Path], list[Any]]] = {
    "no such file": lambda t: ["record", t / "absent"],
    "no such mirror": lambda t: ["register", t / "absent"],
    "an empty folder": lambda t: ["register", t],
    "a folder for a file": lambda t: ["record", t],
    "not a zip": lambda t: ["register", write(t / "x.zip", "hello")],
    "a broken zip": lambda t: ["register", broken_zip(t / "broken.zip")],
    "a bomb": lambda t: ["register", bomb(t / "bomb.zip")],
    "not JSON": lambda t: ["record", Path(shutil.copy(verify.__file__, t / "x"))],
    "not UTF-8": lambda t: ["record", (t / "x").write_bytes(b'{"\xff": 1}') and t / "x"],
    "a float": lambda t: ["record", write(t / "x", {"register": 1.5})],
    "a key twice": lambda t: ["record", (t / "x").write_text('{"register": "a", "register": "b"}') and t / "x"],
    "endless nesting": lambda t: ["record", (t / "x").write_text("[" * 200_000) and t / "x"],
    "an endless number": lambda t: ["record", (t / "x").write_text("9" * 100_000) and t / "x"],
    "a list": lambda t: ["record", write(t / "x", [])],
    "no entries": lambda t: ["record", write(t / "x", {**record(1), "entries": 5})],
    "no leaf": lambda t: ["record", write(t / "x", {**record(1), "entries": [{"index": 1}]})],
    "a leaf of surrogates": lambda t: ["record", (t / "x").write_text(json.dumps({**record(1), "entries": [{"index": 1, "leaf": "\ud800"}]})) and t / "x"],
    "groups a list": lambda t: ["record", write(t / "x", {**record(1), "entries": [{**record(1)["entries"][0], "groups": []}]})],
    "a proof of numbers": lambda t: ["record", write(t / "x", {**record(1), "entries": [{**record(1)["entries"][0], "inclusion": [1]}]})],
    "a proof of no base64": lambda t: ["record", write(t / "x", {**record(1), "entries": [{**record(1)["entries"][0], "inclusion": ["="]}]})],
    "an unsigned checkpoint": lambda t: ["record", write(t / "x", {**record(1), "checkpoint": "a\n1\nb\n"})],
    "a reading without count": lambda t: ["indicator", write(t / "x", {"value": "1"}), mirror(t / "m")],
    "a reading with a bad count": lambda t: ["indicator", write(t / "x", {"value": "1", "count": {**SPEC, "mode": "?"}}), mirror(t / "m")],
    "no opened.jsonl": lambda t: ["register", (mirror(t / "m") / "opened.jsonl").unlink() or t / "m"],
    "a bundle missing": lambda t: ["register", (mirror(t / "m") / "tile/entries/001").unlink() or t / "m"],
    "a bundle cut": lambda t: ["register", (mirror(t / "m") / "tile/entries/001").write_bytes(HONOURS.leaves[0]) and t / "m"],
    "an endless line": lambda t: ["register", (mirror(t / "m") / "opened.jsonl").write_bytes(b" " * (5 << 20)) and t / "m"],
}  # fmt: skip


@pytest.mark.parametrize("what", UNREADABLE)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_unreadable_input_is_said_clearly(run: Run, tmp_path: Path, what: str, lang: str) -> None:
    code, out = run(*UNREADABLE[what](tmp_path), lang=lang)
    assert code == 2 and out.strip() and "Traceback" not in out
    starts = ("无法核对：", "无法读取：") if lang == "zh" else ("cannot be checked: ", "cannot be read: ")
    assert out.splitlines()[-1].startswith(starts)


@pytest.mark.parametrize(
    "args",
    [
        [],
        ["register"],
        ["unknown", "x"],
        ["register", "x"],
        ["record", "x", "y", *KEY],
        ["register", "x", *KEY, "--lang", "fr"],
    ],
)
def test_wrong_usage(args: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        verify.main(args)
    assert stopped.value.code == 2 and "usage" in capsys.readouterr().err


@pytest.mark.parametrize("key", ["a+b+c", str(WITNESS.witness_key), "/nonexistent"])
def test_a_bad_key(run: Run, tmp_path: Path, key: str) -> None:
    assert run("record", write(tmp_path / "r", record(1)), key=["--key", key])[0] == 2


def test_control_characters_do_not_reach_the_terminal(run: Run, tmp_path: Path) -> None:
    log = Log("honours")
    shown = dict(HONOURS.shown[1]["entry"][0], key="\x1b[2Jevil")
    log.add({"entry": shown}, {"entry"})
    entry = bundle.record_entry(0, log.leaves[0], log.shown[0], [])
    file = tmp_path / "r.json"
    file.write_bytes(bundle.record_file("honours", log.checkpoint(), [entry]))
    code, out = run("record", file)
    assert code == 0 and "\x1b" not in out and "?[2Jevil" in out


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just("/" * 4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def paths(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [here]
    if isinstance(value, dict):
        found += [path for key in value for path in paths(value[key], (*here, key))]
    if isinstance(value, list):
        found += [path for n, inner in enumerate(value) for path in paths(inner, (*here, n))]
    return found


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data(), junk)
def test_any_part_of_a_record_replaced_by_junk_is_refused(data: st.DataObject, value: Any) -> None:
    proof = record(1, heads=HEADS_PROOF)
    *most, last = data.draw(st.sampled_from(paths(proof)[1:]))
    spot: Any = proof
    for step in most:
        spot = spot[step]
    if spot[last] == value or (most == [] and last in ("heads", "entries")):
        return
    if last == "groups" and value == {}:
        return
    spot[last] = value
    with pytest.raises(verify.ProofError):
        verify.check_record(verify.load_json(json.dumps(proof), "record"), [LOG.key])


@given(st.data(), junk)
def test_any_part_of_a_reading_replaced_by_junk_is_counted_or_refused(
    data: st.DataObject, value: Any
) -> None:
    spec: dict[str, Any] = {
        **SPEC,
        "filters": [{"field": "amount", "op": "ge", "value": 3}],
        "distinct": None,
    }
    lower = {"value": "1", "count": SPEC}
    reading = copy.deepcopy(
        {"value": "1", "scale": 1, "numerator": {"value": "1", "count": spec}, "denominator": lower}
    )
    *most, last = data.draw(st.sampled_from(paths(reading)[1:]))
    spot: Any = reading
    for step in most:
        spot = spot[step]
    spot[last] = value
    try:
        verify.recount(verify.load_json(json.dumps(reading), "reading"), lambda register: [])
    except verify.ProofError as refusal:
        assert refusal.zh and refusal.en
