"""From what an enterprise typed to a declaration's kept values: fields by the register's own rules, then the check."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from pinzhi.apps.standards.declared_facts import Gathered, declared_of
from pinzhi.apps.standards.numbers import leading_number, read_number
from pinzhi.kernel.errors import RowError
from pinzhi.kernel.registers import catalogue, values
from pinzhi.kernel.registers.definitions import Definition
from pinzhi.kernel.registers.models import Record
from pinzhi.rules.standards.declarations import Checked, Cited, Declared, Finding, check

REGISTER = "d01_declarations"
ENTERPRISES = "p_enterprises"
#: What the enterprise says; everything else in the register is what the product knows of it.
SAID = (
    "product_name", "generic_name", "brand", "gtin", "specification", "model", "product_class", "sector", "standard_no",
    "standard_name", "indicators", "commitment",
)  # fmt: skip
DECLARATION, COMMITMENT = "declaration", "commitment"
#: Places of findings by the field whose title a row error names.
_PLACES = {"standard": "standard_no", "standard_title": "standard_name", "indicators": "indicators"}
_CURRENT = frozenset({"in_force", "not_yet"})
_LESS = frozenset(
    {"below_mandatory", "fewer_than_recommended", "lower_than_recommended", "indicators_missing"}
)


@dataclass
class Draft:
    """One declaration under way: its row, what was said, whose it is, what the check says."""

    row: int
    kind: str
    uscc: str
    said: dict[str, Any]
    enterprise: str = ""
    region: str = ""
    main_producer: bool = False
    checked: Checked | None = None
    cited: Cited | None = None
    errors: list[RowError] = field(default_factory=list)


def definition() -> Definition:
    """The register's definition with the fields that an enterprise fills in."""
    return _narrowed(catalogue.get(REGISTER).hash)


@lru_cache(maxsize=4)
def _narrowed(_hash: str) -> Definition:
    whole = catalogue.get(REGISTER).definition
    # The name of a standard of the catalogue is known: the check demands it where nobody does.
    # The number is read by the check, which knows what people write behind it (the class, the grade).
    fields = [
        _optional(f) if f.name == "standard_name" else _plain(f) if f.name == "standard_no" else f
        for f in whole.fields
        if f.name in SAID
    ]
    narrowed = whole.model_copy(update={"fields": fields, "checks": []})
    for cached in ("by_name", "groups", "classes", "envelope_classes"):
        narrowed.__dict__.pop(cached, None)
    return narrowed


def _optional(field_: Any) -> Any:
    return field_.model_copy(
        update={"constraints": field_.constraints.model_copy(update={"required": False})}
    )


def _plain(field_: Any) -> Any:
    return field_.model_copy(update={"format": "default"})


def _printed(typed: str) -> str:
    """A number as documents print it, so that one standard is found and counted as one; with more behind it as typed."""
    try:
        return read_number(typed).number
    except values.Wrong:
        return typed


def read(rows: Sequence[Mapping[str, Any]], *, own: str = "") -> list[Draft]:
    """Rows (values by field, with `uscc` and `kind`) as drafts; each with what cannot be taken of it.

    `own`: the credit code of the enterprise that declares for itself.
    """
    drafts = []
    narrowed = definition()
    for number, raw in enumerate(rows, 1):
        given = dict(raw)
        row = int(given.pop("row", number))
        kind = str(given.pop("kind", "") or DECLARATION)
        uscc = str(given.pop("uscc", "") or own)
        errors: list[RowError] = []
        if kind not in (DECLARATION, COMMITMENT):
            errors.append(
                RowError(row, "kind", kind, "不是声明也不是承诺", "is neither declaration nor commitment")
            )
            kind = DECLARATION
        try:
            uscc = values.normalise_code("uscc", uscc) if uscc else ""
        except values.Wrong as wrong:
            errors.append(RowError(row, "统一社会信用代码", uscc[:40], *wrong.args4))
        if not uscc:
            errors.append(
                RowError(
                    row, "统一社会信用代码", None, "没有写企业的统一社会信用代码", "has no credit code",
                    "填写企业的统一社会信用代码", "give the enterprise's credit code",
                )
            )  # fmt: skip
        said, wrong_values = values.clean(narrowed, given, kind, row=row)
        if kind == COMMITMENT:
            said = {k: v for k, v in said.items() if k not in ("standard_no", "standard_name", "indicators")}
            if not said.get("commitment"):
                wrong_values.append(
                    RowError(
                        row, "质量承诺", None, "必填", "is required", "写明承诺的内容", "say what is promised"
                    )
                )
        if typed := said.get("standard_no"):
            said["standard_no"] = _printed(typed)
        standard = leading_number(str(said.get("standard_no") or ""))
        if standard is not None and standard.identifier is not None and standard.identifier.regulation:
            wrong_values.append(
                RowError(
                    row, "执行的标准编号", standard.number, "是法规，不是标准", "is a rule of law, not a standard",
                    "填写产品执行的标准，例如 GB 31701-2015、Q/XYZ 001-2026", "the standard, such as GB 31701-2015, Q/XYZ 001-2026",
                )
            )  # fmt: skip
        drafts.append(Draft(row, kind, uscc, said, errors=errors + wrong_values))
    return drafts


