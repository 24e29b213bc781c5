"""Lists of government units: splitting them, cleaning names, expanding a prefix that is printed once."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from .lexicon import AGENCY_TAIL, GENERIC_UNIT, NOT_A_UNIT_END, UNIT_TAIL

_TAIL = re.compile(rf"(?:{UNIT_TAIL})(?:\([^()]*\))?$")
_AGENCY = re.compile(rf"(?:{AGENCY_TAIL})(?:\([^()]*\))?$")
_BARE_TAIL = re.compile(rf"^总?(?:{UNIT_TAIL})$")
# 局认证科, 县工信局中小企业股: a division is named behind its agency.
_DIVISION = re.compile(r"[局厅委办][\u4e00-\u9fff]{1,12}(?:科|股|处|室|中心|支队|大队)$")
_FIRM_TAIL = re.compile(r"(?:集团|控股|股份|有限|责任)+(?:公司)?$|(?:省|市|县)?分公司$")
_FILLER = re.compile(
    r"(?:等)?(?:(?:省|市|县|区|州)?(?:级|直)?(?:有关|相关|各有关|各相关|主要|责任|职能|成员"
    r"|其他有关|其他)?(?:部门|单位|部门和单位|部门\(单位\)|部门、单位|方面|职能部门|机构))?$"
)
_STRAY = re.compile(
    r"(?:等(?:[^、，；]{0,12}(?:部门|单位|机构|\(单位\)))?)?(?:(?:共同|联合|具体|分别|各自|按"
    r"|依|根据|负责|落实|牵头|配合|组织(?!部)|实施|承担|推进|参与|主办|协办|为主|抓好|抓|完成"
    r"|执行|会同|及其|为牵头|为责任|为配合)[^、，；]*)?[和及与]?$"
)
_LEAD_IN = re.compile(r"^(?:由|以及|及|和|与|会同|商(?=[省市县区])|并|其中|主要由|具体由|：|、|，|；|。|-)+")
_NOTE = re.compile(
    r"\((?:列|排|居|下同|以下|按|首位|第一|牵头|主办|主责|总牵头|配合|协办|协助|参与|参加|含|不含|加|各|依|根据)[^()]*\)"
)
_NONE = re.compile(r"^(?:无|/|-+|略|同上|\d+)$")
_NESTED = re.compile(r"\([^()]*\)")
_CONJUNCTION = re.compile(r"以及|[和及与]")
_REGION_HEAD = re.compile(
    r"^各(?:设区市|设区的市|省辖市|地级市|区市|市|县|区|州|市州|州市|地|盟|旗|盟市|镇|乡|地级以上市|省|自治区|直辖市|有关市|乡镇)"
    r"(?:\([^()]*\))?$"
)
_LEVEL = re.compile(r"^(自治区|自治州|省(?!际)|市(?!场)|州|县(?!域)|区(?!块|域)|盟|兵团)(?=[^级直内外有属])")
_OWN_PLACE = re.compile(
    r"^(?:国家|中央|全国|中国|人民银行|人行|各|驻|省|市(?!场)|县|区|州|自治|有关|相关|中共|国务院"
    r"|\S{2,3}(?:海关|检验检疫局|出入境|银监局|证监局|保监局|银保监局|专员办|监管局$))"
)


def is_unit(name: str) -> bool:
    """Whether a name ends like the name of a unit."""
    return 2 <= len(name) <= 40 and bool(_TAIL.search(name)) and not NOT_A_UNIT_END.search(name)


def is_agency(name: str) -> bool:
    """Whether a name, without any label before it, must be the name of an agency."""
    if not 2 <= len(name) <= 32 or NOT_A_UNIT_END.search(name):
        return False
    if GENERIC_UNIT.match(name):
        return True
    if _DIVISION.search(name):
        return True
    return bool(_AGENCY.search(name)) and not re.match(r"^(?:[各个]?部|办|委|局|厅|全部|司)$", name)


def unit_ranges(text: str, gap_before: Callable[[int], int] | None = None) -> list[tuple[int, int]]:
    """Where each unit of a list stands in `text` (canonical form: half-width, without white space).

    `gap_before` says what white space stood before a place: 0 none, 1 a space, 2 a line break. Separators are 、，；and a
    line break after a complete name, and a space there in a list that has none of these; 和, 及, 与 only
    between complete names, so that 发展和改革委员会 stays whole. Notes in brackets, 等部门 and words that follow a name are left out.
    """
    cuts: list[tuple[int, int]] = []
    listed = bool(re.search("[、，；]", _NESTED.sub("", text)))
    depth, start = 0, 0
    i = 0
    while i < len(text):
        char = text[i]
        if char == "(":
            depth += 1
        elif char == ")":
            depth = max(0, depth - 1)
        elif depth == 0:
            if char in "、，；。/|":
                cuts.append((start, i))
                start = i + 1
            elif gap_before is not None and i > start and gap_before(i) > listed and is_agency(text[start:i]):
                following = re.split("[、，；。(]", text[i:], maxsplit=1)[0]
                nearest = _until_gap(text, i, gap_before)
                if (
                    not _BARE_TAIL.match(following)
                    and not _BARE_TAIL.match(nearest)
                    and not _FIRM_TAIL.match(following)
                    and (is_agency(following) or is_agency(nearest))
                ):
                    cuts.append((start, i))
                    start = i
        i += 1
    cuts.append((start, len(text)))
    parts: list[tuple[int, int]] = []
    for a, b in cuts:
        parts.extend(_split_at_conjunctions(text, a, b))
    merged = _merge_region_heads(text, parts)
    found = []
    for a, b in merged:
        cleaned = _clean(text, a, b)
        if cleaned:
            found.append(cleaned)
    return found


def _until_gap(text: str, start: int, gap_before: Callable[[int], int]) -> str:
    """What stands from `start` to the next white space or separator outside of brackets, 40 characters at most."""
    depth = 0
    for i in range(start + 1, min(len(text), start + 40)):
        depth += (text[i] == "(") - (text[i] == ")")
        if depth == 0 and (text[i] in "、，；。" or gap_before(i)):
            return text[start:i]
    return text[start : start + 40]


def _split_at_conjunctions(text: str, start: int, end: int) -> list[tuple[int, int]]:
    for match in _CONJUNCTION.finditer(text, start, end):
        left, right = text[start : match.start()], text[match.end() : end]
        if text.count("(", start, match.start()) != text.count(")", start, match.start()):
            continue
        left = _STRAY.sub("", left) or left
        if (is_unit(left) or GENERIC_UNIT.match(left)) and len(right) >= 2 and not _BARE_TAIL.match(right):
            if re.match(
                r"(?:改革|信息化|计划生育|旅游|社会保障|城乡|农村|技术|体育|健康|监督|管理|规划|出版)", right
            ):
                continue
            return [(start, match.start()), *_split_at_conjunctions(text, match.end(), end)]
    return [(start, end)]


def _merge_region_heads(text: str, parts: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """各市、县（区）人民政府 is one name, though it holds a separator."""
    merged: list[tuple[int, int]] = []
    for a, b in parts:
        if merged and _REGION_HEAD.match(text[merged[-1][0] : merged[-1][1]]):
            name = text[a:b]
            if (
                re.match(
                    r"(?:各)?(?:自治)?(?:县|区|州|市|旗|乡|镇|街道|地区|直辖|直管市|省直|兵团|计划单列|新疆生产|盟)",
                    name,
                )
                and len(name) <= 24
            ):
                merged[-1] = (merged[-1][0], b)
                continue
        if (
            merged
            and re.fullmatch(r"各(?:盟|地区|盟市)?(?:行政公署|行署)", text[merged[-1][0] : merged[-1][1]])
            and re.fullmatch(r"(?:市|州|县|旗)+(?:人民)?政府", text[a:b])
        ):
            merged[-1] = (merged[-1][0], b)
            continue
        if (
            merged
            and re.fullmatch(
                r"各(?:自治|设区|地级以上|[市县区州盟旗地乡镇、()])*[市县区州盟旗乡镇)]",
                text[merged[-1][0] : merged[-1][1]],
            )
            and re.match(r"(?:自治)?(?:县|区|州|市|旗|乡|镇|街道|直管市|省直管)", text[a:b])
        ):
            merged[-1] = (merged[-1][0], b)
            continue
        head = text[merged[-1][0] : merged[-1][1]] if merged else ""
        if (
            re.fullmatch(r"各[^政]*[市县区州盟旗)]", head)
            and text[merged[-1][1] : a] in ("及", "和")
            and text[a:b].endswith("人民政府")
        ):
            merged[-1] = (merged[-1][0], b)  # 各市、州、直管市及神农架林区人民政府
            continue
        merged.append((a, b))
    return merged


def _clean(text: str, start: int, end: int) -> tuple[int, int] | None:
    lead = _LEAD_IN.match(text[start:end])
    if lead:
        start += lead.end()
    name = text[start:end]
    note = _NOTE.search(name)
    if note and note.end() == len(name):
        name = name[: note.start()]
    while name.endswith(("。", "；", "，", "、", "：", "*", "•")) or (
        name.endswith(")") and name.count("(") < name.count(")")
    ):
        name = name[:-1]
    complete = is_unit(name) and not re.search(r"等|(?:^|[^组])(?:负责|落实|牵头|配合)|分别|按", name)
    stray = None if complete else re.match(rf"^(.*?(?:{UNIT_TAIL})(?:\([^()]*\))?){_STRAY.pattern}", name)
    if stray:
        longest = stray[1]
        for match in re.finditer(rf"(?:{UNIT_TAIL})(?:\([^()]*\))?", name):
            if re.fullmatch(_STRAY.pattern, name[match.end() :]) is not None:
                longest = name[: match.end()]
                break
        name = longest
    elif not complete and "等" in name:
        name = name[: name.index("等")]
    name = name.rstrip("等和及与")
    if len(name) < 2 or len(name) > 40 or _NONE.match(name) or not re.search("[\u4e00-\u9fff]", name):
        return None
    if re.fullmatch(r"(?:等)?(?:有关|相关|各有关|各相关)?(?:部门|单位)?", name) and not re.match(
        "各|有关|相关", name
    ):
        return None
    return start, start + len(name)


def split_unit_list(text: str) -> list[str]:
    """The names in a list such as 省质监局、经信委，福建检验检疫局, as printed."""
    return [text[a:b] for a, b in unit_ranges(text)]


def expand_units(names: Sequence[str]) -> list[str]:
    """Full names of a joint list: the level that is printed once goes to the names after it.

    省质监局、经信委 means 省质监局、省经信委. A name with a place or a level of its own keeps it and a
    central or generic name gets none. The level counts from the name that bears it to the next that bears another.
    """
    level, full = "", []
    for name in names:
        match = _LEVEL.match(name)
        if match:
            level = match[1]
            full.append(name)
        elif level and not _OWN_PLACE.match(name) and is_agency(name) and not GENERIC_UNIT.match(name):
            full.append(level + name)
        else:
            full.append(name)
    return full
