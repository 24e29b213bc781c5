"""Nothing that is not public is ever seen: every register, a record in every state that it can reach, every surface.

Each field of each record holds a mark of its own. What may be seen is worked out here from the definition alone, by
the words of the design (field by state by period), and every page, feed, file, tile and error is searched for the rest.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver

from pinzhi.rules.identifiers import uscc

pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "portal"]), pytest.mark.slow]

LIFECYCLES = ("award", "filing", "listing", "project", "appointment", "resource", "event", "fund", "series")
START = dt.date(2023, 1, 5)
BETWEEN = dt.timedelta(days=45)
NOW = dt.date(2026, 6, 1)
REGION = "350100"


@dataclass
class Lived:
    """One record: where it stands, the states of its entries, its marks by field, and marks never to be seen."""

    register: str
    key: str
    state: str
    valid_until: dt.date | None
    entry_states: list[str]
    marks: dict[str, str]
    secret: list[str] = field(default_factory=list)


class Marks:
    """Marks that occur nowhere else, in the forms that fields accept."""

    def __init__(self) -> None:
        self.count = 0

    def of(self, spec: Any) -> str | None:
        """A mark for a field; None where its values are too few to mark."""
        self.count += 1
        n = self.count
        limit = spec.constraints.maxLength
        if (
            spec.options
            or spec.constraints.enum
            or spec.constraints.pattern
            or spec.when
            or spec.type == "file"
        ):
            return None
        if spec.type in ("string", "text"):
            if spec.format == "phone":
                return f"139{n:08d}"
            if spec.format == "email":
                return f"zq{n:06d}@mark.example"
            if spec.format == "uri":
                return f"https://mark.example/zq{n:06d}"
            text = f"Zq{n:06d}甲"
            return text if spec.format == "default" and (limit is None or limit >= len(text)) else None
        bounded = spec.constraints.maximum is not None
        if spec.type in ("number", "money", "integer") and not bounded:
            return str(70_000_000 + n)
        return None


def ways(life: Any) -> dict[str, list[str]]:
    """The shortest way of steps to each state that people or the system can bring a record to."""
    found: dict[str, list[str]] = {}
    waiting: deque[tuple[str | None, list[str]]] = deque([(None, [])])
    while waiting:
        state, steps = waiting.popleft()
        for step in life.transitions:
            if step.entry and state in step.from_ and step.to is not None and step.to not in found:
                found[step.to] = [*steps, step.name]
                waiting.append((step.to, found[step.to]))
    return found


def live(name: str, steps: list[str], number: int, marks: Marks) -> Lived:
    """A record of the register brought to its state by the real actions, every field marked."""
    from pinzhi.kernel import clock
    from pinzhi.kernel.access.actor import Actor
    from pinzhi.kernel.registers import catalogue
    from pinzhi.kernel.registers.actions.carry_out import Item, carry_out
    from pinzhi.kernel.registers.models import Entry, Record

    register = catalogue.get(name)
    definition = register.definition
    checked = {n for c in definition.checks for n in (c.field, c.other, *(c.fields or ()))}
    own = {f.name: m for f in definition.fields if f.name not in checked and (m := marks.of(f)) is not None}
    typed: dict[str, Any] = {**definition.sample, **own}
    if "period" in typed and "period" not in own:
        typed["period"] = str(2000 + number)
    for f in definition.fields:
        if f.many and f.name in own:
            typed[f.name] = [own[f.name]]
    account, reason, decision = (
        f"zqacct{marks.count:06d}",
        f"Zq{marks.count:06d}理由",
        f"Zq{marks.count:06d}号",
    )
    by = Actor.system(account)
    subject = {
        "enterprise": uscc.make(1000 + number, region=REGION).text,
        "body": uscc.make(5000 + number, region=REGION).text,
        "place": REGION,
        "product": f"{number:013d}",
        "document": f"DOC-{name}-{number}",
    }.get(definition.about)
    if definition.about == "product":
        from pinzhi.rules.identifiers import gtin

        subject = gtin.make(number).key
    types = definition.record_types
    key, day = None, START
    sent: set[str] = set()
    for step in steps:
        asks = register.life.transition(step).asks  # type: ignore[union-attr]
        form = {
            f.name: typed[f.name]
            for f in definition.fields
            if "fields" in asks and f.name in typed and (f.steps is None or step in f.steps)
        }
        sent |= set(form)
        item = Item(
            key=key,
            subject=subject if key is None else None,
            region=REGION,
            record_type=types[0].name if types and key is None else None,
            values=form,
            effective_on=day,
            reason=reason,
            decision_number=decision,
        )
        with clock.at(day):
            (ref,) = carry_out(name, step, [item], by=by)
        key = ref.key
        day += BETWEEN
    record = Record.objects.get(register=name, key=key)
    states = list(Entry.objects.filter(register=name, key=key).order_by("id").values_list("state", flat=True))
    kept_marks = {f: mark for f, mark in own.items() if f in sent}
    secret = [account, reason, decision]
    return Lived(name, record.key, record.state, record.valid_until, states, kept_marks, secret)


def may_be_seen(definition: Any, lived: Lived) -> set[str]:
    """The fields of a record that the definition opens today, in any entry."""

    def opens(rule: Any, entry_state: str) -> bool:
        if entry_state not in rule["states"]:
            return False
        lasts = rule.get("while", "valid")
        if lasts == "ever":
            return True
        in_state = lived.state in rule["states"]
        return in_state and (lasts == "state" or lived.valid_until is None or lived.valid_until >= NOW)

    rules = {n: r for n, r in definition.publicity.items() if r != "never"}
    seen: set[str] = set()
    for state in set(lived.entry_states):
        seen |= {n for n, rule in rules.items() if opens(rule, state)}
    return {f.name for f in definition.fields if f.publicity in seen}


def test_the_oracle_knows_what_is_private() -> None:
    from pinzhi.kernel.registers import catalogue

    for register in catalogue.registers().values():
        private = {
            f.name for f in register.definition.fields if f.publicity not in register.definition.classes
        }
        lived = Lived(register.name, "", "no_such_state", None, ["no_such_state"], {})
        assert not may_be_seen(register.definition, lived)
        for state in register.life.state_by_name:
            lived = Lived(register.name, "", state, None, [state], {})
            assert not may_be_seen(register.definition, lived) & private


@pytest.mark.usefixtures("nobody_answers")
@pytest.mark.parametrize("lifecycle", LIFECYCLES)
def test_nothing_leaks(lifecycle: str, transactional_db: None) -> None:
    from pinzhi.doors.portal import kept
    from pinzhi.kernel import clock
    from pinzhi.kernel.registers import catalogue, logs, sequencer

    kept.forget()
    catalogue.sync()
    marks = Marks()
    everything: list[Lived] = []
    for name, register in catalogue.registers().items():
        if register.life.lifecycle == lifecycle:
            for number, steps in enumerate(ways(register.life).values(), 1):
                everything.append(live(name, steps, number, marks))
    assert everything
    with clock.at(NOW):
        sequencer.drain()
        logs.publish_keys()
        sequencer.publisher.close_overdue()
        hidden, shown = sort_marks(everything)
        assert hidden, "a test without anything hidden tests nothing"
        visible: set[str] = set()
        for place, data in surfaces(sorted({one.register for one in everything}), everything):
            found = WORDS.findall(data)
            leaks = [(place, word, hidden[word]) for word in found if word in hidden]
            assert not leaks, leaks[:5]
            visible.update(word for word in found if word in shown)
        missing = set(shown) - visible
        assert not missing, f"what is public is not to be seen: {[shown[m] for m in sorted(missing)][:5]}"
        searched(hidden, shown)
    kept.forget()


#: Every mark is one of these words; numbers are printed with separators, which `surfaces` takes out.
WORDS = re.compile(r"Zq\d{6}(?:甲|理由|号)|139\d{8}|zq(?:acct)?\d{6}|7\d{7}")


def word_of(mark: str) -> str:
    found = WORDS.search(mark)
    assert found is not None, mark
    return found.group()


def sort_marks(everything: list[Lived]) -> tuple[dict[str, str], dict[str, str]]:
    """Marks that may never be seen, and those that must be, each with where it stands."""
    from pinzhi.kernel.registers import catalogue

    hidden: dict[str, str] = {}
    shown: dict[str, str] = {}
    for lived in everything:
        definition = catalogue.get(lived.register).definition
        seen = may_be_seen(definition, lived)
        for name, mark in lived.marks.items():
            where = f"{lived.register} {lived.key} in state {lived.state}: {name}"
            (shown if name in seen else hidden)[word_of(mark)] = where
        for mark in lived.secret:
            hidden[word_of(mark)] = f"{lived.register} {lived.key}: account, reason or decision of a step"
    return hidden, shown


def surfaces(registers: list[str], everything: list[Lived]) -> Iterator[tuple[str, str]]:
    """(address, text) of all that a stranger can ask for, errors included."""
    from pinzhi.kernel.registers.public import logs_all
    from pinzhi.rules.proof.tree import tile_path, tile_width

    client = Client(raise_request_exception=True)
    for address in general():
        yield from asked(client, address)
    for name in registers:
        base = f"/registers/{name}"
        for page in range(1, 30):
            texts = list(asked(client, f"{base}/?size=100&page={page}"))
            yield from texts
            if f"page={page + 1}" not in texts[0][1]:
                break
        for tail in ("csv", "xlsx", "jsonl", "package"):
            yield from asked(client, f"{base}/download/{tail}/")
        yield from asked(client, f"{base}/entries?since=0&limit=1000")
        yield from asked(client, f"{base}/atom.xml")
        yield from asked(client, f"/log/{name}/mirror.zip")
    for log in logs_all():
        yield from asked(client, f"/log/{log.name}/checkpoint")
        yield from asked(client, f"/log/{log.name}/consistency?old=1")
        for level in (0, 1):
            for index in range((log.size >> (8 * level)) // 256 + 1):
                if width := tile_width(level, index, log.size):
                    yield from asked(client, f"/log/{log.name}/{tile_path(level, index, width)}")
                    if level == 0:
                        yield from asked(client, f"/log/{log.name}/{tile_path('entries', index, width)}")
    for lived in everything:
        for tail in ("", "proof.json"):
            for place, text in asked(client, f"/registers/{lived.register}/records/{lived.key}/{tail}"):
                # What was asked for is said again where nothing is found; a number can hold fields it was made of.
                yield place, text.replace(lived.key, "")
    for subject in {s for lived in everything if (s := subject_of(lived))}:
        for base in ("enterprises", "products", "documents", "scoreboard"):
            yield from asked(client, f"/{base}/{subject}/")


def subject_of(lived: Lived) -> str:
    from pinzhi.kernel.registers.models import Record

    return str(Record.objects.get(register=lived.register, key=lived.key).subject)


def general() -> Iterator[str]:
    """Every address of the product that has no parts to fill in; those behind a login answer with the login."""

    def walk(patterns: Any, prefix: str) -> Iterator[str]:
        for pattern in patterns:
            route = prefix + str(pattern.pattern).lstrip("^").rstrip("$")
            if isinstance(pattern, URLPattern):
                if "<" not in route and "(" not in route and "\\" not in route:
                    yield f"/{route}"
            else:
                yield from walk(pattern.url_patterns, route)

    yield from dict.fromkeys(walk(get_resolver().url_patterns, ""))
    yield from ("/no/such/page/", "/registers/no_such/", "/api/no/such", "/files/" + "0" * 64 + "/")


def asked(client: Client, address: str) -> Iterator[tuple[str, str]]:
    response = client.get(address)
    data = b"".join(response.streaming_content) if response.streaming else response.content
    assert response.status_code < 500, (address, response.status_code)
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            data = b"\n".join(archive.read(name) for name in archive.namelist())
    yield address, re.sub(r"(?<=\d),(?=\d{3})", "", data.decode("utf-8", "replace"))


def searched(hidden: dict[str, str], shown: dict[str, str]) -> None:
    """Searching finds nothing by what is hidden: an answer "1 found" would tell as much as the value."""
    client = Client()
    tried: dict[str, str] = {}
    for word, where in hidden.items():
        tried.setdefault(where.rpartition(" ")[2] + where.partition(" ")[0], word)
    for word in list(tried.values())[:150]:
        if word not in shown:
            page = client.get("/search/", {"q": word}).content.decode()
            assert "pp-hits" not in page, (word, hidden[word])
