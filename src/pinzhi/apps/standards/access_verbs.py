"""What may be done with the catalogue of standards, and by whom. Reading it is open to every account."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from pinzhi.kernel.access.matrix import SECTIONS, declare

SECTIONS.setdefault("standards", {"zh": "标准", "en": "Standards"})

declare(
    "standards.write",
    section="standards",
    zh="登记、变更标准及其关系",
    en="register and change standards and their relations",
    roles={"clerk"},
)
declare(
    "standards.import",
    section="standards",
    zh="导入标准表格和元数据",
    en="import spreadsheets and metadata of standards",
    roles={"clerk"},
)
declare(
    "standards.edit_system",
    section="standards",
    zh="编制标准体系表",
    en="draw up standards-system tables",
    roles={"clerk"},
)
declare(
    "standards.publish_system",
    section="standards",
    zh="发布标准体系表",
    en="publish standards-system tables",
    roles={"approver"},
)
declare(
    "standards.decide_alert",
    section="standards",
    zh="处理标准预警",
    en="decide on alerts of standards",
    roles={"clerk", "reviewer", "approver"},
)

from pinzhi.apps.standards import verbs_declarations  # noqa: E402, F401 - declares its own

for part in ("limits", "declarations", "rankings"):
    if find_spec(f"pinzhi.apps.standards.access_verbs_{part}") is not None:
        import_module(f"pinzhi.apps.standards.access_verbs_{part}")
