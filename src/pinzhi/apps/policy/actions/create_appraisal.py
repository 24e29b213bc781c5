"""Begin a yearly appraisal, and say what is particular to one of those appraised."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from pinzhi.apps.policy import appraisal as adapter
from pinzhi.apps.policy.access import require_appraiser
from pinzhi.apps.policy.models import Appraisal, Appraisee, Document
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Conflict, Refused
from pinzhi.kernel.places import queries as places


def create_appraisal(
    *,
    by: Actor,
    year: int,
    title: str,
    region: str,
    kind: str = "region",
    appraisees: Sequence[str] = (),
    document: str = "",
    graded: bool = True,
) -> Appraisal:
    """An appraisal of regions (by default all directly below) or units (agency codes) for a year.

    `graded`: whether the scores become grades by the rules of the law; without it there are scores and ranks only.

    Raises NotPermitted; Refused naming the field.
    """
    require_appraiser(by, "clerk", region)
    if not 2000 <= year <= clock.today().year + 1:
        raise wrong("year", "应为有效年度", "is no year that can be appraised")
    if not title.strip() or len(title.strip()) > 120:
        raise wrong("title", "应为 1 至 120 字", "1 to 120 characters")
    if kind not in Appraisal.Kind.values:
        raise wrong("kind", "请选择考核对象", "choose who is appraised")
    keys = list(dict.fromkeys(key.strip() for key in appraisees if key.strip()))
    if not keys and kind == Appraisal.Kind.REGION:
        keys = [below.code for below in places.children(region)]
    names = {key: _name(key, kind, region) for key in keys}
    if len(keys) < 2:
        raise wrong("appraisees", "至少需要两个考核对象", "at least two are needed")
    of = Document.objects.filter(code=document).first() if document else None
    if document and of is None:
        raise wrong("document", f"没有编号为 {document} 的文件", f"there is no document {document}")
    with transaction.atomic():
        made = Appraisal.objects.create(
            code=_next_code(region, year),
            year=year,
            title=title.strip(),
            region=region,
            kind=kind,
            document=of,
            graded=graded,
            set_by=by.username,
            set_at=clock.now(),
        )
        Appraisee.objects.bulk_create(
            [Appraisee(appraisal=made, key=key, name=name) for key, name in names.items()]
        )
        note("create", made, by)
    return made


def _name(key: str, kind: str, region: str) -> str:
    if kind == Appraisal.Kind.REGION:
        found = places.region_name(key)
        if found is None or not places.contains(region, key) or key == region:
            raise wrong("appraisees", f"{key} 不是本地区的下级地区", f"{key} is no region below")
        return found.zh
    agency = places.agency_name(key)
    if agency is None:
        raise wrong("appraisees", f"没有代码为 {key} 的单位", f"there is no agency {key}")
    return agency.zh


def _next_code(region: str, year: int) -> str:
    prefix = f"KH-{region}-{year}-"
    last = (
        Appraisal.objects.filter(code__startswith=prefix)
        .order_by("-code")
        .values_list("code", flat=True)
        .first()
    )
    return f"{prefix}{int(last.rsplit('-', 1)[1]) + 1 if last else 1:02d}"


def change_appraisee(
    appraisee_id: int, *, by: Actor, veto: str | None = None, problems: str | None = None
) -> Appraisee:
    """Set the reason for which a unit falls into the lowest grade, and its main problems. The result is taken back."""
    with transaction.atomic():
        unit = Appraisee.objects.select_related("appraisal").get(pk=appraisee_id)
        found = editable(unit.appraisal_id, by)
        if veto is not None:
            unit.veto = veto.strip()[:200]
        if problems is not None:
            unit.problems = problems.strip()[:2000]
        unit.save(update_fields=["veto", "problems"])
        if veto is not None:
            adapter.clear(found)
            found.save()
        note("set_criteria", found, by)
    return unit


def editable(appraisal_id: int, by: Actor, role: str = "clerk") -> Appraisal:
    """The appraisal, locked, where the actor may still change it. Raises NotPermitted, Conflict."""
    found = Appraisal.objects.select_for_update().get(pk=appraisal_id)
    require_appraiser(by, role, found.region)
    if found.state == Appraisal.State.CONFIRMED:
        raise Conflict(
            "confirmed",
            zh="该考核已确认，不能修改。",
            en="The appraisal is confirmed.",
            remedy_zh="如确需修改，由审批人退回。",
            remedy_en="An approver may reopen it.",
        )
    return found


def note(step: str, found: Appraisal, by: Actor, **detail: str | int) -> None:
    audit.record(
        f"policy.appraisal.{step}",
        by=by,
        subject_kind="appraisal",
        subject_key=found.code,
        register="appraisals",
        region=found.region,
        detail=detail,
    )


def wrong(field: str, zh: str, en: str) -> Refused:
    return Refused("invalid_appraisal", zh=zh, en=en, place=field)
