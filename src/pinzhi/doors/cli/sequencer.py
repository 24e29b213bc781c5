"""``pinzhi sequencer``: numbers, hashes and signs committed entries until it is told to stop."""

from __future__ import annotations

from pinzhi.doors.cli import environment


def command() -> None:
    """编号、成树、签名 · Number, hash and sign committed entries; runs until stopped."""
    environment.setup_django()
    from pinzhi.kernel.registers.sequencer import run_forever

    run_forever()
