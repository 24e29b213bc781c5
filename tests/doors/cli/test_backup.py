"""Backup and restore: the same tree, an older backup read-only, files and keys, nothing over what is there."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.doors.cli.conftest import Installation

pytestmark = pytest.mark.slow

HEADS = "SELECT name, epoch, size, root FROM public_log ORDER BY name"


@pytest.fixture(scope="module")
def original(new_installation: Callable[..., Installation], model: Installation) -> Installation:
    made = new_installation(model)
    made.run("user", "create-admin", "chief", stdin="a-Long-enough-1-Passphrase\n")
    made.seed(0)
    return made


@pytest.fixture(scope="module")
def older(original: Installation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("backups") / "older.tar"
    said = original.run("backup", path)
    assert str(path) in said.split("---")[0] and "without the signing keys" in said
    return path


@pytest.fixture(scope="module")
def newer(original: Installation, older: Path) -> Path:
    original.seed(100)
    path = older.with_name("newer.tar")
    original.run("backup", path, "--with-keys")
    return path


def test_what_is_in_it(older: Path, newer: Path) -> None:
    assert older.stat().st_mode & 0o077 == 0
    with tarfile.open(older) as tar:
        names = tar.getnames()
        manifest = json.load(tar.extractfile("manifest.json"))  # type: ignore[arg-type]
    assert names[-1] == "manifest.json" and not any(n.startswith(("keys/", "secret")) for n in names)
    assert manifest["tables"]["registers_entry"]["rows"] == 20 and manifest["files"] == 1
    assert {head["log"] for head in manifest["heads"]} == {"e01_cqo", "heads"}
    with tarfile.open(newer) as tar:
        assert any(n.startswith("keys/") for n in tar.getnames()) and "secret-key" in tar.getnames()


def test_same_root_files_and_keys(
    new_installation: Callable[..., Installation], original: Installation, newer: Path
) -> None:
    copy = new_installation()
    copy.run("restore", newer)
    assert copy.rows(HEADS) == original.rows(HEADS)
    for table in (
        "registers_entry",
        "registers_record",
        "registers_span",
        "registers_content",
        "public_entry",
        "access_user",
    ):
        statement = f"SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM {table} t"
        assert copy.rows(statement) == original.rows(statement), table
    assert {p.name for p in (copy.state / "keys").iterdir()} == {
        p.name for p in (original.state / "keys").iterdir()
    }
    assert (copy.state / "secret-key").read_text() == (original.state / "secret-key").read_text()
    assert "Everything holds" in copy.run("check")
    assert "e01_cqo\t40\t40" in copy.run("register", "verify")
    # It goes on where it was: numbers are not given twice, and entries still refuse to be changed.
    copy.seed(200)
    assert "Everything holds" in copy.run("check")
    with pytest.raises(Exception, match="append-only"):
        copy.rows("DELETE FROM registers_entry RETURNING 1")


def test_without_keys_heads_are_signed_anew(
    new_installation: Callable[..., Installation], older: Path
) -> None:
    copy = new_installation()
    assert "no signing keys" in copy.run("restore", older)
    assert "Everything holds" in copy.run("check")
    assert "e01_cqo\t20\t20" in copy.run("register", "verify")


def test_older_backup_is_read_only_until_declared(
    new_installation: Callable[..., Installation], older: Path, newer: Path
) -> None:
    """The disk with the database is lost, the state directory with the published heads is not."""
    again = new_installation()
    again.run("restore", newer)
    before = (again.state / "published" / "e01_cqo.checkpoint").read_text()
    said = again.run("restore", older, "--replace", status=3)
    assert "e01_cqo\t40\t20" in said and "declare-epoch" in said
    assert "read-only" in again.run("prepare")  # as every start of the server finds out
    refused = again.seed(300, status=1)
    assert "read_only" in refused and "declare-epoch" in refused
    assert "published 40 entries, here 20" in again.run("check", status=1)
    assert "Say why" in again.run("restore", "declare-epoch", status=1)

    again.run("restore", "declare-epoch", "--reason", "the disk was lost")
    again.seed(300)
    assert "Everything holds" in again.run("check") and "e01_cqo\t40\t40" in again.run("register", "verify")
    after = (again.state / "published" / "e01_cqo.checkpoint").read_text()
    # To those who follow it a later epoch is a log of its own, and the break is public with the old head.
    assert after.splitlines()[0] == "pinzhi.example/epoch-2/e01_cqo" != before.splitlines()[0]
    (kept,) = again.rows("SELECT reason, previous_checkpoint FROM public_epoch WHERE log = 'e01_cqo'")
    assert kept == ("the disk was lost", before)


def test_not_over_what_is_there(original: Installation, newer: Path, tmp_path: Path) -> None:
    heads = original.rows(HEADS)
    assert "not empty" in original.run("restore", newer, status=1)
    assert "exists already" in original.run("backup", newer, status=1)
    cut = tmp_path / "cut.tar"
    cut.write_bytes(newer.read_bytes()[: newer.stat().st_size // 2])
    assert "no whole backup" in original.run("restore", cut, "--replace", status=1)
    bent = tmp_path / "bent.tar"
    data = bytearray(newer.read_bytes())
    with tarfile.open(newer) as tar:
        at = tar.getmember("tables/registers_entry.copy").offset_data
    data[at + 3] ^= 1
    bent.write_bytes(data)
    assert "no whole backup (registers_entry)" in original.run("restore", bent, "--replace", status=1)
    assert "no whole backup" in original.run("restore", tmp_path / "none.tar", status=1)
    assert original.rows(HEADS) == heads


def test_in_use(original: Installation, newer: Path) -> None:
    import psycopg

    with psycopg.connect(original.url):
        assert "in use" in original.run("restore", newer, "--replace", status=1)


def test_missing_file_is_said(
    new_installation: Callable[..., Installation], model: Installation, tmp_path: Path
) -> None:
    made = new_installation(model)
    made.seed(0)
    (content,) = [p for p in (made.state / "files").rglob("*") if p.is_file()]
    content.unlink()
    assert content.name in made.run("backup", tmp_path / "b.tar", status=1)
    assert content.name in made.run("check", status=1)


def test_what_was_erased_since_is_erased_again(
    new_installation: Callable[..., Installation], model: Installation, tmp_path: Path
) -> None:
    """An older backup holds what has been erased since: known here or brought along, it goes again."""
    made = new_installation(model)
    made.seed(0)
    before = tmp_path / "before.tar"
    made.run("backup", before)
    ((key,),) = made.rows("SELECT key FROM registers_record WHERE register = 'e01_cqo' ORDER BY key LIMIT 1")
    held = f"""SELECT count(*) FROM registers_content c JOIN registers_entry e ON e.id = c.entry_id
               WHERE e.key = '{key}' AND c.groups ? 'person'"""
    assert made.rows(held)[0][0] >= 1
    made.run(
        "manage",
        "shell",
        "-c",
        "from pinzhi.kernel.access.actor import Actor;"
        "from pinzhi.kernel.registers.actions.erase_group import erase_group;"
        f"erase_group('e01_cqo', '{key}', 'person', by=Actor.system('tests'), reason='asked for')",
    )
    assert made.rows(held) == [(0,)]
    lines = made.run("register", "erasures", "--since", "2020-01-01").split("---")[0]
    told = json.loads(lines)
    assert (told["register"], told["key"], told["group"]) == ("e01_cqo", key, "person")
    assert "erased again: 1" in made.run("restore", before, "--replace")
    assert made.rows(held) == [(0,)]
    file = tmp_path / "erased.jsonl"
    file.write_text(lines, encoding="utf-8")
    elsewhere = new_installation()
    assert "erased again: 1" in elsewhere.run("restore", before, "--erasures", file)
    assert elsewhere.rows(held) == [(0,)]
    knows_nothing = new_installation()
    said = knows_nothing.run("restore", before)
    assert "repeat them: --erasures" in said and knows_nothing.rows(held)[0][0] >= 1
