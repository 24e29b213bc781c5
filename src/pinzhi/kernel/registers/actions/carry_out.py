"""Carry out one step of a register's lifecycle on a set of records: the one way in for every door."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection, transaction

from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import NotFound, RefusedRows, RowError
from pinzhi.kernel.registers import catalogue, eligibility, validity, values
from pinzhi.kernel.registers.append import append
from pinzhi.kernel.registers.definitions import Register, Transition
from pinzhi.kernel.registers.entries import EntryDraft, EntryRef
from pinzhi.kernel.registers.models import Record
from pinzhi.kernel.registers.permission import may_step, second_person
from pinzhi.kernel.registers.present import lock
from pinzhi.kernel.registers.readonly import refuse_when_read_only


@dataclass(frozen=True)
class Item:
    """What is asked for one record. Without `key` a new record begins. Values are as typed; the rest as known."""

    key: str | None = None
    subject: str | None = None
    region: str | None = None
    agency: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    record_type: str | None = None
    effective_on: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    reason: str = ""
    decision_number: str = ""
    evidence: Sequence[Mapping[str, Any]] = ()
    row: int | None = None
    revision: int | None = None


def carry_out(
    register: str, transition: str, items: Sequence[Item], *, by: Actor, note: str = "", import_id: str = ""
) -> list[EntryRef]:
    """Do the step `transition` for every item, all or nothing; one audit line for the set.

    With `import_id` the set is a part of an import, which writes one line for the whole of it. Raises NotFound
    (register or step), RefusedRows (row, column, what is wrong, what would be right) for every item that cannot be
    done, Conflict when somebody else was quicker.
    """
    found, step = register_and_step(register, transition)
    refuse_when_read_only(register)
    with transaction.atomic():
        work = _Work(found, step, by, note)
        drafts, present = work.prepare(items)
        refs = append(found, drafts, by=by.username, present=present, names=work.names)
        if import_id:
            return refs
        regions = {draft.region for draft in drafts}
        audit.record(
            f"registers.{transition}",
            by=by,
            register=register,
            subject_kind="record",
            subject_key=refs[0].key if len(refs) == 1 else "",
            region=regions.pop() if len(regions) == 1 else "",
            count=len(refs),
        )
    return refs


def check(register: str, transition: str, items: Sequence[Item], *, by: Actor) -> list[str]:
    """Everything that `carry_out` would refuse, and nothing written: the keys that the items would have.

    Raises as `carry_out` does.
    """
    found, step = register_and_step(register, transition)
    with transaction.atomic():
        drafts, _present = _Work(found, step, by, "").prepare(items)
    return [draft.key for draft in drafts]


def register_and_step(register: str, transition: str) -> tuple[Register, Transition]:
    """What the two names mean; raises NotFound for a register or a step that there is none of."""
    found = catalogue.get(register)
    step = found.life.transition(transition)
    if step is None or not step.entry:
        raise NotFound(
            "no_such_step",
            zh=f"登记册“{found.title.zh}”没有“{transition}”这一步。",
            en=f"The register {register} has no step {transition}.",
            place=transition,
        )
    return found, step


class _Work:
    """One step on one set: what is looked up once for all items, and the checks of each."""

    def __init__(self, register: Register, step: Transition, by: Actor, note: str) -> None:
        self.register, self.step, self.by, self.note = register, step, by, note
        self.definition = register.definition
        self.today = clock.today()
        self.errors: list[RowError] = []
        self.home: dict[str, str] = {}
        self.names: dict[str, str] = {}

    def prepare(self, items: Sequence[Item]) -> tuple[list[EntryDraft], dict[str, Record]]:
        """Drafts for all items and the records they stand on; raises RefusedRows."""
        items = [self._with_subject(i, item) for i, item in enumerate(items, 1)]
        self._stop()
        keys = [item.key or self._natural_key(item) for item in items]
        serials = iter(self._serials(sum(key is None for key in keys)))
        known = [key for key in keys if key is not None]  # a number just drawn cannot have a record yet
        whole = [key or next(serials) for key in keys]
        present = lock(self.register.name, known) if known else {}
        self._refuse_doubles(items, whole)
        subjects = [
            present[k].subject if k in present else (i.subject or "")
            for i, k in zip(items, whole, strict=True)
        ]
        self.home, self.names = self._subjects(subjects)
        drafts = []
        for item, key in zip(items, whole, strict=True):
            draft = self._draft(item, key, present.get(key))
            if draft is not None:
                drafts.append(draft)
        self._check_eligibility({key: item.row or 1 for item, key in zip(items, whole, strict=True)}, drafts)
        self._stop()
        return drafts, present

    def _stop(self) -> None:
        if self.errors:
            raise RefusedRows(self.errors)

    def _wrong(
        self, item: Item, column: str | None, zh: str, en: str, right_zh: str = "", right_en: str = ""
    ) -> None:
        self.errors.append(
            RowError(item.row or 1, column, item.key or item.subject, zh, en, right_zh, right_en)
        )

    def _with_subject(self, number: int, item: Item) -> Item:
        """The item with its row number and its subject in canonical form."""
        about, subject = self.definition.about, item.subject
        if subject is None and item.key is None and self.by.speaks_for in ("enterprise", "body"):
            subject = self.by.party if "subject" in self.step.who else None
        item = _replace(item, row=item.row or number, subject=subject)
        if item.key is None and about in ("enterprise", "body", "product", "place") and not subject:
            if self.definition.key.of or about in ("enterprise", "body"):
                self._wrong(
                    item, "subject", "缺少主体代码", "has no subject", "填统一社会信用代码等", "give the code"
                )
            return item
        if subject and about in ("enterprise", "body"):
            try:
                return _replace(item, subject=values.normalise_code("uscc", subject))
            except values.Wrong as wrong:
                self._wrong(item, "subject", *wrong.args4)
        return item

    def _natural_key(self, item: Item) -> str | None:
        parts = self.definition.key.of
        if not parts:
            return None
        names = [parts] if isinstance(parts, str) else list(parts)
        own = {"subject": item.subject, "region": item.region, "record_type": item.record_type}
        chosen = [own.get(name) if name in own else item.values.get(name) for name in names]
        if any(part is None or str(part).strip() == "" for part in chosen):
            missing = names[[part is None or str(part).strip() == "" for part in chosen].index(True)]
            self._wrong(
                item,
                missing,
                "编号所需的字段未填",
                "is needed for the record's number",
                "请填写",
                "fill it in",
            )
            return "?"
        return "-".join(str(part).strip() for part in chosen)[:160]

    def _serials(self, count: int) -> list[str]:
        if not count:
            return []
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval('registers_serial') FROM generate_series(1, %s)", [count])
            numbers = [row[0] for row in cursor.fetchall()]
        return [f"{self.definition.key.prefix}-{self.today.year}-{number:06d}" for number in numbers]

    def _refuse_doubles(self, items: Sequence[Item], keys: Sequence[str]) -> None:
        counts = Counter(keys)
        for item, key in zip(items, keys, strict=True):
            if counts[key] > 1 and key != "?":
                self._wrong(
                    item,
                    None,
                    f"编号 {key} 在本批中重复",
                    f"{key} stands twice in this set",
                    "保留一行",
                    "keep one",
                )
        self._stop()

    def _subjects(self, subjects: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
        """Region and name of each subject, from its roster."""
        roster = catalogue.ROSTERS.get(self.definition.about)
        wanted = {s for s in subjects if s}
        if roster is None or roster == self.register.name or not wanted:
            return {}, {}
        rows = list(
            Record.objects.filter(register=roster, key__in=wanted).values_list("key", "region", "label")
        )
        return {key: region for key, region, _label in rows}, {key: label for key, _region, label in rows}

    def _draft(self, item: Item, key: str, before: Record | None) -> EntryDraft | None:
        wrong_before = len(self.errors)
        state = before.state if before else None
        if item.key is not None and before is None and item.key != self._maybe_natural(item):
            self._wrong(
                item,
                None,
                f"没有编号为 {key} 的记录",
                f"there is no record {key}",
                "核对编号",
                "check the number",
            )
            return None
        if state not in self.step.from_:
            self._refuse_state(item, key, state)
            return None
        subject = before.subject if before else (item.subject or "")
        region = item.region or (before.region if before else "") or self.home.get(subject, "")
        if not region and not self.by.is_system:
            region = self._own_region()
        if not may_step(self.by, self.register, self.step, subject=subject, region=region):
            self._wrong(
                item,
                None,
                f"您没有在该地区办理“{self.step.title.zh}”的权限",
                f"you may not {self.step.name} here",
                "请由有权限的人员办理，或联系本单位管理员",
                "ask somebody who holds the right, or your administrator",
            )
            return None
        actors = dict(before.actors) if before else {}
        earlier = second_person(self.by, self.step, actors)
        if earlier:
            verb = self.register.life.transition(earlier)
            name = verb.title.zh if verb else earlier
            self._wrong(
                item,
                None,
                f"“{name}”由您办理，本步须由另一人办理",
                f"you did {earlier}; this step needs another person",
                "请转交他人",
                "hand it to a colleague",
            )
        effective_on = item.effective_on or self.today
        self._check_day(item, before, effective_on)
        record_type = item.record_type or (before.record_type if before else "")
        if self.definition.record_types and record_type not in {t.name for t in self.definition.record_types}:
            names = "、".join(t.title.zh for t in self.definition.record_types)
            if record_type or before is None:
                self._wrong(
                    item, "record_type", "记录类型不在范围内", "is no record type", f"可选：{names}", ""
                )
        kept = self._values(item, before, record_type)
        if len(self.errors) > wrong_before or kept is None:
            return None
        valid_from, valid_until = self._validity(item, before, effective_on, kept)
        actors[self.step.name] = self.by.username
        return EntryDraft(
            key=key,
            kind=self.step.name,
            state=self.step.to or state or "",
            values=kept,
            effective_on=effective_on,
            record_type=record_type,
            valid_from=valid_from,
            valid_until=valid_until,
            region=region,
            agency=item.agency
            or (self.by.party if self.by.speaks_for == "agency" else (before.agency if before else "")),
            subject=subject,
            step=self._step(item),
            actors=actors,
        )

    def _maybe_natural(self, item: Item) -> str | None:
        return self._natural_key(item) if self.definition.key.of else None

    def _own_region(self) -> str:
        regions = {right.region for right in self.by.rights if right.region}
        return regions.pop() if len(regions) == 1 else ""

    def _refuse_state(self, item: Item, key: str, state: str | None) -> None:
        life = self.register.life
        if state is None:
            begin = "、".join(t.title.zh for t in life.from_state(None))
            self._wrong(
                item, None, "新记录不能从这一步开始", "a new record does not begin so", f"可先：{begin}", ""
            )
            return
        now = life.state_by_name[state].title
        nexts = "、".join(t.title.zh for t in life.from_state(state))
        self._wrong(
            item,
            None,
            f"{key} 当前为“{now.zh}”，不能“{self.step.title.zh}”",
            f"{key} is “{now.en}” and cannot be: {self.step.title.en}",
            f"现在可办：{nexts}" if nexts else "该记录已办结",
            ", ".join(t.title.en for t in life.from_state(state)),
        )

    def _check_day(self, item: Item, before: Record | None, effective_on: date) -> None:
        if effective_on > self.today:
            self._wrong(
                item,
                "effective_on",
                "生效日期晚于今天",
                "is after today",
                "到那天再办理",
                "do it on that day",
            )
        if before is not None and effective_on < before.effective_on:
            day = before.effective_on.isoformat()
            self._wrong(
                item,
                "effective_on",
                f"早于上一步的日期 {day}",
                f"is before the last step of {day}",
                "更正用“更正条目”",
                "",
            )
        if before is not None and self.step.waits_for is not None:
            ready = validity.after(before.state_since, self.step.waits_for)
            if effective_on < ready:
                self._wrong(
                    item,
                    None,
                    f"期限未满，{ready.isoformat()} 起方可“{self.step.title.zh}”",
                    f"may be done from {ready.isoformat()} on",
                    "期满后办理",
                    "wait until then",
                )
        if before is not None and item.revision is not None and item.revision != before.entry_id:
            self._wrong(
                item,
                None,
                "该记录已被他人更新",
                "the record has changed meanwhile",
                "刷新后再办",
                "reload first",
            )

    def _values(self, item: Item, before: Record | None, record_type: str) -> dict[str, Any] | None:
        asked = set(self.step.asks)
        by_name = self.definition.by_name
        stood = dict(before.values) if before else {}
        given = dict(item.values)
        if "fields" not in asked:
            stray = [name for name in given if name not in asked]
            if stray:
                title = by_name[stray[0]].title.zh if stray[0] in by_name else stray[0]
                self._wrong(
                    item, title, "这一步不填此项", "is not asked for in this step", "删去此列", "leave it out"
                )
            if not asked & set(by_name):
                return stood
        for name in given:
            field = by_name.get(name)
            if (
                field is not None
                and field.steps
                and self.step.name not in field.steps
                and not values.is_blank(given[name])
            ):
                if given[name] != stood.get(name):
                    self._wrong(
                        item,
                        field.title.zh,
                        "这一步不填此项",
                        "is not asked for in this step",
                        "由办理该步骤的人员填写",
                        "",
                    )
        kept, errors = values.clean(
            self.definition, {**stood, **given}, record_type, row=item.row or 1, step=self.step.name
        )
        self.errors += errors
        return kept

    def _validity(
        self, item: Item, before: Record | None, effective_on: date, kept: dict[str, Any]
    ) -> tuple[date | None, date | None]:
        start, end = (before.valid_from, before.valid_until) if before else (None, None)
        if self.step.starts_validity:
            start = item.valid_from or validity.start_of(self.register, effective_on, kept)
            end = item.valid_until or validity.until(self.register, start, kept)
        elif self.step.extends_validity:
            end = item.valid_until or validity.until(
                self.register, max(end or effective_on, effective_on), kept
            )
        elif item.valid_until is not None and "valid_until" in self.step.asks:
            end = item.valid_until
        if start and end and end < start:
            self._wrong(
                item,
                "valid_until",
                "有效期止早于有效期起",
                "ends before it begins",
                "核对日期",
                "check the days",
            )
        return start, end

    def _step(self, item: Item) -> dict[str, Any]:
        said = {
            "reason": item.reason.strip()[:4000],
            "decision_number": item.decision_number.strip()[:200],
            "note": self.note.strip()[:1000],
        }
        step: dict[str, Any] = {name: text for name, text in said.items() if text}
        if item.evidence:
            step["evidence"] = [dict(file) for file in item.evidence]
        if (
            "reason" in self.step.asks
            and not item.reason.strip()
            and not self.by.is_system
            and "fields" not in self.step.asks
        ):
            self._wrong(item, "reason", "应说明理由", "needs a reason", "填写理由", "give the reason")
        return step

    def _check_eligibility(self, rows: Mapping[str, int], drafts: Sequence[EntryDraft]) -> None:
        if not self.definition.eligibility or not (self.step.starts_validity or self.step.checks_eligibility):
            return
        verdicts = eligibility.check(self.definition.eligibility, [d.subject for d in drafts], self.today)
        for draft in drafts:
            for verdict in verdicts.get(draft.subject, []):
                if verdict.ok is False:
                    row = RowError(rows[draft.key], "subject", draft.subject, verdict.zh, verdict.en)
                    self.errors.append(row)


def _replace(item: Item, **changes: Any) -> Item:
    from dataclasses import replace

    return replace(item, **changes)