def place(drafts: Sequence[Draft]) -> None:
    """Put the name, the region and the standing of each draft's enterprise in, from the roster."""
    wanted = sorted({draft.uscc for draft in drafts if draft.uscc})
    known = {
        key: (label, region, standing)
        for key, label, region, standing in Record.objects.filter(
            register=ENTERPRISES, key__any_of=wanted
        ).values_list("key", "label", "region", "values")
    }
    for draft in drafts:
        found = known.get(draft.uscc)
        if found is None:
            if not draft.errors:
                draft.errors.append(
                    RowError(
                        draft.row, "统一社会信用代码", draft.uscc, "企业名录中没有这家企业", "is on no roster",
                        "先登记企业", "register the enterprise first",
                    )
                )  # fmt: skip
            continue
        draft.enterprise, draft.region = found[0], found[1]
        # The rate of declaration counts the same firms as its denominator does: main producers that are active.
        draft.main_producer = found[2].get("main_producer") is True and found[2].get("status") == "active"


def check_all(drafts: Sequence[Draft], on: date) -> None:
    """Check every draft that can be read; what is refused becomes an error of its row."""
    good = [(draft, declared_of(draft.said)) for draft in drafts if draft.kind == DECLARATION]
    gathered = Gathered([declared for _, declared in good], on)
    for draft, declared in good:
        draft.cited = gathered.cited(declared.standard)
        draft.checked = check(declared, gathered.of(declared, product_words(draft.said)), gathered.law)
        draft.errors += [
            refusal(draft.row, finding) for finding in draft.checked.findings if finding.level == "refuse"
        ]


def check_one(said: Mapping[str, Any], on: date) -> tuple[Checked, Cited]:
    """The check of one declaration as it is being typed."""
    declared: Declared = declared_of(said)
    gathered = Gathered([declared], on)
    return check(declared, gathered.of(declared, product_words(said)), gathered.law), gathered.cited(
        declared.standard
    )


def product_words(said: Mapping[str, Any]) -> str:
    """What else says what the product is."""
    return " ".join(str(said[name]) for name in ("generic_name", "product_name") if said.get(name))


def refusal(row: int, finding: Finding) -> RowError:
    """A finding that refuses, as an error of the row at the field it names."""
    name = _PLACES.get(finding.place, finding.place)
    found = catalogue.get(REGISTER).definition.by_name.get(name)
    return RowError(
        row,
        found.title.zh if found else name,
        None,
        finding.zh,
        finding.en,
        finding.right_zh,
        finding.right_en,
    )


def record_values(
    draft: Draft, *, on: date, declared_on: date, version: int, entered_by: str
) -> dict[str, Any]:
    """All that the register keeps of a draft that was checked."""
    kept = {
        **draft.said,
        "enterprise_name": draft.enterprise,
        "main_producer": draft.main_producer,
        "declared_on": declared_on.isoformat(),
        "version": version,
        "entered_by": entered_by,
    }
    if draft.kind == COMMITMENT:
        return {**kept, "commitment_kept": "not_checked"}
    assert draft.checked is not None and draft.cited is not None
    return {**kept, **standing(draft.checked, draft.cited, draft.said), "checked_on": on.isoformat()}


def standing(checked: Checked, cited: Cited, said: Mapping[str, Any]) -> dict[str, Any]:
    """What the check adds to a declaration: how its standard stands, what the public is told and on what clause."""
    state = "unknown" if cited.state.startswith("unknown") else cited.state
    effective = state != "withdrawn"
    flags = checked.flags
    national = cited.level in ("national", "industry")
    applicable = national or bool(checked.compared) or bool(_LESS & set(flags))
    applies = effective and (
        (national and state in _CURRENT) or (not national and applicable and not _LESS & set(flags))
    )
    found: dict[str, Any] = {
        "standard_name": said.get("standard_name") or cited.title,
        "standard_level": cited.level or "enterprise",
        "standard_state": state,
        "effective": effective,
        "applicable": applicable,
        "applies": applies,
    }
    if flags:
        found["flags"] = flags
        found["remarks"] = [
            {"zh": f.zh[:400], "en": f.en[:400], "article": f.article[:200]}
            for f in checked.findings
            if f.level == "flag"
        ][:100]
    return found


def same_key(kind: str, said: Mapping[str, Any], standard_key: str) -> str:
    """What makes two declarations of a firm the same: kind, product, model, specification, standard."""
    parts = [
        kind,
        *(values_of(said.get(name)) for name in ("product_name", "model", "specification")),
        standard_key,
    ]
    if kind == COMMITMENT:
        parts.append(values_of(said.get("commitment")))
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def values_of(value: Any) -> str:
    return "".join(str(value or "").split()).casefold()
