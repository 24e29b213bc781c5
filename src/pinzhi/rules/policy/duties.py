"""Who does it: lists of units in brackets, on lines of their own, or in a closing sentence.

Forms: （牵头单位：A，配合单位：B、C） · 责任单位：A、B · （A牵头，B、C配合） · （A、B按职责分工负责） · （A、B） ·
〔责任单位：A、B按职责分工负责。…下同〕 · 由A牵头，会同B、C落实. "列第一位的为牵头单位，下同" changes every later list.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from .lexicon import DUTY_LABEL, OTHER_LABEL, ROLE_OF_LABEL
from .text import SourceText
from .units import is_agency, is_unit, unit_ranges

_LABEL = re.compile(
    rf"(?P<duty>{DUTY_LABEL}|(?:(?<![\u4e00-\u9fff])|(?<=[局委厅会府办院道队部心司街关区县市镇乡业行]))(?:牵头|主办|承办|主责|协办|配合|协同|协助|参与|参加|责任|落实)(?=：))"
    r"(?:\([^()]{0,12}\))?(?P<colon>：|为：?)|"
    rf"(?P<other>{OTHER_LABEL})(?:：|为：)"
)
_BRACKET = re.compile(r"\((?:[^()]|\([^()]*\))*\)")
_BY_DIVISION = (
    r"(?:等(?:[^、，；。]{0,10}(?:部门|单位))?)?(?:按照?|依|依据|根据)(?:照|据)?(?:各自)?(?:职责"
    r"|职能|职责职能)(?:和)?(?:分工)?(?:分别|共同)?(?:抓好|做好|组织)?(?:负责|落实|实施|推进"
    r"|承担|配合|牵头)?(?:落实|实施)?(?:责任)?"
)
_VERB = re.compile(
    r"(?P<lead>(?:共同|联合|总)?牵头(?:负责|落实|组织实施|组织|推进|抓落实|实施|抓总|承办)?"
    r"|主办|为主负责|负总责|总负责|负主责|(?=会同)|为(?:主要)?牵头(?:单位|部门)|为主责单位)"
    rf"|(?P<division>{_BY_DIVISION})"
    r"|(?P<support>(?:积极|协同|共同)?(?:配合|协助|协办|协同|参与|参加|协作|支持)(?:负责|落实"
    r"|实施|做好|推进|完成|承办)?|为(?:配合|协办|参与)(?:单位|部门))"
    r"|(?P<all>(?:结合(?:各自|本地|本地区|自身)?实际)?(?:具体|分别|共同|各自|联合|分工)*(?:负责|落实|承担|组织实施|实施|分工负责|分工落实"
    r"|承办|推进)(?:落实|实施)?|为责任(?:单位|部门))"
)
_FIRST_LEADS = re.compile(
    r"(?:列|排|居|位于|排列|排名|位列)(?:名|序)?(?:在)?(?:第一|首|第1|前|最前|首要)(?:位|名"
    r"|个)?(?:的|者)?(?:责任)?(?:单位|部门|地区|位)?(?:的)?(?:为|是|系|即为|即|作为|，?负责)(?:主要"
    r"|总|第一)?(?:牵头|主办|主责|主要责任|责任|组织)"
    r"|(?:第一|首|首个|第一个|首位|第一位|首位的)(?:责任)?(?:单位|部门|位)(?:的)?(?:为|是|系|即|作为)(?:牵头|主办|主责)"
    r"|第一(?:责任|顺位)?(?:单位|部门)牵头"
)
_COMMA_LEADS = re.compile(
    r"(?:逗号|[“\"]，[”\"])(?:之|以)?前(?:面)?的?(?:单位|部门)?(?:均)?(?:为|是|系)(?:牵头|主办|主责)"
)
# （A、B，2019年底前完成）: when, behind the units.
_WHEN = re.compile(r"[，；](?:20\d\d年|今年|年底前|每年|持续|长期|立即|即日)[^局厅委办部：]{0,40}$")
_OPENING = re.compile(
    r"由[^，。；：]{2,60}?(?:共同|具体)?(?:牵头负责|牵头|负责)，"
    r"(?P<helpers>[^，。；：]{2,80}?(?:积极|协同|共同)?(?:配合|协助|参与)，)?"
)
_NOTED = re.compile(
    r"\((?:(?P<lead>牵头|主办|主责|总牵头)|(?:配合|协办|协助|参与|参加))(?:单位|部门|负责|落实)?\)"
)
_STOPS = re.compile("[()。]")
# A list of units goes on for no more characters than this.
_LONGEST_LIST = 3000
# 此项工作由省质监局牵头: a sentence about who does it.
_THIS_WORK = re.compile(r"(?:此|该|本|上述|以上|这)(?:一|几)?(?:项|些)?(?:工作|任务|措施|事项)(?=由)")
_STARRED = re.compile(
    r"(?:标|带|注|加)(?:注|有|记|“)*[*•](?:”|号)*的?(?:责任)?(?:单位|部门)?(?:为|是)(?:牵头|主办|主责)"
)
_NOTICE = re.compile(r"下同|不再列出|不再一一|以下均|均需|均涉及|不再做分工|以上")


@dataclass(frozen=True)
class DutyList:
    """Units named at chars[start:end], by role; each unit is a range of chars."""

    start: int
    end: int
    units: tuple[tuple[str, int, int], ...]
    joint: bool = False


def said_from(text: SourceText, rule: re.Pattern[str]) -> int | None:
    """Where the text explains how to read its lists (the first unit leads); every list from that sentence on follows it."""
    match = rule.search(text.chars)
    if match is None:
        return None
    chars = text.chars
    labels = list(_LABEL.finditer(chars, max(0, match.start() - 300), match.start()))
    if labels and chars.count("。", labels[-1].end(), match.start()) <= 1:
        return labels[-1].start()  # said behind a list, it holds for that list too
    stop = match.start()
    depth = 0
    while stop > 0 and match.start() - stop < 400:
        stop -= 1
        if chars[stop] == ")":
            depth += 1
        elif chars[stop] == "(":
            if depth == 0:
                outer = chars.rfind("(", max(0, stop - 200), stop)
                inner_closed = outer >= 0 and chars.count(")", outer, stop) < chars.count("(", outer, stop)
                return outer if inner_closed else stop
            depth -= 1
        elif chars[stop] == "。" and depth == 0:
            listed = _unclosed(chars, stop)
            if listed is not None:
                return listed  # （A、B负责。列第一位者为牵头单位，下同）holds for A and B too
            break
    return stop


def _unclosed(chars: str, at: int) -> int | None:
    """Where the bracket in which `at` stands was opened, at most 300 characters before."""
    depth = 0
    for i in range(at - 1, max(-1, at - 300), -1):
        if chars[i] == ")":
            depth += 1
        elif chars[i] == "(":
            if depth == 0:
                return i
            depth -= 1
    return None


class DutyReader:
    """Finds the duty lists in ranges of one text."""

    def __init__(self, text: SourceText) -> None:
        self.text = text
        self.first_leads = said_from(text, _FIRST_LEADS)
        self.comma_leads = said_from(text, _COMMA_LEADS)
        self.starred = _STARRED.search(text.chars) is not None
        self.opens_so = len(_OPENING.findall(text.chars)) >= 3
        others = re.search(
            r"(?:其他|其余|其它|排名其后|后续)[^。；]{0,8}(?:为|是)(配合|协办|参与|责任)", text.chars
        )
        self.rest_role = "responsible" if others and others[1] == "责任" else "support"

    def find(self, start: int, end: int) -> list[DutyList]:
        """The duty lists in chars[start:end], in order."""
        chars = self.text.chars
        found: list[DutyList] = []
        taken: list[tuple[int, int]] = []
        listed = self._label_ranges(start, end)
        for match in _BRACKET.finditer(chars, start, end):
            if any(a <= match.start() < b for a, b in listed):
                continue  # 各县（区）人民政府（管委会）: the bracket is part of a name
            units = self._bracket(match.start() + 1, match.end() - 1, start, end)
            if units:
                found.append(self._finish(match.start(), match.end(), units))
                taken.append(match.span())
        for match in _LABEL.finditer(chars, start, end):
            if match["duty"] is None or any(a <= match.start() < b for a, b in taken):
                continue
            before = chars[match.start() - 1] if match.start() > start else "。"
            if before not in "。)；！？，、：•-" and not self.text.gaps[match.start()]:
                continue
            stop = self._label_stop(match.end(), end)
            units = self._labelled(match.start(), stop)
            if units:
                found.append(self._finish(match.start(), stop, units))
                taken.append((match.start(), stop))
        if not found:
            begin = start
            for i in range(start, end):
                if chars[i] == "。" or i == end - 1:
                    stop = i if chars[i] == "。" else end
                    said = self._sentence(begin, stop) or (
                        self._opening(begin, stop) if not found and begin - start <= 40 else None
                    )
                    if said:
                        found.append(said)
                    begin = i + 1
        return sorted(found, key=lambda d: d.start)

    def in_cell(self, start: int, end: int, role: str) -> tuple[tuple[str, int, int], ...]:
        """The units in a table's cell whose column gives them `role`, unless the cell itself says otherwise."""
        if _LABEL.search(self.text.chars, start, end):
            units = self._labelled(start, end)
        else:
            units = self._list(start, end, role)
        return self._finish(start, end, units).units if units else ()

    def _label_ranges(self, start: int, end: int) -> list[tuple[int, int]]:
        """What labels outside of brackets govern: 责任单位：… up to the end of the sentence."""
        chars = self.text.chars
        found = []
        for match in _LABEL.finditer(chars, start, end):
            before = chars[match.start() - 1] if match.start() > start else "。"
            if match["duty"] is None or (before not in "。)；！？•-" and not self.text.gaps[match.start()]):
                continue
            if chars.count("(", start, match.start()) == chars.count(")", start, match.start()):
                found.append((match.end(), self._label_stop(match.end(), end)))
        return found

    def _label_stop(self, start: int, end: int) -> int:
        depth = 0
        for mark in _STOPS.finditer(self.text.chars, start, min(end, start + _LONGEST_LIST)):
            if mark[0] == "(":
                depth += 1
            elif mark[0] == ")":
                depth -= 1
                if depth < 0:
                    return mark.start()
            elif depth == 0:
                return mark.start()
        return min(end, start + _LONGEST_LIST)

    def _bracket(
        self, start: int, end: int, outer_start: int, outer_end: int
    ) -> list[tuple[str, int, int, bool]]:
        chars = self.text.chars
        inside = chars[start:end]
        timed = _WHEN.search(inside)
        if timed:
            end = start + timed.start()
            inside = chars[start:end]
        if (
            len(inside) < 2
            or re.match("发至|此件|发送|印发|代章|公章|盖章|主动公开", inside)
            or not re.search("[\u4e00-\u9fff]", inside)
        ):
            return []
        if _LABEL.search(inside):
            return self._labelled(start, end)
        before = chars[start - 2] if start - 2 >= outer_start else "。"
        after = chars[end + 1] if end + 1 < outer_end else ""
        at_end = (
            before in "。；！”)"
            or after in ("", "。", "；", "，")
            or self.text.gaps[end + 1 if end + 1 < len(chars) else -1] == 2
        )
        stops = [p for p in (inside.find("。"), inside.find("；")) if p >= 0]
        rest = inside[inside.find("；") + 1 :] if "；" in inside and "。" not in inside else ""
        if rest and all(is_agency(rest[a:b]) for a, b in unit_ranges(rest)):
            stops = []  # （局质量科；县园区管委会）
        head = inside[: min(stops, default=len(inside))]
        if _VERB.search(inside) and re.search(
            r"牵头|配合|负责|落实|分工|承办|主办|协办|参与|实施|协助|会同", inside
        ):
            units: list[tuple[str, int, int, bool]] = []
            for part in re.finditer(r"[^；。]+", inside):
                if _NOTICE.match(part[0]) or (_FIRST_LEADS.search(part[0]) and units):
                    continue
                units.extend(self._by_verbs(start + part.start(), start + part.end(), strict=True))
            return units
        if not at_end or not head:
            return []
        ranges = unit_ranges(head, self._gaps(start))
        names = [head[a:b] for a, b in ranges]
        covered = sum(len(n) for n in names)
        if names and covered >= 0.6 * len(re.sub(r"\([^()]*\)|[，、；等]", "", head)):
            strong = sum(is_agency(n) for n in names)
            if strong == len(names) or (
                strong >= 1 and all(is_unit(n) for n in names) and strong * 2 >= len(names)
            ):
                return [("responsible", start + a, start + b, True) for a, b in ranges]
        return []

    def _labelled(self, start: int, end: int) -> list[tuple[str, int, int, bool]]:
        chars = self.text.chars
        labels = list(_LABEL.finditer(chars, start, end))
        units: list[tuple[str, int, int, bool]] = []
        for i, match in enumerate(labels):
            stop = labels[i + 1].start() if i + 1 < len(labels) else end
            if match["duty"] is None:
                continue
            role = next(role for pattern, role in ROLE_OF_LABEL if pattern.search(match["duty"]))
            content = chars[match.end() : stop]
            sentence = re.search("。", content)
            if sentence:
                stop = match.end() + sentence.start()
            units.extend(self._list(match.end(), stop, role))
        if not labels or labels[0].start() - start > 3:
            head_stop = labels[0].start() if labels else end
            if labels and re.search(r"牵头|负责|配合|分工", chars[start:head_stop]):
                units[:0] = self._by_verbs(start, head_stop, strict=True)
            elif labels and units and all(u[0] == "support" for u in units):
                named = self._units(start, head_stop, strict=True)
                if named and all(is_agency(chars[a:b]) for a, b in named):
                    units[:0] = [("lead", a, b, False) for a, b in named]
        return units

    def _list(self, start: int, end: int, role: str) -> list[tuple[str, int, int, bool]]:
        """The units after a label; verbs inside the list ("A牵头，B配合") have their own say."""
        content = self.text.chars[start:end]
        explained = _FIRST_LEADS.search(content)
        if explained:
            cut = max(content.rfind(mark, 0, explained.start()) for mark in "(，；。")
            content, end = content[: max(cut, 0)], start + max(cut, 0)
        if re.search(r"牵头|配合|协助|会同", re.sub(r"\([^()]*\)", "", content)) and role == "responsible":
            return self._by_verbs(start, end, strict=False)
        if re.search(r"按.{0,6}职责", content):
            return [(role, a, b, False) for _, a, b, _ in self._by_verbs(start, end, strict=False)]
        found = []
        offset = start
        for part in re.split("(；)", content):
            if part != "；" and not _NOTICE.match(part):
                for a, b in unit_ranges(part, self._gaps(offset)):
                    found.append((role, offset + a, offset + b, role == "responsible"))
            offset += len(part)
        return found

    def _by_verbs(self, start: int, end: int, *, strict: bool) -> list[tuple[str, int, int, bool]]:
        chars = self.text.chars
        content = chars[start:end]
        explained = _FIRST_LEADS.search(content)
        if explained:
            cut = max(content.rfind(mark, 0, explained.start()) for mark in "(，；。")
            end = start + max(cut, 0)
        found: list[tuple[str, int, int, bool]] = []
        place = start
        previous = ""
        pending_support = False
        for match in _VERB.finditer(chars, start, end):
            if match.start() < place:
                continue
            inside_name = chars.count("(", place, match.start()) > chars.count(")", place, match.start())
            nxt = chars[match.end()] if match.end() < end else "，"
            if inside_name:
                continue
            if match.lastgroup in ("all", "support") and nxt not in "，；。、)" and match.end() < end:
                continue  # 教育督导实施… : the verb's sign is part of a name
            role = {"lead": "lead", "support": "support"}.get(match.lastgroup or "", "responsible")
            if match.lastgroup == "division" and "牵头" in match[0]:
                role = "lead"
            if pending_support and match.lastgroup in ("all", "division", "lead"):
                role = "support"
            pending_support = False
            units = self._units(place, match.start(), strict)
            joint = role == "responsible" and previous != "lead"
            found.extend((role, a, b, joint) for a, b in units)
            if units:
                previous = role
            place = match.end()
            if chars.startswith("会同", place):
                pending_support = True
                place += 2
        rest = self._units(place, end, strict)
        if rest:
            role = "support" if previous == "lead" or pending_support else previous or "responsible"
            found.extend((role, a, b, not previous) for a, b in rest)
        return found

    def _gaps(self, start: int) -> Callable[[int], int]:
        return lambda i: self.text.gaps[start + i]

    def _units(self, start: int, end: int, strict: bool) -> list[tuple[int, int]]:
        content = self.text.chars[start:end]
        ranges = unit_ranges(content, self._gaps(start))
        return [
            (start + a, start + b) for a, b in ranges if is_unit(content[a:b]) or (not strict and b - a <= 25)
        ]

    def _opening(self, begin: int, stop: int) -> DutyList | None:
        """Who does it, said before the task: 由县质监局牵头，县农委、县林业局配合，指导企业制定标准。"""
        match = _OPENING.match(self.text.chars, begin, stop)
        if match is None or (match["helpers"] is None and not self.opens_so):
            return None
        units = self._by_verbs(begin, match.end() - 1, strict=True)
        if not units or not all(is_agency(self.text.chars[a:b]) for _, a, b, _ in units):
            return None
        return self._finish(begin, match.end() - 1, units)

    def _sentence(self, begin: int, stop: int) -> DutyList | None:
        """A sentence that only names who does it: 由省质监局牵头，省商务厅配合。"""
        chars = self.text.chars
        about = _THIS_WORK.match(chars, begin, stop)
        begin = about.end() if about else begin
        sentence = chars[begin:stop]
        if not 5 <= len(sentence) <= 160 or not re.search(
            r"(?:牵头|配合|负责|落实|职责分工[^，。]{0,6}|参与)$|牵头，", sentence
        ):  # fmt: skip
            return None
        if re.search(r"[要应将]|建立|加强|推进(?!$)|完善|工作|开展", re.sub(r"\([^()]*\)", "", sentence)):
            return None
        units = self._by_verbs(begin, stop, strict=True)
        said = list(_VERB.finditer(chars, begin, stop))
        behind = said[-1].end() if said else begin
        units = [u for u in units if u[1] < behind or is_agency(chars[u[1] : u[2]])]
        named = sum(b - a for _, a, b, _ in units)
        agencies = sum(is_agency(chars[a:b]) for _, a, b, _ in units)
        if (
            not units
            or named < 0.4 * (behind - begin if len(units) > 1 else len(sentence))
            or 2 * agencies < len(units)
        ):
            return None
        return self._finish(begin, stop, units)

    def _noted(self, end: int) -> str | None:
        """The role that a note behind a name gives it: 省质监局（牵头）、省农业厅（配合单位）."""
        if self.starred and self.text.chars.startswith(("*", "•"), end):
            return "lead"
        note = _NOTED.match(self.text.chars, end)
        return None if note is None else "lead" if note["lead"] else "support"

    def _finish(self, start: int, end: int, units: list[tuple[str, int, int, bool]]) -> DutyList:
        units = [(self._noted(b) or role, a, b, joint) for role, a, b, joint in units]
        if self.comma_leads is not None and start >= self.comma_leads and all(u[3] for u in units):
            comma = self.text.chars.find("，", units[0][2], units[-1][1])
            return DutyList(
                start,
                end,
                tuple(("lead" if comma < 0 or a < comma else "support", a, b) for _, a, b, _ in units),
            )
        if (
            self.first_leads is not None
            and start >= self.first_leads - 1
            and not any(u[0] == "lead" for u in units)
        ):
            rows, led = [], False
            for role, a, b, joint in units:
                if role == "responsible" and not led:
                    rows.append(("lead", a, b))
                    led = True
                elif role == "responsible":
                    rows.append((self.rest_role if joint else "responsible", a, b))
                else:
                    rows.append((role, a, b))
            return DutyList(start, end, tuple(rows))
        return DutyList(start, end, tuple((role, a, b) for role, a, b, _ in units))
