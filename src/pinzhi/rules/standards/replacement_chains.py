"""What replaced an edition, what replaced that, and circles in which editions replace each other."""

from __future__ import annotations

from collections.abc import Mapping

from pinzhi.rules.standards.edition_facts import EditionFact


class ReplacementLoop(ValueError):
    """Editions replace each other in a circle; `loop` names them in order, the first again at the end."""

    def __init__(self, loop: tuple[str, ...]) -> None:
        shown = " → ".join(loop)
        super().__init__(f"these editions replace each other in a circle: {shown}")
        self.loop = loop
        self.zh = f"代替关系成环：{shown}。请核对其中一项的“代替标准”。"
        self.en = f"These editions replace each other in a circle: {shown}. Check what one of them replaces."


def chain(facts: Mapping[str, EditionFact], key: str, wholly_only: bool) -> tuple[EditionFact, ...]:
    """What replaced the edition, and what replaced that, breadth first. Raises ReplacementLoop."""
    out: list[EditionFact] = []
    queue: list[tuple[str, tuple[str, ...]]] = [(key, (key,))]
    seen = {key}
    while queue:
        here, path = queue.pop(0)
        fact = facts.get(here)
        if fact is None:
            continue
        if here != key:
            out.append(fact)
        for one in fact.replaced_by:
            if one.key is None or (wholly_only and not one.wholly):
                continue
            if one.key in path:
                raise ReplacementLoop((*path[path.index(one.key) :], one.key))
            if one.key not in seen:
                seen.add(one.key)
                queue.append((one.key, (*path, one.key)))
    return tuple(out)


def find_loops(graph: Mapping[str, tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    """Circles of a replacement graph (edition to what replaced it), each once, beginning with its smallest key."""
    colour: dict[str, int] = {}
    loops: dict[tuple[str, ...], None] = {}
    for start in graph:
        if colour.get(start):
            continue
        path: list[str] = []
        stack: list[tuple[str, int]] = [(start, 0)]
        while stack:
            here, at = stack.pop()
            if at == 0:
                colour[here] = 1
                path.append(here)
            following = graph.get(here, ())
            if at < len(following):
                stack.append((here, at + 1))
                after = following[at]
                if colour.get(after) == 1:
                    ring = path[path.index(after) :]
                    turn = ring.index(min(ring))
                    ring = ring[turn:] + ring[:turn]
                    loops[(*ring, ring[0])] = None
                elif not colour.get(after) and after in graph:
                    stack.append((after, 0))
            else:
                colour[here] = 2
                path.pop()
    return tuple(loops)
