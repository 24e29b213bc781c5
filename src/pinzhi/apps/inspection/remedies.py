"""What helps where a report was refused, by the stable code of the reason."""

from __future__ import annotations

from collections.abc import Mapping

from pinzhi.kernel.web.texts import in_lang

_SEAL = {"zh": "核对封签实物编号；编号无误的，请抽样部门查明去向。",
         "en": "Compare the seal itself; if the number is right the sampling department finds out where it went."}  # fmt: skip
_RULES = {
    "zh": "对照抽样当日有效的实施细则逐项填写（“实施细则”页可查）。",
    "en": "Follow the detailed rules in force on the day of sampling, item by item (page “Detailed rules”).",
}
_UNIT = {
    "zh": "写明与限值可以换算的单位，例如 mg/kg、g/kg、%。",
    "en": "Give a unit that converts to the limit's, such as mg/kg, g/kg or %.",
}
_ORDER = {
    "zh": "核对抽样、收样、检验、签发四个日期：依次不早于前一个，且不晚于今天。",
    "en": "Check the days of sampling, receipt, test and issue: none before the one before it, none after today.",
}
_CASE = {
    "zh": "在案件页看进行到哪一步；请组织抽查的部门先登记前一步。",
    "en": "See on the case's page which step it is at; the department notes the step before.",
}
REMEDIES: Mapping[str, Mapping[str, str]] = {
    "no_such_sample": {
        "zh": "照样品标签核对样品编号；没有抽样单的，请抽样部门补录抽样记录。",
        "en": "Compare the number with the label; where there is no sheet, the sampling department enters it.",
    },
    "sample_not_taken": {
        "zh": "这张抽样单登记为拒抽或无货；实际抽到样品的，请抽样部门更正。",
        "en": "The sheet says refused or no goods; if a sample was taken, the sampling department corrects it.",
    },
    "not_permitted": {
        "zh": "只能报告送本机构的样品；送错的，请抽样部门改派。",
        "en": "Report samples that were sent to you; the sampling department moves one that went astray.",
    },
    "no_capability": {
        "zh": "请组织抽查的部门登记本机构对该类产品的承检能力和期限，再提交。",
        "en": "Ask the department to enter your capability for these goods and its term, then send again.",
    },
    "no_number": {"zh": "填写报告编号。", "en": "Give the number of the report."},
    "number_taken": {
        "zh": "换用本机构未用过的报告编号；更正报告请另编号。",
        "en": "Use a number that you have not used; a corrected report has a number of its own.",
    },
    "second_report": {
        "zh": "首次检验只收一份。需要更正的，请联系组织抽查的部门；复检、复查请选相应的检验类别。",
        "en": "One first test a sample. For a correction ask the department; re-inspections and re-checks have their own kind.",
    },
    "no_date": {"zh": "填写检验日期和签发日期，如 2026-04-15。", "en": "Give the days of the test and of issue, such as 2026-04-15."},
    "date_unreadable": {"zh": "写成 2026-04-15 或 2026年4月15日。", "en": "Write it as 2026-04-15."},
    "too_long": {"zh": "写短一些，只留结果本身。", "en": "Make it shorter; the result itself is enough."},
    "too_many_items": {"zh": "只报实施细则规定的项目。", "en": "Report the items of the detailed rules alone."},
    "too_many_seals": _SEAL,
    "before_sampling": _ORDER,
    "in_the_future": _ORDER,
    "issued_before_test": _ORDER,
    "before_hand_over": _ORDER,
    "seal_unknown": _SEAL,
    "seal_stolen": _SEAL,
    "seal_of_another": _SEAL,
    "seal_twice": _SEAL,
    "item_unknown": _RULES,
    "item_missing": _RULES,
    "item_twice": _RULES,
    "value_missing": {
        "zh": "填写实测值；低于检出限的写“<检出限”或“未检出”。",
        "en": "Give the value found; below the detection limit write “<limit” or “not detected”.",
    },
    "value_unreadable": {
        "zh": "写数字（如 20、1.2×10^5、<0.01），或“未检出”“符合”“不符合”。",
        "en": "Write a number (20, 1.2×10^5, <0.01), or not detected, conforms, does not conform.",
    },
    "value_negative": {
        "zh": "核对实测值；低于检出限的写“<检出限”或“未检出”。",
        "en": "Check the value; below the detection limit write “<limit” or “not detected”.",
    },
    "unit_missing": _UNIT,
    "unit_unknown": _UNIT,
    "unit_mismatch": _UNIT,
    "verdict_unreadable": {"zh": "写“合格”或“不合格”，或留空。", "en": "Write pass or fail, or leave it empty."},
    "verdict_differs": {
        "zh": "核对各项实测值与限值；结论由逐项结果得出，也可留空。",
        "en": "Compare values and limits: the verdict follows from the items, and may be left out.",
    },
    "unreadable": {"zh": "按行号改正该单元格后重新导入。", "en": "Put the cell of that row right and import again."},
    "test_unreadable": {"zh": "写“首次检验”“复检”或“复查”。", "en": "Write first test, re-inspection or re-check."},
    "no_case": _CASE,
    "not_sent": _CASE,
    "no_correction": _CASE,
    "not_now": _CASE,
    "out_of_order": _CASE,
    "other_laboratory": {
        "zh": "复检报告由案件确定的复检机构提交。",
        "en": "The laboratory named in the case hands this report in.",
    },
    "not_contested": {
        "zh": "复检只报初检判不合格的项目。",
        "en": "A re-inspection reports the items that had failed, and no others.",
    },
    "no_verdict": {
        "zh": "补充能够判定的检验值（不写低于限值的检出限）。",
        "en": "Give values that can be judged.",
    },
    "no_re_check_day": {
        "zh": "填写复查样品的抽样日期。",
        "en": "Say when the sample of the re-check was taken.",
    },
}  # fmt: skip


def remedy(code: str) -> str:
    """What helps, in the reader's language; empty where the reason says it all."""
    found = REMEDIES.get(code)
    return in_lang(found) if found else ""
