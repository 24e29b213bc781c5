"""Enter a zone or another region that the catalogue lacks, or change one entered before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.access.queries import require
from pinzhi.kernel.audit.recording import record
from pinzhi.kernel.errors import Refused
from pinzhi.kernel.places import catalogue, queries
from pinzhi.kernel.places.models import Region


@transaction.atomic
def save_region(
    *,
    code: str,
    zh: str,
    en: str = "",
    valid_from: date | None = None,
    valid_until: date | None = None,
    covers: Sequence[str] = (),
    aliases: Sequence[str] = (),
    source: str = "",
    by: Actor,
) -> Region:
    """Needs the administrator's role for the region above. Codes of GB/T 2260 are not ours."""
    code = code.strip().upper()
    if not queries.is_code(code) or queries.level_of(code) != "zone" or catalogue.regions().get(code):
        raise Refused(
            "region_code",
            zh=f"“{code}”不能用作自设地区代码。",
            en=f"“{code}” cannot be the code of a region of your own.",
            place="code",
            remedy_zh="开发区等用所属地区代码的前两位、四位或六位，加字母Z和编号，如 3501Z3；标准代码不能改动。",
            remedy_en="A zone takes the first two, four or six digits of its region, Z and a number: 3501Z3.",
        )
    parent = queries.parent_of(code)
    if parent is None or queries.region_name(parent) is None:
        raise Refused(
            "unknown_parent",
            zh=f"没有代码为 {parent} 的上级地区。",
            en=f"There is no region {parent} above it.",
            place="code",
        )
    require(by, "administrator", region=parent)
    if not zh.strip():
        raise Refused("name_missing", zh="请填写名称。", en="Give the name.", place="zh")
    unknown = [c for c in covers if queries.region_name(c) is None]
    if unknown:
        raise Refused(
            "unknown_region",
            zh=f"没有代码为 {unknown[0]} 的地区。",
            en=f"There is no region {unknown[0]}.",
            place="covers",
        )
    row, _ = Region.objects.update_or_create(
        code=code,
        defaults={
            "zh": zh.strip(),
            "en": en.strip(),
            "valid_from": valid_from,
            "valid_until": valid_until,
            "covers": list(covers),
            "aliases": [a.strip() for a in aliases if a.strip()],
            "source": source,
            "entered_by": by.username,
            "entered_at": clock.now(),
        },
    )
    record("places.save_region", by=by, subject_kind="region", subject_key=code, region=parent)
    return row
