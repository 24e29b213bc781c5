"""What an auditor may do with a draw that is open; imported by `access_verbs`."""

from __future__ import annotations

from pinzhi.kernel.access.matrix import declare

declare(
    "inspection.audit_draw",
    section="inspection",
    zh="取得抽取的全部文件（含风险分类与回避名单），重新推算抽取与指派",
    en="take all files of an open draw, classes and recusals included, to derive it again",
    roles={"auditor"},
)
