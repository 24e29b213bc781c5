"""Translations of the program's own words: English in the code, Chinese in each app's django.po.

    python -m pinzhi.kernel.web.messages compile    .po → .mo (at install, and at start where stale)
    python -m pinzhi.kernel.web.messages check      fails with every string that has no Chinese
    python -m pinzhi.kernel.web.messages sync APP   adds what an app lacks (kernel/web, apps/policy …) to its .po

A string belongs to the app in whose folder it stands. What Django or another package translates itself needs no entry.
"""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).resolve().parents[2]
LOCALE = "zh_Hans"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
#: `from … import gettext as _now`: a name of its own is a keyword of its file.
RENAMED = re.compile(r"\b(\w*gettext\w*) as (\w+)")
HEADER_NOISE = tuple(
    f'"{name}'
    for name in (
        "POT-Creation-Date",
        "PO-Revision-Date",
        "Last-Translator",
        "Language-Team",
        "Report-Msgid-Bugs-To",
        "Generated-By",
    )
)
PLACEHOLDERS = re.compile(r"%\(\w+\)[sd]")


@dataclass(frozen=True)
class Message:
    """One string of the program: its text (singular and plural), context, and where it stands."""

    ident: str | tuple[str, str]
    context: str | None
    file: Path
    line: int

    @property
    def text(self) -> str:
        return self.ident if isinstance(self.ident, str) else self.ident[0]


def apps(root: Path = PACKAGE) -> list[Path]:
    """The folders that own strings: those with an apps.py, and the package itself for what stands outside them."""
    return [*sorted(path.parent for path in root.rglob("apps.py")), root]


def owner(file: Path, homes: list[Path]) -> Path:
    """The app in whose folder a file stands, the innermost one."""
    return max((home for home in homes if file.is_relative_to(home)), key=lambda home: len(home.parts))


def po_file(home: Path) -> Path:
    return home / "locale" / LOCALE / "LC_MESSAGES" / "django.po"


def strings_of(file: Path) -> Iterator[Message]:
    """Every string of a Python file or a template that is marked for translation."""
    source = file.read_text(encoding="utf-8")
    if file.suffix != ".py":
        # Django turns a template into Python-like lines; what is left of the markup is of no concern, nor its indent.
        source = "\n".join(line.lstrip() for line in templatize(source, origin=str(file)).splitlines())
    keywords = {
        **KEYWORDS,
        **{own: KEYWORDS[name] for name, own in RENAMED.findall(source) if name in KEYWORDS},
    }
    found = extract("python", io.BytesIO(source.encode()), keywords=keywords, options={"encoding": "utf-8"})
    for line, ident, _comments, context in found:
        if isinstance(ident, tuple):
            ident = tuple(str(part) for part in ident)[-2:]
        if ident:
            yield Message(ident, context, file, line)  # type: ignore[arg-type]


def all_strings(root: Path = PACKAGE) -> Iterator[Message]:
    """Every marked string of the package, in the order of its files."""
    files = [*root.rglob("*.py"), *(f for f in root.rglob("templates/**/*") if f.suffix in {".html", ".txt"})]
    for file in sorted(files):
        if "migrations" not in file.parts and file.stat().st_size:
            yield from strings_of(file)


def catalogue(home: Path) -> Catalog:
    """The app's translations; empty where it has no file yet."""
    path = po_file(home)
    if not path.exists():
        return Catalog(locale=LOCALE, domain="django", project="pinzhi", charset="utf-8", fuzzy=False)
    with path.open("rb") as stream:
        return read_po(stream, locale=LOCALE, domain="django")


def translated(catalog: Catalog, message: Message) -> bool:
    """Whether the catalogue has a finished Chinese text for the string."""
    entry = catalog.get(message.text, message.context)
    if entry is None or entry.fuzzy:
        return False
    texts = entry.string if isinstance(entry.string, (tuple, list)) else [entry.string]
    return bool(texts) and all(texts)


def foreign() -> Catalog:
    """What Django and allauth translate themselves in this installation: used by us, it needs no entry of ours."""
    import allauth
    import django

    django_home, allauth_home = (Path(str(module.__file__)).parent for module in (django, allauth))
    whole = Catalog(locale=LOCALE)
    for home in (django_home / "conf", django_home / "contrib" / "auth", allauth_home):
        file = po_file(home)
        if not file.exists():
            continue
        with file.open("rb") as stream:
            for entry in read_po(stream, locale=LOCALE, ignore_obsolete=True):
                if entry.id and not entry.fuzzy:
                    whole.add(entry.id, entry.string, context=entry.context)
    return whole


