"""Collect the strings of each Django app for translation, and hold them to be translated.

python tools/messages.py            bring every locale/zh_Hans/LC_MESSAGES/django.po up to date and compile it
python tools/messages.py --check    change nothing; exit 1 and say which string has no Chinese or is there no
more

Works without the system's gettext: Babel reads the Python files, Django turns templates into calls.
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "pinzhi"
sys.path.insert(0, str(ROOT))
HOME_OF_THE_REST = SOURCE / "kernel" / "web"
LANGUAGE = "zh_Hans"
PLAIN = ("_", "gettext", "gettext_lazy", "gettext_noop")
PLURAL = ("ngettext", "ngettext_lazy")
CONTEXT = ("pgettext", "pgettext_lazy")
CONTEXT_PLURAL = ("npgettext", "npgettext_lazy")
KEYWORDS = (*PLAIN, *PLURAL, *CONTEXT, *CONTEXT_PLURAL)
STRING = r"""u?(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')"""
CALL = re.compile(rf"\b({'|'.join(KEYWORDS)})\(\s*({STRING}(?:\s*,\s*{STRING})*)", re.S)

Found = tuple[str | tuple[str, str], str | None]  # message (with plural), context


def app_of(path: Path) -> Path:
    """The Django app that owns a file: the nearest folder above with an apps.py."""
    for folder in path.parents:
        if folder == SOURCE:
            break
        if (folder / "apps.py").exists():
            return folder
    return HOME_OF_THE_REST


def strings_of(path: Path) -> Iterator[Found]:
    if path.suffix == ".py":
        with path.open("rb") as source:
            for _line, function, message, _comments in extract_python(source, KEYWORDS, (), {}):
                parts = message if isinstance(message, tuple) else (message,)
                texts = [part for part in parts if isinstance(part, str)]
                if texts:
                    yield as_message(function, texts)
    else:
        code = templatize(path.read_text(encoding="utf-8"), origin=str(path))
        for call in CALL.finditer(code):
            texts = list(ast.literal_eval(f"({call[2]},)"))
            yield as_message(call[1], texts)


def as_message(function: str, texts: list[str]) -> Found:
    if function in CONTEXT:
        return texts[1], texts[0]
    if function in CONTEXT_PLURAL:
        return (texts[1], texts[2]), texts[0]
    if function in PLURAL:
        return (texts[0], texts[1]), None
    return texts[0], None


def collect() -> dict[Path, Catalog]:
    found: dict[Path, Catalog] = {}
    for path in sorted(SOURCE.rglob("*")):
        if (
            path.suffix not in {".py", ".html", ".txt"}
            or "static" in path.parts
            or "migrations" in path.parts
        ):
            continue
        if path.suffix != ".py" and "templates" not in path.parts:
            continue
        for message, context in strings_of(path):
            catalogue = found.setdefault(app_of(path), Catalog(locale=LANGUAGE))
            place = [(path.relative_to(ROOT).as_posix(), 0)]
            flags = [] if path.suffix == ".py" else ["python-format"] if "%(" in str(message) else []
            catalogue.add(message, locations=place, context=context, flags=flags)
    return found


def po_of(app: Path) -> Path:
    return app / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"


def held(app: Path) -> Catalog:
    po = po_of(app)
    if not po.exists():
        return Catalog(locale=LANGUAGE)
    with po.open("rb") as source:
        return read_po(source, locale=LANGUAGE)


def complaints() -> list[str]:
    said = []
    translated: dict[tuple[str, str | None], str] = {}
    wanted = collect()
    for app in {*wanted, *(po.parents[2] for po in SOURCE.rglob("django.po"))}:
        for message in held(app):
            if message.id and message.string and not message.fuzzy and any(message.string):
                translated[_key(message.id), message.context] = str(message.string)
                said += [
                    f"{po_of(app).relative_to(ROOT)}: {message.id!r}: {error}" for error in message.check()
                ]
    used = set()
    for catalogue in wanted.values():
        for message in catalogue:
            if not message.id:
                continue
            used.add((_key(message.id), message.context))
            if (_key(message.id), message.context) not in translated:
                said.append(f"{message.locations[0][0]}: no Chinese for {message.id!r}")
    said += [f"no longer used: {key[0]!r}" for key in translated if key not in used]
    return sorted(said)


def _key(message: str | tuple[str, ...] | list[str]) -> str:
    return message if isinstance(message, str) else message[0]


def update() -> None:
    for app, wanted in collect().items():
        known = held(app)
        known.update(wanted, no_fuzzy_matching=True)
        known.obsolete.clear()
        known.header_comment = (
            "# Chinese strings of this app; written by tools/messages.py, translated by hand."
        )
        known.fuzzy = False
        known.project, known.version = "pinzhi", "1"
        known.creation_date = known.revision_date = datetime(
            2026, 1, 1, tzinfo=UTC
        )  # no change without a change
        text = io.BytesIO()
        write_po(text, known, width=100, sort_output=True, include_lineno=False)
        po_of(app).parent.mkdir(parents=True, exist_ok=True)
        po_of(app).write_bytes(text.getvalue())
    from hatch_build import compile_translations

    compile_translations(ROOT)


if __name__ == "__main__":
    if "--check" not in sys.argv:
        update()
    if found := complaints():
        sys.exit("\n".join(found) + f"\n{len(found)} strings to translate or to remove")
