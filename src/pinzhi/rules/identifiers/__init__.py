"""Identifiers of enterprises, products, persons and trades: parsing, check characters, masking.

Pure functions. Every parser takes any string at all and either returns a value or raises `IdentifierError`,
which names what is wrong in Chinese and English, where, and what would have been right.
"""

from pinzhi.rules.identifiers.errors import IdentifierError

__all__ = ["IdentifierError"]
