"""The document's own fields: title, number, issuer, date, index number, and what it implements.

The date is the one at the signature; a portal's header date (000: 成文日期 2017-01-25 against 2017年1月3日) serves
only where there is no signature. Document numbers are written 青政办〔2017〕4号 whatever brackets the portal left.
"""

from __future__ import annotations

import datetime as dt
import re
from itertools import pairwise

from .blocks import Paragraph, lines_of
from .lexicon import DOCUMENT_KIND, ISSUER_TAIL
from .model import DocumentHead
from .numerals import chinese_number
from .outline import Outline
from .text import LINE_BREAK, SourceText

DOC_NUMBER = re.compile(
    r"(?P<org>[\u4e00-\u9fff]{1,14})[(？*■□]?(?P<year>(?:19|20)\d\d)[)？*■□]?(?:第|字第)?(?P<n>\d{1,4})号"
)
_STRICT_ORG = re.compile(
    r"[发办字函政规质监标综市食药法委党厅局工商经信科农卫环财建教人文交水林国税民土]\d?$"
)
_LEAD_WORDS = re.compile(
    r"^(?:.*?(?:根据|按照|落实|贯彻|依据|执行|转发|文件|关于|遵照|以及|并|对照|结合|及|和|与|见|将|的|文号|字号)(?=[\u4e00-\u9fff]{2}))+"
)
_META = re.compile(
    r"索引号|信息索引|发文字号|发文文号|文件编号|公文种类|发布机构|发文机关|发文单位|制发机关"
    r"|公开主体|主题分类|主题词|体裁分类|组配分类|成文日期|生成日期|发文日期|发布日期|发布时间"
    r"|印发日期|有效性|公文时效|时效性|效力状态|公开方式|公开范围|公开类别|信息来源|来源：|浏览"
    r"|阅读次数|点击|字体|字号：|打印|分享|首页|当前位置|您的位置|您现在|所在位置|扫一扫|收藏"
    r"|关闭|责任编辑|生效日期|废止日期|失效|统一登记号|登记号|规范性文件编号|文号：|分类：|机构分类"
    r"|作者：|政策解读|图解|下载|无障碍|网站|登录|繁体|导航"
)
_NOISE = re.compile(
    r"^[\u4e00-\u9fff]{2,14}网(?:站)?(?:$|-)|[|»>《]{1}$|^[|]|\S[|»]\S|^>|»|语音播报|收听|读网页|字数|扫描二维码|放大字体|缩小字体"
)
_DATE_TEXT = (
    r"(?:(?P<y>(?:19|20)\d\d)|(?P<cy>[二一][〇零•O0Oo][一二][一二三四五六七八九〇零•O0])|(?P<cy2>[二一][〇零•O0Oo][〇零•O0一二三四五六七八九][一二三四五六七八九〇零•O0]))[年\-./](?P<m>\d{1,2}"
    r"|[一二三四五六七八九十]{1,2})[月\-./](?P<d>\d{1,2}|[一二三四五六七八九十]{1,3})日?"
)
_DATE_LINE = re.compile(rf"(?P<who>[^，。；：]{{0,60}}?)\(?{_DATE_TEXT}\)?$")
_DATE_BEHIND = re.compile(rf"号\(?{_DATE_TEXT}\)?$")
_DATE_FIELD = re.compile(
    rf"(?:成文日期|成文时间|生成日期|发文日期|制发日期|签发日期|印发日期|发文时间|公文日期)[：\]\)]?{_DATE_TEXT}"
)
# 发布日期 2022-10-04 生效日期 …: a database of law gives the day of issue under this name.
_LAW_DATE = re.compile(rf"(?:发布日期|公布日期|颁布日期)：?{_DATE_TEXT}(?=生效日期|实施日期|施行日期)")
_SIGNER = re.compile(rf"^[\u4e00-\u9fff\(\)]{{2,40}}?(?:{ISSUER_TAIL})$")
_TITLE_END = re.compile(rf"(?:{DOCUMENT_KIND})(?:\([^()]{{1,24}}\))*$")
_ADDRESSEE = re.compile(r"^(?:各|省|市|县|区|州|本|有关|机关|国务院|自治区|直属|中共)[^。]{2,300}：$")
_OPENING = re.compile(
    r"为(?:了|贯彻|深入|落实|进一步|加快|切实|认真|全面|推进|推动|大力|扎实|加强|提升|促进|充分)|根据|按照|现将|经"
)
_BASIS_VERB = re.compile(r"贯彻|落实|根据|按照|依据|执行|转发|遵照|对照")


