"""Sentences of errors, from what is wrong and what would be right."""

from __future__ import annotations


def sentence_zh(wrong: str, right: str = "") -> str:
    return f"{wrong}：{right}。" if right else f"{wrong}。"


def sentence_en(wrong: str, right: str = "") -> str:
    wrong = wrong[:1].upper() + wrong[1:]
    return f"{wrong}: {right}." if right else f"{wrong}."
