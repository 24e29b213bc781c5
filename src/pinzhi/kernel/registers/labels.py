"""What a record is called, how it sorts, and the text that a search looks through."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pinzhi.kernel.registers.catalogue import ROSTERS
from pinzhi.kernel.registers.definitions import FieldDef, Register
from pinzhi.kernel.registers.rows import Question, ask
from pinzhi.kernel.registers.tables import cells
from pinzhi.kernel.search import pinyin
from pinzhi.kernel.search.folding import searchable


def subject_labels(register: Register, subjects: Iterable[str]) -> dict[str, str]:
    """Names of the subjects from the roster that keeps them; what is on no roster is left out."""
    question = naming(register, subjects)
    return dict(ask(*question)) if question else {}


def naming(register: Register, subjects: Iterable[str]) -> Question | None:
    """What `subject_labels` asks (the answer: subject and name), for who asks other things with it; None: nothing."""
    roster = ROSTERS.get(register.definition.about)
    wanted = sorted({subject for subject in subjects if subject})
    if roster is None or roster == register.name or not wanted:
        return None
    return "SELECT key, label FROM registers_record WHERE register = $1 AND key = ANY($2)", [roster, wanted]


def label(register: Register, key: str, values: Mapping[str, Any], subject_label: str) -> str:
    """The record's name: its label field, else its subject's name, else its number."""
    field = register.definition.by_name.get(register.definition.label_field or "")
    own = values.get(field.name) if field else None
    option = field.option_title(str(own)) if field and own is not None else None
    return str((option.zh if option else own) or subject_label or key)[:300]


def sort_key(text: str) -> str:
    return pinyin.sort_key(text, 120)


def search_text(
    register: Register,
    key: str,
    name: str,
    subject: str,
    values: Mapping[str, Any],
    fields: Iterable[FieldDef] | None = None,
) -> str:
    """Number, name, subject and the fields marked `search`, a line each."""
    chosen = register.definition.fields if fields is None else fields
    parts = [key, name, subject]
    for field in chosen:
        value = values.get(field.name)
        if field.search and value is not None and not field.personal:
            if field.type == "table":
                parts += cells(value)
            else:
                parts += [str(v) for v in value] if isinstance(value, list) else [str(value)]
    return searchable(*dict.fromkeys(part for part in parts if part))