def check(root: Path = PACKAGE) -> list[str]:
    """What is wrong, a line each: strings without Chinese, translations that lose or invent a placeholder."""
    homes = apps(root)
    catalogs = {home: catalogue(home) for home in homes}
    others = foreign()
    wrong: dict[str, None] = {}
    for message in all_strings(root):
        home = owner(message.file, homes)
        # An app's own words may also stand in the catalogue of the web kernel, which every app shares.
        shared = root / "kernel" / "web"
        if not any(translated(c, message) for c in (catalogs[home], catalogs.get(shared, others), others)):
            place = f"{message.file.relative_to(root)}:{message.line}"
            wrong[f"{place}: no Chinese for {message.text!r}"] = None
    for home, catalog in catalogs.items():
        for entry in catalog:
            if not entry.id:
                continue
            wanted = {mark for text in _texts(entry.id) for mark in PLACEHOLDERS.findall(text)}
            for text in _texts(entry.string):
                used = set(PLACEHOLDERS.findall(text))
                # A form for one or many may leave the number out; none may ask for what is not given.
                if text and (used - wanted or (isinstance(entry.id, str) and wanted - used)):
                    name = po_file(home).relative_to(root)
                    wrong[f"{name}: placeholders differ in {_texts(entry.id)[0]!r}"] = None
    return list(wrong)


def _texts(value: object) -> list[str]:
    return [str(v) for v in value] if isinstance(value, (tuple, list)) else [str(value or "")]


def sync(only: str = "", root: Path = PACKAGE) -> int:
    """Add an app's (or all apps') missing strings to its .po with an empty translation; returns how many."""
    homes = apps(root)
    catalogs = {home: catalogue(home) for home in homes}
    others, shared = foreign(), catalogue(root / "kernel" / "web")
    added = 0
    for message in all_strings(root):
        home = owner(message.file, homes)
        if only and home != root / only:
            continue
        known = (catalogs[home].get(message.text, message.context), others.get(message.text, message.context))
        if any(entry is not None for entry in known) or translated(shared, message):
            continue
        where = [(message.file.relative_to(root).as_posix(), None)]
        catalogs[home].add(message.ident, locations=where, context=message.context)  # type: ignore[arg-type]
        added += 1
    for home, catalog in catalogs.items():
        if len(catalog) and (home == root / only if only else True):
            save(home, catalog)
    return added


def save(home: Path, catalog: Catalog) -> None:
    """Write an app's .po: sorted, unwrapped, without line numbers and dates, so that two people's changes merge."""
    catalog.header_comment = "# Chinese for the words of this part of Pinzhi."
    catalog.fuzzy = False
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=0, sort_output=True, include_lineno=False)
    lines = [
        line
        for line in buffer.getvalue().decode().splitlines(keepends=True)
        if not line.startswith(HEADER_NOISE)
    ]
    path = po_file(home)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(lines), encoding="utf-8")


def compile_all(root: Path = PACKAGE, *, only_stale: bool = True) -> int:
    """Write the .mo files beside the .po files; returns how many were written."""
    written = 0
    for path in sorted(root.rglob(f"locale/{LOCALE}/LC_MESSAGES/django.po")):
        target = path.with_suffix(".mo")
        if only_stale and target.exists() and target.stat().st_mtime_ns >= path.stat().st_mtime_ns:
            continue
        compile_one(path)
        written += 1
    return written


def compile_one(path: Path) -> None:
    """Write the .mo of a .po in one step: a process that starts meanwhile never reads half of it."""
    with path.open("rb") as source:
        catalog = read_po(source, locale=LOCALE, domain="django")
    part = path.with_name(f"django.mo.{os.getpid()}")
    with part.open("wb") as stream:
        write_mo(stream, catalog)
    part.replace(path.with_suffix(".mo"))


def main(arguments: list[str]) -> int:
    """The command line; 0 where all is well."""
    command = arguments[0] if arguments else ""
    if command == "compile":
        print(f"{compile_all()} catalogues compiled")
        return 0
    if command == "sync":
        only = arguments[1] if len(arguments) > 1 else ""
        print(f"{sync(only)} strings added")
        return 0
    if command == "check":
        wrong = [line for line in check() if line.startswith(tuple(arguments[1:2]) or "")]
        print("\n".join(wrong) or "Every string has its Chinese.")
        return 1 if wrong else 0
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
