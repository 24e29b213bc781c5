"""The catalogue by API and from the command line: the same actions, the same refusals."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from typer.testing import CliRunner

from pinzhi.apps.standards.actions.register_editions import register_editions
from pinzhi.apps.standards.models import Edition
from pinzhi.doors.cli import environment, terminal
from pinzhi.doors.cli.standards import app
from pinzhi.kernel.access.accounts import give_right, open_account
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.registers import catalogue

pytestmark = pytest.mark.django_db
SYSTEM, HOME = Actor.system("test"), "350000"


@pytest.fixture(autouse=True)
def some(db: None, settings: Any) -> None:
    settings.REQUIRE_TOTP = False
    catalogue.sync()
    register_editions(
        [
            {"number": "GB 18401-2003", "title_zh": "甲", "region": HOME, "withdrawn_on": "2011-08-01"},
            {
                "number": "GB 18401-2010",
                "title_zh": "甲",
                "region": HOME,
                "effective_on": "2011-08-01",
                "replaces": "GB 18401-2003",
            },
        ],
        by=SYSTEM,
    )


@pytest.fixture
def client() -> Client:
    user = open_account(
        username="wang", display_name="wang", speaks_for="agency", party="amr-350000", region=HOME, by=SYSTEM
    )
    give_right(user, role="clerk", region=HOME, starts_on=date(2020, 1, 1), by=SYSTEM)
    client = Client()
    client.force_login(user)
    return client


def test_the_api(client: Client) -> None:
    base = "/api/v1/standards"
    found = client.get(f"{base}/editions", {"search": "18401"}).json()
    assert [one["key"] for one in found["items"]] == ["GB 18401-2003", "GB 18401-2010"]
    one = client.get(f"{base}/editions/one", {"key": "GB18401—2010"}).json()
    assert one["relations"]["replaces"] == [
        {"number": "GB 18401—2003", "key": "GB 18401-2003", "degree": "", "part": "wholly"}
    ]
    then = client.get(f"{base}/editions/as-of", {"reference": "GB 18401", "on": "2010-01-01"}).json()
    assert (then["found"], then["edition"], then["status"]) == ("undated", "GB 18401-2003", "in_force")
    never = client.get(f"{base}/editions/as-of", {"reference": "GB 18401-2005"}).json()
    assert (never["found"], never["edition"]) == ("unknown_year", None)
    rows = {"rows": [{"number": "FZ/T 1-2020", "title_zh": "乙"}], "region": HOME}
    assert client.post(f"{base}/editions", rows, content_type="application/json").json() == {
        "keys": ["FZ/T 1-2020"]
    }
    again = client.post(f"{base}/editions", rows, content_type="application/json")
    assert again.status_code == 422 and "FZ/T 1-2020" in again.content.decode()
    change = {"key": "FZ/T 1-2020", "values": {"title_zh": "丙"}}
    assert client.patch(f"{base}/editions", change, content_type="application/json").json() == {
        "fields": ["title_zh"]
    }
    assert client.get(f"{base}/editions/one", {"key": "GB 1-1900"}).status_code == 404
    assert client.get(f"{base}/alerts").json() == {"items": [], "count": 0}
    assert Client().get(f"{base}/editions").status_code == 401


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(terminal, "setup", lambda *a, **k: None)
    monkeypatch.setattr(environment, "setup_django", lambda *a, **k: None)
    return lambda *args: CliRunner().invoke(app, list(args), env={"PINZHI_LANG": "zh"})


def test_the_command_line(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("标准编号,标准名称\nQB/T 1-2020,甲\nQB/T 2,乙\n", encoding="utf-8")
    checked = run("import", str(file), "--mode", "check", "--region", HOME)
    assert checked.exit_code == 1 and f"{file}\t2\t1\t0\t0\t1" in checked.output
    assert "没有年号" in checked.output or "no year" in checked.output
    assert not Edition.objects.filter(body="QB").exists()
    assert run("import", str(file), "--region", HOME).exit_code == 1
    assert not Edition.objects.filter(body="QB").exists()
    assert run("import", str(file), "--mode", "good", "--region", HOME).exit_code == 1
    assert Edition.objects.filter(body="QB").count() == 1
    assert run("import", str(tmp_path / "none.csv")).exit_code != 0
    said = run("as-of", "GB 18401", "GB 18401-2005", "--on", "2010-01-01").output.splitlines()
    assert said[0] == "GB 18401\tundated\tGB 18401—2003\tin_force"
    assert said[1].startswith("GB 18401-2005\tunknown_year")


def test_identifiers_need_no_database(run: Any) -> None:
    out = CliRunner().invoke(app, ["parse"], input="GB 31701－2015\n").output
    assert json.loads(out.splitlines()[0])["ok"] is True
