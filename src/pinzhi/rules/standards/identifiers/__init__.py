"""Identifiers of standards: read them, bring them into one form, print them in Chinese or international style, relate them.

>>> from pinzhi.rules.standards.identifiers import parse, relate
>>> one = parse("gbt 9001－2016")
>>> one.key, one.render("zh"), one.part, one.year
('GB/T 9001-2016', 'GB/T 9001—2016', None, 2016)
>>> parse("IEC 34-1:1983").key
'IEC 60034-1:1983'
>>> relate(parse("GB/T 9001-2016"), parse("GB/T 9001-2008")).value
'other_edition'

What is read: Chinese national (GB, GB/T, GB/Z, GBn, GBJ, GBZ, GJB, JJF, JJG, GSB, TSG), industry (QB/T, FZ/T …), local (DB35/T,
DB3502/T, DBS35/, DBJ), group (T/…) and enterprise standards (Q/…), their amendments (XG1, 第1号修改单), dual numbers; ISO, IEC,
ISO/IEC and partners with stages, document types, amendments, languages; EN and national adoptions; BS, DIN, NF, JIS, ASTM, ITU,
Codex, OIML, 3GPP and the other publishers of `catalogue/standards/publishers.yaml`; joint documents (ISO/IEC … | ITU-T …). Rules of
other markets that stand beside standards in a comparison (16 CFR 1303, Directive 2009/48/EC) are read as what they are:
`regulation` is true. An office's document number (〔2024〕13号) is refused as one. Hyphens, dashes, full-width letters, spaces, a
forgotten slash and small letters are one key.
"""

from pinzhi.rules.standards.identifiers.errors import IdentifierError
from pinzhi.rules.standards.identifiers.model import Identifier, Supplement
from pinzhi.rules.standards.identifiers.parse import parse, parse_leading, to_identifier
from pinzhi.rules.standards.identifiers.publishers import Publisher, publishers
from pinzhi.rules.standards.identifiers.relate import Relation, relate

__all__ = [
    "Identifier",
    "IdentifierError",
    "Publisher",
    "Relation",
    "Supplement",
    "parse",
    "parse_leading",
    "publishers",
    "relate",
    "to_identifier",
]
