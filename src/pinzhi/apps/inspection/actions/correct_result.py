"""Correct a published result that was wrong: a new entry takes its place, the old one stays to be read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from pinzhi.apps.inspection import access, publishing
from pinzhi.apps.inspection.models import Result, Sample
from pinzhi.kernel import audit
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import Conflict, NotFound, Refused
from pinzhi.kernel.registers.actions.correct_entry import correct_entry

#: What of a sample may have been written down wrongly; verdicts follow from values.
FIELDS = frozenset(
    {
        "product_name", "producer_name", "producer_code", "gtin", "trademark", "specification", "batch_no",
        "sampled_at_name", "product_number",
    }
)  # fmt: skip
_PUBLIC = {"sampled_at_name": "sampled_at"}


@transaction.atomic
def correct_result(
    number: str,
    changes: Mapping[str, Any],
    *,
    reason: str,
    final: str = "",
    seen: str | None = None,
    by: Actor,
) -> None:
    """Correct what is said of the batch (`changes` by field) or the final result (`final`: pass or fail).

    `seen`: the entry that whoever corrects had before them; another one by now is a Conflict. Raises NotFound,
    NotPermitted, Conflict, Refused (nothing published, no reason, a field that is no matter of correction).
    """
    sample = Sample.objects.select_for_update().select_related("programme").filter(number=number).first()
    result = Result.objects.select_for_update().filter(sample=sample).first() if sample else None
    if sample is None or result is None or result.entry_id is None:
        raise NotFound(
            "not_published", zh=f"“{number}”没有已公布的结果。", en=f"{number} has no published result."
        )
    access.require(by, "inspection.correct", [sample.programme.region])
    if seen is not None and seen != str(result.entry_id):
        raise Conflict(
            "changed_meanwhile",
            zh="这条结果刚被更正过，您看到的已不是现行内容。",
            en="This result was corrected meanwhile: what you had before you no longer holds.",
            remedy_zh="重新打开更正页面，在现行内容上更正。",
            remedy_en="Open the page again and correct what stands now.",
        )
    stray = sorted(set(changes) - FIELDS)
    if stray or final not in ("", "pass", "fail"):
        raise Refused(
            "not_correctable",
            zh=f"“{'、'.join(stray) or final}”不能更正。",
            en=f"{', '.join(stray) or final} cannot be corrected.",
            remedy_zh="检验值有误的，由检验机构另出报告。",
            remedy_en="Where a value was wrong the laboratory issues another report.",
        )
    before = sample.producer_code
    for name, value in changes.items():
        setattr(sample, name, str(value).strip())
    sample.save(update_fields=list(changes) or None)
    public = {
        _PUBLIC.get(n, n): (str(v).strip() or None) for n, v in changes.items() if n != "product_number"
    }
    if "producer_code" in changes and publishing.REGISTER_OF[sample.programme.kind] == access.RESULTS:
        public["producer_province"] = publishing.province_of(sample.producer_code) or None
    if final and final != result.final:
        result.final = final
        public |= {"final_result": final, "re_inspected": result.first != final}  # type: ignore[dict-item]
    if not public:
        raise Refused("nothing_changed", zh="没有改变任何内容。", en="Nothing was changed.")
    register = _replace_entry(sample, result, public, {before}, by=by, reason=reason)
    audit.record(
        "inspection.correct_result",
        by=by,
        subject_kind="sample",
        subject_key=number,
        register=register,
        region=sample.region,
        detail={"fields": ",".join(sorted(public))[:200]},
    )


def overturn_result(sample: Sample, *, reason: str) -> None:
    """The batch passed in the end: what is published of it is replaced by a new entry, in the caller's transaction.

    The re-inspection decides this, whoever noted it. Where nothing is published yet there is nothing to correct.
    """
    result = Result.objects.select_for_update().filter(sample=sample).first()
    if result is None or result.final == "pass":
        return
    result.final = "pass"
    if result.entry_id is None:
        result.save(update_fields=["final"])
        return
    public = {"final_result": "pass", "re_inspected": True}
    _replace_entry(sample, result, public, set(), by=Actor.system("re_inspection"), reason=reason)


def _replace_entry(
    sample: Sample, result: Result, public: Mapping[str, Any], producers: set[str], *, by: Actor, reason: str
) -> str:
    """The corrected entry, and the year's lists of whom it concerns; returns the register."""
    assert result.entry_id is not None
    register = publishing.REGISTER_OF[sample.programme.kind]
    ref = correct_entry(register, result.key, result.entry_id, public, by=by, reason=reason)
    result.entry_id = ref.entry_id
    result.save(update_fields=["final", "entry_id"])
    publishing.publish_lists(
        sample.programme.year,
        enterprises={*producers, sample.producer_code},
        products={sample.product_number},
        by=by,
    )
    return register
