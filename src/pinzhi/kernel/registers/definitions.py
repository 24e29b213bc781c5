"""Register definitions and lifecycles: the catalogue's YAML as checked, typed values.

A register is one file in `catalogue/registers`; its lifecycle is one in `catalogue/lifecycles`. The hash of a
definition (with its lifecycle) is what an entry names, so an old entry is always read by the rules it was made under.
"""

from __future__ import annotations

import hashlib
import re
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from pinzhi.rules import yaml_text
from pinzhi.rules.proof.canonical import canonical

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
Who = Literal["subject", "clerk", "reviewer", "approver", "administrator", "system"]
ENVELOPE = (
    "key",
    "kind",
    "state",
    "record_type",
    "effective_on",
    "valid_from",
    "valid_until",
    "region",
    "agency",
    "subject",
)


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(Model):
    """A text in both languages."""

    zh: str
    en: str


class Option(Model):
    value: str
    zh: str
    en: str


def _regex(pattern: str | None) -> str | None:
    if pattern is not None:
        re.compile(pattern)
    return pattern


class Constraints(Model):
    """Frictionless Table Schema constraints, the ones that registers use."""

    required: bool = False
    minLength: int | None = None  # noqa: N815 - the name that Table Schema gives it
    maxLength: int | None = None  # noqa: N815 - likewise
    minimum: int | float | str | None = None
    maximum: int | float | str | None = None
    pattern: Annotated[str | None, AfterValidator(_regex)] = None
    enum: list[str] | None = None
    unique: bool = False


FieldType = Literal[
    "string", "text", "integer", "number", "boolean", "date", "year", "datetime", "file", "money", "table"
]
#: What a cell of a table can be.
CELL_TYPES = {"string", "text", "integer", "number", "boolean", "date", "year", "money"}


class FieldDef(Model):
    name: Name
    title: Text
    type: FieldType = "string"
    format: str = "default"
    unit: str | None = None
    decimals: int | None = None
    constraints: Constraints = Constraints()
    # A tuple: the field named `list` below hides the builtin inside this class.
    options: tuple[Option, ...] | None = None
    many: bool = False
    publicity: str = "private"
    group: Text | None = None
    help: Text | None = None
    example: str | int | float | bool | None = None
    default: str | int | bool | None = None
    count: bool = False
    list: bool = False
    search: bool = False
    personal: bool = False
    when: dict[str, Any] | None = None
    steps: tuple[str, ...] | None = None
    """Transitions that ask for the field (reviewers' scores, certificate numbers); None: every step that asks fields."""
    accept: Any = None
    max_mb: int = 20
    columns: tuple[FieldDef, ...] = ()
    """Columns of a `table`: fields of their own with a title, a type, constraints, options, unit, help, example."""

    @model_validator(mode="after")
    def _table_hangs_together(self) -> FieldDef:
        if (self.type == "table") != bool(self.columns):
            raise ValueError(f"{self.name}: a table, and only a table, has columns")
        if self.type != "table":
            return self
        if self.many or self.options or self.count or self.list or self.format != "default":
            raise ValueError(
                f"{self.name}: a table is not counted, listed or chosen from, and is never `many`"
            )
        names = [column.name for column in self.columns]
        if len(set(names)) < len(names):
            raise ValueError(f"{self.name}: columns named twice")
        for column in self.columns:
            if column.type not in CELL_TYPES or column.many or column.when or column.steps:
                raise ValueError(f"{self.name}.{column.name}: no column of a table")
        return self

    @property
    def required(self) -> bool:
        return self.constraints.required

    def option_title(self, value: str) -> Text | None:
        return next((Text(zh=o.zh, en=o.en) for o in self.options or () if o.value == value), None)


class Publicity(Model):
    """When the fields of a class may be shown: in which states, and while what holds."""

    states: Any
    while_: Literal["valid", "state", "ever"] = Field("valid", alias="while")
    personal: bool = False


class RecordType(Model):
    name: Name
    mission: str | None = None
    title: Text


