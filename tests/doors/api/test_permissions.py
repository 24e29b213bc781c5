"""Every role × step × scope through the API, against a table of its own: who may is let through, who may not is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from pinzhi.kernel import clock
from pinzhi.kernel.access.accounts import give_right, open_account
from pinzhi.kernel.access.actions.issue_token import issue_token
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.access.queries import actor_for_user
from pinzhi.kernel.registers import catalogue
from pinzhi.kernel.registers.append import append
from pinzhi.kernel.registers.definitions import Register, Transition
from pinzhi.kernel.registers.entries import EntryDraft
from pinzhi.kernel.registers.permission import may_step
from pinzhi.rules.identifiers import uscc

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ROLES = ("clerk", "reviewer", "approver", "auditor", "administrator")
HOME, INSIDE, ELSEWHERE = "350100", "350102", "350200"
OWN, OTHER = uscc.make(1, region=INSIDE).text, uscc.make(2, region=INSIDE).text


@dataclass(frozen=True)
class Who:
    """An account of the walk: what it is, and whether its rights reach the records of the walk."""

    name: str
    speaks_for: str = "agency"
    party: str = "350100-market_supervision"
    role: str = ""
    region: str = HOME
    register: str = "*"
    function: str = "*"
    scopes: tuple[str, ...] = ()

    def should(self, register: Register, step: Transition, subject: str) -> bool:
        """The table: what the catalogue's `who` and the design say, without asking the code under test."""
        if self.scopes == ("read",):
            return False
        if self.speaks_for != "agency":
            return (
                "subject" in step.who
                and self.party == subject
                and self.speaks_for == register.definition.about
            )
        reaches = self.region in ("", HOME, "350000", INSIDE)
        fits = self.register in ("*", register.name) and self.function in ("*", register.definition.function)
        return self.role in step.who and self.role in ROLES and reaches and fits


def walk(register: Register) -> list[Who]:
    other = "b04_time_honoured" if register.name != "b04_time_honoured" else "e01_cqo"
    function = "commerce" if register.definition.function != "commerce" else "quality"
    people = [Who(f"{role}-home", role=role) for role in ROLES]
    people += [Who(f"{role}-province", role=role, region="350000") for role in ("clerk", "approver")]
    people += [
        Who(f"{role}-elsewhere", role=role, region=ELSEWHERE) for role in ("clerk", "reviewer", "approver")
    ]
    people += [Who(f"{role}-other-register", role=role, register=other) for role in ("clerk", "approver")]
    people += [Who(f"{role}-other-function", role=role, function=function) for role in ("clerk", "approver")]
    people += [
        Who(f"{role}-this-register", role=role, register=register.name) for role in ("clerk", "approver")
    ]
    people += [Who("approver-reading-token", role="approver", scopes=("read",))]
    kind = "body" if register.definition.about == "body" else "enterprise"
    people += [Who("own-party", kind, OWN), Who("other-party", kind, OTHER), Who("no-rights")]
    people += [Who("wrong-kind", "enterprise" if kind == "body" else "body", OWN)]
    return people


def sampled() -> list[str]:
    """One register for each lifecycle, about a party where there is one."""
    chosen: dict[str, str] = {}
    for about in (("enterprise", "body"), ("none", "document", "product", "place")):
        for register in catalogue.registers().values():
            if register.definition.about in about:
                chosen.setdefault(register.definition.lifecycle, register.name)
    return sorted(chosen.values())


def token(who: Who) -> str:
    system = Actor.system("tests")
    user = open_account(
        username=who.name,
        display_name=who.name,
        speaks_for=who.speaks_for,
        party=who.party,
        region=HOME,
        password="Kestrel-over-Wuyi-9",
        must_change_password=False,
        by=system,
    )
    scopes = ["read"]
    if who.role:
        give_right(
            user, role=who.role, register=who.register, function=who.function, region=who.region, by=system
        )
        scopes.append(f"{who.register}:{who.role}")
    if who.speaks_for != "agency":
        scopes.append("*:subject")
    return issue_token(name="t", scopes=who.scopes or scopes, by=actor_for_user(user, clock.today()))[1]


