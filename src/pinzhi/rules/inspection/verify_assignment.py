#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""核对复检机构的抽取，以及抽样人员和检验机构的指派 · Check who was drawn to test and to sample.

    verify_assignment.py laboratory DRAW.json     the laboratory of a re-inspection, drawn again
    verify_assignment.py tasks DIR [ROUND]        inspectors and laboratory of every task, drawn again (opened to auditors)

--commitment HEX demands the digest that was published before the value was known; --lang zh|en. Exit code 0: all holds;
1: something does not; 2: unreadable or wrong usage. Python 3.9 or later, standard library only. The public value itself
is compared with what the lottery printed, or by a drand client. Formats: check-a-draw.md
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import os
import sys
from collections import deque
from pathlib import Path
from typing import Any

TAG = "pinzhi/draw/{}/v1\n"


class ProofError(Exception):
    """Something does not hold: (in Chinese, in English)."""


def demand(holds: Any, zh: str, en: str) -> None:
    if not holds:
        raise ProofError(zh, en)


def canonical(value: Any) -> bytes:
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def digest(tag: str, value: Any) -> str:
    return hashlib.sha256(TAG.format(tag).encode() + canonical(value)).hexdigest()


def random_bytes(material: bytes) -> bytes:
    """The first 32 bytes of HMAC_DRBG with SHA-256 (NIST SP 800-90A, 10.1.2) of entropy, nonce and personalization."""
    key, v = b"\x00" * 32, b"\x01" * 32
    for mark in (b"\x00", b"\x01"):
        key = hmac.digest(key, v + mark + material, "sha256")
        v = hmac.digest(key, v, "sha256")
    return hmac.digest(key, v, "sha256")


def ticket(what: str, seed: bytes, *parts: str) -> bytes:
    return hashlib.sha256(TAG.format(what).encode() + seed + "\t".join(parts).encode()).digest()


def seed_of(round_: Any, veil: str, pools: Any) -> bytes:
    """The seed: of the public value, bound to the commitment and to the list that was committed."""
    value = round_["value"]
    entropy = canonical(
        {"source": round_[value["of"]], "value": {k: v for k, v in value.items() if k != "reason"}}
    )
    more = canonical({"pools": digest("pools", pools), "veil": veil})
    return random_bytes(entropy + bytes.fromhex(round_["commitment"]) + more)


def in_order(head: Any, round_: Any) -> str:
    """The commitment's digest, when the declaration follows it and the public values follow the declaration."""
    committed = digest("commitment", head)
    demand(
        round_["commitment"] == committed, "声明的不是这份承诺", "the declaration is of another commitment"
    )
    demand(
        all(head["frozen_at"] <= round_["announced_at"] < round_[of]["at"] for of in ("source", "fallback")),
        "公开随机值不晚于承诺和声明",
        "the public value is not later than the commitment and the declaration",
    )
    return committed


def check_laboratory(path: Path, say: Any) -> str:
    """The laboratory of a re-inspection from its document."""
    given = json.loads(path.read_bytes())
    head, pools, round_ = given["commitment"], given["pools"], given["round"]
    rows = pools["laboratories"]
    demand(
        [head["root"], head["size"]] == [digest("pools", pools), len(rows)],
        "名单不是承诺的那一份",
        "the list is not the one committed",
    )
    committed = in_order(head, round_)
    free = [row for row in rows if not row["why"]] or [row for row in rows if row["why"] == "first"]
    seed = seed_of(round_, "", pools)
    line = sorted(
        (row["id"] for row in free),
        key=lambda name: (ticket("re-inspection", seed, pools["task"], name), name),
    )
    names = {row["id"]: row["name"] for row in rows}
    for place, name in enumerate(line, 1):
        gone = name in given["declined"]
        say(
            f"第 {place} 位 {name} {names[name]}{'（已谢绝）' if gone else ''}",
            f"{place}. {name} {names[name]}{' (declined)' if gone else ''}",
        )
    left = [name for name in line if name not in given["declined"]]
    demand(left[:1] == [given["laboratory"]], "应抽中另一机构", "another laboratory should be drawn")
    return committed


