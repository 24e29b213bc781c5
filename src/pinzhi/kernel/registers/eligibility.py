"""Eligibility checks by name: what a decision must know from elsewhere, asked without importing who answers.

An app offers a check (`offer("declares_standards", …)` in its AppConfig.ready); a definition asks for it. A check that
nobody offers yet answers "cannot tell", which is shown and never blocks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from pinzhi.rules import yaml_text


@dataclass(frozen=True)
class Verdict:
    """`ok` None: cannot be told. The sentences say why, in both languages."""

    name: str
    ok: bool | None
    zh: str
    en: str


Checker = Callable[[Sequence[str], date], dict[str, Verdict]]
_offered: dict[str, Checker] = {}


def offer(name: str, checker: Checker) -> None:
    """Offer a check: given subjects and a day, a verdict for each subject."""
    _offered[name] = checker


@lru_cache(maxsize=1)
def titles() -> dict[str, dict[str, str]]:
    """What each check is called, in both languages (`catalogue/eligibility.yaml`)."""
    path = Path(settings.CATALOGUE_DIR) / "eligibility.yaml"
    return {name: dict(text) for name, text in yaml_text.load(path.read_text(encoding="utf-8")).items()}


def title(name: str) -> dict[str, str]:
    """The name of a check for people; its own name where nobody has given it another."""
    return titles().get(name, {"zh": name, "en": name})


def _unanswered(name: str) -> str:
    return f"{title(name)['en']}: no system here can tell yet; check it by hand."


def check(names: Sequence[str], subjects: Sequence[str], on: date) -> dict[str, list[Verdict]]:
    """The verdicts on each subject, in the order in which the definition names the checks."""
    found: dict[str, list[Verdict]] = {subject: [] for subject in subjects}
    for name in names:
        checker = _offered.get(name)
        verdicts = checker(subjects, on) if checker else {}
        for subject in subjects:
            found[subject].append(
                verdicts.get(subject)
                or Verdict(name, None, f"{title(name)['zh']}：尚无系统可查，请人工核对。", _unanswered(name))
            )
    return found
