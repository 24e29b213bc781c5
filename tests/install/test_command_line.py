"""The command `pinzhi` itself: it lists everything, starts fast, and a mistake is a sentence, not a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pinzhi.doors.cli import environment, main
from pinzhi.kernel.errors import Refused

ROOT = Path(__file__).resolve().parents[2]


def test_every_command_has_help_in_both_languages() -> None:
    app = main.build(main.COMMANDS)
    for name, entry in main.COMMANDS.items():
        assert "·" in entry.help and any(char > "\u4e00" for char in entry.help), name
        if name != "manage":  # which hands everything on to Django
            shown = CliRunner().invoke(app, [name, "--help"])
            assert shown.exit_code == 0, (name, shown.output)


def test_help_imports_no_django() -> None:
    program = "import sys; sys.argv = ['pinzhi', 'serve', '--help']\nfrom pinzhi.doors.cli.main import main\n"
    program += "try:\n main()\nexcept SystemExit:\n print('django' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert said.stdout.splitlines()[-1] == "False", said.stderr


@pytest.mark.parametrize(
    ("lang", "shown"),
    [("zh_CN.UTF-8", "没有这个登记册。"), ("en_GB.UTF-8", "There is no such register. See the list.")],
)
def test_refusal_is_shown_in_the_terminals_language(
    lang: str, shown: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(_names: object) -> object:
        raise Refused(
            "no_such", zh="没有这个登记册。", en="There is no such register.", remedy_en="See the list."
        )

    monkeypatch.setattr(main, "build", refuse)
    monkeypatch.setenv("LC_ALL", lang)
    with pytest.raises(SystemExit) as ended:
        main.main()
    assert ended.value.code == 1
    assert capsys.readouterr().err == shown + "\n"


def test_secret_key_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PINZHI_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.delenv("PINZHI_SECRET_KEY", raising=False)
    environment.ensure_secret_key()
    first = os.environ["PINZHI_SECRET_KEY"]
    monkeypatch.delenv("PINZHI_SECRET_KEY")
    environment.ensure_secret_key()
    assert os.environ["PINZHI_SECRET_KEY"] == first and len(first) > 60
    assert (tmp_path / "state" / "secret-key").stat().st_mode & 0o077 == 0
    monkeypatch.setenv("PINZHI_SECRET_KEY", "given")
    environment.ensure_secret_key()
    assert os.environ["PINZHI_SECRET_KEY"] == "given"


def test_locks_hold_hashes_and_no_address() -> None:
    for lock in [*(ROOT / "requirements").glob("*.txt"), ROOT / "package-lock.json"]:
        text = lock.read_text(encoding="utf-8")
        assert "://" not in text and "index-url" not in text and '"resolved"' not in text, lock
    for lock in (ROOT / "requirements").glob("*.txt"):
        for block in lock.read_text(encoding="utf-8").replace("\\\n", " ").splitlines():
            assert "--hash=sha256:" in block, f"{lock.name}: {block[:60]}"


def test_locks_cover_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    def names(lines: list[str]) -> set[str]:
        cut = (line.replace("[", " ").replace(">", " ").replace("~", " ").replace("=", " ") for line in lines)
        return {line.split()[0].lower().replace("_", "-") for line in cut if line.strip()}

    def locked(name: str) -> set[str]:
        text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
        return names([line for line in text.splitlines() if not line.startswith(" ")])

    assert names(project["dependencies"]) <= locked("run")
    assert names(project["optional-dependencies"]["build"]) <= locked("build")
    assert names([*project["dependencies"], *project["optional-dependencies"]["dev"]]) <= locked("dev")
