"""From a public value that nobody knew beforehand to the seed of a round.

A round is declared (which future value, which fallback, which units are replaced) after the commitment is
published; the declaration's digest is published too. When the value has come it is settled: refused when it
is not the one named, or is older than commitment or declaration. The seed also takes a secret that was
committed with the rules, so that nobody can work out tickets before the draw is opened.
"""

from __future__ import annotations

import datetime as dt
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pinzhi.rules.inspection.draws import beacon
from pinzhi.rules.inspection.draws.design import DrawError
from pinzhi.rules.inspection.verify_draw import canonical, digest

__all__ = [
    "Declaration",
    "Drand",
    "HmacDrbg",
    "Lottery",
    "Replaced",
    "Round",
    "Source",
    "Value",
    "declare",
    "instant",
    "read_declaration",
    "settle",
]

_NUMBERS = re.compile(r"[0-9]{1,9}( [0-9]{1,9}){2,59}\Z")


def instant(moment: dt.datetime) -> str:
    """2026-01-05T01:02:03Z. Raises ValueError for a time without zone."""
    if moment.utcoffset() is None:
        raise ValueError("an instant needs a time zone")
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class HmacDrbg:
    """HMAC_DRBG with SHA-256 (NIST SP 800-90A Rev. 1, 10.1.2), with reseeding and additional input.

    `verify_draw.random_bytes` is the part of it that a draw needs.
    """

    def __init__(self, entropy: bytes, nonce: bytes, personalization: bytes = b"") -> None:
        self._key, self._v = b"\x00" * 32, b"\x01" * 32
        self._update(entropy + nonce + personalization)

    def _update(self, data: bytes) -> None:
        for mark in (b"\x00", b"\x01") if data else (b"\x00",):
            self._key = hmac.digest(self._key, self._v + mark + data, "sha256")
            self._v = hmac.digest(self._key, self._v, "sha256")

    def reseed(self, entropy: bytes, additional: bytes = b"") -> None:
        self._update(entropy + additional)

    def generate(self, count: int, additional: bytes = b"") -> bytes:
        """`count` bytes, at most 65,536 a request. Raises ValueError for more."""
        if not 0 < count <= 65536:
            raise ValueError(f"a request is for 1 to 65536 bytes, not {count}")
        if additional:
            self._update(additional)
        found = b""
        while len(found) < count:
            self._v = hmac.digest(self._key, self._v, "sha256")
            found += self._v
        self._update(additional)
        return found[:count]


@dataclass(frozen=True, slots=True)
class Drand:
    """A round to come of a drand chain (see `beacon.CHAINS`)."""

    chain: beacon.Chain
    round: int

    @property
    def at(self) -> dt.datetime:
        return self.chain.time_of(self.round)

    def document(self) -> dict[str, Any]:
        return {"kind": "drand", "chain": self.chain.hash, "round": self.round, "at": instant(self.at)}


@dataclass(frozen=True, slots=True)
class Lottery:
    """A lottery's draw to come: its name, its issue and when it is drawn (aware).

    What `numbers` the value will have is said in `name` where it could be doubted: all balls in the order printed.
    """

    name: str
    issue: str
    at: dt.datetime

    def document(self) -> dict[str, Any]:
        return {"kind": "lottery", "name": self.name, "issue": self.issue, "at": instant(self.at)}


Source = Drand | Lottery


@dataclass(frozen=True, slots=True)
class Value:
    """The public value once it is there: a drand `signature` in hex (and the one before it, for chained schemes), or a
    lottery's `numbers` as printed, between single blanks. `of="fallback"` needs a `reason`."""

    signature: str | None = None
    previous: str | None = None
    numbers: str | None = None
    of: Literal["source", "fallback"] = "source"
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Replaced:
    """A drawn unit that could not be sampled, and why (closed, no stock, …)."""

    key: str
    reason: str


@dataclass(frozen=True, slots=True)
class Declaration:
    """A round declared, its value still to come. `digest` is what is published."""

    document: Mapping[str, Any]

    @property
    def digest(self) -> str:
        return digest("declaration", dict(self.document))


@dataclass(frozen=True, slots=True)
class Round:
    """A settled round: round-R.json."""

    document: Mapping[str, Any]

    @property
    def number(self) -> int:
        return int(self.document["round"])

    @property
    def digest(self) -> str:
        return digest("round", dict(self.document))


