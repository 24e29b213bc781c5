"""No string of the program is shown in English to a reader of Chinese."""

from __future__ import annotations

from babel.messages.pofile import read_po

from pinzhi.kernel.web import messages


def test_every_string_has_its_chinese() -> None:
    wrong = messages.check()
    assert not wrong, "\n" + "\n".join(wrong[:50]) + f"\n{len(wrong)} in all; see pinzhi.kernel.web.messages"


def test_the_check_sees_every_app() -> None:
    """The walk finds strings at all: an empty check would pass for the wrong reason."""
    found = {message.file.relative_to(messages.PACKAGE).parts[:2] for message in messages.all_strings()}
    assert {("kernel", "web"), ("kernel", "access")} <= found


def test_one_english_has_one_chinese() -> None:
    """Django keeps one catalogue for all apps: of two translations of the same words one would show everywhere."""
    said: dict[tuple[str, str], dict[str, list[str]]] = {}
    for path in sorted(messages.PACKAGE.rglob("zh_Hans/LC_MESSAGES/django.po")):
        app = "/".join(path.relative_to(messages.PACKAGE).parts[:2])
        with path.open("rb") as file:
            for entry in read_po(file, locale="zh_Hans"):
                if not entry.id or not entry.string:
                    continue
                first = entry.id if isinstance(entry.id, str) else entry.id[0]
                text = entry.string if isinstance(entry.string, str) else entry.string[0]
                said.setdefault((entry.context or "", first), {}).setdefault(text, []).append(app)
    assert len(said) > 1000
    twice = [f"{english!r}: {found}" for (_, english), found in said.items() if len(found) > 1]
    assert not twice, "\n" + "\n".join(twice)
