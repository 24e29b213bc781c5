"""Enter an agency of the bureau's own, or what differs for a general one: name, functions, days, aliases."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from django.db import transaction

from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.access.queries import require
from pinzhi.kernel.audit.recording import record
from pinzhi.kernel.errors import Refused
from pinzhi.kernel.places import queries
from pinzhi.kernel.places.models import Agency, AgencyAlias

_CODE = re.compile(r"[0-9Z]{6,12}-[a-z0-9_]{2,48}")


@transaction.atomic
def save_agency(
    *,
    code: str,
    zh: str,
    en: str = "",
    short: str = "",
    functions: Sequence[str] = (),
    aliases: Sequence[str] = (),
    valid_from: date | None = None,
    valid_until: date | None = None,
    source: str = "",
    by: Actor,
) -> Agency:
    """Needs the administrator's role for the agency's region. `code` is `<region>-<kind or own word>`.

    Without functions a general agency keeps its own. Aliases are added, none is taken away.
    """
    code = code.strip()
    region = code.partition("-")[0]
    if not _CODE.fullmatch(code) or queries.region_name(region) is None:
        raise Refused(
            "agency_code",
            zh=f"“{code}”不是机构代码。",
            en=f"“{code}” is no agency code.",
            place="code",
            remedy_zh="用地区代码、短横线和小写英文词，如 350100-quality_office。",
            remedy_en="Use region code, hyphen and a word in lower case, such as 350100-quality_office.",
        )
    require(by, "administrator", region=region)
    if not zh.strip():
        raise Refused("name_missing", zh="请填写机构名称。", en="Give the agency's name.", place="zh")
    if valid_from and valid_until and valid_until < valid_from:
        raise Refused(
            "days", zh="终止日期早于起始日期。", en="It would end before it begins.", place="valid_until"
        )
    row, _ = Agency.objects.update_or_create(
        code=code,
        defaults={
            "region": region,
            "zh": zh.strip(),
            "en": en.strip(),
            "short": short.strip(),
            "functions": list(functions),
            "valid_from": valid_from,
            "valid_until": valid_until,
            "source": source,
            "entered_by": by.username,
            "entered_at": clock.now(),
        },
    )
    for name in dict.fromkeys(a.strip() for a in aliases if a.strip()):
        AgencyAlias.objects.get_or_create(agency=code, name=name)
    record("places.save_agency", by=by, subject_kind="agency", subject_key=code, region=region)
    return row
