"""What is known of one edition, and the status that follows from it on a day."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from pinzhi.rules.standards.identifiers import (
    Identifier,
    parse,
)
from pinzhi.rules.standards.identifiers.text import fold
from pinzhi.rules.standards.replacements import Replacement


class Status(StrEnum):
    """The status of an edition on a day."""

    DRAFT = "draft"
    PUBLISHED = "published"
    """Published, not yet in force (即将实施)."""
    IN_FORCE = "in_force"
    WITHDRAWN = "withdrawn"


STATUS_ZH = {
    Status.DRAFT: "制修订中",
    Status.PUBLISHED: "即将实施",
    Status.IN_FORCE: "现行",
    Status.WITHDRAWN: "废止",
}

_STATUS_WORDS: dict[str, Status] = {
    word: status
    for status, words in {
        Status.IN_FORCE: "现行 现行有效 有效 已实施 被修改 现行(有修改单) 部分有效 部分废止 部分代替 即将废止 继续有效 确认有效 "
        "PUBLISHED CURRENT INFORCE ACTIVE VALID",
        Status.PUBLISHED: "即将实施 未实施 尚未实施 未生效 尚未生效 已发布 已发布未实施 已发布待实施 NOTYETINFORCE",
        Status.WITHDRAWN: "废止 已废止 作废 已作废 失效 被代替 已被代替 被替代 已被替代 已代替 全部代替 停止执行 撤销 已撤销 转化 "
        "REVISED REPLACED WITHDRAWN SUPERSEDED OBSOLETE CANCELLED CANCELED REPEALED",
        Status.DRAFT: "制定 修订 制修订中 征求意见 草案 在研 报批 DRAFT",
    }.items()
    for word in words.split()
}


_REMARK = re.compile(r"\(.*\)$")  # 已废止（2020-01-01）


def read_status(word: str) -> Status | None:
    """A status word (现行, 即将实施, 废止, PUBLISHED …) or an ISO stage code (60, 90.93, 95); None if it is neither.

    Stages are those of ISO/IEC Directives: below 60 a draft, 60 published, 90 under review, 95 withdrawn.
    """
    text = fold(word).strip().upper()
    if (stage := re.fullmatch(r"([0-9]{2})(?:\.[0-9]{2})?", text, re.ASCII)) is not None:
        number = int(stage[1])
        return Status.DRAFT if number < 60 else Status.WITHDRAWN if number >= 95 else Status.IN_FORCE
    return _STATUS_WORDS.get(text) or _STATUS_WORDS.get(
        _REMARK.sub("", text.replace(" ", "").replace("_", ""))
    )


@dataclass(frozen=True, slots=True)
class EditionFact:
    """What is known of one edition. Days are in Asia/Shanghai; None is not known.

    `status` is the word recorded on `recorded_on`; it decides only where dates do not. `withdrawn_on` is the first day on which
    the edition is no longer in force (the day its successor comes into force).
    """

    key: str
    series_key: str
    number: str = ""
    status: Status | None = None
    recorded_on: date | None = None
    published_on: date | None = None
    effective_on: date | None = None
    withdrawn_on: date | None = None
    replaces: tuple[Replacement, ...] = ()
    replaced_by: tuple[Replacement, ...] = ()
    identifier: Identifier | None = field(default=None, compare=False, repr=False)


def edition_fact(
    number: str,
    *,
    status: Status | None = None,
    recorded_on: date | None = None,
    published_on: date | None = None,
    effective_on: date | None = None,
    withdrawn_on: date | None = None,
    replaces: Iterable[Replacement] = (),
    replaced_by: Iterable[Replacement] = (),
) -> EditionFact:
    """A fact from the number as written. Raises IdentifierError."""
    one = parse(number)
    return EditionFact(
        one.key, one.series_key, one.designation, status, recorded_on, published_on, effective_on, withdrawn_on,
        tuple(replaces), tuple(replaced_by), one,
    )  # fmt: skip


def status_on(fact: EditionFact, day: date) -> Status:
    """The status on the day. Dates decide; the recorded word decides where a date is missing.

    Withdrawn comes first: what was replaced before it was implemented never came into force. An edition recorded as withdrawn
    whose day of withdrawal nobody knows counts as withdrawn from the day of the record (or always, without one).
    """
    if fact.withdrawn_on is not None and day >= fact.withdrawn_on:
        return Status.WITHDRAWN
    if (
        fact.withdrawn_on is None
        and fact.status is Status.WITHDRAWN
        and (fact.recorded_on is None or day >= fact.recorded_on)
    ):
        return Status.WITHDRAWN
    if fact.published_on is not None and day < fact.published_on:
        return Status.DRAFT
    if fact.effective_on is not None:
        return Status.IN_FORCE if day >= fact.effective_on else Status.PUBLISHED
    if fact.status in (Status.DRAFT, Status.PUBLISHED):
        return fact.status
    return Status.IN_FORCE
