"""What granian serves under ``pinzhi serve``: the WSGI application, in workers that do not outlive the
server.
"""

from __future__ import annotations

import os
import signal

from pinzhi.doors.cli.processes import die_with_parent

# A worker whose server was killed would hold on to the port and answer in the place of the next one.
die_with_parent(signal.SIGTERM)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pinzhi.config.settings")

from django.core.wsgi import get_wsgi_application  # noqa: E402

from pinzhi.doors.cli.warm import warm  # noqa: E402

application = get_wsgi_application()
warm(application)
