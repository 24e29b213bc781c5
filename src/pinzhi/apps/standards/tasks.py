"""Work behind the pages: files of the catalogue checked and brought in, statuses turned on their day, reminders."""

from __future__ import annotations

from pinzhi.apps.standards import reminding_alerts
from pinzhi.apps.standards.actions.import_catalogue import IMPORTS
from pinzhi.apps.standards.actions.import_declarations import IMPORTS as DECLARATIONS
from pinzhi.kernel.transfer.tasks import declare_tasks

check_file, import_file = declare_tasks(IMPORTS)
check_declarations, import_declarations = declare_tasks(DECLARATIONS)
__all__ = ["check_declarations", "check_file", "import_declarations", "import_file", "reminding_alerts"]
