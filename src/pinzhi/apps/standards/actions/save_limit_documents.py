"""Register documents that set limits: editions of standards and rules of markets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from pinzhi.apps.standards import access
from pinzhi.apps.standards.access_verbs_limits import ENTER
from pinzhi.apps.standards.limit_rows import market_code
from pinzhi.apps.standards.models.catalogue import Edition
from pinzhi.apps.standards.models.limits import LimitDocument
from pinzhi.apps.standards.numbers import read_number
from pinzhi.apps.standards.publishing_limits import LIMITS
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import RefusedRows, RowError
from pinzhi.kernel.registers.values import Wrong
from pinzhi.kernel.search.folding import searchable

FIELDS = ("title_zh", "title_en", "family", "effective_on", "withdrawn_on", "source")


def document_key(number: str) -> tuple[str, str]:
    """(number as it is printed, key): the edition's key where it is a dated standard's number, else its plain writing."""
    plain = " ".join(unicodedata.normalize("NFKC", number).split())
    try:
        read = read_number(plain)
    except Wrong:
        return plain, plain.upper()
    return (read.number, read.key) if read.dated else (plain, plain.upper())


def number_fault(number: str, market: str) -> tuple[str, str, str, str] | None:
    """What is wrong with a document's number: (wrong zh, wrong en, right zh, right en); None where nothing is.

    A rule of a market need not bear a standard's number (16 CFR 1303, JAS F☆☆☆☆), yet it has a name that can be found. What
    begins like a Chinese standard's number is one, and is read as one.
    """
    plain = " ".join(unicodedata.normalize("NFKC", number).split())
    if market == "CN" and _CHINESE.match(plain):
        try:
            read_number(plain)
        except Wrong as wrong:
            return wrong.args4
    if sum(ch.isalpha() for ch in plain) < 2:
        return (
            "看不出是哪份文件", "does not tell which document it is",
            "写文件编号，例如 GB 31701-2015、16 CFR 1303", "write its number, such as GB 31701-2015, 16 CFR 1303",
        )  # fmt: skip
    return None


_CHINESE = re.compile(r"(?:GB|DB[0-9S]|[A-Z]{2,3}\s?/\s?[TZ]\b|T\s?/|Q\s?/)", re.IGNORECASE)


@transaction.atomic
def save_limit_documents(rows: Sequence[Mapping[str, Any]], *, region: str, by: Actor) -> list[LimitDocument]:
    """Register documents or change what is kept of them; returns them in the order given.

    Each row: number, market, and any of title_zh, title_en, family, effective_on, withdrawn_on, source. What is left out
    stays as it is. Raises NotPermitted, RefusedRows.
    """
    access.require(by, ENTER, [region], register=LIMITS)
    errors: list[RowError] = []
    found = [_read(number, row, errors) for number, row in enumerate(rows, 1)]
    if errors:
        raise RefusedRows(errors)
    keys = [key for _, key, _, _ in found]
    present = {d.key: d for d in LimitDocument.objects.select_for_update().filter(key__in=keys)}
    editions = {e.key: e for e in Edition.objects.filter(key__in=keys).defer("search_text")}
    saved = []
    for printed, key, market, values in found:
        row = present.get(key) or LimitDocument(key=key, number=printed, region=region)
        if row.pk:
            access.require(by, ENTER, [row.region], register=LIMITS)
            row.revision += 1
        row.market = market or row.market
        edition = editions.get(key)
        if edition is not None:
            row.edition = edition
            row.title_zh, row.title_en = row.title_zh or edition.title_zh, row.title_en or edition.title_en
            row.effective_on = row.effective_on or edition.effective_on
        for name, value in values.items():
            setattr(row, name, value)
        row.search_text = searchable(row.number, row.key, row.title_zh, row.title_en, row.family)
        row.updated_at, row.updated_by = clock.now(), by.username
        row.save()
        present[key] = row
        saved.append(row)
    audit.record(
        "standards.save_limit_document",
        by=by,
        subject_kind="limit_document",
        subject_key=str(saved[0].pk) if len(saved) == 1 else "",
        register=LIMITS,
        region=region,
        detail={"number": "；".join(d.number for d in saved)[:200]},
    )
    return saved


def _read(
    number: int, row: Mapping[str, Any], errors: list[RowError]
) -> tuple[str, str, str, dict[str, Any]]:
    typed = str(row.get("number") or "").strip()
    if not typed:
        errors.append(
            RowError(
                number,
                "number",
                None,
                "没有写文件编号",
                "the number is missing",
                "例如 GB 31701-2015",
                "such as GB 31701-2015",
            )
        )
    printed, key = document_key(typed)
    market = market_code(str(row.get("market") or ""))
    if not market and typed.upper().startswith(("GB", "FZ/", "QB/", "DB", "T/", "HJ")):
        market = "CN"
    if not market:
        errors.append(
            RowError(
                number,
                "market",
                str(row.get("market") or ""),
                "没有写市场，或不认识",
                "the market is missing or not known",
                "例如：中国、国际标准、欧盟、美国",
                "such as China, International, EU, US",
            )
        )
    if typed and market and (fault := number_fault(typed, market)) is not None:
        errors.append(RowError(number, "number", typed, *fault))
    values = {name: row[name] for name in FIELDS if row.get(name) not in (None, "")}
    begin, end = values.get("effective_on"), values.get("withdrawn_on")
    if isinstance(begin, date) and isinstance(end, date) and end < begin:
        errors.append(
            RowError(
                number, "withdrawn_on", str(end), "早于实施日期", "lies before the day it came into force"
            )
        )
    return printed, key, market, values
