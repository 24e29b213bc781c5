"""Renew the lock files: hashes, and no address that anything was downloaded from.

python tools/lock.py [--upgrade] [--python-only | --npm-only]

Python packages go to requirements/*.txt, one resolution for all platforms; JavaScript packages to
package-lock.json.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
ADDRESS = re.compile(r"\w+://|find-links|index-url|\bresolved\b")


def compile_requirements(upgrade: bool) -> None:
    uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
    if uv is None:
        sys.exit("uv is needed: make dev, or pip install uv")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    run, extras = project["dependencies"], project["optional-dependencies"]
    for name, wanted in {"run": run, "build": extras["build"], "dev": run + extras["dev"]}.items():
        target = Path("requirements") / f"{name}.txt"
        command = [uv, "pip", "compile", "-", "--output-file", str(target), "--quiet"]
        command += ["--universal", "--generate-hashes", "--python-version", "3.11"]
        command += ["--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"]
        if name != "run":  # what two sets share has one version
            command += ["--constraint", "requirements/run.txt"]
        if upgrade:
            command.append("--upgrade")
        subprocess.run(command, cwd=ROOT, check=True, input="\n".join(wanted), text=True)
        refuse_addresses(ROOT / target)


def lock_npm(upgrade: bool) -> None:
    from hatch_build import npm

    command = ["update" if upgrade else "install", "--package-lock-only", "--omit-lockfile-registry-resolved"]
    npm(ROOT, *command, "--no-audit", "--no-fund")
    target = ROOT / "package-lock.json"
    held = json.loads(target.read_text(encoding="utf-8"))
    for package in held["packages"].values():
        for needless in ("resolved", "funding"):
            package.pop(needless, None)
    target.write_text(json.dumps(held, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    refuse_addresses(target)


def refuse_addresses(path: Path) -> None:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if ADDRESS.search(line):
            sys.exit(f"{path.relative_to(ROOT)}:{number} holds an address")


if __name__ == "__main__":
    if "--npm-only" not in sys.argv:
        compile_requirements("--upgrade" in sys.argv)
    if "--python-only" not in sys.argv:
        lock_npm("--upgrade" in sys.argv)