class KeyRule(Model):
    prefix: str
    of: Any = None


class Validity(Model):
    years: int | None = None
    months: int | None = None
    days: int | None = None
    law: str | None = None
    until_field: str | None = None
    from_field: str | None = None


class Check(Model):
    """What must hold between fields. `lasts`: from `other` to `field` as many days as the dated parameter `law` says."""

    rule: Literal[
        "not_before", "not_after", "sum_equals", "at_least_one_of", "required_if", "not_greater", "lasts"
    ]
    field: str | None = None
    fields: Any = None
    other: str | None = None
    equals: Any = None
    law: str | None = None
    message: Text


class Filter(Model):
    field: str
    op: Literal["eq", "ne", "in", "ge", "le", "gt", "lt", "prefix", "present"] = "eq"
    value: Any = None


class CountDef(Model):
    name: Name
    title: Text
    mode: Literal["level", "increment", "per_year", "series"]
    states: list[str]
    distinct: str | None = None
    filters: list[Filter] = []
    aggregate: Literal["count", "sum", "latest"] = "count"
    value_field: str | None = None
    unit: str = ""
    help: Text | None = None


class Definition(Model):
    register_name: Name = Field(alias="register")
    mission: list[str] = []
    title: Text
    purpose: Text
    function: str
    levels: list[Literal["state", "province", "city", "county"]] = ["province", "city", "county"]
    about: Literal["enterprise", "product", "person", "place", "document", "body", "none"]
    key: KeyRule
    label_field: str | None = None
    lifecycle: Name
    validity: Validity | None = None
    record_types: list[RecordType] = []
    publicity: dict[str, Any]
    entry_publicity: Any = None
    fields: list[FieldDef]
    checks: list[Check] = []
    eligibility: list[str] = []
    counts: list[CountDef] = []
    papers: list[str] = []
    sample: dict[str, Any] = {}
    notes: Text | None = None

    @property
    def name(self) -> str:
        return self.register_name

    @cached_property
    def by_name(self) -> dict[str, FieldDef]:
        return {field.name: field for field in self.fields}

    @cached_property
    def classes(self) -> dict[str, Publicity]:
        """The publicity classes that ever show something."""
        return {
            name: Publicity.model_validate(rule) for name, rule in self.publicity.items() if rule != "never"
        }

    @cached_property
    def envelope_classes(self) -> list[str]:
        """Classes whose openness opens the envelope too; by default every class that is not personal."""
        named = self.entry_publicity
        if named is None:
            return [name for name, rule in self.classes.items() if not rule.personal]
        return [named] if isinstance(named, str) else list(named)

    @cached_property
    def groups(self) -> dict[str, list[FieldDef]]:
        """Fields by publicity class: what is hashed together in a leaf."""
        grouped: dict[str, list[FieldDef]] = {}
        for field in self.fields:
            grouped.setdefault(field.publicity, []).append(field)
        return grouped

    def count(self, name: str) -> CountDef:
        try:
            return next(count for count in self.counts if count.name == name)
        except StopIteration:
            raise KeyError(f"{self.name} has no count {name}") from None

    @model_validator(mode="after")
    def _hangs_together(self) -> Definition:
        names = [field.name for field in self.fields]
        doubled = {name for name in names if names.count(name) > 1}
        if doubled:
            raise ValueError(f"fields named twice: {sorted(doubled)}")
        reserved = set(names) & set(ENVELOPE)
        if reserved:
            raise ValueError(f"fields named like the envelope: {sorted(reserved)}")
        known = set(self.publicity) | {"private"}
        for field in self.fields:
            if field.publicity not in known:
                raise ValueError(f"{field.name}: no publicity class {field.publicity}")
        for name in ("entry",):
            if name in self.publicity:
                raise ValueError("the class name 'entry' belongs to the envelope")
        for count in self.counts:
            for filter_ in count.filters:
                if filter_.field not in names and filter_.field not in ENVELOPE:
                    raise ValueError(f"count {count.name}: no field {filter_.field}")
            for extra in (count.distinct, count.value_field):
                if extra and extra not in names and extra not in ENVELOPE and extra != "period":
                    raise ValueError(f"count {count.name}: no field {extra}")
        for check in self.checks:
            if (check.rule == "lasts") != (check.law is not None):
                raise ValueError(f"{self.name}: a check that lasts, and no other, names a law")
        tables = {field.name for field in self.fields if field.type == "table"}
        counted = {n for c in self.counts for n in (c.distinct, c.value_field, *(f.field for f in c.filters))}
        if tables & (counted | {self.label_field or ""}):
            raise ValueError(f"a table is neither counted nor a label: {sorted(tables & counted)}")
        if self.label_field and self.label_field not in names:
            raise ValueError(f"label_field {self.label_field} is no field")
        unknown = set(self.envelope_classes) - set(self.classes)
        if unknown:
            raise ValueError(f"entry_publicity: no class {sorted(unknown)}")
        return self


