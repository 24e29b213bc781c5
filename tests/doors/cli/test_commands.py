"""The commands as processes: data on standard output, sentences on standard error, exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import jsonschema_rs
import pytest

from pinzhi.doors.cli.reference import reference
from tests.doors.cli.conftest import Installation
from tests.shared import SHARED

ROOT = Path(__file__).resolve().parents[3]
TEXT = SHARED / "policy" / "texts" / "004.txt"
OWN = """某省人民政府办公厅关于开展消费品质量提升工作的实施意见
一、主要目标
到2020年，消费品质量国家监督抽查合格率稳定在91%以上，2000家以上企业建立首席质量官制度。
二、主要任务
（一）完善质量管理。推动企业建立首席质量官制度。（省质监局牵头，省商务厅配合）
"""


def test_reference_is_of_these_commands() -> None:
    kept = (ROOT / "docs" / "reference" / "cli.md").read_text(encoding="utf-8")
    assert kept == reference(), "run: python -m pinzhi.doors.cli.reference docs/reference/cli.md"


def test_policy_read_needs_no_django_and_no_database(tmp_path: Path) -> None:
    file = tmp_path / "意见.txt"
    file.write_bytes(OWN.encode("gb18030"))
    program = (
        f"import sys; sys.argv = ['pinzhi', 'policy', 'read', {str(file)!r}]\nfrom pinzhi.doors.cli.main import main\n"
        "try:\n main()\nexcept SystemExit:\n print('django' in sys.modules, 'psycopg' in sys.modules, file=sys.stderr)"
    )
    before = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env={"PATH": "/usr/bin"}
    )
    assert done.stderr.split() == ["False", "False"], done.stderr
    assert time.monotonic() - before < 10
    reading = json.loads(done.stdout)
    assert [t["value"] for t in reading["targets"]] == [91, 2000]
    assert all(t["quote"] in OWN for t in reading["targets"])
    assert reading["measures"][0]["lead"] == ["省质监局"] and reading["measures"][0]["support"] == [
        "省商务厅"
    ]


@pytest.mark.skipif(not TEXT.exists(), reason="the real documents are not beside this checkout")
def test_policy_read_fits_the_schema(installation: Installation) -> None:
    schema = json.loads((SHARED / "policy" / "plan.schema.json").read_text(encoding="utf-8"))
    jsonschema_rs.validate(schema, json.loads(installation.run("policy", "read", TEXT).split("---\n")[0]))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.txt", b"", "empty"),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), ".docx"),
        ("none.txt", None, "cannot be read"),
        ("broken.docx", b"PK\x03\x04 this is no archive", "broken.docx"),
    ],
)
def test_policy_read_refuses_in_a_sentence(
    name: str, content: bytes | None, said: str, tmp_path: Path, installation: Installation
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    out, error = installation.run("policy", "read", tmp_path / name, status=1).split("---\n")
    assert not out and said in error and "Traceback" not in error
    chinese = installation.run("policy", "read", tmp_path / name, status=1, lang="zh_CN.UTF-8")
    assert any("\u4e00" <= c <= "\u9fff" for c in chinese)


def test_policy_import_and_compute(installation: Installation, tmp_path: Path) -> None:
    file = tmp_path / "意见.txt"
    file.write_text(OWN, encoding="utf-8")
    assert "no region 999999" in installation.run("policy", "import", file, "--region", "999999", status=1)
    assert "no account nobody" in installation.run(
        "policy", "import", file, "--region", "350000", "--user", "nobody", status=1
    )
    code = installation.run("policy", "import", file, "--region", "350000").split("\n")[0]
    assert code.startswith("350000-")
    assert code in installation.run("policy", "import", file, "--region", "350000", status=1)
    assert "either --all or --target" in installation.run("indicator", "compute", status=2)
    assert "no confirmed target" in installation.run(
        "indicator", "compute", "--target", f"{code}-T01", status=1
    )
    assert installation.run("indicator", "compute", "--all").startswith("---")


def test_lists(installation: Installation) -> None:
    lines = installation.run("register", "list", "--counts").split("---")[0].strip().split("\n")
    assert len(lines) > 50 and all(len(line.split("\t")) == 5 for line in lines)
    assert installation.run("register", "list", lang="zh_CN.UTF-8").startswith("annual_plans\t")
    shown = json.loads(installation.run("register", "show", "e01_cqo").split("---\n")[0])
    assert shown["definition"]["register"] == "e01_cqo" and len(shown["hash"]) == 64
    assert "no register nothing" in installation.run("register", "show", "nothing", status=1)
    assert installation.run("indicator", "list").split("\n")[29].startswith("30\t")


def test_export(installation: Installation, tmp_path: Path) -> None:
    installation.seed(0)
    for kind in ("csv", "xlsx", "jsonl"):
        installation.run("register", "export", "e01_cqo", tmp_path / f"all.{kind}")
        assert (tmp_path / f"all.{kind}").stat().st_size > 1000
    rows = (tmp_path / "all.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(rows) == 20 and json.loads(rows[0])["region"] == "350100"
    installation.run("register", "export", "e01_cqo", tmp_path / "public.jsonl", "--public")
    private = set(json.loads(rows[0])) - set(
        json.loads((tmp_path / "public.jsonl").read_text("utf-8").splitlines()[0])
    )
    assert private  # fields of the definition that no class ever opens
    assert installation.run("register", "export", "e01_cqo", "-").count("350100") >= 20
    assert "use .csv" in installation.run("register", "export", "e01_cqo", tmp_path / "a.pdf", status=2)
    assert "cannot be written" in installation.run(
        "register", "export", "e01_cqo", "/nowhere/a.csv", status=1
    )
    assert (installation.rows("SELECT count(*) FROM audit_auditevent WHERE action = 'registers.export'"))[0][
        0
    ] >= 4  # type: ignore[operator]


def test_import_all_good_or_check(installation: Installation, tmp_path: Path) -> None:
    installation.seed(1000)
    exported = tmp_path / "out.csv"
    installation.run("register", "export", "e01_cqo", exported, "--names")
    lines = exported.read_text("utf-8-sig").splitlines()
    subject = lines[0].split(",").index("subject")
    fresh = [line.split(",") for line in lines[:4]]
    from pinzhi.rules.identifiers import uscc

    for number, cells in enumerate(fresh[1:]):
        cells[subject] = uscc.make(2000 + number, region="350100").text
    fresh[2][subject] = "91350100WRONG"
    keep = [
        at
        for at, name in enumerate(fresh[0])
        if name not in ("key", "state", "label", "agency", "state_since")
    ]
    file = tmp_path / "in.csv"
    file.write_text("\n".join(",".join(cells[at] for at in keep) for cells in fresh), encoding="gb18030")
    imported = ("register", "import", "e01_cqo", file, "--step", "enter_decision")
    before = installation.rows("SELECT count(*) FROM registers_entry")[0][0]
    for mode, added in (("check", 0), ("all", 0), ("good", 2)):
        said = installation.run(*imported, "--mode", mode, status=1)
        assert "91350100WRONG" in said and "Traceback" not in said, said
        now = installation.rows("SELECT count(*) FROM registers_entry")[0][0]
        assert now - before == added, (mode, said)  # type: ignore[operator]
    assert "no step nothing" in installation.run(*imported[:-1], "nothing", status=1)


def test_keys_rotate(installation: Installation) -> None:
    before = installation.run("keys", "list").split("---")[0].strip().split("\n")
    fresh = installation.run("keys", "rotate").split("\n")[0]
    after = installation.run("keys", "list").split("---")[0].strip().split("\n")
    assert len(after) == len(before) + 1 and after[-1].endswith(fresh)
    assert all(p.stat().st_mode & 0o077 == 0 for p in (installation.state / "keys").iterdir())
    installation.seed(500)
    # Signed by both for a week: whoever holds the old public key alone can still verify.
    checkpoint = (installation.state / "published" / "e01_cqo.checkpoint").read_text(encoding="utf-8")
    assert checkpoint.count("— ") == 2
    assert "Everything holds" in installation.run("check") and "e01_cqo" in installation.run(
        "register", "verify"
    )


def test_first_administrator(installation: Installation) -> None:
    assert "Traceback" not in installation.run("user", "create-admin", "weak", stdin="12345\n", status=1)
    installation.run("user", "create-admin", "first", stdin="a-Long-enough-1-Passphrase\n")
    assert "first" in installation.run(
        "user", "create-admin", "second", stdin="a-Long-enough-1-Passphrase\n", status=1
    )


def test_new_register_is_a_new_file(installation: Installation) -> None:
    folder = installation.state / "registers"
    folder.mkdir()
    count = int(installation.run("register", "reload").split("\n")[0])
    good = (ROOT / "src/pinzhi/catalogue/registers/w14_publicity_events.yaml").read_text(encoding="utf-8")
    (folder / "z01_own.yaml").write_text(
        good.replace("register: w14_publicity_events", "register: z01_own"), "utf-8"
    )
    assert int(installation.run("register", "reload").split("\n")[0]) == count + 1
    (folder / "z02_broken.yaml").write_text("register: z02_broken\ntitle: {zh: 甲", encoding="utf-8")
    assert "z02_broken" in installation.run("register", "reload", status=1)
    (folder / "z02_broken.yaml").unlink()


def test_check_finds_what_was_bent(installation: Installation) -> None:
    installation.seed(700)
    assert "Everything holds" in installation.run("check")
    bend = "UPDATE registers_record SET state = 'ended' WHERE id = (SELECT min(id) FROM registers_record) RETURNING key"
    import psycopg

    with psycopg.connect(installation.url) as connection:
        (key,) = connection.execute(bend).fetchone()  # type: ignore[misc]
        connection.execute(
            "UPDATE registers_content SET groups = jsonb_set(groups, '{entry,values,state}', '\"other\"')"
            " WHERE entry_id = (SELECT max(entry_id) FROM registers_content)"
        )
    said = installation.run("check", status=1)
    assert f"e01_cqo/{key}\tthe record is not what the entries say" in said
    assert "group entry is not what the leaf says" in said


def test_without_tables(new_installation: object) -> None:
    bare: Installation = new_installation()  # type: ignore[operator]
    assert "pinzhi prepare" in bare.run("check", status=1)
