"""Papers: one for every name that a lifecycle uses, and each filled in from a real entry."""

from __future__ import annotations

import string
from datetime import date

import pytest

from pinzhi.kernel import clock
from pinzhi.kernel.registers import catalogue, papers, queries
from pinzhi.kernel.registers.actions.carry_out import Item, carry_out
from pinzhi.kernel.registers.models import Record
from tests.doors.console.conftest import CQO, firm, official, sample

WORDS = {
    "label", "key", "register", "step", "subject", "subject_code", "agency", "region", "day", "reason",
    "decision_number", "valid_from", "valid_until", "valid", "due", "notice_until", "notice_sentence",
}  # fmt: skip


def test_every_paper_that_a_lifecycle_names_is_written() -> None:
    named = {
        step.paper
        for register in catalogue.registers().values()
        for step in register.life.transitions
        if step.paper
    }
    named |= {paper for register in catalogue.registers().values() for paper in register.definition.papers}
    assert named - set(papers.templates()) == set()
    assert set(papers.templates()) - named == set(), "a paper that no step produces"


@pytest.mark.parametrize("name", sorted(papers.templates()))
def test_a_paper_uses_known_words_only(name: str) -> None:
    template = papers.templates()[name]
    for one in template.body:
        text = one["text"] if isinstance(one, dict) else one
        used = {word for _l, word, _f, _c in string.Formatter().parse(text) if word}
        assert used <= WORDS, used - WORDS
        if isinstance(one, dict):
            assert set(one) == {"if", "text"} and one["if"] in WORDS
    assert set(template.facts) <= set(papers.FACTS)
    assert template.style in ("letter", "certificate")


@pytest.mark.django_db
def test_a_receipt_and_a_certificate() -> None:
    catalogue.sync()
    register = catalogue.get(CQO)
    with clock.at(date(2024, 5, 10)):
        item = Item(subject=firm(1), region="350100", values=sample())
        (ref,) = carry_out(CQO, "report", [item], by=official("wang", "clerk"))
        carry_out(CQO, "appoint", [Item(key=ref.key)], by=official("zhao", "reviewer"))
    record = Record.objects.get()
    receipt, certificate = (papers.make(register, record, view) for view in queries.history(CQO, ref.key))
    whole = "".join(receipt.paragraphs)
    assert "2024年5月10日" in whole and ref.key in whole and "首席质量官登记册" in whole and "{" not in whole
    assert receipt.number == f"收〔2024〕{ref.entry_id}号" and receipt.to == "榕江食品有限公司"
    assert certificate.template.style == "certificate" and not certificate.to
    assert ("有效期", "2024年5月10日至2027年5月9日") in certificate.facts
