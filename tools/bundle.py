"""One archive that installs on a machine with no network: python tools/bundle.py [--out dist]

It holds the product and everything it needs at run time as wheels, for the platform and Python version that
this runs on, with their checksums, a script that installs or upgrades, and a unit for systemd. What is locked
in requirements/run.txt is what is in it, held to the hashes there.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input"]


def make(out: Path) -> Path:
    """Build the archive into ``out`` and return its path."""
    with tempfile.TemporaryDirectory() as scratch:
        wheels = Path(scratch) / "wheels"
        wheels.mkdir()
        project = [
            *PIP,
            "wheel",
            "--quiet",
            "--no-deps",
            "--no-build-isolation",
            "--wheel-dir",
            str(wheels),
            str(ROOT),
        ]
        subprocess.run(project, check=True)
        version = next(wheels.glob("pinzhi-*.whl")).name.split("-")[1]
        # Wheels only: a source distribution would have to be compiled on the machine without a network.
        needed = [
            *PIP,
            "download",
            "--quiet",
            "--require-hashes",
            "--only-binary",
            ":all:",
            "--dest",
            str(wheels),
        ]
        subprocess.run([*needed, "-r", str(ROOT / "requirements" / "run.txt")], check=True)

        python = f"{sys.version_info.major}.{sys.version_info.minor}"
        platform = sysconfig.get_platform().replace("-", "_")
        folder = Path(scratch) / f"pinzhi-{version}-python{python}-{platform}"
        folder.mkdir()
        shutil.move(wheels, folder / "wheels")
        for part in sorted((ROOT / "tools" / "bundle").iterdir()):
            shutil.copy(part, folder)
        (folder / "VERSION").write_text(version + "\n", encoding="ascii")
        (folder / "PYTHON").write_text(python + "\n", encoding="ascii")
        sums = [
            f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}\n"
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        ]
        (folder / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")
        out.mkdir(parents=True, exist_ok=True)
        archive = out / f"{folder.name}.tar"
        part = archive.with_suffix(".tar.part")
        with tarfile.open(part, "w", format=tarfile.PAX_FORMAT) as target:
            target.add(folder, folder.name, filter=anonymous)
        part.replace(archive)
    return archive


def anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Nothing of the building machine's accounts, and readable for whoever unpacks it."""
    member.uid = member.gid = 0
    member.uname = member.gname = "root"
    member.mode = 0o755 if member.isdir() or member.name.endswith(".sh") else 0o644
    return member


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Make one archive that installs without a network.")
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    made = make(parser.parse_args().out)
    print(f"{made} ({made.stat().st_size / 1e6:.0f} MB)")
