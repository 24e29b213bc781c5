"""A government portal's page: the article without navigation, links and print buttons."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree, html

_DROP = (
    "script",
    "style",
    "noscript",
    "template",
    "nav",
    "footer",
    "iframe",
    "select",
    "button",
    "form",
    "svg",
    "object",
    "head",
    "aside",
)
_BOILER = re.compile(
    r"(?:^|[\s_-])(?:nav|menu|footer|foot|header|crumb|breadcrumb|position|location|share|sidebar"
    r"|related|recommend|toolbar|pager|copyright|friendlink|banner|login|search|qrcode|fontsize"
    r"|print)(?:$|[\s_-])",
    re.I,
)
_BLOCK = frozenset(
    [
        "p",
        "div",
        "br",
        "tr",
        "table",
        "li",
        "ul",
        "ol",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "section",
        "article",
        "td",
        "th",
        "dl",
        "dt",
        "dd",
        "center",
        "blockquote",
        "pre",
        "tbody",
        "thead",
        "hr",
    ]
)
_MEANING = re.compile(r"[。；：]")


def article_text(page: str, name: str) -> str:
    """The text of the article of an HTML page, its title and header table included. Raises ReadingError."""
    from .loading import ReadingError

    try:
        parser = html.HTMLParser(
            recover=True,
            remove_comments=True,
            remove_pis=True,
            no_network=True,
            huge_tree=False,
            encoding="utf-8",
        )
        plain_page = re.sub(r"^\s*<\?xml[^>]*\?>", "", page).encode("utf-8", "replace")
        root: Any = html.document_fromstring(plain_page, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise ReadingError(
            name,
            "网页无法解析",
            "the web page cannot be parsed",
            "请另存网页后重试，或粘贴正文为 txt",
            "save the page again, or paste its text",
        ) from error
    title = " ".join((root.findtext(".//title") or "").split())
    heading = next(
        (
            " ".join("".join(h.itertext()).split())
            for h in root.iter("h1", "h2")
            if len("".join(h.itertext()).strip()) > 8
        ),
        "",
    )
    for meta in root.iter("meta"):
        if (meta.get("name") or "").lower() == "articletitle" and meta.get("content"):
            heading = " ".join(meta.get("content").split())
    for element in list(root.iter()):
        if not isinstance(element.tag, str):
            continue
        if element.tag in _DROP or _hidden(element) or (_is_boiler(element) and not _is_long(element)):
            _remove(element)
    body = root.find(".//body")
    body = root if body is None else body
    article = _densest(body)
    lines = _lines(article)
    outside = (
        [
            line
            for line in _lines(body)
            if re.search(r"索\s*引\s*号|发文字号|成文日期|文\s*号[:：]|发布机构", line)
        ]
        if article is not body
        else []
    )
    head = [line for line in outside if line not in lines]
    text = "\n".join(lines)
    squeezed = re.sub(r"\s", "", text)
    for candidate in (heading, re.split(r"[_|]|\s[-–—]\s", title)[0].strip()):
        plain = re.sub(r"\s", "", candidate)
        if (
            len(plain) > 8
            and re.search(r"通知|意见|方案|规划|计划|办法|纲要|措施|决定", plain)
            and plain not in squeezed[: len(plain) + 800]
        ):
            head.append(candidate)
            break
    return "\n".join([*head, text])


def _hidden(element: Any) -> bool:
    style = (element.get("style") or "").replace(" ", "").lower()
    return "display:none" in style or element.get("hidden") is not None


def _is_boiler(element: Any) -> bool:
    return bool(
        _BOILER.search(f"{element.get('class') or ''} {element.get('id') or ''}")
    ) and element.tag not in ("body", "html")


def _is_long(element: Any) -> bool:
    words = "".join(element.itertext())
    return (len(words) > 1200 and len(_MEANING.findall(words)) > 15) or bool(
        re.search(r"索\s*引\s*号", words)
    )


def _remove(element: Any) -> None:
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        previous = element.getprevious()
        if previous is not None:
            previous.tail = (previous.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def _weight(element: Any) -> float:
    words = "".join(element.itertext())
    linked = sum(len("".join(a.itertext())) for a in element.iter("a"))
    return len(_MEANING.findall(words)) + 0.02 * (len(words.strip()) - 3 * linked)


def _densest(body: Any) -> Any:
    """The smallest element that holds nearly all sentences of the page."""
    best = body
    total = _weight(body)
    for _ in range(60):
        children = [
            c
            for c in best
            if isinstance(c.tag, str) and c.tag not in ("p", "tr", "td", "tbody", "span", "table")
        ]
        inner = max(children, key=_weight, default=None)
        if inner is None or _weight(inner) < 0.9 * total or total <= 0:
            break
        best = inner
    return best


def _lines(element: Any) -> list[str]:
    pieces: list[str] = []
    rows: dict[Any, list[str]] = {}

    def walk(node: Any) -> None:
        if not isinstance(node.tag, str):
            if node.tail:
                pieces.append(_flat(node.tail))
            return
        if node.tag == "tr":
            cells = rows.get(node)
            if cells is None:
                rows.update(_spread(node))
                cells = rows[node]
            nested = any(True for _ in node.iter("table"))
            if not nested and not any(len(c) > 600 for c in cells):
                pieces.append(
                    "\n" + "\t".join(c or ("-" if len(cells) > 2 else "") for c in cells).strip("\t") + "\n"
                )
                pieces.append(_flat(node.tail or ""))
                return
        block = node.tag in _BLOCK
        if block:
            pieces.append("\n")
        pieces.append(_flat(node.text or ""))
        for child in node:
            walk(child)
        if block:
            pieces.append("\n")
        pieces.append(_flat(node.tail or ""))

    walk(element)
    return [line.strip(" \r\n\u3000\xa0") for line in "".join(pieces).split("\n") if line.strip()]


def _flat(words: str) -> str:
    return re.sub(r"[\r\n\t]+\s*", "", words)


def _spread(row: Any) -> dict[Any, list[str]]:
    """The cells of all rows of a row's table; a cell that spans several rows stands in each of them.

    A cell that spans columns is repeated in the first row only: there it heads several columns.
    """
    siblings = [r for r in row.getparent() if r.tag == "tr"]
    found: dict[Any, list[str]] = {}
    held: dict[int, tuple[str, int]] = {}
    for number, tr in enumerate(siblings):
        cells: list[str] = []
        for cell in (c for c in tr if isinstance(c.tag, str) and c.tag in ("td", "th")):
            while held.get(len(cells), ("", 0))[1] > 0:
                cells.append(_from_above(held, len(cells)))
            words, deep, wide = _cell(cell), _span(cell, "rowspan"), _span(cell, "colspan")
            for _ in range(wide if number == 0 and len(tr) > 1 else 1):
                held[len(cells)] = (words, deep - 1)
                cells.append(words)
        while held.get(len(cells), ("", 0))[1] > 0:
            cells.append(_from_above(held, len(cells)))
        found[tr] = cells
    return found


def _from_above(held: dict[int, tuple[str, int]], column: int) -> str:
    words, left = held[column]
    held[column] = (words, left - 1)
    return words


def _span(cell: Any, name: str) -> int:
    value = (cell.get(name) or "1").strip()
    return min(int(value), 60) if value.isdigit() and int(value) > 0 else 1


def _cell(cell: Any) -> str:
    parts = []
    for node in cell.iter():
        if node is not cell and isinstance(node.tag, str) and node.tag in ("br", "p", "div", "li"):
            parts.append(" ")
        if isinstance(node.tag, str):
            parts.append(node.text or "")
        if node is not cell:
            parts.append((" " if node.tag in ("p", "div", "li") else "") + (node.tail or ""))
    return re.sub(r"\s+", " ", "".join(parts)).strip()
