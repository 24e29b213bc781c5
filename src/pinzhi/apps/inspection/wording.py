"""What stages, events and clocks of a case are called, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from pinzhi.kernel.web.texts import in_lang
from pinzhi.rules.inspection.follow_up import NotNow

STAGES: Mapping[str, Mapping[str, str]] = {
    "to_serve": {"zh": "待送达", "en": "To be served"},
    "served": {"zh": "已送达", "en": "Served"},
    "objection": {"zh": "异议待受理", "en": "Objection to be accepted"},
    "re_inspection": {"zh": "复检中", "en": "Re-inspection"},
    "correction": {"zh": "整改中", "en": "Being corrected"},
    "re_check": {"zh": "待复查", "en": "To be re-checked"},
    "second_failure": {"zh": "复查不合格", "en": "Failed again"},
    "enforcement": {"zh": "移送处理", "en": "For enforcement"},
    "corrected": {"zh": "复查合格", "en": "Re-check passed"},
    "overturned": {"zh": "复检改判合格", "en": "Overturned: passed"},
    "ceased": {"zh": "停止生产销售", "en": "Ceased to produce and sell"},
    "closed": {"zh": "办结", "en": "Closed"},
}
EVENTS: Mapping[str, Mapping[str, str]] = {
    "result_served": {"zh": "送达检验结果通知书", "en": "Result served"},
    "objected": {"zh": "提出异议（申请复检）", "en": "Objection, re-inspection asked for"},
    "objection_accepted": {"zh": "受理异议", "en": "Objection accepted"},
    "objection_refused": {"zh": "不予受理异议", "en": "Objection refused"},
    "objection_withdrawn": {"zh": "撤回异议", "en": "Objection withdrawn"},
    "re_inspection_filed": {"zh": "办理复检手续", "en": "Filed for the re-inspection"},
    "laboratory_named": {"zh": "确定复检机构", "en": "Laboratory of the re-inspection named"},
    "laboratory_declined": {"zh": "复检机构拒绝", "en": "Laboratory declined"},
    "re_inspection_sent": {"zh": "移交备用样品", "en": "Backup sample handed over"},
    "re_inspection_passed": {"zh": "复检合格", "en": "Re-inspection passed"},
    "re_inspection_failed": {"zh": "复检不合格（维持）", "en": "Re-inspection failed: result stands"},
    "result_overturned": {"zh": "撤销不合格结论", "en": "Result overturned"},
    "province_notified": {
        "zh": "通报生产企业所在地（发出通报函）",
        "en": "Letter to the producer's region sent",
    },
    "sale_stopped": {"zh": "停止生产、销售", "en": "Production and sale stopped"},
    "correction_ordered": {"zh": "送达责令整改通知书", "en": "Correction order served"},
    "paused": {"zh": "期限中止", "en": "Clocks paused"},
    "resumed": {"zh": "期限恢复", "en": "Clocks resumed"},
    "corrected": {"zh": "报告整改完成", "en": "Correction reported"},
    "ceased": {"zh": "不再生产销售该产品（结案）", "en": "Gives the goods up for good (ends the case)"},
    "re_check_passed": {"zh": "复查合格", "en": "Re-check passed"},
    "re_check_failed": {"zh": "复查不合格", "en": "Re-check failed"},
    "second_failure_published": {"zh": "公告复查不合格并送达", "en": "Second failure published and served"},
    "second_re_check_passed": {"zh": "再次复查合格", "en": "Second re-check passed"},
    "second_re_check_failed": {"zh": "再次复查不合格", "en": "Second re-check failed"},
    "handed_over": {"zh": "移送执法办案", "en": "Handed over to enforcement"},
    "closed": {"zh": "办结", "en": "Closed"},
}
CLOCKS: Mapping[str, Mapping[str, str]] = {
    "objection": {"zh": "提出异议", "en": "Objection"},
    "food_objection": {"zh": "申请复检（食品）", "en": "Asking for re-inspection (food)"},
    "acceptance": {"zh": "受理异议", "en": "Accepting the objection"},
    "food_acceptance": {"zh": "受理复检（食品）", "en": "Accepting the re-inspection (food)"},
    "filing": {"zh": "办理复检手续", "en": "Filing for the re-inspection"},
    "laboratory": {"zh": "确定复检机构", "en": "Naming the laboratory"},
    "food_laboratory": {"zh": "随机确定复检机构（食品）", "en": "Drawing the laboratory (food)"},
    "food_laboratory_declines": {"zh": "复检机构拒绝（食品）", "en": "Declining the re-inspection (food)"},
    "food_re_inspection": {"zh": "作出复检结论（食品）", "en": "Result of the re-inspection (food)"},
    "stop_sale": {"zh": "停止生产、销售", "en": "Stopping production and sale"},
    "correction": {"zh": "完成整改", "en": "Correction"},
    "re_check": {"zh": "复查", "en": "Re-check"},
    "second_re_check": {"zh": "再次复查", "en": "Second re-check"},
}
SAMPLE_TERMS: Mapping[str, Mapping[str, str]] = {
    "shipping": {"zh": "样品送达检验机构（食品）", "en": "Sample shipped to the laboratory (food)"},
    "report": {"zh": "出具检验报告（食品）", "en": "Test report (food)"},
    "backup": {"zh": "备份样品保存（食品）", "en": "Backup sample kept (food)"},
    "publication": {"zh": "联合抽查结果公示", "en": "Result of the joint check public"},
}
STATUSES: Mapping[str, Mapping[str, str]] = {
    "met": {"zh": "按期", "en": "In time"},
    "late": {"zh": "逾期完成", "en": "Done late"},
    "running": {"zh": "计时中", "en": "Running"},
    "overdue": {"zh": "已逾期", "en": "Overdue"},
    "unknown": {"zh": "无法确定", "en": "Cannot be told"},
    "lapsed": {"zh": "期满未行使", "en": "Not made use of"},
    "dropped": {"zh": "不再适用", "en": "No longer due"},
    "keeping": {"zh": "保存中", "en": "Being kept"},
    "kept": {"zh": "保存期满", "en": "Kept long enough"},
    "early": {"zh": "提前处置", "en": "Disposed of too early"},
}
TONES = {
    "met": "pz-good",
    "late": "pz-bad",
    "overdue": "pz-bad",
    "running": "pz-course",
    "unknown": "pz-warn",
    "keeping": "pz-course",
    "kept": "pz-good",
    "early": "pz-bad",
}
PARTIES: Mapping[str, Mapping[str, str]] = {
    "agency": {"zh": "监管部门", "en": "Authority"},
    "enterprise": {"zh": "企业", "en": "Enterprise"},
    "laboratory": {"zh": "检验机构", "en": "Laboratory"},
}


def stage_title(stage: str) -> str:
    return in_lang(STAGES.get(stage, {"zh": stage, "en": stage}))


def event_title(kind: str) -> str:
    return in_lang(EVENTS.get(kind, {"zh": kind, "en": kind}))


def why_not(wrong: NotNow) -> tuple[str, str]:
    """Why an event cannot be noted, in Chinese and English without a full stop; events by their names."""
    zh, en = wrong.zh, wrong.en
    if wrong.kind in EVENTS:
        zh, en = f"{EVENTS[wrong.kind]['zh']}：{zh}", f"{EVENTS[wrong.kind]['en']}: {en}"
    named = [EVENTS[kind] for kind in wrong.missing if kind in EVENTS]
    if named:
        zh += f"，须先办理：{'、'.join(one['zh'] for one in named)}"
        en += f"; first comes: {', '.join(one['en'] for one in named)}"
    return zh, en
