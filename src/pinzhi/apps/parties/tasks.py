"""Work behind the pages: files checked and brought in."""

from __future__ import annotations

from pinzhi.apps.parties.actions.import_file import IMPORTS
from pinzhi.kernel.transfer.tasks import declare_tasks

check_file, import_file = declare_tasks(IMPORTS)
