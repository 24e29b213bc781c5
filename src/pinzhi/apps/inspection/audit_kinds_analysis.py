"""How readings of the analysis and of risk classes are worded in the audit trail."""

from __future__ import annotations

from pinzhi.kernel.audit.kinds import declare

for name, zh, en in (
    ("export", "下载抽查批次 {count} 条", "downloaded {count} batches of checks"),
    ("read_class", "查看 {subject} 类企业名单", "read the list of enterprises of class {subject}"),
    (
        "publish_classes",
        "公布分类监管比例与实际抽查 {count} 条",
        "published {count} lines of graded supervision",
    ),
):
    declare(f"inspection.{name}", zh=zh, en=en)