def declare(
    commitment: Mapping[str, Any] | None,
    *,
    announced_at: dt.datetime,
    source: Source,
    fallback: Source,
    round: int = 0,
    previous: str | None = None,
    replaced: Sequence[Replaced] = (),
) -> Declaration:
    """Declare a round of the draw with this commitment.json. `round` 0 is the draw; later ones replace `replaced`, and
    `previous` is the digest of the result before.

    Raises DrawError: a frame that is not frozen, a value that is not yet to come or comes no later than the
    commitment, a fallback that is not another value, a replacement of nothing.
    """
    if not commitment or not isinstance(commitment.get("root"), str):
        raise DrawError(
            "抽样框没有冻结和公布承诺，不能声明随机值",
            "the frame is not frozen and committed; no public value can be named",
        )
    stamp = instant(announced_at)
    if stamp < str(commitment["frozen_at"]):
        raise DrawError("声明早于承诺", "the declaration is older than the commitment")
    for named in (source, fallback):
        _in_future(named, stamp)
    if source.document() == fallback.document():
        raise DrawError("备用随机值应是另一个值", "the fallback must be another value")
    if fallback.at < source.at:
        raise DrawError("备用随机值不应早于正选的值", "the fallback comes before the value it stands in for")
    if bool(round) != bool(replaced) or bool(round) != bool(previous) or round < 0:
        raise DrawError(
            "替补轮须写明被替换的单位和上一轮的结果，首轮则没有",
            "a replacement round names the units replaced and the result before it; the first round does not",
        )
    keys = [r.key for r in replaced]
    if len(set(keys)) != len(keys) or not all(r.reason.strip() for r in replaced):
        raise DrawError("被替换的单位重复，或没有理由", "a replaced unit stands twice or has no reason")
    return Declaration(
        {
            "v": 1,
            "round": round,
            "commitment": digest("commitment", dict(commitment)),
            "previous": previous,
            "announced_at": stamp,
            "source": source.document(),
            "fallback": fallback.document(),
            "replaced": [{"key": r.key, "reason": r.reason} for r in replaced],
        }
    )


def read_declaration(document: Mapping[str, Any]) -> Declaration:
    """A declaration kept as its document."""
    return Declaration(dict(document))


def _in_future(source: Source, stamp: str) -> None:
    if isinstance(source, Drand):
        if source.round < 1:
            raise DrawError("drand 轮次从 1 起", "rounds of drand begin with 1")
    elif not source.name.strip() or not source.issue.strip():
        raise DrawError("彩票的名称和期号没有写明", "the name or issue of the lottery is missing")
    if instant(source.at) <= stamp:
        value, now = _in_china(source.at), _in_china(dt.datetime.fromisoformat(stamp))
        raise DrawError(
            f"公开随机值的公布时间 {value} 不晚于声明的 {now}（北京时间），不能用；请指定以后才公布的随机值",
            f"the public value of {value} is no later than its declaration of {now} (China time): name one to come",
        )


def _in_china(moment: dt.datetime) -> str:
    """As a clerk reads a clock."""
    return moment.astimezone(dt.timezone(dt.timedelta(hours=8))).strftime("%Y-%m-%d %H:%M:%S")


def settle(declaration: Declaration, value: Value, chains: Mapping[str, beacon.Chain] | None = None) -> Round:
    """The round with its public value, verified; `chains` by hash (default `beacon.CHAINS`).

    Raises DrawError: a value of another kind than was named, a fallback without a reason, a signature that drand did
    not make for that round of that chain, numbers in another form.
    """
    document = dict(declaration.document)
    if value.of not in ("source", "fallback"):
        raise DrawError("只能用正选或备用的值", "the value is that of the source or of the fallback")
    named = document[value.of]
    if value.of == "fallback" and not (value.reason or "").strip():
        raise DrawError("改用备用值须写明原因", "using the fallback needs a reason")
    settled: dict[str, Any] = {"of": value.of}
    if value.of == "fallback":
        settled["reason"] = value.reason
    if named["kind"] == "drand":
        chain = (beacon.CHAINS if chains is None else chains).get(named["chain"])
        if chain is None:
            raise DrawError(f"不认识的 drand 链 {named['chain']}", f"unknown drand chain {named['chain']}")
        if instant(chain.time_of(named["round"])) != named["at"]:
            raise DrawError("drand 轮次与时刻不符", "the round of drand is not of that time")
        settled["signature"] = _signature(chain, named["round"], value)
        if value.previous:
            settled["previous"] = value.previous.strip().lower()
    else:
        numbers = value.numbers or ""
        if value.signature or not _NUMBERS.match(numbers):
            raise DrawError(
                "开奖号码应为至少三个数，之间一个空格",
                "numbers of a lottery: three or more, single blanks between",
            )
        settled["numbers"] = " ".join(str(int(n)) for n in numbers.split())
    return Round({**document, "value": settled})


def _signature(chain: beacon.Chain, round_: int, value: Value) -> str:
    try:
        signature = bytes.fromhex((value.signature or "").strip())
        previous = bytes.fromhex(value.previous.strip()) if value.previous else None
    except ValueError:
        signature, previous = b"", None
    if value.numbers or not signature:
        raise DrawError("这里要的是 drand 的签名（十六进制）", "a drand signature in hex is asked for")
    if not beacon.verify(chain.scheme, bytes.fromhex(chain.public_key), round_, signature, previous):
        raise DrawError(
            f"签名不是 {chain.name} 第 {round_} 轮的",
            f"the signature is not that of round {round_} of {chain.name}",
        )
    return signature.hex()


def assignment_seed(round_: Round, veil: str, pools: Mapping[str, Any]) -> bytes:
    """The seed for drawing inspectors and laboratories with a settled round: bound to the pools committed before."""
    source, value = round_.document[round_.document["value"]["of"]], round_.document["value"]
    entropy = canonical({"source": source, "value": {k: v for k, v in value.items() if k != "reason"}})
    more = canonical({"pools": digest("pools", dict(pools)), "veil": veil})
    return HmacDrbg(entropy, bytes.fromhex(round_.document["commitment"]), more).generate(32)
