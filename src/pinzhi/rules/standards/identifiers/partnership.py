"""3GPP specifications: type, number in two digits and three, part, version (3GPP TR 21.900, Technical Specification Group methods)."""

from __future__ import annotations

import re

from pinzhi.rules.standards.identifiers import model
from pinzhi.rules.standards.identifiers.model import Identifier, build

# Without the name in front only what no other publisher's number looks like: TS 38.331. (Turkish standards have plain numbers.)
_SPECIFICATION = re.compile(
    r"\s*(?:3GPP[\s-]*(TS|TR)?|(?<![A-Z])(TS|TR))\s*([0-9]{2}\.[0-9]{2,3})((?:-[0-9]{1,2})*)(?![0-9.])"
    r"(?:\s*,?\s*(?:\(\s*)?V(?:ERSION)?\s*\.?\s*([0-9]{1,2}\.[0-9]{1,2}\.[0-9]{1,2})|\s*,?\s*\(?R(?:EL(?:EASE)?)?[\s.-]*([0-9]{1,2})(?![0-9]))?"
    r"(?:\s*\)|\s*\(((?:19|20)[0-9]{2})-[0-9]{1,2}\))?",
    re.ASCII,
)


def read(text: str, up: str, at: int = 0) -> tuple[Identifier, int] | None:
    """`3GPP TS 38.331 V17.4.0`, and where it ended; None for anything else. The version is the edition."""
    match = _SPECIFICATION.match(up, at)
    if match is None:
        return None
    named, bare, number, dashed, version, release, year = match.groups()
    kind = named or bare or ""
    parts = tuple(dashed[1:].split("-")) if dashed else ()
    series = f"3GPP {kind + ' ' if kind else ''}{number}{dashed}"
    edition = f"V{version}" if version else f"Rel-{release}" if release else ""
    designation = f"{series} {edition}" if edition else series
    return (
        build(
            text, "3GPP", model.INTERNATIONAL, model.NO_NATURE, kind, number, parts, int(year) if year else None,
            designation.upper(), series, designation, edition=edition,
        ),
        match.end(),
    )  # fmt: skip