def clean_doc_number(match: re.Match[str]) -> str:
    """国办发[2016]68号 and 国办发2016〕68号 are both 国办发〔2016〕68号."""
    return f"{_LEAD_WORDS.sub('', match['org'])}〔{match['year']}〕{match['n']}号"


def _date(match: re.Match[str]) -> dt.date | None:
    year_text = match["y"] or (match["cy"] or match["cy2"] or "").translate(
        str.maketrans("•OoO0", "〇〇〇〇〇")
    )
    month, day = match["m"], match["d"]
    values = [int(v) if v.isdecimal() else chinese_number(v) for v in (year_text, month, day)]
    if None in values:
        return None
    try:
        return dt.date(*[v for v in values if v is not None])
    except ValueError:
        return None


def _signature(text: SourceText, paras: list[Paragraph], title_end: int) -> tuple[str | None, dt.date | None]:
    """Issuer and date where the document is signed: the date stands on a line of its own, the name before it."""
    chars = text.chars
    rows = [(a, b) for a, b in lines_of(text) if b > title_end]
    dated: tuple[str | None, dt.date | None] = (None, None)
    for i, (start, end) in enumerate(rows):
        line = chars[start:end]
        if len(line) > 90:
            continue
        match = _DATE_LINE.match(line)
        if match is None or _META.search(line):
            continue
        day = _date(match)
        if day is None:
            continue
        names: list[str] = []
        who = match["who"].strip("()")
        if who:
            if _SIGNER.match(who):
                names = [text.verbatim(start, start + len(match["who"]))]
            else:
                continue
        else:
            for a, b in reversed(rows[max(0, i - 6) : i]):
                piece = chars[a:b]
                if (
                    re.search("[，。；：]", piece)
                    or len(piece) > 90
                    or DOC_NUMBER.search(piece)
                    or _META.search(piece)
                ):
                    break
                split = _signers(text, a, b)
                if not split:
                    break
                names[:0] = split
        if names:
            unique = list(dict.fromkeys(names))
            return "、".join(unique), day
        if dated[1] is None and (i > 0 or line.startswith("(")):  # （2018年11月5日）below the title
            dated = (None, day)
    return dated


def _signers(text: SourceText, start: int, end: int) -> list[str]:
    cuts = [start, *[i for i in range(start + 1, end) if text.gaps[i]], end]
    parts: list[tuple[int, int]] = []
    for a, b in pairwise(cuts):
        if parts and not _SIGNER.match(text.chars[parts[-1][0] : parts[-1][1]]):
            parts[-1] = (parts[-1][0], b)
        else:
            parts.append((a, b))
    names = [text.chars[a:b] for a, b in parts]
    return [text.verbatim(a, b) for a, b in parts] if names and all(_SIGNER.match(n) for n in names) else []


