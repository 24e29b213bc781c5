"""Numbers with their units and bounds as they stand in a sentence: 90%以上, 1～2项, 百分之九十五, 两位数, 5至10个.

What a number is for is not decided here; only what cannot be a quantity at all is left out: years, ISO9000,
hotlines, 5S, 1.2米×1米, 第三, document numbers, whatever stands in 《》.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .numerals import parse_number, part_in_words

_NUM = r"(?:\d{1,3}(?:，\d{3})+(?![\d，])|\d+(?:\.\d+)?)"
_CNN = r"(?:[一二两三四五六七八九十百千]{1,6})"
_SEP = r"(?:-{1,2}|~{1,2}|至|到)"
_SCALE = r"(?:万|亿|百万|千万|十万|千|百)?"
TIME_UNITS = (
    "个工作日",
    "工作日",
    "个自然日",
    "个小时",
    "小时",
    "个月",
    "分钟",
    "天",
    "日",
    "年",
    "周",
    "个年度",
)
_COUNTS = (
    "微克/立方米|毫克/立方米|毫克/升|微克/升|毫克/千克|个百分点|百分点|个点|个基点|基点|平方公里|平方米|立方米|吨标准煤|标准箱|公里|人次|人天|课时|学时|千瓦时|兆瓦|平方千米|亩次|车次|台套|台次|台件|批次|件次|家次"
    "|户次|例次|场次|班次|轮次|个次|亿元|万元|美元|欧元|元|公顷|吨|千升|公斤|千克|双|匹|个以?|家|项|件|名|人|种"
    "|批|次|类|条|处|座|所|户|部|期|场|支|只|套|台|辆|张|份|幅|块|片|篇|册|对|组|队|届|倍|分"
    "|例|起|间|栋|艘|架|盏|棵|株|根|头|羽|箱|瓶|亩|位|款|门|枚|宗|席|副|桶|标箱|平米|条次|项次|点|轮|村|镇|县|乡|星|级"
)
_PER = r"(?:/[百千万]{0,2}(?:人|户|元|亩|台|家|吨|平方公里|公顷)(?!次|[·.]|年|/))?"
_COUNT = "|".join(sorted(_COUNTS.replace("个以?", "个").split("|"), key=len, reverse=True))
_TIME = "|".join(sorted(TIME_UNITS, key=len, reverse=True))
_UNIT = rf"(?:{_SCALE}(?:{_TIME}|{_COUNT}){_PER}|万|亿)"
_BOUND = r"(?:\((?:含[^()]*|[\u4e00-\u9fff](?:[、/][\u4e00-\u9fff]){0,3})\))?(?P<after>及?以上|以内|以下|之内|左右|上下|以里)?"
_PATTERN = re.compile(
    rf"(?P<pct>(?P<pa>{_NUM})%?(?:{_SEP}(?P<pb>{_NUM}))?(?P<pu>[%‰]))"
    rf"|百分之(?P<ca>{_CNN}(?:点[零〇一二三四五六七八九]+)?)(?:{_SEP}(?:百分之)?(?P<cb>{_CNN}))?"
    rf"|(?P<per>[千万])分之(?P<share>{_CNN}(?:点[零〇一二三四五六七八九]+)?|{_NUM})"
    r"|(?P<digits>两位数|二位数|双位数)(?!字)"
    r"|(?P<part>百分之百|[二三四五六七八九十]分之[一二三四五六七八九]|半数(?=以上)|过半(?=[，。；、)]|$)"
    r"|一半(?=以上|以下|左右|以内|的|[，。；、)]|$)|(?<![第\d十百])[一二两三四五六七八九\d]成[半一二三四五六七八九]?(?=以上|以下|左右|的|[，。；、)]|$)"
    r"|(?<=减)半(?=[，。；、)]|$)|(?<![\d./])[1-9]/(?:[2-9]|1\d)(?=以上|以下|左右|的|[，。；、)]|$))"
    r"|(?P<double>[一两二三四五]倍)(?:以上|左右)?(?=[，。；、)]|$)"
    r"|(?P<fold>翻[一两二三四]?番|(?:倍增|(?<!成)翻倍)(?=[，。；、)]|$))"
    rf"|(?P<pp>{_NUM})个(?P<ppbound>以上|左右|以内)百分点"
    rf"|(?P<shared>{_NUM})个(?=(?:(?:、|和|及){_NUM}个)*(?:、|和|及){_NUM}个百分点)"
    rf"|(?P<a>{_NUM})(?P<more1>余|多)?(?P<ua>{_UNIT})?{_SEP}(?P<b>{_NUM})(?P<unit2>{_UNIT})"
    rf"|(?P<a3>{_CNN})(?:{_SEP})(?P<b3>{_CNN})(?P<unit3>个|家|项|件|名|种|批次|条|处|座|所|场|次|户|人)"
    rf"|(?P<c>{_NUM})(?P<more>余|多)?(?P<unit>{_UNIT})"
    rf"|(?P<w>{_CNN})(?P<wunit>个百分点|人次|个|家|项|件|名|种|批次|条|处|座|所|场|轮次|次|户|期(?!工程|项目|建设)|支|套|轮|块|册|份|张|台|辆)"
    rf"|(?P<bare>{_NUM})(?=以上|以内|以下|左右|[，。；、)]|$)"
)
_AFTER = re.compile(_BOUND)
_BOUNDS = {
    "以上": ">=",
    "及以上": ">=",
    "以内": "<=",
    "以下": "<=",
    "之内": "<=",
    "以里": "<=",
    "左右": "~",
    "上下": "~",
}
# Counted in words only where a bound says that it is a count: 至少一块, 至少一轮, not 一张蓝图.
_ONLY_AT_LEAST = ("轮", "块", "册", "份", "张", "台", "辆")
_NOT_FOLLOWED = re.compile(
    r"(?:年(?!产|销|营|收|交易|成交|主营|税|利润|出口|加工)|月|号|×|x|X|\*|大(?!型|中|专|学|众|关)|化|强|品[^种牌]|S|G|D|A|方面|环节|层面|转变"
    r"|维度|度电|字|个一批|统一|结合|到位|全面|一批|坚持|必须|确保|不准|严禁|月内|工作日内)"
)


_FROM = re.compile("[由从]$")
_MOVES = re.compile(r"(?:提高|提升|上升|增长|增加|下降|降低|回落)(?:了|约|至少|不低于)?$")


@dataclass(frozen=True)
class Quantity:
    """A number at start:num_end, its bound words up to end.

    `kind`: percent, points, count, time, bare, digits, fold (翻一番).
    """

    start: int
    num_end: int
    end: int
    value: float
    value_max: float | None
    unit: str
    bound: str | None
    kind: str
    worded: bool


def _kind(unit: str) -> str:
    if unit in TIME_UNITS:
        return "time"
    return "count"


def find_quantities(chars: str, start: int, end: int) -> list[Quantity]:
    """All quantities in chars[start:end], in order, without overlaps."""
    found: list[Quantity] = []
    for match in _PATTERN.finditer(chars, start, end):
        quantity = _read(chars, match, start, end)
        if quantity is not None:
            found.append(quantity)
    return found


def _read(chars: str, match: re.Match[str], start: int, end: int) -> Quantity | None:
    at = match.start()
    before = chars[at - 1] if at > start else ""
    before2 = chars[max(start, at - 2) : at]
    if before and (
        (before.isascii() and (before.isalnum() or before in "./×*+#&"))
        or before in "第×"
        or "①" <= before <= "⑳"
    ):
        return None
    if before == "-" and re.search(r"[\dA-Za-z号]-{1,2}$", chars[max(start, at - 4) : at]):
        return None
    after = chars[match.end() : match.end() + 4]
    unit, second, worded, kind = "", None, False, "count"
    if match["pct"]:
        first, second, unit, kind = (
            parse_number(match["pa"]),
            match["pb"] and parse_number(match["pb"]),
            match["pu"],
            "percent",
        )
    elif match["ca"]:
        first, unit, kind, worded = parse_number(match["ca"]), "%", "percent", True
        second = match["cb"] and parse_number(match["cb"])
    elif match["per"]:
        first, worded = parse_number(match["share"]), True
        unit, kind = ("‰" if match["per"] == "千" else "‱"), "percent"
    elif match["digits"]:
        first, unit, kind, worded = 10.0, "%", "digits", True
    elif match["pp"]:
        first, unit = parse_number(match["pp"]), "个百分点"
    elif match["shared"]:
        first, unit = parse_number(match["shared"]), "个百分点"
    elif match["part"]:
        first, unit, kind, worded = part_in_words(match["part"]), "%", "percent", True
    elif match["double"]:
        first, unit, kind, worded = parse_number(match["double"][0]), "倍", "points", True
    elif match["fold"]:
        times = parse_number(match["fold"][1]) if len(match["fold"]) == 3 else 1.0
        first, unit, kind, worded = 2.0 ** (times or 1.0), "倍", "fold", True
    elif match["a"]:
        first, second, unit = parse_number(match["a"]), parse_number(match["b"]), match["unit2"]
        if unit == "年" or (first and second and 1900 < first < 2100 and 1900 < second < 2100):
            return None
        if match["ua"] and match["ua"] != unit and not unit.endswith(match["ua"]):
            second_quantity = None
            if match["ua"] in ("年", "月", "日", "号"):
                return None
            return second_quantity
    elif match["a3"]:
        first, second, unit, worded = (
            parse_number(match["a3"]),
            parse_number(match["b3"]),
            match["unit3"],
            True,
        )
    elif match["c"]:
        first, unit = parse_number(match["c"]), match["unit"]
        if match["more"]:
            pass
        if unit == "年" and (len(match["c"]) >= 3 or not re.match("以上|以内|左右|，|。|", after)):
            return None
    elif match["w"]:
        first, unit, worded = parse_number(match["w"]), match["wunit"], True
        least = (
            re.search(
                r"(?:至少|不少于|不低于|最少)[^，。；]{0,14}$|(?:每年|每月|每季度?|每半年)(?:各|均|都)?[^，。；]{0,3}$",
                chars[max(start, at - 18) : at],
            )
            if first == 1 or unit in _ONLY_AT_LEAST
            else None
        )
        if unit in _ONLY_AT_LEAST and not least:
            return None
        if first is None or (first < 2 and not least) or match["w"] == "十百":
            return None
        if match["w"] in ("百", "千") and not after.startswith("以上"):
            return None  # 百家争鸣 counts nothing, 百家以上 does
        if before and before in "第每前近几数上下这那哪同十百千万之":
            return None
        if unit == "个" and re.match(r"\d+%", after):
            return None  # 合格率、公示率两个100%
    else:
        first, kind = parse_number(match["bare"]), "bare"
        if (
            len(match["bare"]) > 4
            or (first and 1900 < first < 2100 and first == int(first))
            or before in "、-~"
        ):
            return None
    if first is None or (match["pct"] and second is None and match["pb"]):
        return None
    if unit.endswith("百分点"):
        kind, unit = "points", "个百分点" if "个" in match[0] else "百分点"  # 1个以上百分点 too
    if second is not None and not isinstance(second, float):
        second = None
    if second is not None:
        moved = _FROM.search(chars, max(start, at - 4), at) and not re.search("[-~]", match[0])
        if moved or (second < first and re.search("[至到]", match[0])):
            first, second = second, None  # 由15%至5%: where it ends counts
        elif second <= first:
            first, second = (first, None) if second == first else (second, first)
    if unit == "点" and not _MOVES.search(chars, max(start, at - 6), at):
        return None  # 指数提高15点, not 8点
    if unit in ("个点", "个基点", "基点", "点"):
        kind = "points"
    if kind == "count" and unit in TIME_UNITS:
        kind = "time"
    if kind == "count" and unit in (
        "级",
        "星",
        "位",
        "分",
        "县",
        "乡",
        "镇",
        "村",
        "日",
        "队",
        "部",
        "对",
        "门",
        "期",
        "届",
        "品",
    ):
        if unit in ("级", "星", "届", "期", "部", "门", "队", "对") and not re.match(
            r"(?:以上|左右|，|。|；|、|$)", after
        ):
            return None
    if (
        kind not in ("percent", "digits", "fold")
        and _NOT_FOLLOWED.match(after)
        and not re.match("大[^、，]{0,6}(?:数据|健康)", after)
    ):
        return None
    if before2.endswith(("第", "前")) and kind == "count":
        return None
    tail = _AFTER.match(chars, match.end(), end)
    bound = _BOUNDS.get(match["ppbound"] or (tail["after"] if tail else "") or "")
    stop = tail.end() if tail and tail["after"] else match.end()
    if bound is None and (match["part"] == "过半" or (match["c"] and match["more"])):
        bound = ">"
    return Quantity(at, match.end(), stop, first, second, unit, bound, kind, worded)
