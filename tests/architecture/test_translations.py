"""No string of the program is shown in English to a reader of Chinese."""

from __future__ import annotations

from pinzhi.kernel.web import messages


def test_every_string_has_its_chinese() -> None:
    wrong = messages.check()
    assert not wrong, "\n" + "\n".join(wrong[:50]) + f"\n{len(wrong)} in all; see pinzhi.kernel.web.messages"


def test_the_check_sees_every_app() -> None:
    """The walk finds strings at all: an empty check would pass for the wrong reason."""
    found = {message.file.relative_to(messages.PACKAGE).parts[:2] for message in messages.all_strings()}
    assert {("kernel", "web"), ("kernel", "access")} <= found
