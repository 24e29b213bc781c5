"""A comparison study: drawn up by one person, submitted with its table, approved and published by another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from pinzhi.apps.standards import access, publishing_limits
from pinzhi.apps.standards.access_verbs_limits import APPROVE_STUDY, STUDY
from pinzhi.apps.standards.models.limits import ComparisonStudy, LimitDocument
from pinzhi.apps.standards.publishing_limits import STUDIES
from pinzhi.apps.standards.queries_limits import compare_documents, flat
from pinzhi.kernel import audit, clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Conflict, NotFound, Refused

FIELDS = (
    "title",
    "year",
    "family",
    "lead_unit",
    "purpose",
    "conclusion",
    "follow_up",
    "follow_up_due",
    "compared_on",
)
State = ComparisonStudy.State


@transaction.atomic
def draw_up_study(
    values: Mapping[str, Any],
    *,
    domestic: list[int],
    foreign: list[int],
    region: str = "",
    number: str = "",
    revision: int | None = None,
    by: Actor,
) -> ComparisonStudy:
    """Begin a study (no `number`) or change one that is being drawn up. Raises NotPermitted, Conflict, Refused."""
    if number:
        study = _locked(number)
        if study.state != State.DRAFT or (revision is not None and revision != study.revision):
            raise Conflict(
                "changed_meanwhile",
                zh="研究已提交，或刚被他人修改。",
                en="The study was submitted or changed meanwhile.",
            )
        study.revision += 1
    else:
        study = ComparisonStudy(region=region, made_by=by.username, made_at=clock.now())
    access.require(by, STUDY, [study.region], register=STUDIES)
    sides = [list(LimitDocument.objects.filter(pk__in=pks)) for pks in (domestic, foreign)]
    for side, place, zh, en in zip(
        sides,
        ("domestic", "foreign"),
        ("国内标准", "比较对象"),
        ("domestic standard", "benchmark"),
        strict=True,
    ):
        if not side:
            raise Refused(
                "nothing_chosen", zh=f"请至少选一份{zh}。", en=f"Choose at least one {en}.", place=place
            )
    if {d.pk for d in sides[0]} & {d.pk for d in sides[1]}:
        raise Refused(
            "both_sides",
            zh="同一文件不能既是国内标准又是比较对象。",
            en="A document cannot stand on both sides.",
            place="foreign",
        )
    for name in FIELDS:
        if name in values:
            setattr(study, name, values[name])
    study.compared_on = study.compared_on or clock.today()
    if not study.number:
        study.number = _number(study.region, study.year)
    study.save()
    study.domestic.set(sides[0])
    study.foreign.set(sides[1])
    _note("standards.draw_up_study", study, by)
    return study


@transaction.atomic
def submit_study(number: str, *, by: Actor) -> ComparisonStudy:
    """Fix the table as it is on the study's day and hand the study in. Raises NotPermitted, Conflict, Refused."""
    study = _locked(number)
    access.require(by, STUDY, [study.region], register=STUDIES)
    if study.state != State.DRAFT:
        raise Conflict("submitted_already", zh="研究已经提交。", en="The study was submitted already.")
    for name, zh, en in (("conclusion", "结论", "conclusion"), ("follow_up", "后续措施", "follow-up")):
        if not str(getattr(study, name)).strip():
            raise Refused("incomplete", zh=f"请先写明{zh}。", en=f"Write the {en} first.", place=name)
    table = compare_documents(list(study.domestic.all()), list(study.foreign.all()), on=study.compared_on)
    study.result, study.counts = flat(table), table.counts
    if not sum(table.counts[name] for name in ("stricter", "equal", "laxer", "different")):
        raise Refused(
            "nothing_compared",
            zh="所选文件之间没有可以比对的已核对限值。",
            en="The documents chosen share no confirmed limit that could be compared.",
            remedy_zh="请先录入并核对限值",
            remedy_en="enter limits and have them confirmed first",
        )
    study.state, study.revision = State.SUBMITTED, study.revision + 1
    study.save()
    _note("standards.submit_study", study, by)
    return study


@transaction.atomic
def approve_study(number: str, *, by: Actor) -> ComparisonStudy:
    """Approve a submitted study and publish it. Raises NotPermitted (also for who drew it up), Conflict."""
    study = _locked(number)
    access.require(by, APPROVE_STUDY, [study.region], register=STUDIES)
    if study.state != State.SUBMITTED:
        raise Conflict("not_submitted", zh="研究不在待批准状态。", en="The study does not wait for approval.")
    if study.made_by == by.username and not by.is_system:
        raise Refused(
            "own_work", zh="不能批准本人编制的研究。", en="Nobody approves a study of their own.", status=403
        )
    study.state, study.approved_by, study.approved_at = State.PUBLISHED, by.username, clock.now()
    study.revision += 1
    study.save()
    publishing_limits.publish_study(study, by=by)
    _note("standards.approve_study", study, by)
    return study


@transaction.atomic
def return_study(number: str, *, by: Actor) -> ComparisonStudy:
    """Send a submitted study back to who drew it up."""
    study = _locked(number)
    access.require(by, APPROVE_STUDY, [study.region], register=STUDIES)
    if study.state != State.SUBMITTED:
        raise Conflict("not_submitted", zh="研究不在待批准状态。", en="The study does not wait for approval.")
    study.state, study.revision = State.DRAFT, study.revision + 1
    study.save()
    _note("standards.return_study", study, by)
    return study


def _locked(number: str) -> ComparisonStudy:
    study = ComparisonStudy.objects.select_for_update().filter(number=number).first()
    if study is None:
        raise NotFound("no_such_study", zh=f"没有比对研究“{number}”。", en=f"There is no study {number}.")
    return study


def _number(region: str, year: int) -> str:
    begins = f"BD-{region}-{year}-"
    last = ComparisonStudy.objects.filter(number__startswith=begins).order_by("-number").first()
    return f"{begins}{int(last.number[-4:]) + 1 if last else 1:04d}"


def _note(step: str, study: ComparisonStudy, by: Actor) -> None:
    audit.record(
        step,
        by=by,
        subject_kind="comparison_study",
        subject_key=study.number,
        register=STUDIES,
        region=study.region,
        detail={"title": study.title[:200]},
    )
