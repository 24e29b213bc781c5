"""What the API's register operations take and answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from ninja import Field, Path, Schema
from pydantic import AfterValidator, AliasChoices

from pinzhi.kernel.errors import Refused
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.registers.actions.carry_out import Item
from pinzhi.kernel.registers.definitions import Register
from pinzhi.kernel.registers.models import Entry, Record
from pinzhi.kernel.registers.queries import EntryView


def _plain(text: str) -> str:
    if any(ord(c) < 32 or ord(c) == 127 for c in text):
        raise ValueError("has control characters")
    return text


Plain = Annotated[str, AfterValidator(_plain)]
#: A value of a field as JSON has it; what a field takes is in the register's definition.
Value = str | int | float | bool | None | list[Any] | dict[str, Any]
Order = Literal["label", "-label", "key", "-key", "state_since", "-state_since", "updated_at", "-updated_at"]
ORDERS = {"label": "sort_key"}
#: The register in an address.
Name = Path(..., pattern=r"^[a-z][a-z0-9_]{0,62}$", description="name of the register, such as e01_cqo")


class TextOut(Schema):
    """A text in both languages."""

    zh: str
    en: str


class RegisterOut(Schema):
    """A register in brief."""

    name: str
    title: TextOut
    purpose: TextOut
    mission: list[str]
    function: str
    about: str
    lifecycle: str


class RecordOut(Schema):
    """A record as it stands. `values` holds the fields of the definition; `revision` guards against overwriting."""

    register_name: str = Field(
        serialization_alias="register", validation_alias=AliasChoices("register", "register_name")
    )
    key: str
    label: str
    state: str
    record_type: str
    subject: str
    region: str
    agency: str
    effective_on: dt.date
    state_since: dt.date
    valid_from: dt.date | None
    valid_until: dt.date | None
    updated_at: dt.datetime
    revision: int
    values: dict[str, Any]


class EntryOut(Schema):
    """One entry: what happened, what the record said from then on, what the step carried."""

    id: int
    kind: str
    state: str
    record_type: str
    effective_on: dt.date
    valid_from: dt.date | None
    valid_until: dt.date | None
    region: str
    agency: str
    subject: str
    recorded_at: dt.datetime
    by: str
    replaces: int | None
    void: bool
    values: dict[str, Any]
    said: dict[str, Any]


class FeedEntryOut(EntryOut):
    """An entry with its place in the register's log."""

    index: int
    key: str


class FeedOut(Schema):
    """Entries from a place on; ask again with `since=next`. `size`: how many entries the log has."""

    items: list[FeedEntryOut]
    next: int
    size: int


class StepOut(Schema):
    """A step that can follow, and how the caller stands to it."""

    name: str
    title: TextOut
    to: str | None
    who: list[str]
    asks: list[str]
    may: bool
    ready_on: dt.date | None
    not_by_you: str


class ItemIn(Schema):
    """What is asked for one record. Without `key` a new record begins; `revision` refuses what has changed meanwhile."""

    key: Plain | None = Field(None, max_length=160)
    subject: Plain | None = Field(None, max_length=64)
    region: Plain | None = Field(None, max_length=12)
    agency: Plain | None = Field(None, max_length=64)
    record_type: Plain | None = Field(None, max_length=64)
    values: dict[str, Value] = Field(default_factory=dict, max_length=400)
    effective_on: dt.date | None = None
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None
    reason: str = Field("", max_length=4000)
    decision_number: str = Field("", max_length=200)
    evidence: list[FileRef] = Field(default_factory=list, max_length=50)
    revision: int | None = Field(None, ge=0, le=2**53)

    def as_item(self) -> Item:
        """The item of the action. Raises Refused for a region or agency that nobody knows."""
        if self.region:
            places.known_region(self.region)
        if self.agency and places.agency(self.agency) is None:
            raise Refused(
                "no_such_agency",
                zh=f"没有代码为“{self.agency}”的机关。",
                en=f"There is no agency {self.agency}.",
                place="agency",
            )
        known = self.model_dump(exclude={"evidence"})
        return Item(**known, evidence=[ref.model_dump() for ref in self.evidence])


class FileRef(Schema):
    """A stored file as an entry names it."""

    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    name: Plain = Field("", max_length=200)
    size: int = Field(0, ge=0, le=2**40)
    type: Plain = Field("", max_length=100)


class StepIn(Schema):
    """One or many items for one step: all are done, or none."""

    items: list[ItemIn] = Field(min_length=1, max_length=1000)
    note: str = Field("", max_length=1000)


class EntryRefOut(Schema):
    register_name: str = Field(
        serialization_alias="register", validation_alias=AliasChoices("register", "register_name")
    )
    key: str
    entry_id: int


class StepDone(Schema):
    """The entries made, in the order of the items."""

    entries: list[EntryRefOut]


class CorrectionIn(Schema):
    """What was wrong in an entry; None empties a field."""

    values: dict[str, Value] = Field(default_factory=dict, max_length=400)
    reason: str = Field(min_length=1, max_length=4000)
    effective_on: dt.date | None = None
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None


class CountOut(Schema):
    """A named count of a register."""

    name: str
    title: TextOut
    mode: str
    unit: str
    publicly_verifiable: bool


class CountedOut(Schema):
    """A figure, the years for per_year, and the spec that verify.py recounts."""

    value: Decimal | None
    years: dict[str, int] | None
    period: str | None
    spec: dict[str, Any]


class ImportOut(Schema):
    """A file taken in: how many rows are good, what is wrong with the others, and the job that brings them in."""

    id: str
    register_name: str = Field(
        serialization_alias="register", validation_alias=AliasChoices("register", "register_name")
    )
    step: str
    filename: str
    digest: str
    status: str
    mode: str
    rows: int
    good: int
    errors: list[dict[str, Any]]
    job: str | None = None


ItemIn.model_rebuild()


def brief(register: Register) -> dict[str, Any]:
    found = register.definition
    return {
        "name": found.name,
        "title": found.title.model_dump(),
        "purpose": found.purpose.model_dump(),
        "mission": list(found.mission),
        "function": found.function,
        "about": found.about,
        "lifecycle": found.lifecycle,
    }


def record_out(record: Record) -> dict[str, Any]:
    names = (
        "key", "label", "state", "record_type", "subject", "region", "agency", "effective_on", "state_since",
        "valid_from", "valid_until", "updated_at", "values",
    )  # fmt: skip
    return {
        "register": record.register,
        **{name: getattr(record, name) for name in names},
        "revision": record.entry_id,
    }


def entry_out(
    entry: Entry, values: Mapping[str, Any], said: Mapping[str, Any], *, void: bool
) -> dict[str, Any]:
    names = (
        "id", "kind", "state", "record_type", "effective_on", "valid_from", "valid_until", "region", "agency",
        "subject", "recorded_at", "by", "replaces",
    )  # fmt: skip
    return {
        **{name: getattr(entry, name) for name in names},
        "void": void,
        "values": dict(values),
        "said": dict(said),
    }


def view_out(view: EntryView) -> dict[str, Any]:
    return entry_out(view.entry, view.values, view.said, void=view.void)