class State(Model):
    name: Name
    title: Text
    kind: Literal["open", "pending", "valid", "ended"]


class Wait(Model):
    days: int | None = None
    law: str | None = None
    working: bool = False


class Transition(Model):
    name: Name
    title: Text
    from_: list[str | None] = Field(alias="from")
    to: str | None = None
    who: list[Who]
    asks: list[str] = []
    help: Text | None = None
    not_same_as: list[str] = []
    starts_validity: bool = False
    extends_validity: bool = False
    ends_validity: bool = False
    waits_for: Wait | str | None = None
    paper: str | None = None
    checks_eligibility: bool = False
    entry: bool = True
    bulk: bool = True


class Deadline(Model):
    state: str
    law: str | None = None
    days: int | None = None
    working: bool = False
    who: Who | None = None
    title: Text | None = None


class Auto(Model):
    from_: str = Field(alias="from")
    to: str
    when: Literal["validity_over", "period_over"]
    days: int | None = None
    law: str | None = None
    kind: str = "lapse"


class Lifecycle(Model):
    lifecycle: Name
    title: Text
    help: Text | None = None
    states: list[State]
    transitions: list[Transition]
    deadlines: list[Deadline] = []
    auto: list[Auto] = []

    @cached_property
    def state_by_name(self) -> dict[str, State]:
        return {state.name: state for state in self.states}

    @cached_property
    def valid_states(self) -> list[str]:
        return [state.name for state in self.states if state.kind == "valid"]

    def transition(self, name: str) -> Transition | None:
        return next((transition for transition in self.transitions if transition.name == name), None)

    def from_state(self, state: str | None) -> list[Transition]:
        return [transition for transition in self.transitions if state in transition.from_]

    @model_validator(mode="after")
    def _hangs_together(self) -> Lifecycle:
        names = {state.name for state in self.states}
        verbs = {transition.name for transition in self.transitions}
        for transition in self.transitions:
            for state in [*transition.from_, transition.to]:
                if state is not None and state not in names:
                    raise ValueError(f"transition {transition.name}: no state {state}")
            for verb in transition.not_same_as:
                if verb not in verbs:
                    raise ValueError(f"transition {transition.name}: no transition {verb}")
        for deadline in self.deadlines:
            if deadline.state not in names:
                raise ValueError(f"deadline: no state {deadline.state}")
        for auto in self.auto:
            if {auto.from_, auto.to} - names:
                raise ValueError(f"auto {auto.from_} → {auto.to}: no such state")
        return self


