"""A sampling record as a phone sends it: JSON of version 1, read strictly; what is wrong is named field by field."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from pinzhi.apps.inspection.models import Sample
from pinzhi.apps.inspection.models.programme import Channel
from pinzhi.apps.inspection.sample_values import Values
from pinzhi.kernel.errors import Refused, RefusedRows, RowError

MOST_BYTES, MOST_PHOTOS, MOST_SEALS = 200_000, 30, 40
#: Texts of the record with the length that is kept; the same names as the sample's fields.
TEXTS: Mapping[str, int] = {
    "sampled_at_code": 18, "sampled_at_name": 200, "producer_code": 18, "producer_name": 200, "product_name": 200,
    "gtin": 14, "trademark": 100, "specification": 120, "standard_executed": 120, "batch_no": 60, "stock": 60,
    "receipt": 80, "refusal": 500,
}  # fmt: skip
ONLINE = ("platform", "shop", "order", "payment", "account", "delivered_to", "ordered_on", "received_on")
PHOTO_KINDS = ("site", "goods", "label", "stock", "seal", "receipt", "screenshot", "unboxing", "other")
SIGNERS = ("firm", "inspector")
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Picture:
    """A photograph or a drawn signature that the record names: the part it is sent in, and its SHA-256."""

    part: str
    sha256: str
    kind: str
    taken_at: str = ""


@dataclass(frozen=True)
class Signature:
    """Who signed for whom; drawn on the glass or, where that cannot be done, typed."""

    role: str
    name: str
    drawn: Picture | None


@dataclass(frozen=True)
class Given:
    """A record as it was given, its values ready for the action."""

    id: UUID
    task: str
    values: Mapping[str, Any]
    photos: tuple[Picture, ...]
    signatures: tuple[Signature, ...]
    started_at: datetime | None
    digest: str
    raw: Mapping[str, Any] = field(repr=False)

    @property
    def pictures(self) -> list[Picture]:
        return [*self.photos, *(s.drawn for s in self.signatures if s.drawn)]


def read(text: str) -> Given:
    """Read a record. Raises Refused where it is none, RefusedRows with what is wrong field by field."""
    if len(text.encode()) > MOST_BYTES:
        raise Refused("record_too_long", zh="记录过长。", en="The record is too long.", status=413)
    try:
        raw = json.loads(text)
        number = UUID(str(raw["id"]))
    except (ValueError, KeyError, TypeError):
        raise Refused("no_record", zh="不是抽样记录。", en="This is no sampling record.") from None
    reader = _Reader(raw)
    given = Given(
        id=number,
        task=reader.text("task", 64),
        values=reader.values(),
        photos=reader.photos(),
        signatures=reader.signatures(),
        started_at=reader.instant("started_at"),
        digest=hashlib.sha256(
            json.dumps(raw, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        ).hexdigest(),
        raw=raw,
    )
    if reader.errors:
        raise RefusedRows(reader.errors)
    return given


class _Reader(Values):
    """What a phone sends beyond the values of any sheet: when and by whom, pictures, signatures, the online order."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        super().__init__(raw, self.wrong)
        self.raw, self.errors = raw, list[RowError]()

    def wrong(
        self, column: str, value: Any, zh: str, en: str, right_zh: str = "", right_en: str = ""
    ) -> None:
        said = None if value in (None, "") else str(value)[:200]
        self.errors.append(RowError(1, column, said, zh, en, right_zh, right_en))

    def instant(self, name: str) -> datetime | None:
        try:
            found = datetime.fromisoformat(self.text(name, 40).replace("Z", "+00:00"))
        except ValueError:
            return None
        return found if found.tzinfo else None

    def values(self) -> dict[str, Any]:
        found: dict[str, Any] = {name: self.text(name, most) for name, most in TEXTS.items()}
        found["outcome"] = self.text("outcome", 10) or "taken"
        found["channel"] = self.text("channel", 10)
        if found["outcome"] not in Sample.Outcome.values:
            self.wrong("outcome", found["outcome"], "抽样情况不在范围内", "is no outcome")
        if found["channel"] not in Channel.values:
            self.wrong("channel", found["channel"], "抽样环节不在范围内", "is no channel")
        found["sampled_on"], found["produced_on"] = self.day("sampled_on"), self.day("produced_on")
        if found["sampled_on"] is None and not self.refused("sampled_on"):
            self.wrong("sampled_on", None, "没有抽样日期", "there is no day of sampling")
        taken = found["outcome"] == Sample.Outcome.TAKEN
        found["test_samples"] = self.whole("test_samples", 0, 0) if taken else 0
        found["backup_samples"] = self.whole("backup_samples", 0, 0) if taken else 0
        if taken and not found["test_samples"] and not self.refused("test_samples"):
            self.wrong("test_samples", 0, "没有检验样品", "there is no sample for the test")
        found["seals"] = self.seals("seals") if taken else []
        found["backup_seals"] = self.seals("backup_seals") if taken else []
        if taken and not found["seals"]:
            self.wrong("seals", None, "没有封签编号", "the sample has no seal")
        if taken and found["backup_samples"] and not found["backup_seals"]:
            self.wrong("backup_seals", None, "备用样品没有封签编号", "the backup sample has no seal")
        found["bought"] = bool(self.raw.get("bought", True)) and taken
        found["price"] = self.price(found["bought"])
        found["online"] = self.online(found["channel"], taken)
        found["label"] = {
            name: self.text(f"label_{name}", 300)
            for name in ("origin", "text")
            if self.raw.get(f"label_{name}")
        }
        if found["outcome"] != Sample.Outcome.TAKEN and not found["refusal"]:
            self.wrong("refusal", None, "没有写明情况", "what happened is not written down")
        return found

    def seals(self, name: str) -> list[str]:
        given = self.raw.get(name)
        parts = given if isinstance(given, list) else re.split(r"[\s,，、;；]+", str(given or ""))
        found = [unicodedata.normalize("NFKC", str(one)).strip()[:40] for one in parts if str(one).strip()]
        if len(found) > MOST_SEALS:
            self.wrong(name, len(found), f"超过 {MOST_SEALS} 个封签", f"has more than {MOST_SEALS} seals")
        return found[:MOST_SEALS]

    def price(self, bought: bool) -> Decimal | None:
        amount = self.money("price") if bought else None
        if bought and amount is None and not self.refused("price"):
            self.wrong("price", None, "买样没有价款", "the price of the samples is missing")
        return amount

    def online(self, channel: str, taken: bool) -> dict[str, str]:
        if channel != Channel.ONLINE:
            return {}
        found = {name: self.text(f"online_{name}", 200) for name in ONLINE}
        needed = {
            "platform": ("平台", "platform"),
            "order": ("订单号", "order number"),
            "payment": ("付款凭证", "payment"),
        }
        for name, (zh, en) in needed.items():
            if taken and not found[name]:
                self.wrong(f"online_{name}", None, f"网购没有{zh}", f"the online purchase has no {en}")
        return {name: value for name, value in found.items() if value}

    def picture(self, raw: Any, column: str) -> Picture | None:
        if isinstance(raw, dict) and _HASH.fullmatch(str(raw.get("sha256"))) and raw.get("part"):
            kind = str(raw.get("kind") or "other")
            return Picture(
                str(raw["part"])[:60],
                str(raw["sha256"]),
                kind if kind in PHOTO_KINDS else "other",
                str(raw.get("taken_at") or "")[:40],
            )
        self.wrong(column, None, "照片没有说明", "a photograph is not described")
        return None

    def photos(self) -> tuple[Picture, ...]:
        given = self.raw.get("photos") or []
        if not isinstance(given, list) or len(given) > MOST_PHOTOS:
            self.wrong("photos", None, f"照片不超过 {MOST_PHOTOS} 张", f"at most {MOST_PHOTOS} photographs")
            return ()
        found = tuple(p for p in (self.picture(one, "photos") for one in given) if p)
        if not found:
            self.wrong(
                "photos", None, "没有现场照片", "there is no photograph", "请至少拍一张", "take one at least"
            )
        if self.raw.get("channel") == Channel.ONLINE and self.raw.get("outcome", "taken") == "taken":
            for kind, zh, en in (
                ("screenshot", "页面截图", "screenshot"),
                ("unboxing", "拆包照片", "unboxing"),
            ):
                if found and not any(p.kind == kind for p in found):
                    self.wrong("photos", None, f"网购没有{zh}", f"no photograph shows the {en}")
        return found

    def signatures(self) -> tuple[Signature, ...]:
        given = self.raw.get("signatures") or []
        found = []
        for one in given if isinstance(given, list) else []:
            if not isinstance(one, dict) or one.get("role") not in SIGNERS:
                continue
            name = str(one.get("name") or "").strip()[:60]
            drawn = self.picture(one["drawn"], "signatures") if one.get("drawn") else None
            if name:
                found.append(Signature(str(one["role"]), name, drawn))
        roles = {one.role for one in found}
        if "inspector" not in roles:
            self.wrong("signatures", None, "抽样人员没有签名", "no sampler has signed")
        met = self.raw.get("outcome", "taken") == "taken" and self.raw.get("channel") != Channel.ONLINE
        if met and "firm" not in roles:
            self.wrong("signatures", None, "被抽样单位没有签名", "nobody has signed for the place sampled")
        return tuple(found)