def staff(tasks: Any, able: Any, load: Any, what: str, seed: bytes, each: int) -> dict[str, list[str]]:
    """Who takes which task: all first places before any second, by tickets, along augmenting paths."""
    order = sorted(tasks, key=lambda task: (ticket("task", seed, task), task))
    lines = {task: sorted(able[task], key=lambda who: (ticket(what, seed, task, who), who)) for task in order}
    has: dict[str, list[str]] = {task: [] for task in order}
    takes: dict[str, list[str]] = {who: [] for who in load}
    for slot in range(each):
        for task in order:
            if len(has[task]) > slot:
                continue
            asked_by: dict[str, str] = {}
            leaves: dict[str, str] = {}
            waiting, found = deque([task]), None
            while waiting and found is None:
                current = waiting.popleft()
                for who in lines[current]:
                    if who in asked_by or who in has[current]:
                        continue
                    asked_by[who] = current
                    if load[who] is None or len(takes[who]) < load[who]:
                        found = who
                        break
                    for other in takes[who]:
                        if other != task and other not in leaves:
                            leaves[other] = who
                            waiting.append(other)
            while found is not None:
                to = asked_by[found]
                before = leaves.get(to)
                if before is not None:
                    takes[before].remove(to)
                    has[to].remove(before)
                takes[found].append(to)
                has[to].append(found)
                found = before
    return has


def check_tasks(folder: Path, number: int, say: Any) -> str:
    """Inspectors and laboratory of every task of a round, from the files that an auditor holds."""
    head, rules, round_, pools, given = (
        json.loads((folder / name).read_bytes())
        for name in (
            "commitment.json", "rules.json", f"round-{number}.json", f"pools-{number}.json", f"assigned-{number}.json",
        )
    )  # fmt: skip
    committed, seed = digest("commitment", head), seed_of(round_, rules["veil"], pools)
    demand(
        [round_["commitment"], given["pools"]] == [committed, digest("pools", pools)],
        "名单不是承诺的那一份",
        "the lists are not those committed",
    )
    drawn = {line.split("\t")[0] for line in (folder / f"drawn-{number}.tsv").read_text("utf-8").splitlines()}
    tasks = {task["key"]: task for task in given["tasks"]}
    demand(set(tasks) == drawn, "任务与抽中的单位不同", "the tasks are not the units drawn")
    people = {who["id"]: who for who in pools["inspectors"]}
    labs = {lab["id"]: lab for lab in pools["laboratories"]}
    go = {
        key: [
            name
            for name, who in people.items()
            if task["firm"] not in who["recused"]
            and set(task["skills"]) <= set(who["skills"])
            and (not who["places"] or any(task["region"].startswith(place) for place in who["places"]))
        ]
        for key, task in tasks.items()
    }
    test = {
        key: [
            name
            for name, lab in labs.items()
            if task["firm"] not in lab["recused"] and set(task["capabilities"]) <= set(lab["capabilities"])
        ]
        for key, task in tasks.items()
    }
    each = given["per_task"]
    demand(each >= 2, "每个任务不足两人", "fewer than two inspectors for a task")
    went = staff(tasks, go, {name: who["load"] for name, who in people.items()}, "inspector", seed, each)
    tested = staff(tasks, test, {name: lab["load"] for name, lab in labs.items()}, "laboratory", seed, 1)
    for key, task in tasks.items():
        demand(
            [sorted(went[key]), tested[key]] == [sorted(task["inspectors"]), [task["laboratory"]]],
            f"{key} 应指派另外的人员或机构",
            f"{key}: others should be drawn for it",
        )
    say(f"{len(tasks)} 个任务的人员和机构相符", f"people and laboratories of {len(tasks)} tasks are as drawn")
    return committed


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="verify_assignment.py", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("what", choices=["laboratory", "tasks"])
    parser.add_argument("path", type=Path)
    parser.add_argument("round", type=int, nargs="?", default=0)
    parser.add_argument("--commitment")
    parser.add_argument("--lang")
    args = parser.parse_args(argv)
    chinese = (args.lang or os.environ.get("LC_ALL") or os.environ.get("LANG") or "zh").startswith("zh")

    def say(zh: str, en: str) -> None:
        print("".join(c if c.isprintable() else "?" for c in (zh if chinese else en)))

    try:
        head = (
            check_laboratory(args.path, say)
            if args.what == "laboratory"
            else check_tasks(args.path, args.round, say)
        )
        say(f"承诺摘要 {head}", f"commitment {head}")
        demand(args.commitment in (None, head), "承诺不是公布的", "not the commitment that was published")
    except Exception as error:  # a file in another form fails in many ways
        known = isinstance(error, ProofError)
        zh, en = error.args if known else (repr(error), repr(error))
        say(f"{'不成立' if known else '无法读取'}：{zh}", f"{'FAILED' if known else 'cannot be read'}: {en}")
        return 1 if known else 2
    say("核对通过", "OK")
    return 0


if __name__ == "__main__":
    sys.exit(main())