def _title(text: SourceText, outline: Outline) -> tuple[str | None, int]:
    """The first title of the head, over several lines where it was broken; None where the text has none."""
    chars = text.chars
    for field in re.finditer(r"(?:标题|名称|信息名称|文件名称|文件标题)：", chars[: outline.body]):
        if not text.gaps[field.start()] and chars[field.start() - 1] not in ")】":
            continue
        begin = field.end() + chars.startswith("|", field.end())  # 标题：|…的通知|
        rest = re.compile(rf"{_META.pattern}|(?:标题|名称)：|\|").search(chars, begin, outline.body)
        line_end = next(
            (i for i in range(begin + 1, outline.body) if text.gaps[i] == LINE_BREAK), outline.body
        )  # the value may stand on the line below its label
        stop = min(rest.start() if rest else outline.body, max(line_end, begin + 1))
        if _TITLE_END.search(chars[begin:stop]):
            return text.verbatim(begin, stop), stop
    start: int | None = None
    for a, b in lines_of(text):
        if a >= outline.body:
            break
        line = chars[a:b]
        number = DOC_NUMBER.search(line)
        bare = _DATE_LINE.match(line)
        if number and "关于" in line[number.end() :] and number.start() <= 2:
            a += number.end() + (line[number.end()] == ")")  # 十政办发〔2017〕51号《…关于印发…的通知》
            line, number = chars[a:b], None
        tail = re.search(r"\([^()]{1,12}\(?20\d\d\)?\d{1,4}号\)$", line)
        if tail and tail.start() > 8:
            b -= len(tail[0])  # …的实施意见（鄂政办发〔2022〕48号）
            line, number = chars[a:b], None
        noise = (
            _META.search(line)
            or _NOISE.search(line)
            or not (
                re.search("[\u4e00-\u9fff]{2}", line)
                or (start is not None and _TITLE_END.search(chars[start:b]))
            )
            or re.search(r"(?:政府|办公室|办公厅|委员会|[局厅委])文件$", line)
            or (number and "关于" not in line and number.end() - number.start() > 0.6 * len(line))
        )
        if noise:
            start = None
            continue
        if start is None and (
            line.endswith("文件")
            or (bare and len(line) < 20)
            or line.startswith(("•", "-", "附件"))
            or (len(line) > 6 and line.count("》") > line.count("《"))
        ):
            continue
        if "。" in line and not line.endswith("。"):
            break
        if _OPENING.match(line) or "，" in re.sub(r"“[^”]*”|《[^》]*》", "", line):
            break
        if _ADDRESSEE.match(line) or line.endswith(("：", "。")) or len(line) > 120:
            break
        if start is None:
            label = re.match(r"\(?(?:标题|名称|文件名称)([：)]?)", line)
            if label and not label[1] and not text.gaps[a + label.end()]:
                label = None
            start = a + label.end() if label else a
        if chars[start] == "《" and chars[b - 1] == "》" and "关于" in chars[start:b]:
            start, b = start + 1, b - 1
        block = chars[start:b]
        stripped = re.sub(r"\(?(?:征求意见稿|试行|暂行|修订|节选|全文|摘要)\)?$", "", block)
        if len(block) > 160:
            break
        if re.search(r"关于|印发|转发", block):
            if _TITLE_END.search(stripped) and not re.search(
                r"关于(?:印发|转发|下发|公布|发布)(?!.*(?:通知|函|意见|公告|决定|通报)(?:\([^()]*\))*$)",
                stripped,
            ):
                if _continues(text, b, outline.body, stripped):
                    continue
                return text.verbatim(start, b), b
        elif _TITLE_END.search(stripped) and 8 <= len(block) <= 60:
            if _continues(text, b, outline.body, stripped):
                continue
            return text.verbatim(start, b), b
        elif len(line) <= 12 and not re.search(r"省|市|县|区|州|国|部|局|委|厅", line):
            start = None
    return _inner_title(text, outline)


def _inner_title(text: SourceText, outline: Outline) -> tuple[str | None, int]:
    """The title of the plan itself where the notice that carries it has lost its own: it follows the signature."""
    chars = text.chars
    rows = [(a, b) for a, b in lines_of(text) if a < outline.body]
    for i, (a, b) in enumerate(rows):
        before = chars[slice(*rows[i - 1])] if i else ""
        if not (_DATE_LINE.match(before) and len(before) < 40) and not re.fullmatch(
            r"\(此件[^()]*\)", before
        ):
            continue
        line = chars[a:b]
        if 8 <= len(line) <= 60 and _TITLE_END.search(line) and not re.search("[，。；：]", line):
            if _continues(text, b, outline.body, line) and i + 1 < len(rows):
                b = rows[i + 1][1]
            return text.verbatim(a, b), 0
    return None, 0


def _continues(text: SourceText, place: int, limit: int, block: str) -> bool:
    """Whether the next line still belongs to the title: （2016—2020年）, 的通知, 实施方案的通知."""
    nxt = [(a, b) for a, b in lines_of(text) if a >= place][:1]
    if not nxt or nxt[0][0] >= limit:
        return False
    line = text.chars[nxt[0][0] : nxt[0][1]]
    if DOC_NUMBER.search(line) or _META.search(line) or line.endswith(("：", "。")):
        return False
    if (
        re.search(r"(?:行动|措施|工程|要点|报告|安排|政策)$", block)
        and "，" not in line
        and _TITLE_END.search(line)
    ):
        return True
    if "关于" in line and "关于" in block:
        return False
    return bool(
        re.fullmatch(
            r"\((?:20\d\d年?[-~至][^()]{0,12}|20\d\d年(?:版|修订)?|试行|暂行|修订)\)(?:的通知|的意见"
            r"|的实施意见)?|的?(?:通知|意见|实施意见|函)|[^。，]{0,40}的(?:通知|实施意见|意见|函)",
            line,
        )
    )


