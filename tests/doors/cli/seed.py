"""Run inside an installation: `seed.py FIRST` files 20 appointments from that number on and numbers them."""

from __future__ import annotations

import io
import sys

from pinzhi.doors.cli import terminal

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000002000100"
    "05fe02fea7350581000000004945"
    "4e44ae426082"
)


def main(first: int) -> None:
    terminal.setup()
    from pinzhi.kernel.access.actor import Actor
    from pinzhi.kernel.files.actions.store_file import store_file
    from pinzhi.kernel.registers import catalogue, sequencer
    from pinzhi.kernel.registers.actions.carry_out import Item, carry_out
    from pinzhi.rules.identifiers import uscc

    by = Actor.system("seed")
    sample = catalogue.get("e01_cqo").definition.sample
    subjects = [uscc.make(number, region="350100").text for number in range(first, first + 20)]
    items = [Item(subject=subject, region="350100", values=sample) for subject in subjects]
    carry_out("e01_cqo", "enter_decision", items, by=by)
    store_file(io.BytesIO(PNG + str(first).encode()), name="a.png", accept=("png",), by=by)
    print(sequencer.drain())


if __name__ == "__main__":
    main(int(sys.argv[1]))
