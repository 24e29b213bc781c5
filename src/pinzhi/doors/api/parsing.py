"""Reading request bodies: only JSON that can be kept. What cannot is refused with its reason, never an error of ours."""

from __future__ import annotations

import json
from typing import Any, cast

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from ninja.parser import Parser

from pinzhi.kernel.errors import Refused

DEEPEST = 20
LONGEST_NUMBER = 40


class StrictParser(Parser):
    """Forms without NUL; JSON without NUL, lone surrogates, numbers beyond measure, NaN, keys twice, endless nesting."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        try:
            value = json.loads(
                request.body,
                parse_int=_integer,
                parse_float=_decimal,
                parse_constant=_constant,
                object_pairs_hook=_object,
            )
        except RecursionError:
            raise _refused("嵌套过深", "is nested too deeply") from None
        except ValueError as error:
            raise _refused(f"不是有效的 JSON（{error}）", f"is no valid JSON ({error})") from error
        _look(value, 0)
        return cast(dict[str, Any], value)

    def parse_querydict(
        self, data: MultiValueDict[str, Any], list_fields: list[str], request: HttpRequest
    ) -> dict[str, Any]:
        """Form fields and parameters; the names of files are not among them."""
        for name, values in data.lists():
            if any("\x00" in text for text in (name, *values) if isinstance(text, str)):
                raise Refused(
                    "bad_text",
                    zh="字段中含有空字符（NUL）。",
                    en="A field has a NUL in it.",
                    place=name.replace("\x00", "")[:80],
                    remedy_zh="去掉空字符后重新发送。",
                    remedy_en="Take it out and send again.",
                    status=400,
                )
        return super().parse_querydict(data, list_fields, request)


def _integer(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise _refused("数字过长", "has a number that is too long")
    return int(text)


def _decimal(text: str) -> float:
    if len(text) > LONGEST_NUMBER:
        raise _refused("数字过长", "has a number that is too long")
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise _refused("数字过大", "has a number that is too large")
    return value


def _constant(text: str) -> float:
    raise _refused(f"{text} 不是 JSON 的数字", f"has {text}, which is no number of JSON")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        shown = twice.encode("utf-8", "replace").decode()[:80]
        raise _refused(f"“{shown}”出现了两次", f"has “{shown}” twice")
    return found


def _look(value: Any, depth: int) -> None:
    if depth > DEEPEST:
        raise _refused("嵌套过深", "is nested too deeply")
    if isinstance(value, str):
        if "\x00" in value or (not value.isascii() and any("\ud800" <= c <= "\udfff" for c in value)):
            raise _refused("含有空字符或残缺的字符", "has a NUL or half a character in a text")
    elif isinstance(value, dict):
        for name, inner in value.items():
            _look(name, depth)
            _look(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _look(inner, depth + 1)


def _refused(zh: str, en: str) -> Refused:
    return Refused(
        "bad_json",
        zh=f"请求内容{zh}。",
        en=f"The body {en}.",
        place="body",
        remedy_zh="按 OpenAPI 文件的格式以 UTF-8 编码发送 JSON。",
        remedy_en="Send JSON in UTF-8 as the OpenAPI file says.",
        status=400,
    )
