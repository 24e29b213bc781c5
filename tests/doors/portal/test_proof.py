"""What is downloaded from the portal, held against the program that is downloaded with it."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from pinzhi.kernel.registers.models import PublicKey
from pinzhi.rules.proof.note import parse_checkpoint
from pinzhi.rules.proof.tree import Tree

from .world import CQO, appoint, sequence

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "portal"])


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def get(client: Client, address: str) -> bytes:
    response = client.get(address)
    assert response.status_code == 200, (address, response.status_code, response.content[:300])
    return body(response)


@pytest.fixture
def machine(tmp_path: Path, province: Any, stranger: Client) -> Path:
    """A folder with verify.py as it was downloaded."""
    (tmp_path / "verify.py").write_bytes(get(stranger, "/verify/verify.py"))
    return tmp_path


def verify(machine: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    keys = [part for key in PublicKey.objects.all() for part in ("--key", key.vkey)]
    command = [sys.executable, "-I", "verify.py", *arguments, *keys, "--lang", "en"]
    return subprocess.run(command, cwd=machine, capture_output=True, text=True, check=False)


def test_record_proof_holds_and_a_changed_one_does_not(
    machine: Path, province: Any, stranger: Client
) -> None:
    key = province["keys"][0]
    data = get(stranger, f"/registers/{CQO}/records/{key}/proof.json")
    (machine / "proof.json").write_bytes(data)
    told = verify(machine, "record", "proof.json")
    assert told.returncode == 0, told.stdout
    assert key in told.stdout
    changed = json.loads(data)
    for entry in changed["entries"]:
        for group in entry["groups"].values():
            if "person_name" in group["values"]:
                group["values"]["person_name"] = "某人"
    (machine / "proof.json").write_text(json.dumps(changed))
    assert verify(machine, "record", "proof.json").returncode == 1


def test_mirror_holds_and_its_count_is_the_registers(machine: Path, stranger: Client) -> None:
    (machine / "mirror.zip").write_bytes(get(stranger, f"/log/{CQO}/mirror.zip"))
    told = verify(machine, "register", "mirror.zip")
    assert told.returncode == 0, told.stdout
    assert "3 opened entries" in told.stdout and "3 are not public" in told.stdout
    reading = {
        "value": "2",
        "count": {
            "register": CQO,
            "mode": "level",
            "date": "2024-11-20",
            "states": ["appointed", "trained"],
            "distinct": "subject",
            "regions": ["3501"],
        },
    }
    (machine / "reading.json").write_text(json.dumps(reading))
    assert verify(machine, "indicator", "reading.json", "mirror.zip").returncode == 0
    (machine / "reading.json").write_text(json.dumps({**reading, "value": "3"}))
    assert verify(machine, "indicator", "reading.json", "mirror.zip").returncode == 1


def test_a_mirror_with_a_changed_entry_is_refused(machine: Path, stranger: Client) -> None:
    with zipfile.ZipFile(io.BytesIO(get(stranger, f"/log/{CQO}/mirror.zip"))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    files["opened.jsonl"] = files["opened.jsonl"].replace("李四".encode(), "李三".encode())
    folder = machine / "mirror"
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    told = verify(machine, "register", "mirror")
    assert told.returncode == 1, told.stdout


def test_consistency_between_two_checkpoints(machine: Path, stranger: Client) -> None:
    (machine / "old").write_bytes(get(stranger, f"/log/{CQO}/checkpoint"))
    size = parse_checkpoint((machine / "old").read_text()).size
    appoint(4, person_name="赵六")
    sequence()
    (machine / "new").write_bytes(get(stranger, f"/log/{CQO}/checkpoint"))
    (machine / "proof.json").write_bytes(get(stranger, f"/log/{CQO}/consistency?old={size}"))
    told = verify(machine, "consistency", "old", "new", "proof.json")
    assert told.returncode == 0, told.stdout
    told = verify(machine, "consistency", "new", "old", "proof.json")
    assert told.returncode == 1


def test_tiles_give_the_signed_root(province: Any, stranger: Client) -> None:
    point = parse_checkpoint(get(stranger, f"/log/{CQO}/checkpoint").decode())

    def read(level: int, index: int, width: int) -> bytes:
        from pinzhi.rules.proof.tree import tile_path

        return get(stranger, f"/log/{CQO}/{tile_path(level, index, width)}")

    assert Tree(point.size, read).root() == point.root
    heads = parse_checkpoint(get(stranger, "/log/heads/checkpoint").decode())
    assert heads.size >= 3


@pytest.mark.parametrize("path", ["tile/0/000", "tile/0/000.p/200", "tile/9/000.p/1", "tile/x/y", "tile/0/0"])
def test_a_tile_that_is_not_there_is_a_problem(province: Any, stranger: Client, path: str) -> None:
    response = stranger.get(f"/log/{CQO}/{path}")
    assert response.status_code == 404
    assert response.headers["Content-Type"] == "application/problem+json"


def test_the_page_checks_a_proof_in_words(province: Any, stranger: Client, reader: Client) -> None:
    data = get(stranger, f"/registers/{CQO}/records/{province['keys'][0]}/proof.json").decode()
    page = stranger.post("/verify/", {"proof": data})
    assert "证明成立" in page.content.decode()
    page = reader.post("/verify/", {"proof": data.replace('"index": 1', '"index": 2')})
    assert "alert-danger" in page.content.decode()
    assert reader.post("/verify/", {"proof": "{"}).status_code == 200
    assert reader.post("/verify/", {}).status_code == 200
    file = io.BytesIO(data.encode())
    file.name = "proof.json"
    assert "The proof holds" in reader.post("/verify/", {"file": file}).content.decode()
