"""Name the public value to come from which a draw, or a replacement round of it, takes its seed."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from pinzhi.apps.inspection import access, drawing, people
from pinzhi.apps.inspection.models import Draw, Task
from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Refused
from pinzhi.rules.inspection.draws import select
from pinzhi.rules.inspection.draws.assign import pool_document
from pinzhi.rules.inspection.draws.beacon import CHAINS
from pinzhi.rules.inspection.draws.frame import read
from pinzhi.rules.inspection.draws.seed import Drand, Lottery, Replaced, Source, Value, declare
from pinzhi.rules.inspection.verify_draw import canonical, digest

MOST_DAYS_AHEAD = 366
"""A value that comes later is a slip of the year; the draw would wait for ever."""


def name_public_value(
    number: str, *, source: Mapping[str, Any], fallback: Mapping[str, Any], by: Actor
) -> Draw:
    """Declare which future value makes the seed, and which one stands in for it. The pools of inspectors and
    laboratories are committed with it. After a draw, tasks that found nobody or nothing make a replacement round.

    `source`: {kind: drand, chain?, at} or {kind: lottery, name, issue, at}; `at` is an aware datetime.
    Raises NotFound, NotPermitted, Conflict, Refused: a frame that is not frozen, a value that is not to come.
    """

    def work() -> Draw:
        draw = drawing.locked(number, Draw.Stage.NAMED, Draw.Stage.FROZEN, Draw.Stage.DRAWN)
        access.require(by, "inspection.draw", [draw.region])
        if draw.stage == Draw.Stage.NAMED:
            raise Refused(
                "frame_not_frozen",
                zh="名单尚未冻结和承诺，不能指定随机数。",
                en="The frame is not frozen and committed; no public value can be named.",
                remedy_zh="先冻结名单。",
                remedy_en="Freeze the frame first.",
            )
        folder = drawing.folder_of(draw)
        commitment = read(folder)
        again = draw.stage == Draw.Stage.DRAWN
        replaced = _to_replace(draw) if again else []
        if again and not replaced:
            raise Refused("nothing_to_replace", zh="没有需要补抽的任务。", en="No task needs a replacement.")
        rounds = select.load_all(folder)
        declared = declare(
            commitment.document,
            announced_at=clock.now(),
            source=source_of(source),
            fallback=source_of(fallback),
            round=len(rounds),
            previous=rounds[-1].digest if rounds else None,
            replaced=replaced,
        )
        pools = pool_document([], people.inspectors(draw), people.laboratories(draw))
        (folder / f"pools-{len(rounds)}.json").write_bytes(canonical(pools) + b"\n")
        (folder / f"declaration-{len(rounds)}.json").write_bytes(canonical(dict(declared.document)) + b"\n")
        draw.declaration = {"document": json.loads(json.dumps(declared.document)), "digest": declared.digest}
        draw.pools_digest = digest("pools", pools)
        draw.public_source, draw.fallback = named(source), named(fallback)
        draw.public_due_at, draw.public_value = _at(source), ""
        draw.stage, draw.round = Draw.Stage.AWAITED, len(rounds) + 1
        drawing.save(draw, by=by)
        drawing.note(draw, "name_public_value", by=by, detail={"declaration": declared.digest})
        drawing.publish_draw(draw, by=by)
        return draw

    return drawing.step("declared", number, by, work)


def _at(raw: Mapping[str, Any]) -> datetime:
    at = raw.get("at")
    if not isinstance(at, datetime) or at.utcoffset() is None:
        raise Refused(
            "no_time", zh="请填写随机数的公布时间。", en="Say when the value comes out.", place="at"
        )
    days = (at.replace(tzinfo=None) - clock.now().replace(tzinfo=None)).days
    if days > MOST_DAYS_AHEAD or at.year < 2000:
        raise Refused(
            "no_such_time",
            zh=f"公布时间 {at.year} 年不合理：应在今后 {MOST_DAYS_AHEAD} 天以内。",
            en=f"A value of the year {at.year} cannot be meant: name one of the next {MOST_DAYS_AHEAD} days.",
            place="at",
        )
    return at


def source_of(raw: Mapping[str, Any]) -> Source:
    """The public value as the rules take it: of drand the first round after a time."""
    at = _at(raw)
    if raw.get("kind") == "drand":
        name = str(raw.get("chain") or "drand quicknet")
        chain = next((c for c in CHAINS.values() if name in (c.name, c.hash)), None)
        if chain is None:
            raise Refused(
                "no_such_chain", zh=f"不认识的 drand 链“{name}”。", en=f"There is no drand chain {name}."
            )
        return Drand(chain, chain.round_after(at))
    return Lottery(str(raw.get("name") or ""), str(raw.get("issue") or ""), at)


def as_printed(numbers: Any) -> str | None:
    """A lottery's numbers in the one form that makes the seed: half-width, single blanks; None where there are none.

    Nothing is sorted or padded: their order and their leading zeros are the lottery's.
    """
    plain = unicodedata.normalize("NFKC", str(numbers or ""))
    return " ".join(re.split(r"[\s,、;+|]+", plain.strip(" ,、;+|\t\n"))) or None


def named(raw: Mapping[str, Any]) -> str:
    """A public value by its name and number, in no language: it stands so in the public register and in answers to
    other systems. Pages say it in their reader's words (`draw_words.public_value`)."""
    found = source_of(raw)
    if isinstance(found, Drand):
        return f"{found.chain.name} #{found.round}"
    return f"{found.name} #{found.issue}"


def given_value(document: Mapping[str, Any], value: Mapping[str, Any]) -> Value:
    """The value that came out, as `settle` takes it: {signature, previous?} of drand or {numbers} of a lottery, with
    {of: fallback, reason} where the fallback is used.

    Raises Refused before the time of the value that is meant: a fallback that is not out yet could be anything too.
    """
    of: Literal["source", "fallback"] = "fallback" if value.get("of") == "fallback" else "source"
    due = datetime.fromisoformat(str(document[of]["at"]).replace("Z", "+00:00"))
    if clock.now() < due:
        at = due.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M")
        named = ("后备", "fallback") if of == "fallback" else ("公共随机数", "public value")
        raise Refused(
            "not_out_yet",
            zh=f"{named[0]}尚未公布，{at}以后才能使用。",
            en=f"The {named[1]} is not out yet: it can be used from {at} on.",
            place="fallback" if of == "fallback" else "value",
        )
    return Value(
        signature=value.get("signature") or None,
        previous=value.get("previous") or None,
        numbers=as_printed(value.get("numbers")),
        of=of,
        reason=value.get("reason") or None,
    )


def _to_replace(draw: Draw) -> list[Replaced]:
    tasks = draw.tasks.filter(status__in=(Task.Status.ABSENT,)).select_related("unit")
    return [Replaced(people.unit_key(task.unit), task.reason or "停业或无货") for task in tasks if task.unit]
