"""Frozen, drawn, opened and verified; everything that must be refused or caught."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import subprocess
import sys
import time
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.shared import SHARED
from tests.spec.inspection.draws import CODES, DAY, T0, declared, drawn, firms, frozen, products, settled

from pinzhi.rules.inspection import verify_draw as v
from pinzhi.rules.inspection.draws import opening
from pinzhi.rules.inspection.draws.design import Allocation, Design, DrawError, from_dict
from pinzhi.rules.inspection.draws.frame import Exclusion, FrameUnit, freeze, freeze_file
from pinzhi.rules.inspection.draws.seed import Lottery, Replaced, Value, declare, settle
from pinzhi.rules.inspection.draws.select import draw, load, load_all

RATIOS = {"A": "0.05", "B": "0.2", "C": "0.5", "D": "1"}
DESIGNS = {
    "equal": Design(Allocation("total", 20)),
    "strata": Design(Allocation("strata", {"350100": 5, "350101": 6, "350102": 7})),
    "classes": Design(Allocation("ratios", RATIOS), capacity={"350101": 12}),
    "size": Design(Allocation("total", 20), method="pps"),
    "two stages": Design(Allocation("total", 20), per_firm=2),
    "two stages of classes": Design(Allocation("ratios", RATIOS), per_firm=1),
}


def units_for(name: str) -> list[FrameUnit]:
    return products() if name.startswith("two") else firms()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Any, Any]]:
    """Each design frozen, drawn twice (the second round replaces), opened both ways."""
    found = {}
    for name, design in DESIGNS.items():
        base = tmp_path_factory.mktemp("draw")
        units = units_for(name)
        excluded = [Exclusion(u.key, "no_repeat", "2025-11-03") for u in units[:7]] + [
            Exclusion(units[8].key, "closed")
        ]
        units[9] = units[9]._replace(certainty=True)
        commitment = frozen(base / "draw", design, units, excluded)
        first = drawn(base / "draw", commitment)
        gone = [d.key for d in first.drawn if d.cell[2] == "0"][:3]
        again = declared(commitment, 1, first.digest, gone)
        second = draw(base / "draw", settled(again, "1 2 3 4 5 6 7"))
        opening.open_auditor(base / "draw", base / "auditor")
        opening.open_public(base / "draw", base / "public")
        found[name] = (base, commitment, (first, second))
    return found


def check(folder: Path, *more: str) -> int:
    return v.main(["draw", str(folder), "--lang", "en", *more])


# ---- what holds -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", DESIGNS)
def test_an_auditor_derives_the_draw_again(name: str, made: Any, capsys: Any) -> None:
    base, commitment, (_, second) = made[name]
    assert check(base / "auditor", "--commitment", commitment.digest, "--result", second.digest) == 0
    assert "OK" in capsys.readouterr().out


@pytest.mark.parametrize("name", DESIGNS)
def test_the_public_derives_it_too_unless_classes_are_closed(name: str, made: Any, capsys: Any) -> None:
    base, _, _ = made[name]
    assert check(base / "public") == (3 if DESIGNS[name].by_class else 0)
    opened = "".join(p.read_text("utf-8") for p in (base / "public").glob("*.tsv"))
    for line in (base / "draw" / "frame.tsv").read_text("utf-8").splitlines():
        assert line.rsplit("\t", 1)[1] not in opened  # the salts that close the classes


@pytest.mark.parametrize("name", DESIGNS)
def test_every_firm_checks_its_own_ticket(name: str, made: Any, capsys: Any) -> None:
    base, _, (first, second) = made[name]
    keys = [u.key for u in units_for(name)]
    chosen = {d.key for r in (first, second) for d in r.drawn}
    for key in sorted({*keys[:10], *keys[10::9], *chosen}):
        (base / "proof.json").write_text(json.dumps(opening.prove(base / "draw", key, with_draw=True)))
        assert v.main(["firm", str(base / "proof.json"), "--lang", "en"]) == 0
        said = capsys.readouterr().out
        assert key in said
        assert (": drawn" in said) == (key in chosen), said
        assert ("excluded" in said) == (key in keys[:7] or key == keys[8])


def test_a_firms_proof_before_the_opening_tells_nothing_of_the_draw(made: Any, capsys: Any) -> None:
    base, _, (first, _) = made["equal"]
    proof = opening.prove(base / "draw", first.drawn[0].key, with_draw=False)
    text = json.dumps(proof)
    rules = json.loads((base / "draw" / "rules.json").read_bytes())
    assert rules["veil"] not in text
    assert first.drawn[0].ticket not in text


@pytest.mark.parametrize("name", DESIGNS)
def test_numbers_and_probabilities_of_a_result(name: str, made: Any) -> None:
    base, _, (first, second) = made[name]
    units = {u.key: u for u in units_for(name)}
    assert sum(q.n for q in first.cells) <= len(first.drawn) or DESIGNS[name].per_firm is None
    for d in first.drawn:
        assert 0 < d.probability <= 1
        assert (d.firm, d.name) == (units[d.key].firm, units[d.key].name)
    for quota in first.cells:
        own = [d for d in first.drawn if d.cell == quota.cell]
        if DESIGNS[name].per_firm is None or quota.cell[2] == "1":
            assert len(own) == quota.n
        else:
            assert len({d.firm for d in own}) == quota.n
            assert max(Counter(d.firm for d in own).values()) <= (DESIGNS[name].per_firm or 0)
    assert not {d.key for d in first.drawn} & {d.key for d in second.drawn}
    assert load(base / "draw", 0) == first
    assert load_all(base / "draw") == [first, second]
    assert 0 <= first.joint(first.drawn[0].key, first.drawn[-1].key) <= 1


def test_strata_get_what_was_fixed_and_capacity_holds(made: Any) -> None:
    fixed = made["strata"][2][0]
    assert Counter(d.cell[0] for d in fixed.drawn) == {"350100": 5, "350101": 6, "350102": 7}
    classes = made["classes"][2][0]
    assert Counter(d.cell[0] for d in classes.drawn)["350101"] <= 12


def test_a_replacement_comes_from_the_same_cell(made: Any) -> None:
    for name in ("equal", "classes", "size"):
        first, second = made[name][2]
        gone = [d for d in first.drawn if d.cell[2] == "0"][:3]
        assert Counter(d.cell for d in second.drawn) <= Counter(d.cell for d in gone)


def test_the_order_of_the_roster_and_the_workers_do_not_matter(tmp_path: Path) -> None:
    salts = iter(range(10**6))

    def counted(count: int) -> bytes:
        return b"".join((next(salts) % 251).to_bytes(1, "big") for _ in range(count))

    roots = []
    for order in (1, -1):
        salts = iter(range(10**6))
        commitment = freeze(
            sorted(firms())[::order],
            [],
            DESIGNS["equal"],
            tmp_path / str(order),
            draw="x",
            roster={"size": 120},
            frozen_at=T0,
            random_bytes=counted,
        )
        roots.append(commitment.root)
    assert roots[0] == roots[1]


# ---- what is caught ---------------------------------------------------------------------------------------------
def edited(made: Any, tmp_path: Path, name: str, file: str, change: Any, opened: str = "auditor") -> Path:
    base = made[name][0]
    shutil.copytree(base / opened, tmp_path / "copy")
    path = tmp_path / "copy" / file
    path.write_bytes(change(path.read_bytes()))
    return tmp_path / "copy"


def drop(data: bytes) -> bytes:
    lines = data.splitlines(keepends=True)
    return b"".join(lines[:40] + lines[41:])


def add(data: bytes) -> bytes:
    lines = data.splitlines(keepends=True)
    extra = lines[40].replace(b"\t", b"0\t", 1)
    return b"".join([*lines[:41], extra, *lines[41:]])


def rename(data: bytes) -> bytes:
    return data.replace("鑫50".encode(), "鑫51".encode(), 1)


def swap(data: bytes) -> bytes:
    lines = data.splitlines(keepends=True)
    return b"".join([*lines[:40], lines[41], lines[40], *lines[42:]])


def include(data: bytes) -> bytes:
    return data.replace(b"no_repeat:2025-11-03", b"", 1)


def exclude(data: bytes) -> bytes:
    return data.replace(b"\t0\t\t", b"\t0\tclosed\t", 1)


def enlarge(data: bytes) -> bytes:
    lines = data.split(b"\n")
    fields = lines[40].split(b"\t")
    fields[3] = b"999"
    lines[40] = b"\t".join(fields)
    return b"\n".join(lines)


def certain(data: bytes) -> bytes:
    return data.replace(b"\t0\t\t", b"\t1\t\t", 1)


@pytest.mark.parametrize("opened", ["auditor", "public"])
@pytest.mark.parametrize("name", ["equal", "classes"])
@pytest.mark.parametrize("change", [drop, add, rename, swap, include, exclude, enlarge, certain])
def test_a_roster_changed_after_the_commitment_is_caught(
    change: Any, name: str, opened: str, made: Any, tmp_path: Path
) -> None:
    assert check(edited(made, tmp_path, name, "frame.tsv", change, opened)) == 1


@given(st.data())
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_byte_of_an_opened_file_can_change_unnoticed(made: Any, tmp_path: Path, data: Any) -> None:
    base, commitment, (_, second) = made["classes"]
    files = [
        "frame.tsv",
        "rules.json",
        "round-0.json",
        "result-0.json",
        "cells-0.tsv",
        "drawn-1.tsv",
        "commitment.json",
    ]
    file = data.draw(st.sampled_from(files))
    before = (base / "auditor" / file).read_bytes()
    at = data.draw(st.integers(0, len(before) - 2))  # the last byte is a newline
    new = data.draw(st.integers(0, 255).filter(lambda byte: byte != before[at]))
    changed = before[:at] + bytes([new]) + before[at + 1 :]
    try:
        same = file.endswith("json") and json.loads(changed) == json.loads(before)
    except (ValueError, RecursionError):
        same = False
    if same:  # a blank in JSON says nothing else
        return
    shutil.rmtree(tmp_path / "copy", ignore_errors=True)
    shutil.copytree(base / "auditor", tmp_path / "copy")
    (tmp_path / "copy" / file).write_bytes(changed)
    assert check(tmp_path / "copy", "--commitment", commitment.digest, "--result", second.digest) in (1, 2)


@pytest.mark.parametrize("name", DESIGNS)
def test_another_selection_is_caught_though_its_roots_fit(name: str, made: Any, tmp_path: Path) -> None:
    """The keeper swaps a drawn unit for one not drawn and computes result and roots anew, all in order."""
    base, _, _ = made[name]
    shutil.copytree(base / "auditor", tmp_path / "copy")
    for file in (tmp_path / "copy").glob("*-1.*"):
        file.unlink()
    lines = (tmp_path / "copy" / "drawn-0.tsv").read_bytes().split(b"\n")[:-1]
    taken = {line.split(b"\t")[0] for line in lines}
    rows = [line.split(b"\t") for line in (tmp_path / "copy" / "frame.tsv").read_bytes().split(b"\n")[:-1]]
    victim = next(at for at, line in enumerate(lines) if line.split(b"\t")[5] != b"1")
    stratum = lines[victim].split(b"\t")[1]
    other = next(r for r in rows if r[2] == stratum and r[0] not in taken and not r[5])
    fields = lines[victim].split(b"\t")
    lines[victim] = b"\t".join([other[0], *fields[1:]])
    lines.sort()
    (tmp_path / "copy" / "drawn-0.tsv").write_bytes(b"\n".join(lines) + b"\n")
    result = json.loads((tmp_path / "copy" / "result-0.json").read_bytes())
    result["drawn_root"] = v.fold([v.row_leaf(line, 4) for line in lines]).hex()
    (tmp_path / "copy" / "result-0.json").write_bytes(v.canonical(result))
    assert check(tmp_path / "copy") == 1


def test_a_forged_path_does_not_prove_a_firm(made: Any, tmp_path: Path) -> None:
    base, _, (first, _) = made["equal"]
    proof = opening.prove(base / "draw", first.drawn[0].key, with_draw=True)
    forgeries: list[dict[str, Any]] = [
        {**proof, "row": proof["row"].replace("福州", "厦门")},
        {**proof, "index": proof["index"] ^ 1},
        {**proof, "index": -1},
        {**proof, "path": proof["path"][:-1]},
        {**proof, "path": [*proof["path"], "00" * 32]},
        {**proof, "path": ["" for _ in proof["path"]]},
        {**proof, "path": [proof["path"][-1]]},
    ]
    # A path of one part that is both children of the root at once must not pass for a proof.
    leaves = [v.row_leaf(line, 2) for line in (base / "draw" / "frame.tsv").read_bytes().split(b"\n")[:-1]]
    both = v.fold(leaves[:64]).hex() + v.fold(leaves[64:]).hex()
    forgeries.append({**proof, "index": 3, "path": [both]})
    opened = proof["opened"]
    for key in ("drawn", "cell"):
        changed = json.loads(json.dumps(opened))
        changed["rounds"][0][key] = None
        forgeries.append({**proof, "opened": changed})
    for forged in forgeries:
        (tmp_path / "proof.json").write_text(json.dumps(forged))
        assert v.main(["firm", str(tmp_path / "proof.json")]) in (1, 2), forged["path"]


def test_a_digest_that_was_not_published_is_refused(made: Any) -> None:
    base, _, _ = made["equal"]
    assert check(base / "auditor", "--commitment", "00" * 32) == 1
    assert check(base / "auditor", "--result", "00" * 32) == 1


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"{}" * 3, b"[" * 100_000, b'{"v":1}']
)
@pytest.mark.parametrize("file", ["commitment.json", "round-0.json", "frame.tsv", "drawn-0.tsv"])
def test_a_bad_file_gives_a_message_and_never_a_traceback(
    file: str, content: bytes, made: Any, tmp_path: Path, capsys: Any
) -> None:
    copy = edited(made, tmp_path, "equal", file, lambda _: content)
    assert check(copy) in (1, 2)
    assert v.main(["firm", str(copy / file)]) in (1, 2)
    assert "Traceback" not in "".join(capsys.readouterr())


def test_the_verifier_runs_alone_in_both_languages(made: Any, tmp_path: Path) -> None:
    base, _, _ = made["equal"]
    script = base / "public" / "verify_draw.py"
    assert len(script.read_text("utf-8").splitlines()) <= 300
    for lang, word in (("zh", "核对通过"), ("en", "OK")):
        command = [sys.executable, "-I", str(script), "draw", str(base / "public"), "--lang", lang]
        done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        assert word in done.stdout
    missing = subprocess.run(
        [sys.executable, "-I", str(script), "draw", "/nowhere"], capture_output=True, text=True, check=False
    )
    assert (missing.returncode, missing.stderr) == (2, "")


def test_a_firms_proof_is_made_and_checked_within_50_ms(made: Any) -> None:
    base, _, (first, _) = made["equal"]
    best = 9.0
    for d in first.drawn[:5]:
        began = time.perf_counter()
        proof = opening.prove(base / "draw", d.key, with_draw=True)
        assert v.check_firm(proof, lambda *_: None)[0]
        best = min(best, time.perf_counter() - began)
    assert best < 0.05


PROOFS = SHARED / "data" / "inspection" / "rfc6962" / "inclusion"


@pytest.mark.skipif(not PROOFS.is_dir(), reason="the RFC 6962 proofs are not here")
def test_published_inclusion_proofs_and_their_forgeries() -> None:
    import base64

    wrong, seen = [], 0
    for path in sorted(PROOFS.rglob("*.json")):
        case = json.loads(path.read_text())
        leaf, root = (base64.b64decode(case[k] or "") for k in ("leafHash", "root"))
        parts = [base64.b64decode(part).hex() for part in case["proof"] or []]
        try:
            holds = len(leaf) == 32 and v.climb(leaf, case["leafIdx"], case["treeSize"], parts) == root.hex()
        except (v.ProofError, ValueError, RecursionError):
            holds = False
        seen += 1
        if holds == case["wantErr"]:
            wrong.append(path.name)
    assert (wrong, seen) == ([], 98)


# ---- what is refused ----------------------------------------------------------------------------------------------
def refused(work: Any) -> DrawError:
    with pytest.raises(DrawError) as caught:
        work()
    error = caught.value
    assert error.zh and error.en and error.zh != error.en
    return error


UNITS = firms(30)
EQUAL = Design(Allocation("total", 6))


@pytest.mark.parametrize(
    ("units", "exclusions", "design"),
    [
        ([], [], EQUAL),
        ([*UNITS, UNITS[0]], [], EQUAL),
        (
            [UNITS[0]._replace(firm=CODES[0][:17] + ("0" if CODES[0][17] != "0" else "1")), *UNITS[1:]],
            [],
            EQUAL,
        ),
        ([UNITS[0]._replace(key="含汉字"), *UNITS[1:]], [], EQUAL),
        ([UNITS[0]._replace(name=" "), *UNITS[1:]], [], EQUAL),
        ([UNITS[0]._replace(name="福\u200b州"), *UNITS[1:]], [], EQUAL),
        ([UNITS[0]._replace(stratum=""), *UNITS[1:]], [], EQUAL),
        ([UNITS[0]._replace(size=-1), *UNITS[1:]], [], EQUAL),
        ([UNITS[0]._replace(size=0), *UNITS[1:]], [], Design(Allocation("total", 6), method="pps")),
        (UNITS, [Exclusion(CODES[500], "closed")], EQUAL),
        (UNITS, [Exclusion(UNITS[0].key, "because")], EQUAL),
        (UNITS, [Exclusion(UNITS[0].key, "closed")] * 2, EQUAL),
        (UNITS, [Exclusion(u.key, "closed") for u in UNITS], EQUAL),
        (UNITS, [], Design(Allocation("total", 2))),  # fewer than strata
        (UNITS, [], Design(Allocation("total", 31))),
        (UNITS, [], Design(Allocation("strata", {"350100": 3, "350101": 3}))),  # a stratum without a number
        (UNITS, [], Design(Allocation("strata", {"350100": 3, "350101": 3, "350102": 3, "350109": 1}))),
        (UNITS, [], Design(Allocation("ratios", {"A": "0.1"}))),  # a class without a ratio
        (UNITS, [], Design(Allocation("total", 20), capacity={"350100": 0})),
    ],
)
def test_a_frame_that_cannot_be_drawn_is_not_frozen(
    units: list[FrameUnit], exclusions: list[Exclusion], design: Design, tmp_path: Path
) -> None:
    refused(lambda: frozen(tmp_path / "draw", design, units, exclusions))
    assert not list((tmp_path / "draw").iterdir())


def test_a_roster_of_another_size_is_refused(tmp_path: Path) -> None:
    error = refused(
        lambda: freeze(UNITS, [], EQUAL, tmp_path / "d", draw="x", roster={"size": 31}, frozen_at=T0)
    )
    assert "30" in error.en and "31" in error.en


def test_a_ragged_roster_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "roster.tsv"
    for text in ("A\tA\tn\ts\t1\t\t0\nB\tB\tn\ts\t1\t0\n", "A\tA\tn\ts\t1\t\t0\tx\n", "A\tA\n\n", "\n"):
        path.write_text(text)
        refused(
            lambda: freeze_file(path, [], EQUAL, tmp_path / "d", draw="x", roster={"size": 1}, frozen_at=T0)
        )


def test_frozen_once_is_frozen(made: Any) -> None:
    base, _, _ = made["equal"]
    refused(lambda: frozen(base / "draw", EQUAL, UNITS))


def test_designs_that_leave_somebody_out_are_refused() -> None:
    for bad in (
        lambda: Design(Allocation("total", 0)),
        lambda: Design(Allocation("total", 5), minimum=0),
        lambda: Design(Allocation("ratios", {"A": "0"})),
        lambda: Design(Allocation("ratios", {"A": "1.5"})),
        lambda: Design(Allocation("ratios", {})),
        lambda: Design(Allocation("strata", {"x": 0})),
        lambda: Design(Allocation("total", 5), per_firm=0),
        lambda: Design(Allocation("total", 5), method="pps", per_firm=2),
        lambda: Design(Allocation("total", 5), method="nextInt"),  # type: ignore[arg-type]
        lambda: Design(Allocation("total", 5), capacity={"x": -1}),
        lambda: from_dict({"v": 1}),
    ):
        refused(bad)
    design = DESIGNS["classes"]
    assert from_dict(design.rules("ab")) == design


def test_an_unfrozen_frame_is_refused(tmp_path: Path, made: Any) -> None:
    _, commitment, _ = made["equal"]
    tmp_path.joinpath("empty").mkdir()
    refused(lambda: draw(tmp_path / "empty", settled(declared(commitment))))
    refused(
        lambda: declare(
            None, announced_at=T0, source=Lottery("x", "1", T0 + DAY), fallback=Lottery("x", "2", T0 + DAY)
        )
    )
    refused(
        lambda: declare(
            {}, announced_at=T0, source=Lottery("x", "1", T0 + DAY), fallback=Lottery("x", "2", T0 + DAY)
        )
    )


def test_a_public_value_that_is_not_in_the_future_is_refused(made: Any) -> None:
    _, commitment, _ = made["equal"]
    hour = dt.timedelta(hours=1)

    def at(announced: dt.datetime, source: dt.datetime, fallback: dt.datetime) -> Any:
        return lambda: declare(
            commitment.document,
            announced_at=announced,
            source=Lottery("双色球", "1", source),
            fallback=Lottery("双色球", "2", fallback),
        )

    at(T0 + hour, T0 + DAY, T0 + 2 * DAY)()
    at(T0, T0 + hour, T0 + hour)()
    refused(at(T0 - hour, T0 + DAY, T0 + 2 * DAY))  # declared before the commitment
    refused(at(T0 + hour, T0 - DAY, T0 + 2 * DAY))  # a value older than the commitment
    refused(at(T0 + hour, T0 + hour, T0 + 2 * DAY))  # not later than the declaration
    refused(at(T0 + hour, T0 + DAY, T0))  # nor may the fallback be
    refused(at(T0 + hour, T0 + 2 * DAY, T0 + DAY))


def test_what_does_not_fit_the_declaration_is_refused(made: Any) -> None:
    _, commitment, (first, _) = made["equal"]
    declaration = declared(commitment)
    for value in (
        Value(),
        Value(numbers="3"),
        Value(numbers="3,7,12"),
        Value(numbers="3  7 12"),
        Value(signature="00"),
        Value(numbers="1 2 3", of="fallback"),
        Value(numbers="1 2 3", of="other"),  # type: ignore[arg-type]
    ):
        refused(lambda value=value: settle(declaration, value))
    used = settle(declaration, Value(numbers="1 2 3", of="fallback", reason="停售"))
    assert used.document["value"] == {"of": "fallback", "reason": "停售", "numbers": "1 2 3"}
    assert settle(declaration, Value(numbers="03 07 12")) == settle(declaration, Value(numbers="3 7 12"))
    base = {
        "announced_at": T0,
        "source": Lottery("x", "1", T0 + DAY),
        "fallback": Lottery("x", "2", T0 + DAY),
    }
    refused(
        lambda: declare(commitment.document, round=1, previous=None, replaced=[Replaced("a", "b")], **base)
    )
    refused(lambda: declare(commitment.document, round=1, previous=first.digest, replaced=[], **base))
    refused(
        lambda: declare(
            commitment.document, round=1, previous=first.digest, replaced=[Replaced("a", "")], **base
        )
    )


def test_rounds_out_of_turn_are_refused(made: Any, tmp_path: Path) -> None:
    commitment = frozen(tmp_path / "draw", EQUAL, UNITS)
    other = made["equal"][1]
    refused(lambda: draw(tmp_path / "draw", settled(declared(commitment, 1, "00" * 32, ["x"]))))
    refused(lambda: draw(tmp_path / "draw", settled(declared(other))))  # another draw's declaration
    refused(lambda: load(tmp_path / "draw"))
    refused(lambda: opening.open_auditor(tmp_path / "draw", tmp_path / "open"))
    first = drawn(tmp_path / "draw", commitment)
    refused(lambda: drawn(tmp_path / "draw", commitment, "9 9 9"))  # drawn once is drawn
    assert drawn(tmp_path / "draw", commitment) == first
    refused(
        lambda: draw(tmp_path / "draw", settled(declared(commitment, 1, "00" * 32, [first.drawn[0].key])))
    )
    left = next(u.key for u in UNITS if u.key not in {d.key for d in first.drawn})
    refused(lambda: draw(tmp_path / "draw", settled(declared(commitment, 1, first.digest, [left]))))
    refused(lambda: opening.prove(tmp_path / "draw", CODES[599], with_draw=False))


@pytest.mark.parametrize("file", ["frame.tsv", "rules.json", "working.json", "commitment.json"])
def test_frozen_files_that_were_changed_are_not_drawn_from(file: str, tmp_path: Path) -> None:
    commitment = frozen(tmp_path / "draw", EQUAL, UNITS)
    path = tmp_path / "draw" / file
    data = path.read_bytes()
    path.write_bytes(data.replace(b"1", b"2", 1))
    refused(lambda: drawn(tmp_path / "draw", commitment))


def test_another_public_value_draws_others(tmp_path: Path) -> None:
    chosen = []
    for numbers in ("1 2 3", "1 2 4"):
        commitment = frozen(tmp_path / numbers, Design(Allocation("total", 30)), firms())
        chosen.append({d.key for d in drawn(tmp_path / numbers, commitment, numbers).drawn})
    assert chosen[0] != chosen[1]


def test_replacing_more_than_are_left_takes_those_left(tmp_path: Path) -> None:
    design = Design(Allocation("total", 28))
    commitment = frozen(tmp_path / "draw", design, UNITS)
    first = drawn(tmp_path / "draw", commitment)
    again = declared(commitment, 1, first.digest, [d.key for d in first.drawn])
    second = draw(tmp_path / "draw", settled(again))
    assert len(second.drawn) == 2
    assert all(d.probability == Fraction(1) for d in second.drawn)
    opening.open_public(tmp_path / "draw", tmp_path / "open")
    assert check(tmp_path / "open") == 0


@given(st.integers(0, 599), st.integers(0, 17), st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
@settings(deadline=None)
def test_the_frame_knows_wrong_check_digits_as_the_identifiers_do(at: int, place: int, other: str) -> None:
    from pinzhi.rules.identifiers import uscc
    from pinzhi.rules.inspection.draws.frame import _codes_hold

    code = CODES[at][:place] + other + CODES[at][place + 1 :]
    many = [c.encode() for c in (*CODES[:40], code)]
    assert _codes_hold(many[:-1])
    body = all(c in "0123456789ABCDEFGHJKLMNPQRTUWXY" for c in code)
    assert _codes_hold(many) == (body and uscc.check_character(code[:17]) == code[17])
