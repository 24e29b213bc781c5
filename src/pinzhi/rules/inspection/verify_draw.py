#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# fmt: off
"""核对监督抽查的抽取 · Check the draw of a supervision spot check, from opened files alone.

    verify_draw.py draw DIR           the whole draw, derived again
    verify_draw.py firm PROOF.json    one firm: in the frame or excluded, its ticket, drawn or not

--commitment HEX and --result HEX (of the last round) demand the digests that were published; --lang zh|en.
Exit code 0: all holds; 1: something does not; 2: unreadable or wrong usage; 3: what is shown holds, but risk classes are
closed, so the selection was not derived again. Python 3.9 or later, standard library only. Formats: check-a-draw.md
"""
from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import multiprocessing
import os
import sys
from collections import Counter
from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any

sha256, BLOCK, EVERY = hashlib.sha256, 1 << 16, b"\xff" * 32
PUBLIC, CLOSED, TICKET, FIRM, PPS = (b"pinzhi/draw/%b/v1\n" % tag for tag in (b"public", b"closed", b"ticket", b"firm", b"pps"))
class ProofError(Exception):
    """Something does not hold: (in Chinese, in English)."""
def demand(holds: Any, zh: str, en: str) -> None:
    if not holds:
        raise ProofError(zh, en)
def canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()
def digest(tag: str, value: Any) -> str:
    return sha256(b"pinzhi/draw/%b/v1\n" % tag.encode() + canonical(value)).hexdigest()

def fold(row: list[bytes]) -> bytes:
    """The RFC 6962 root over leaf hashes, or over the roots of equal perfect blocks of them (the last may be less)."""
    while len(row) > 1:
        up = [sha256(b"\x01" + row[at] + row[at + 1]).digest() for at in range(0, len(row) - 1, 2)]
        row = up + row[len(row) & -2:]
    return row[0] if row else sha256(b"").digest()

def climb(leaf: bytes, index: int, size: int, path: list[str]) -> str:
    """The root that an audit path (RFC 6962, 2.1.1) leads to; "!", which is no hex, poisons a path of the wrong length."""
    if size == 1 or not path:
        return leaf.hex() if [size, index, path] == [1, 0, []] else "!"
    half = 1 << (size - 1).bit_length() - 1
    pair = (climb(leaf, index, half, path[:-1]), path[-1]) if index < half else (
        path[-1], climb(leaf, index - half, size - half, path[:-1]))
    return sha256(b"\x01" + b"".join(map(bytes.fromhex, pair))).hexdigest()

def row_leaf(line: bytes, closed_fields: int) -> bytes:
    """The leaf hash of a line in two groups, of which the last is salted; for a closed group stands "#" and its hash."""
    parts = line.rsplit(b"\t", closed_fields)
    inner = sha256(CLOSED + line[len(parts[0]) + 1:]).digest()
    if parts[-1][:1] == b"#":
        demand(not any(parts[1:-1]), "未公开的一组却有内容", "a closed group shows values")
        inner = bytes.fromhex(parts[-1][1:].decode())
    return sha256(b"\x00" + sha256(PUBLIC + parts[0]).digest() + inner).digest()

def random_bytes(material: bytes, count: int) -> Iterator[bytes]:
    """HMAC_DRBG, SHA-256 (SP 800-90A, 10.1.2), of entropy ‖ nonce ‖ personalization: requests for `count` <= 32 bytes."""
    key, v = b"\x00" * 32, b"\x01" * 32
    while True:
        for mark in (b"\x00", b"\x01") if material else (b"\x00",):
            key = hmac.digest(key, v + mark + material, "sha256")
            v = hmac.digest(key, v, "sha256")
        v, material = hmac.digest(key, v, "sha256"), b""
        yield v[:count]

def share(total: int, weights: dict[Any, Any], low: dict[Any, int], high: dict[Any, int]) -> dict[Any, int]:
    """Whole numbers in proportion: bounds that bind are fixed (the side that binds more first), then largest remainders."""
    fits = all(low[c] <= high[c] for c in low) and sum(low.values()) <= total <= sum(high.values())
    demand(fits, f"{total} 少于各层最少数之和或多于能抽的", f"{total} is less than the cells' minima or more than they give")
    fixed: dict[Any, int] = {}
    while True:
        free, left = sorted(c for c in weights if c not in fixed), total - sum(fixed.values())
        want = {c: Fraction(left) * weights[c] / sum(weights[f] for f in free) for c in free}
        over, under = sum(max(want[c] - high[c], 0) for c in free), sum(max(low[c] - want[c], 0) for c in free)
        if not over and not under:
            found = {c: int(want[c]) for c in free}
            order = sorted(free, key=lambda c: (found[c] - want[c], c))
            return {**fixed, **found, **{c: found[c] + 1 for c in order[:left - sum(found.values())]}}
        fixed.update({c: high[c] for c in free if over >= under and want[c] > high[c]})
        fixed.update({c: low[c] for c in free if under >= over and want[c] < low[c]})

