"""Sentences of errors, from what is wrong and what would be right."""

from __future__ import annotations


def sentence_zh(wrong: str, right: str = "") -> str:
    wrong = wrong.rstrip("。")
    end = "" if right.endswith(("？", "。")) else "。"
    return f"{wrong}：{right}{end}" if right else f"{wrong}。"


def sentence_en(wrong: str, right: str = "") -> str:
    wrong = wrong.rstrip(".")
    wrong = wrong[:1].upper() + wrong[1:]
    end = "" if right.endswith(("?", ".")) else "."
    return f"{wrong}: {right}{end}" if right else f"{wrong}."
