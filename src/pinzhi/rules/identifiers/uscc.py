"""Unified social credit codes after GB 32100-2015 and its first amendment.

Eighteen characters: registering department (1), class of organisation (1), region after GB/T 2260 (6),
organisation code after GB 11714 with its own check character (9), check character (1). The letters
I O Z S V are not used.
"""

from __future__ import annotations

from dataclasses import dataclass

from pinzhi.rules.identifiers import gb11714
from pinzhi.rules.identifiers.errors import IdentifierError
from pinzhi.rules.identifiers.text import normalised, shown

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUE = {c: i for i, c in enumerate(ALPHABET)}
_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))

# Table 1 of the standard, with the departments A and N that the amendment added:
# department -> (zh, en, {class -> (zh, en)}). Class 9 is “other” in every department.
DEPARTMENTS: dict[str, tuple[str, str, dict[str, tuple[str, str]]]] = {
    "1": ("机构编制", "Public-sector establishment", {
        "1": ("机关", "Government organ"),
        "2": ("事业单位", "Public institution"),
        "3": ("中央编办直接管理机构编制的群众团体", "Mass organisation of the central establishment office"),
        "9": ("其他", "Other"),
    }),
    "2": ("外交", "Foreign affairs", {
        "1": ("外国常驻新闻机构", "Resident foreign news organisation"),
        "9": ("其他", "Other"),
    }),
    "3": ("司法行政", "Justice administration", {
        "1": ("律师执业机构", "Law practice"),
        "2": ("公证处", "Notary office"),
        "3": ("基层法律服务所", "Grass-roots legal service"),
        "4": ("司法鉴定机构", "Forensic institution"),
        "5": ("仲裁委员会", "Arbitration commission"),
        "9": ("其他", "Other"),
    }),
    "4": ("文化", "Culture", {
        "1": ("外国在华文化中心", "Foreign cultural centre in China"),
        "9": ("其他", "Other"),
    }),
    "5": ("民政", "Civil affairs", {
        "1": ("社会团体", "Social organisation"),
        "2": ("民办非企业单位", "Private non-enterprise unit"),
        "3": ("基金会", "Foundation"),
        "9": ("其他", "Other"),
    }),
    "6": ("旅游", "Tourism", {
        "1": ("外国旅游部门常驻代表机构", "Resident office of a foreign tourism authority"),
        "2": ("港澳台地区旅游部门常驻内地（大陆）代表机构",
              "Resident office of a tourism authority of Hong Kong, Macao or Taiwan"),
        "9": ("其他", "Other"),
    }),
    "7": ("宗教", "Religion", {
        "1": ("宗教活动场所", "Place of religious activity"),
        "2": ("宗教院校", "Religious college"),
        "9": ("其他", "Other"),
    }),
    "8": ("工会", "Trade unions", {
        "1": ("基层工会", "Grass-roots trade union"),
        "9": ("其他", "Other"),
    }),
    "9": ("市场监督管理（工商）", "Market supervision (industry and commerce)", {
        "1": ("企业", "Enterprise"),
        "2": ("个体工商户", "Individual business"),
        "3": ("农民专业合作社", "Farmers' cooperative"),
        "9": ("其他", "Other"),
    }),
    "A": ("中央军委改革和编制办公室", "Reform and establishment office of the Central Military Commission", {
        "1": ("军队事业单位", "Military institution"),
        "9": ("其他", "Other"),
    }),
    "N": ("农业农村", "Agriculture and rural affairs", {
        "1": ("组级集体经济组织", "Collective economic organisation of a villagers' group"),
        "2": ("村级集体经济组织", "Collective economic organisation of a village"),
        "3": ("乡镇级集体经济组织", "Collective economic organisation of a township"),
        "9": ("其他", "Other"),
    }),
    "Y": ("其他", "Other", {
        "1": ("其他", "Other"),
    }),
}  # fmt: skip

_CONFUSED = {"O": "0", "I": "1", "Z": "2", "S": "5", "V": "U"}


@dataclass(frozen=True, slots=True)
class Uscc:
    """A checked code; `text` is the eighteen normalised characters."""

    text: str

    @property
    def department(self) -> str:
        return self.text[0]

    @property
    def kind(self) -> str:
        """Department and class together, such as `91` (enterprise) or `93` (farmers' cooperative)."""
        return self.text[:2]

    @property
    def kind_title(self) -> tuple[str, str]:
        """Chinese and English name of the class."""
        return DEPARTMENTS[self.text[0]][2][self.text[1]]

    @property
    def region(self) -> str:
        """Region of the registering authority when the code was given; it does not follow the firm."""
        return self.text[2:8]

    @property
    def organisation_code(self) -> str:
        return self.text[8:17]

    @property
    def is_enterprise(self) -> bool:
        return self.kind == "91"

    def __str__(self) -> str:
        return self.text


