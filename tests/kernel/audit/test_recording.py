"""The trail: a line for what was done, a sentence for each kind, and a database that refuses to forget."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor, Right
from pinzhi.kernel.audit import kinds, queries
from pinzhi.kernel.audit.models import AuditEvent
from pinzhi.kernel.errors import NotPermitted

CLERK = Actor(username="clerk", speaks_for="agency", party="AG1", user_id=7)
AUDITOR = Actor(
    username="auditor",
    speaks_for="agency",
    party="AG1",
    rights=(Right("*", "*", "auditor", "", date(2020, 1, 1)),),
)
kinds.declare("tests.grant", zh="向 {subject} 授予“{right}”", en="granted {right} to {subject}")
kinds.declare(
    "tests.steps.*",
    zh="{subject}：{step}",
    en="{step} of {subject}",
    words={"apply": {"zh": "申请", "en": "application"}},
)


@pytest.mark.django_db
def test_a_line_holds_who_what_when_and_the_request() -> None:
    token = audit.recording.request_id.set("req12345")
    try:
        with clock.at(datetime(2026, 3, 1, 2, 30, tzinfo=UTC)):
            audit.record(
                "tests.grant",
                by=CLERK,
                subject_kind="user",
                subject_key="zhang",
                region="350100",
                count=3,
                detail={"right": "clerk"},
            )
    finally:
        audit.recording.request_id.reset(token)
    event = AuditEvent.objects.get()
    assert (event.username, event.party, event.user_id) == ("clerk", "AG1", 7)
    assert (event.subject_kind, event.subject_key) == ("user", "zhang")
    assert (event.region, event.count) == ("350100", 3)
    assert event.at == datetime(2026, 3, 1, 2, 30, tzinfo=UTC)
    assert event.request_id == "req12345"
    assert event.is_read is False
    assert kinds.sentence(event, "zh") == "向 zhang 授予“clerk”"
    assert kinds.sentence(event, "en") == "granted clerk to zhang"


@pytest.mark.django_db
def test_a_family_speaks_for_its_members() -> None:
    audit.record("tests.steps.apply", by=CLERK, subject_key="A1")
    audit.record("tests.steps.other", by=CLERK, subject_key="A1")
    apply, other = AuditEvent.objects.order_by("id")
    assert kinds.sentence(apply, "en") == "application of A1"
    assert kinds.sentence(other, "zh") == "A1：other"


@pytest.mark.django_db
def test_an_undeclared_kind_and_a_long_value_are_refused() -> None:
    with pytest.raises(kinds.UndeclaredError):
        audit.record("tests.nobody_declared_this", by=CLERK)
    with pytest.raises(ValueError, match="keep values in the entry"):
        audit.record("tests.grant", by=CLERK, detail={"right": "x" * 301})
    assert not AuditEvent.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_auditevent SET username = 'x'",
        "DELETE FROM audit_auditevent",
        "TRUNCATE audit_auditevent",
    ],
)
def test_the_database_refuses_to_forget(statement: str) -> None:
    audit.record("tests.grant", by=CLERK)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(statement)
    assert AuditEvent.objects.get().username == "clerk"


@pytest.mark.django_db
def test_a_line_falls_with_its_transaction() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        audit.record("tests.grant", by=CLERK)
        raise RuntimeError
    assert not AuditEvent.objects.exists()


@pytest.mark.django_db
def test_an_auditor_filters_and_pages_and_others_see_nothing() -> None:
    for number in range(5):
        with clock.at(date(2026, 1, 1 + number)):
            audit.record("tests.grant", by=CLERK, subject_key=f"K{number}")
    audit.record_read("tests.steps.look", by=CLERK, subject_key="K1")
    rows, more = queries.page(queries.EventFilter(), by=AUDITOR, limit=4)
    assert [row.subject_key for row in rows] == ["K1", "K4", "K3", "K2"]
    rest, end = queries.page(queries.EventFilter(), by=AUDITOR, limit=4, before=more)
    assert [row.subject_key for row in rest] == ["K1", "K0"]
    assert end is None
    found = queries.EventFilter(action="tests.grant", since=date(2026, 1, 2), until=date(2026, 1, 3))
    assert [event.subject_key for event in queries.events(found, by=AUDITOR)] == ["K2", "K1"]
    assert queries.count(queries.EventFilter(reads=True), by=AUDITOR) == 1
    assert queries.count(queries.EventFilter(action="tests.steps"), by=AUDITOR) == 1
    with pytest.raises(NotPermitted):
        queries.page(queries.EventFilter(), by=CLERK)


def test_a_kind_is_declared_once() -> None:
    kinds.declare("tests.grant", zh="向 {subject} 授予“{right}”", en="granted {right} to {subject}")
    with pytest.raises(ValueError, match="twice"):
        kinds.declare("tests.grant", zh="别的", en="other")