class Register(Model):
    """A definition with its lifecycle, and the hash that entries name."""

    definition: Definition
    life: Lifecycle
    hash: str
    content: dict[str, Any]

    @property
    def name(self) -> str:
        return self.definition.name

    @property
    def title(self) -> Text:
        return self.definition.title

    @cached_property
    def publicly_verifiable(self) -> dict[str, bool]:
        """For each count: whether a stranger can redo it from public, non-personal facts alone."""
        open_classes = {name for name, rule in self.definition.classes.items() if not rule.personal}

        def shown(field: str) -> bool:
            if field in ENVELOPE:
                return True
            found = self.definition.by_name.get(field)
            return found is not None and found.publicity in open_classes

        def verifiable(count: CountDef) -> bool:
            fields = [f.field for f in count.filters]
            fields += [f for f in (count.distinct, count.value_field) if f]
            envelope_open = any(
                set(count.states) <= set(self.definition.classes[c].states)
                for c in self.definition.envelope_classes
            )
            return envelope_open and all(shown(field) for field in fields)

        return {count.name: verifiable(count) for count in self.definition.counts}


class CatalogueError(ValueError):
    """A file of the catalogue that does not hold together: names the file and what is wrong."""


def jsonable(value: Any) -> Any:
    """YAML values as canonical JSON takes them: dates and floats become strings."""
    if isinstance(value, dict):
        return {str(k): jsonable(v) for k, v in value.items()}
    if isinstance(value, list):
        return [jsonable(v) for v in value]
    if value is None or isinstance(value, (bool, int, str)):
        return value
    return str(value)


def _read(path: Path) -> dict[str, Any]:
    try:
        # The C loader is a safe one too, and ten times as fast on sixty files.
        data = yaml_text.load(path.read_text(encoding="utf-8"))
    except yaml_text.YAMLError as error:
        raise CatalogueError(f"{path.name}: {error}") from error
    if not isinstance(data, dict):
        raise CatalogueError(f"{path.name}: not a mapping")
    return data


def parse_register(definition: dict[str, Any], lifecycle: dict[str, Any], name: str = "") -> Register:
    """One register from its two mappings; CatalogueError names what does not hold together."""
    try:
        parsed = Definition.model_validate(definition)
        life = Lifecycle.model_validate(lifecycle)
    except ValidationError as error:
        raise CatalogueError(f"{name or definition.get('register')}: {error}") from error
    states = {state.name for state in life.states}
    for class_name, rule in parsed.classes.items():
        if set(rule.states) - states:
            raise CatalogueError(
                f"{parsed.name}: publicity {class_name}: no state {set(rule.states) - states}"
            )
    for count in parsed.counts:
        if set(count.states) - states:
            raise CatalogueError(f"{parsed.name}: count {count.name}: no state {set(count.states) - states}")
    content = {"definition": jsonable(definition), "lifecycle": jsonable(lifecycle)}
    digest = hashlib.sha256(canonical(content)).hexdigest()
    return Register(definition=parsed, life=life, hash=digest, content=content)


def load_lifecycles(directory: Path) -> dict[str, dict[str, Any]]:
    """Lifecycle mappings by name, each checked."""
    found = {}
    for path in sorted(directory.glob("*.yaml")):
        data = _read(path)
        try:
            life = Lifecycle.model_validate(data)
        except ValidationError as error:
            raise CatalogueError(f"{path.name}: {error}") from error
        if life.lifecycle != path.stem:
            raise CatalogueError(f"{path.name}: says it is lifecycle {life.lifecycle}")
        found[life.lifecycle] = data
    return found


def load_registers(catalogue: Path, extra: Path | None = None) -> dict[str, Register]:
    """Every register of the catalogue by name; `extra` is a folder of an installation's own registers."""
    lifecycles = load_lifecycles(catalogue / "lifecycles")
    registers: dict[str, Register] = {}
    paths = sorted((catalogue / "registers").glob("*.yaml"))
    if extra is not None and extra.is_dir():
        paths += sorted(extra.glob("*.yaml"))
    for path in paths:
        data = _read(path)
        if data.get("register") != path.stem:
            raise CatalogueError(f"{path.name}: says it is register {data.get('register')}")
        lifecycle = lifecycles.get(str(data.get("lifecycle")))
        if lifecycle is None:
            raise CatalogueError(f"{path.name}: no lifecycle {data.get('lifecycle')}")
        registers[path.stem] = parse_register(data, lifecycle, path.name)
    return registers