@pytest.fixture(autouse=True)
def quick(settings: Any) -> Iterator[None]:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.REQUIRE_TOTP = False
    cache.clear()
    catalogue.sync()
    yield


def place(register: Register, state: str, subject: str) -> str:
    """A record in a state, put there without asking anybody."""
    record_types = register.definition.record_types
    draft = EntryDraft(
        key=f"WALK-{register.name}-{state}",
        kind="walk",
        state=state,
        values=dict(register.definition.sample),
        effective_on=clock.today(),
        record_type=record_types[0].name if record_types else "",
        region=INSIDE,
        agency="350100-market_supervision",
        subject=subject,
    )
    with transaction.atomic():
        append(register, [draft], by="nobody")
    return draft.key


@pytest.mark.parametrize("name", sampled())
def test_walk(name: str) -> None:
    register = catalogue.get(name)
    about = register.definition.about
    subject = {"enterprise": OWN, "body": OWN, "product": "6901234567892"}.get(about, "")
    tokens = {who: token(who) for who in walk(register)}
    keys = {state.name: place(register, state.name, subject) for state in register.life.states}
    wrong, done, client = [], 0, Client()
    for step in register.life.transitions:
        if not step.entry:
            continue
        state = step.from_[0]
        item = {"region": INSIDE, "values": {}, "reason": "walk"}
        if state is None:
            types = register.definition.record_types
            item |= {"subject": subject or None, "values": dict(register.definition.sample)}
            item |= {"record_type": types[0].name} if types else {}
        else:
            item |= {"key": keys[state]}
        for who, text in tokens.items():
            with transaction.atomic():
                response = client.post(
                    f"/api/v1/registers/{name}/steps/{step.name}",
                    json.dumps({"items": [item]}, default=str),
                    content_type="application/json",
                    headers={"Authorization": f"Bearer {text}", "Accept-Language": "en"},
                )
                transaction.set_rollback(True)
            assert response.status_code in (200, 422), response.content
            done += response.status_code == 200
            errors = response.json().get("errors", [])
            denied = any(error["wrong_en"].startswith("you may not") for error in errors)
            should = who.should(register, step, subject)
            if should and denied:
                wrong.append(f"{who.name} was refused {step.name}")
            if not should and response.status_code == 200:
                wrong.append(f"{who.name} did {step.name}")
            if not should and not denied and not errors:
                wrong.append(f"{who.name} was not refused {step.name}")
    assert not wrong, wrong[:20]
    open_to_people = any(set(step.who) - {"system"} for step in register.life.transitions)
    assert done or not open_to_people or about not in ("enterprise", "body", "none"), (
        f"no step of {name} was ever done"
    )


def test_the_table_is_what_the_code_decides() -> None:
    """The same table against `may_step`, for every register, step and account of the walk."""
    for register in catalogue.registers().values():
        for who in walk(register):
            if who.scopes:
                continue
            from pinzhi.kernel.access.actor import Right

            rights = (
                (Right(who.function, who.register, who.role, who.region, clock.today()),) if who.role else ()
            )
            actor = Actor(who.name, who.speaks_for, who.party, who.name, rights)  # type: ignore[arg-type]
            for step in register.life.transitions:
                decided = may_step(actor, register, step, subject=OWN, region=INSIDE)
                assert decided == who.should(register, step, OWN), (register.name, step.name, who.name)


@pytest.mark.parametrize("name", ["e01_cqo", "c05_abnormal_operation"])
def test_reading(name: str) -> None:
    """Who reads what is not public of a record: an official whose rights reach it, and whom it is about."""
    register = catalogue.get(name)
    key, client = place(register, register.life.states[-1].name, OWN), Client()
    for who in walk(register):
        response = client.get(
            f"/api/v1/registers/{name}/records/{key}", headers={"Authorization": f"Bearer {token(who)}"}
        )
        reaches = who.region in (HOME, "350000") and bool(who.role)
        fits = who.register in ("*", name) and who.function in ("*", register.definition.function)
        own = (
            who.party == OWN
            and who.speaks_for == register.definition.about
            and any("subject" in step.who for step in register.life.transitions)
        )
        should = own if who.speaks_for != "agency" else reaches and fits
        assert (response.status_code == 200) == should, (who.name, response.content)
        assert should or response.status_code in (403, 404)