def allocate(cells: dict[Any, int], rules: Any) -> dict[Any, int]:
    """How many of each cell (of so many units) are drawn. Cells with must: whole, within total and capacity. The others
    share the total; or in each stratum its number; or there what the ratios of the classes come to, rounded up."""
    given, kind, rest = rules["allocation"], rules["allocation"]["kind"], sorted(c for c in cells if c[2] == "0")
    n = {c: cells[c] for c in cells if c[2] == "1"}
    taken = {c[0]: sum(n[m] for m in n if m[0] == c[0]) for c in cells}
    room = {c[0]: rules["capacity"].get(c[0], sum(cells.values())) - taken[c[0]] for c in rest}
    for own in [rest] if kind == "total" else [[c for c in rest if c[0] == stratum] for stratum in room]:
        weights: dict[Any, Any] = {c: cells[c] for c in own}
        low = {c: min(cells[c], rules["minimum"]) for c in own}
        if kind == "ratios":
            weights = {c: cells[c] * Fraction(given["n"][c[1]]) for c in own}
            total = min(room[own[0][0]], max(sum(low.values()), -int(-sum(weights.values()) // 1)))
        else:
            total = given["n"] - sum(n.values()) if kind == "total" else given["n"].get(own[0][0], 0) - taken[own[0][0]]
        n.update(share(total, weights, low, {c: min(cells[c], room[c[0]]) for c in own}))
    return n

def inclusion(sizes: list[int], n: int) -> list[Fraction]:
    """Probabilities n·x/Σx; units that would reach 1 are certain, and the rest share what is left."""
    sure: set[int] = set()
    while True:
        left, total = n - len(sure), sum(x for i, x in enumerate(sizes) if i not in sure)
        chances = [Fraction(1) if i in sure else Fraction(left * x, total) for i, x in enumerate(sizes)]
        if sure == {i for i, p in enumerate(chances) if p >= 1}:
            return chances
        sure = {i for i, p in enumerate(chances) if p >= 1}

def sampford(chances: list[Fraction], stream: Iterator[bytes]) -> list[int]:
    """Sampford's design (1967): P(s) ∝ Σ(1-π) Π π/(1-π), taken unit by unit: a unit is in when a number of 128 bits is
    below its probability given those before it. Decimal numbers of 50 digits: every machine finds the same."""
    chosen, rest = [i for i, p in enumerate(chances) if p == 1], [i for i, p in enumerate(chances) if p < 1]
    left, have = int(sum(chances)) - len(chosen), Decimal(0)
    with localcontext(Context(prec=50, rounding=ROUND_HALF_EVEN, Emax=10**9, Emin=-(10**9))):
        out = [(chances[i].denominator - chances[i].numerator) / Decimal(chances[i].denominator) for i in rest]
        odds = [(1 - q) / q for q in out]
        e, f = [Decimal(1)] + [Decimal(0)] * left, [Decimal(0)] * (left + 1)
        sums = [(e, f)]  # over the subsets of the last units, by their number: Π odds, and Σ(1-π) Π odds
        for w, q in zip(reversed(odds), reversed(out)):  # noqa: B905 (Python 3.8)
            f = [f[0], *(f[j] + w * (f[j - 1] + q * e[j - 1]) for j in range(1, left + 1))]
            e = [e[0], *(e[j] + w * e[j - 1] for j in range(1, left + 1))]
            sums.append((e, f))
        for at, i in enumerate(rest):
            (e, f), (e1, f1) = sums[len(rest) - at], sums[len(rest) - at - 1]
            inside = odds[at] * (f1[left - 1] + (have + out[at]) * e1[left - 1])
            if left and int.from_bytes(next(stream), "big") * (f[left] + have * e[left]) < inside * 2**128:
                chosen, have, left = [*chosen, i], have + out[at], left - 1
    return sorted(chosen)
def ticket(rules: Any, tag: bytes, seed: bytes, key: bytes, salt: bytes) -> str:
    return sha256(tag + seed + key + (b"\t" + salt if rules["by_class"] else b"")).hexdigest()

def pick(rules: Any, seed: bytes, cell: Any, units: list[Any], n: int, size: int) -> tuple[dict[bytes, Any], str]:
    """What is drawn of a cell, {key: (ticket, probability)}, and its cutoff. `units` (key, firm, size, salt) in order are
    all, or at least those whose tickets come first; `size` is how many there are (firms where per_firm)."""
    if rules["method"] == "pps":
        chances = inclusion([u[2] for u in units], n)
        chosen = sampford(chances, random_bytes(seed + PPS + "\t".join(cell).encode(), 16))
        return {units[i][0]: ("", chances[i]) for i in chosen}, ""
    cap, found, firms, first = rules["per_firm"] if cell[2] == "0" else None, {}, dict[bytes, Any](), Fraction(n, size)
    for u in units:
        firms.setdefault(u[1] if cap else u[0], []).append(u)
    order = sorted((ticket(rules, FIRM if cap else TICKET, seed, f, own[0][3]), f) for f, own in firms.items())[:n]
    for mark, own in ((mark, firms[firm]) for mark, firm in order):
        take = min(cap or 1, len(own))
        marks = sorted((ticket(rules, TICKET, seed, u[0], u[3]), u[0]) for u in own)[:take] if cap else [(mark, own[0][0])]
        found.update({key: (t, first if take == len(own) else first * Fraction(take, len(own))) for t, key in marks})
    return found, "" if cap else order[-1][0]

def select(rules: Any, number: Any, units: Any, drawn: Any, seed: bytes, replaced: Any) -> tuple[list[Any], Any, Any]:
    """One round: rows of cells [stratum, class, must, units, n, cutoff] and of drawn units [key, stratum, class, ticket,
    probability], and `drawn` of all rounds, {key: (cell, key or firm)}, with the new ones. `number` {cell: units}."""
    lost = {drawn[key] for key in replaced}
    quota, rows, cells, now = Counter(c for c, _ in lost) if drawn else allocate(number, rules), [], [], dict(drawn)
    for c in sorted(number):
        by, before = int(bool(rules["per_firm"]) and c[2] == "0"), {u for cell, u in drawn.values() if cell == c}
        left = number[c] - len(before)
        own, n = [u for u in units.get(c, []) if u[by] not in before], min(quota[c], left)
        got, cutoff = pick(rules, seed, c, own, n, left) if n else ({}, "")
        now.update({u[0]: (c, u[by]) for u in own if u[0] in got})
        cells.append([*c, str(left), str(n), cutoff])
        rows += [[key.decode(), c[0], c[1], mark, str(chance)] for key, (mark, chance) in got.items()]
    return cells, sorted(rows), now

def seed_of(head: Any, rules: Any, at: int, round_: Any, result: Any, previous: str | None) -> bytes:
    """The seed of round `at`, when its declaration follows the commitment and its public values follow the declaration."""
    value, declared = round_["value"], digest("declaration", {k: v for k, v in round_.items() if k != "value"})
    demand([round_["round"], round_["commitment"], round_["previous"], result["round"], head["rules"]] == [at, digest("commitment",
           head), previous, digest("round", round_), digest("rules", rules)], f"规则或第 {at} 轮不是公布的", f"the rules or round {at} "
           "are not those committed and published")
    demand(all(head["frozen_at"] <= round_["announced_at"] < round_[of]["at"] for of in ("source", "fallback")),
           "公开随机值不晚于承诺和声明", "the public value is not later than the commitment and the declaration")
    entropy = sha256(bytes.fromhex(value["signature"])).digest() if round_[value["of"]]["kind"] == "drand" else canonical(
        [int(number) for number in value["numbers"].split()])
    entropy += bytes.fromhex(digest("commitment", head))
    return next(random_bytes(entropy + canonical({"declaration": declared, "of": value["of"], "round": at, "veil": rules["veil"]}), 32))

def scan(job: Any) -> Any:
    """A stretch of the frame: root, lines, first and last key, all open?, exclusions, cells, candidates of each round."""
    path, start, length, by_class, asks = job
    with Path(path).open("rb") as file:
        file.seek(start)
        lines = file.read(length).rstrip(b"\n").split(b"\n")
    leaves, opened, last, hits, excluded, cells = [], True, b"", [], Counter[bytes](), Counter[Any]()
    for line in lines:
        leaves.append(row_leaf(line, 2))
        key, firm, stratum, size, must, status, _, _, class_, salt = line.split(b"\t")
        before, last, opened = last, key, opened and salt[:1] != b"#"
        if status or key <= before:
            demand(key > before, f"{key.decode()} 次序不对或重复", f"{key.decode()} is out of order or stands twice")
            excluded[status.partition(b":")[0]] += 1
            continue
        cell = stratum, class_ if by_class else b"", must
        cells[cell] += 1
        for at, (seed, cutoffs) in enumerate(asks):
            if sha256(seed + key + b"\t" + salt if by_class else seed + key).digest() <= cutoffs.get(cell, b""):
                hits.append((at, cell, (key, firm, int(size), salt)))
    return fold(leaves), len(lines), lines[0].split(b"\t")[0], last, opened, excluded, cells, hits

def salted(path: Path, count: int, root: str) -> list[list[str]]:
    lines = path.read_bytes().split(b"\n")[:-1]
    demand([len(lines), fold([row_leaf(line, 4) for line in lines]).hex()] == [count, root],
           f"{path.name} 不是公布的那一份", f"{path.name} is not the one published")
    return [line.decode().split("\t") for line in lines]

def scan_all(path: Path, *ask: Any) -> Iterator[Any]:
    with path.open("rb") as file:
        lengths = list(iter(lambda: sum(map(len, islice(file, BLOCK))), 0))
    with multiprocessing.Pool(min(len(lengths), os.cpu_count() or 1)) as pool:
        yield from pool.imap(scan, [(str(path), sum(lengths[:at]), length, *ask) for at, length in enumerate(lengths)])

def check_draw(folder: Path, say: Any) -> tuple[bool, str, str | None]:
    """Derive a draw again: whether the selection could be, and the digests of the commitment and of the last result."""
    head, rules = (json.loads((folder / name).read_bytes()) for name in ("commitment.json", "rules.json"))
    rounds, asks, previous = list[Any](), [], None
    while not rounds or (folder / f"round-{len(rounds)}.json").exists():
        at, cells = len(rounds), folder / f"cells-{len(rounds)}.tsv"
        round_, result = (json.loads((folder / f"{name}-{at}.json").read_bytes()) for name in ("round", "result"))
        seed, previous = seed_of(head, rules, at, round_, result, previous), digest("result", result)
        drawn = salted(folder / f"drawn-{at}.tsv", result["drawn"], result["drawn_root"])
        known = salted(cells, result["cells"], result["cells_root"]) if cells.exists() else []
        rounds.append((seed, [row["key"].encode() for row in round_["replaced"]], drawn, known))
        asks.append((TICKET + seed, {tuple(map(str.encode, c[:3])): (bytes.fromhex(c[5]) or EVERY) * (c[4] != "0") for c in known}))
        say(f"第 {at} 轮抽中 {len(drawn)} 个，结果摘要 {previous}", f"round {at}: {len(drawn)} drawn, result {previous}")
    roots, size, last, opened, excluded, number = list[bytes](), 0, b"", True, Counter[str](), Counter[Any]()
    units, now = [dict[Any, Any]() for _ in rounds], dict[Any, Any]()
    for root, lines, first, final, shown, out, many, hits in scan_all(folder / "frame.tsv", rules["by_class"], asks):
        demand(first > last, f"{first.decode()} 次序不对或重复", f"{first.decode()} is out of order or stands twice")
        roots, size, last, opened = [*roots, root], size + lines, final, opened and shown
        excluded.update({reason.decode(): n for reason, n in out.items()})
        number.update({tuple(map(bytes.decode, cell)): n for cell, n in many.items()})
        for at, cell, unit in hits:
            units[at].setdefault(tuple(map(bytes.decode, cell)), []).append(unit)
    demand([head[k] for k in ("root", "size", "excluded", "eligible")] + [head["roster"]["size"]] == [
        fold(roots).hex(), size, dict(excluded), size - sum(excluded.values()), size], "名录与承诺不符：有增、删或改动",
        "the roster is not the committed one: something was added, dropped or changed")
    say(f"名录 {size} 个与承诺相符，其中排除 {dict(excluded)}", f"the roster of {size} is as committed; excluded {dict(excluded)}")
    if opened or not rules["by_class"]:
        number.update({c: len({u[1] for u in units[0][c]}) - number[c] for c in number if rules["per_firm"] and c[2] == "0"})
        for at, (seed, replaced, drawn, known) in enumerate(rounds):
            quotas, found, now = select(rules, number, units[at], now, seed, replaced)
            demand([c[:6] for c in known] == quotas, f"第 {at} 轮各层的数目不对", f"round {at}: numbers of the cells are wrong")
            demand([[*d[:2], *d[3:6]] for d in drawn] == found, f"第 {at} 轮抽中的不对", f"round {at}: others should be drawn")
    return opened or not rules["by_class"], digest("commitment", head), previous

def check_firm(proof: Any, say: Any) -> tuple[bool, str, str | None]:
    """One unit's own proof: its place in the frame, and once the draw is open its ticket and whether it was drawn."""
    def place(row: Any, fields: int, size: int, root: str, what: str) -> Any:
        demand(climb(row_leaf(row["row"].encode(), fields), row["index"], size, row["path"]) == root, f"{what} 不符", f"not in {what}")
        return row["row"].split("\t")
    head, opened, previous, gone = proof["commitment"], proof["opened"] or {"rules": None, "rounds": []}, None, False
    key, _, stratum, _, must, status, name, _, class_, salt = place(proof, 2, head["size"], head["root"], "frame.tsv")
    say(f"{key} {name}：在名录里，{'排除：' + status if status else '在抽样框里'}，层 {stratum}",
        f"{key} {name}: in the roster, {'excluded: ' + status if status else 'in the frame'}, stratum {stratum}")
    for at, r in enumerate([] if status else opened["rounds"]):
        result, rules = r["result"], opened["rules"]
        cell = place(r["cell"], 4, result["cells"], result["cells_root"], f"cells-{at}.tsv")
        drawn = r["drawn"] and place(r["drawn"], 4, result["drawn"], result["drawn_root"], f"drawn-{at}.tsv")
        mark = ticket(rules, TICKET, seed_of(head, rules, at, r["round"], result, previous), key.encode(), salt.encode())
        previous, alone = digest("result", result), rules["method"] == "equal" and (not rules["per_firm"] or must == "1") and not gone
        gone = gone or bool(drawn)
        demand(cell[:3] == [stratum, class_ if rules["by_class"] else "", must] and (not drawn or drawn[0] == key) and (
            not alone or bool(drawn) == (mark <= cell[5])), "票号与是否抽中不符", "drawn or passed over against its ticket")
        say(f"第 {at} 轮：票号 {mark}，本层 {cell[3]} 抽 {cell[4]}，界 {cell[5]}，{'抽中' if drawn else '未抽中'}",
            f"round {at}: ticket {mark}, {cell[4]} of {cell[3]}, cutoff {cell[5]}: {'drawn' if drawn else 'not drawn'}")
    return True, digest("commitment", head), previous

def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="verify_draw.py", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("what", choices=["draw", "firm"])
    parser.add_argument("path", type=Path)
    for name in ("--commitment", "--result", "--lang"):
        parser.add_argument(name)
    args = parser.parse_args(argv)
    chinese = (args.lang or os.environ.get("LC_ALL") or os.environ.get("LANG") or "zh").startswith("zh")
    def say(zh: str, en: str) -> None:
        print("".join(c if c.isprintable() else "?" for c in (zh if chinese else en)))
    try:
        good, head, last = check_draw(args.path, say) if args.what == "draw" else check_firm(json.loads(args.path.read_bytes()), say)
        say(f"承诺摘要 {head}", f"commitment {head}")
        demand(args.commitment in (None, head) and args.result in (None, last), "摘要不是公布的", "not the digests published")
    except Exception as error:  # a file in another form fails in many ways
        zh, en = error.args if (known := isinstance(error, ProofError)) else (repr(error), repr(error))
        say(f"{'不成立' if known else '无法读取'}：{zh}", f"{'FAILED' if known else 'cannot be read'}: {en}")
        return 1 if known else 2
    say("核对通过" if good else "所示部分成立，其余没有核对", "OK" if good else "what is shown holds; the rest was not checked")
    return 0 if good else 3
if __name__ == "__main__":
    sys.exit(main())