def check_character(body: str) -> str:
    """The eighteenth character for seventeen given ones: 31 minus the weighted sum modulo 31."""
    return ALPHABET[-sum(_VALUE[c] * w for c, w in zip(body, _WEIGHTS, strict=True)) % 31]


def parse(text: str) -> Uscc:
    """Read a unified social credit code after normalisation; raise `IdentifierError` at the first fault.

    The fault reported is the one a person can put right: length, then characters from the left, then
    department and class, region, and the two check characters.
    """
    code = normalised(text)
    _check_length(code)
    for position, character in enumerate(code, start=1):
        if character not in _VALUE:
            raise _bad_character(character, position)
    _check_department(code)
    for position, character in enumerate(code[2:8], start=3):
        if not character.isdigit():
            raise IdentifierError(
                "region",
                zh=f"第{position}位“{character}”应为数字：第3至8位是登记管理机关行政区划码",
                en=f"Character {position}, “{character}”, should be a digit: 3 to 8 are the region code",
                position=position,
                got=character,
            )
    right = check_character(code[:17])
    inner = gb11714.check_character(code[8:16])
    if code[17] != right:
        raise IdentifierError(
            "check",
            zh=f"校验码（第18位）应为“{right}”，实为“{code[17]}”；请核对全部18位",
            en=f"The check character (18th) should be “{right}”, not “{code[17]}”; compare all 18 characters",
            position=18,
            got=code[17],
            expected=right,
        )
    if code[16] != inner:
        raise IdentifierError(
            "inner_check",
            zh=f"主体标识码的校验码（第17位，GB 11714）应为“{inner}”，实为“{code[16]}”",
            en=f"The check character of GB 11714 (17th) should be “{inner}”, not “{code[16]}”",
            position=17,
            got=code[16],
            expected=inner,
        )
    return Uscc(code)


def is_valid(text: str) -> bool:
    try:
        parse(text)
    except IdentifierError:
        return False
    return True


def make(serial: int, *, region: str, kind: str = "91", prefix: str = "MA") -> Uscc:
    """A valid code for demonstrations and tests; 0 ≤ serial < 31 ** (8 - len(prefix))."""
    width = 8 - len(prefix)
    if not 0 <= serial < 31**width:
        raise ValueError(f"serial must be at least 0 and below {31**width}")
    digits = []
    for _ in range(width):
        serial, digit = divmod(serial, 31)
        digits.append(ALPHABET[digit])
    body = prefix + "".join(reversed(digits))
    front = kind + region + body + gb11714.check_character(body)
    return parse(front + check_character(front))


def _check_length(code: str) -> None:
    if len(code) == 18:
        return
    if len(code) == 15 and code.isascii() and code.isdigit():
        zh_hint, en_hint = "；15位数字像是旧的工商注册号", "; 15 digits look like an old registration number"
    elif len(code) in (9, 10):
        zh_hint, en_hint = "；9位像是旧的组织机构代码", "; 9 characters look like an old organisation code"
    elif "E+" in code:
        zh_hint, en_hint = (
            "；表格软件把代码当成了数字，请将该列设为文本后重填",
            "; a spreadsheet took the code for a number: format the column as text and fill it in again",
        )
    else:
        zh_hint, en_hint = "", ""
    raise IdentifierError(
        "length",
        zh=f"统一社会信用代码应为18位，实为{len(code)}位{zh_hint}",
        en=f"A unified social credit code has 18 characters, this has {len(code)}{en_hint}",
        got=code[:40],
    )


def _bad_character(character: str, position: int) -> IdentifierError:
    likely = _CONFUSED.get(character)
    zh = f"第{position}位“{shown(character)}”不用于统一社会信用代码"
    en = f"Character {position}, “{shown(character)}”, is not used in unified social credit codes"
    if likely is not None:
        zh += f"（代码不用字母 I、O、Z、S、V，可能应为“{likely}”）"
        en += f" (the letters I, O, Z, S and V are not; perhaps “{likely}” is meant)"
    return IdentifierError("character", zh=zh, en=en, position=position, got=character, expected=likely)


def _check_department(code: str) -> None:
    department = DEPARTMENTS.get(code[0])
    if department is None:
        raise IdentifierError(
            "department",
            zh=f"第1位“{code[0]}”不是登记管理部门代码（应为 {'、'.join(DEPARTMENTS)} 之一）",
            en=f"Character 1, “{code[0]}”, is no registering department (one of {', '.join(DEPARTMENTS)})",
            position=1,
            got=code[0],
        )
    if code[1] not in department[2]:
        raise IdentifierError(
            "class",
            zh=f"第2位“{code[1]}”不是{department[0]}的机构类别（应为 {'、'.join(department[2])} 之一）",
            en=f"Character 2, “{code[1]}”, is no class there (one of {', '.join(department[2])})",
            position=2,
            got=code[1],
        )
