"""The one judgement of files: chunks, what is refused, and that nothing is written where one row is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.errors import RefusedRows, RowError
from pinzhi.kernel.transfer import judging
from pinzhi.kernel.transfer.judging import Importer, Judged, bring_in, check, not_here
from pinzhi.kernel.transfer.reading import Row


class Numbers(Importer):
    """Keeps numbers by name, in a list; knows what the list holds already."""

    chunk = 3

    def __init__(self, kept: dict[str, int], **named: Any) -> None:
        super().__init__(by=Actor.system("tests"), **named)
        self.kept, self.chunks, self.asked = kept, [], []
        self.clean = self._clean

    def _clean(self, values: Any, number: int) -> tuple[dict[str, Any], list[RowError]]:
        good = str(values.get("number", "")).isdigit()
        return dict(values), [] if good else [RowError(number, "number", None, "不是数", "is no number")]

    def key(self, kept: dict[str, Any]) -> str:
        return str(kept.get("name", ""))

    def keyless(self, kept: dict[str, Any], number: int) -> list[RowError]:
        return [RowError(number, "name", None, "必填", "is required")]

    def doubled(self, number: int, key: str, before: int) -> RowError:
        return RowError(number, "name", key, f"与第 {before} 行重复", f"stands in row {before} already")

    def permits(self, region: str) -> bool:
        self.asked.append(region)
        return region != "elsewhere"

    def judge(self, rows: Sequence[Row]) -> Judged:
        out = Judged(rows=len(rows))
        self.chunks.append(len(rows))
        for number, kept in self.cleaned(rows, out):
            if not self.allowed(kept.get("region", "here")):
                out.refuse([not_here(number, kept["region"])])
            elif kept["name"] not in self.kept:
                out.fresh.append(kept)
            elif self.kept[kept["name"]] != int(kept["number"]):
                out.changes.append(kept)
            else:
                out.unchanged += 1
        return out

    def write(self, judged: Judged) -> None:
        self.kept |= {kept["name"]: int(kept["number"]) for kept in [*judged.fresh, *judged.changes]}


def rows(*values: dict[str, Any]) -> list[Row]:
    return [Row(number, value) for number, value in enumerate(values, 2)]


FILE = rows(
    {"name": "a", "number": "1"},
    {"name": "b", "number": "2"},
    {"name": "", "number": "3"},
    {"name": "c", "number": "x"},
    {"name": "a", "number": "9"},
    {"name": "d", "number": "4", "region": "elsewhere"},
    {"name": "e", "number": "5"},
)


def test_every_row_is_told_apart() -> None:
    kept = {"a": 1, "b": 7}
    importer = Numbers(kept)
    report = check(FILE, importer)
    assert report.counts() == {"rows": 7, "new": 1, "changed": 1, "unchanged": 1, "wrong": 4}
    assert [(e.row, e.column) for e in report.errors] == [
        (4, "name"),
        (5, "number"),
        (6, "name"),
        (7, "地区"),
    ]
    assert "第 2 行" in report.errors[2].wrong_zh
    assert importer.chunks == [3, 3, 1] and kept == {"a": 1, "b": 7}, "a dry run writes nothing"


def test_the_good_rows_or_none() -> None:
    kept: dict[str, int] = {}
    with pytest.raises(RefusedRows) as refused:
        bring_in(FILE, Numbers(kept), all_or_nothing=True)
    assert len(refused.value.rows) == 4
    assert set(kept) <= {"a", "b"}, "from the first wrong row on, nothing more is written"
    assert bring_in(FILE, Numbers(kept), all_or_nothing=False).wrong == 4
    assert kept == {"a": 1, "b": 2, "e": 5}


def test_a_region_is_asked_about_once() -> None:
    importer = Numbers({})
    check(rows(*({"name": str(n), "number": "1", "region": "here"} for n in range(20))), importer)
    assert importer.asked == ["here"]


def test_errors_are_kept_up_to_a_limit_and_counted_beyond(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "ERRORS_KEPT", 5)
    report = check(rows(*({"name": str(n), "number": "x"} for n in range(20))), Numbers({}))
    assert (len(report.errors), report.errors_total, report.wrong) == (5, 20, 20)


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from(["1", "2", "x", ""])), max_size=40))
def test_what_was_reported_is_what_happens(values: list[tuple[str, str]]) -> None:
    """The dry run and the import count alike; every row is counted once; a second import changes nothing."""
    file = rows(*({"name": name, "number": number} for name, number in values))
    kept = {"a": 1, "b": 2}
    told = check(file, Numbers(dict(kept)))
    done = bring_in(file, Numbers(kept), all_or_nothing=False)
    assert told.counts() == done.counts() and told.errors == done.errors
    assert done.rows == len(file) == done.new + done.changed + done.unchanged + done.wrong
    again = check(file, Numbers(kept))
    assert (again.new, again.changed, again.wrong) == (0, 0, done.wrong)
