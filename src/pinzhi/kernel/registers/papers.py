"""Papers that a step produces: official wording from `catalogue/papers/*.yaml`, filled in from the entry it stands on.

The words a text may use: {label} {key} {register} {step} {subject} {subject_code} {agency} {region} {day} {reason}
{decision_number} {valid_from} {valid_until} {valid} {due} {notice_until} {notice_sentence}. A paragraph
`{if: word, text: …}` is printed only where that word is known. A paper bears the number 〔year〕entry, which is never given twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from pinzhi.kernel.errors import NotFound
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.registers import labels, validity
from pinzhi.kernel.registers.definitions import Register, Text, Wait
from pinzhi.kernel.registers.models import Record
from pinzhi.kernel.registers.queries import EntryView
from pinzhi.rules import yaml_text
from pinzhi.rules.law import NoSuchLawError

FACTS = {
    "key": "编号",
    "subject_code": "统一社会信用代码",
    "decision_number": "决定文号",
    "valid": "有效期",
}


@dataclass(frozen=True)
class Template:
    """A paper's wording."""

    name: str
    title: Text
    mark: str
    body: tuple[Any, ...]
    facts: tuple[str, ...] = ()
    signatures: tuple[str, ...] = ()
    style: str = "letter"
    remedies: bool = False
    public: bool = False


@dataclass(frozen=True)
class Paper:
    """A paper ready to be printed: number, whom it is to, paragraphs, facts, who issues it and when."""

    template: Template
    number: str
    to: str
    paragraphs: list[str]
    facts: list[tuple[str, str]] = field(default_factory=list)
    agency: str = ""
    day: str = ""


REMEDIES = "如不服本决定，可以在法定期限内依法申请行政复议，或者向人民法院提起行政诉讼。"


@lru_cache(maxsize=8)
def templates(of: str = "") -> dict[str, Template]:
    """The papers that steps of registers produce, by name; with `of`, those of an app (`catalogue/papers/<app>/`)."""
    found: dict[str, Template] = {}
    for path in sorted((Path(settings.CATALOGUE_DIR) / "papers" / of).glob("*.yaml")):
        for name, data in yaml_text.load(path.read_text(encoding="utf-8")).items():
            if name in found:
                raise ValueError(f"{path.name}: the paper {name} is written twice")
            found[name] = _template(name, data)
    return found


def _template(name: str, data: Mapping[str, Any]) -> Template:
    known = {"title", "mark", "body", "facts", "signatures", "style", "remedies", "public"}
    if set(data) - known:
        raise ValueError(f"the paper {name} says {sorted(set(data) - known)}, which nobody reads")
    return Template(
        name=name,
        title=Text.model_validate(data["title"]),
        mark=str(data["mark"]),
        body=tuple(data["body"]),
        facts=tuple(data.get("facts", ())),
        signatures=tuple(data.get("signatures", ())),
        style=str(data.get("style", "letter")),
        remedies=bool(data.get("remedies")),
        public=bool(data.get("public")),
    )


def make(register: Register, record: Record, view: EntryView) -> Paper:
    """The paper of an entry. Raises NotFound where its step produces none."""
    name = view.step.paper if view.step else None
    template = templates().get(name or "")
    if template is None or view.step is None:
        raise NotFound("no_such_paper", zh="这一步没有文书。", en="This step produces no paper.")
    words = _words(register, record, view)
    paragraphs = []
    for one in template.body:
        text = one
        if isinstance(one, Mapping):
            if not words.get(one["if"]):
                continue
            text = one["text"]
        paragraphs.append(str(text).format_map(words))
    if template.remedies:
        paragraphs.append(REMEDIES)
    facts = [(FACTS[word], words[word]) for word in template.facts if words.get(word)]
    return Paper(
        template=template,
        number=words["decision_number"]
        or f"{template.mark}〔{view.entry.effective_on.year}〕{view.entry.id}号",
        to="" if template.public or template.style == "certificate" else words["subject"],
        paragraphs=paragraphs,
        facts=facts,
        agency=words["agency"],
        day=chinese_day(view.entry.effective_on),
    )


def chinese_day(day: date | None) -> str:
    """2026年11月21日, as official papers write it."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def _words(register: Register, record: Record, view: EntryView) -> dict[str, str]:
    entry = view.entry
    agency, region = places.agency_name(entry.agency), places.region_name(entry.region)
    subject = labels.subject_labels(register, [entry.subject]).get(entry.subject, "")
    values = view.values or record.values
    label = labels.label(register, entry.key, values, subject)
    subject = (
        subject
        or str(values.get("enterprise_name") or values.get("holder_name") or "")
        or entry.subject
        or label
    )
    until = chinese_day(entry.valid_until)
    valid = f"{chinese_day(entry.valid_from)}至{until or '长期'}" if entry.valid_from else ""
    notice = notice_until(register, view)
    return {
        "label": label,
        "key": entry.key,
        "register": register.title.zh,
        "step": view.step.title.zh if view.step else "",
        "subject": subject,
        "subject_code": entry.subject,
        "agency": agency.zh if agency else "",
        "region": region.zh if region else "",
        "day": chinese_day(entry.effective_on),
        "reason": str(view.said.get("reason", "")),
        "decision_number": str(view.said.get("decision_number", "")),
        "valid_from": chinese_day(entry.valid_from),
        "valid_until": until,
        "valid": valid,
        "due": chinese_day(due_on(register, view)),
        "notice_until": chinese_day(notice),
        "notice_sentence": f"请于{chinese_day(notice)}前以书面形式提出。" if notice else "",
    }


def due_on(register: Register, view: EntryView) -> date | None:
    """The last day of the deadline of the state that the entry led to."""
    for rule in register.life.deadlines:
        if rule.state == view.entry.state:
            wait = rule.law or Wait(days=rule.days, working=rule.working)
            try:
                return validity.after(view.entry.effective_on, wait)
            except NoSuchLawError:
                return None
    return None


def notice_until(register: Register, view: EntryView) -> date | None:
    """The last day of the waiting period that the entry began: the day before the waiting step may be done."""
    days = []
    for step in register.life.from_state(view.entry.state):
        if step.waits_for is not None:
            try:
                days.append(validity.after(view.entry.effective_on, step.waits_for))
            except NoSuchLawError:
                continue
    return min(days) - timedelta(days=1) if days else None