def _doc_number(text: SourceText, outline: Outline) -> str | None:
    chars = text.chars
    head = chars[: outline.body]
    field = re.search(r"(?:发文字号|发文文号|文件编号|公文文号|文号|文件号|字号)[：\)]?\|?", head)
    while field:
        match = DOC_NUMBER.match(chars, field.end())
        if match:
            return clean_doc_number(match)
        field = re.compile(r"(?:发文字号|发文文号|文件编号|公文文号|文号|文件号)[：\)]?\|?").search(
            head, field.end()
        )
    for a, b in lines_of(text):
        if a >= outline.body:
            break
        line = chars[a:b]
        behind = re.search(r"\((?P<number>[^()]{1,12}\(?20\d\d\)?\d{1,4}号)\)$", line)
        bracketed = DOC_NUMBER.fullmatch(behind["number"]) if behind else None
        if bracketed and "《" not in line:
            return clean_doc_number(bracketed)  # …的实施意见（鄂政办发〔2022〕48号）
        if "《" in line or "。" in line or re.search(r"关于|明确|印发|号文", line.split("号(")[0]):
            continue
        line = _DATE_BEHIND.sub("号", line)  # 浙委发〔2018〕27号 2018年6月29日
        match = DOC_NUMBER.search(line.strip("()"))
        if match and (
            match.end() - match.start() >= 0.7 * len(line.strip("()"))
            or (len(line) < 40 and match.end() >= len(line) - 1)
        ):
            if len(line) > 24 and re.search("关于|：", line):
                tail = line[match.start() :]
                org = re.search(r"(?:通知|意见|方案|规划|计划|办法)\)?([\u4e00-\u9fff]{2,10})\(?20\d\d", tail)
                if not org:
                    continue
                return f"{org[1]}〔{match['year']}〕{match['n']}号"
            return clean_doc_number(match)
    return None


def _basis(text: SourceText, outline: Outline, own: str | None, title_end: int) -> tuple[str, ...]:
    chars = text.chars
    found = _basis_in(text, title_end, outline.body, own, everywhere=True)
    if not found:
        for node in outline.nodes:
            if node.role in ("goals", "background"):
                for para in node.own:
                    found.extend(
                        n
                        for n in _basis_in(text, para.start, para.end, own, everywhere=False)
                        if n not in found
                    )
            if node.depth == 1 and node is not outline.nodes[0] and node.ordinal > 1:
                break
    if not found and not outline.nodes:
        found = _basis_in(text, title_end, min(len(chars), 1500), own, everywhere=False)
    return tuple(found)


def _basis_in(text: SourceText, start: int, end: int, own: str | None, *, everywhere: bool) -> list[str]:
    chars = text.chars
    found: list[str] = []
    for match in DOC_NUMBER.finditer(chars, start, end):
        bare = match.start() == start or text.gaps[match.start()] == LINE_BREAK
        number = clean_doc_number(match)
        if number == own or number in found or len(number) < 10:
            continue
        sentence = chars[max(start, chars.rfind("。", start, match.start()) + 1) : match.start("year")]
        if re.search(r"废止|停止执行", chars[match.end() : match.end() + 12]):
            continue
        if not _BASIS_VERB.search(sentence):
            if not everywhere or bare or "《" not in sentence or _META.search(sentence):
                continue
        found.append(number)
    return found


def read_head(text: SourceText, paras: list[Paragraph], outline: Outline) -> DocumentHead:
    """All fields of the document's head and signature."""
    chars = text.chars
    title, title_end = _title(text, outline)
    number = _doc_number(text, outline)
    issuer, day = _signature(text, paras, title_end)
    if issuer is None and title:
        plain = "".join(title.split())
        match = re.match(
            rf"^([\u4e00-\u9fff、]{{2,40}}?(?:{ISSUER_TAIL}))(?:关于|转发|印发|批转|贯彻|办公厅关于)", plain
        )
        if match:
            issuer = match[1]
    if issuer is None:
        field = re.search(
            rf"(?:发布机构|发文机关|发文单位|制发机关|发文机构|发布单位|公开主体)[：)]?([\u4e00-\u9fff]{{2,28}}?(?:{ISSUER_TAIL}))(?=[^\u4e00-\u9fff]"
            rf"|公文|主题|成文|发文|生成|有效|分类|标题|体裁|组配|$|信息|公开|名称|文号|索引|发布)",
            chars[: outline.body],
        )
        if field:
            issuer = field[1]
    if day is None:
        front = chars[: max(outline.body, 400)]
        dated = (_DATE_BEHIND.search(chars[a:b]) for a, b in lines_of(text) if b <= outline.body)
        field_date = _DATE_FIELD.search(front) or _LAW_DATE.search(front) or next(filter(None, dated), None)
        if field_date:
            day = _date(field_date)
    index = re.search(r"(?:信息)?索引号[：)为]?\|?([0-9A-Za-z][0-9A-Za-z/\-_.]{3,50})", chars)
    index_number = None
    if index:
        index_number = text.verbatim(index.start(1), index.start(1) + len(index[1].rstrip("-./_")))
    return DocumentHead(
        title=title,
        doc_number=number,
        issuer=issuer,
        issued_on=day.isoformat() if day else None,
        index_number=index_number,
        basis_numbers=_basis(text, outline, number, title_end),
    )
