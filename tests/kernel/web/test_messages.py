from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.mofile import read_mo

from pinzhi.kernel.web import messages


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package of two apps, one inside the other's neighbour."""
    for app in ("kernel/web", "apps/one"):
        home = tmp_path / app
        (home / "templates").mkdir(parents=True)
        (home / "apps.py").write_text("")
    (tmp_path / "apps/one/views.py").write_text(
        "from django.utils.translation import gettext as _, ngettext, pgettext\n"
        "a = _('Firms')\n"
        "b = ngettext('%(n)s firm', '%(n)s firms', 2)\n"
        "c = pgettext('of a shop', 'Open')\n"
        "d = not_a_translation('Nothing')\n",
        encoding="utf-8",
    )
    (tmp_path / "apps/one/templates/x.html").write_text(
        "{% load i18n %}\n    {% trans 'Plan' %}\n  {% blocktrans with a=b count n=c %}{{ n }} target of {{ a }}"
        '{% plural %}{{ n }} targets of {{ a }}{% endblocktrans %}<p title="{% translate "It\'s due" %}">'
        "{{ _('Duty') }} {# {% trans 'no' %} #}",
        encoding="utf-8",
    )
    return tmp_path


WANTED = {"Firms", "%(n)s firm", "Open", "Plan", "%(n)s target of %(a)s", "It's due", "Duty"}


def test_every_marked_string_is_found_in_code_and_templates(package: Path) -> None:
    found = {message.text: message for message in messages.all_strings(package)}
    assert set(found) == WANTED
    assert found["Open"].context == "of a shop"


def test_sync_then_translate_then_check_then_compile(package: Path) -> None:
    assert len(messages.check(package)) == len(WANTED)
    assert messages.sync(root=package) == len(WANTED)
    assert messages.sync(root=package) == 0, "what is there already is not added again"
    assert len(messages.check(package)) == len(WANTED), "an empty translation is none"
    home = package / "apps/one"
    catalog = messages.catalogue(home)
    for entry in catalog:
        if entry.id:
            entry.string = ("%(n)s 个",) if isinstance(entry.id, tuple) else f"译{entry.id}"
    messages.save(home, catalog)
    assert messages.check(package) == []
    assert messages.compile_all(package) == 1
    assert messages.compile_all(package) == 0, "nothing is stale"
    with messages.po_file(home).with_suffix(".mo").open("rb") as stream:
        assert read_mo(stream).get("Plan").string == "译Plan"
    (package / "apps/one/new.py").write_text("x = _('Late')\n")
    assert messages.check(package) == ["apps/one/new.py:1: no Chinese for 'Late'"]


def test_a_translation_that_loses_a_placeholder_is_found(package: Path) -> None:
    home = package / "apps/one"
    (home / "more.py").write_text("x = _('%(n)s of %(m)s')\n")
    messages.sync(root=package)
    catalog = messages.catalogue(home)
    for entry in catalog:
        if entry.id:
            entry.string = (
                ("%(q)s",) if isinstance(entry.id, tuple) else "共 %(n)s" if "(m)" in entry.id else "好"
            )
    messages.save(home, catalog)
    wrong = messages.check(package)
    assert any("'%(n)s of %(m)s'" in line for line in wrong)
    assert any("'%(n)s firm'" in line for line in wrong)


def test_saved_files_have_no_dates_and_are_stable(package: Path) -> None:
    messages.sync(root=package)
    path = messages.po_file(package / "apps/one")
    before = path.read_text(encoding="utf-8")
    assert "Date" not in before and "EMAIL" not in before
    messages.save(package / "apps/one", messages.catalogue(package / "apps/one"))
    assert path.read_text(encoding="utf-8") == before


def test_the_looks_own_words_have_their_chinese() -> None:
    assert [line for line in messages.check() if line.startswith("kernel/web")] == []
