"""A region as a person types it: code or name."""

from __future__ import annotations

from pinzhi.kernel import clock
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.registers.wrong import Wrong
from pinzhi.rules.places.regions import Region, is_code


def region_code(text: str) -> str:
    """The code of a region typed as code or name; raises Wrong."""
    typed = text.strip()
    found = places.region(typed) or places.find_region(typed)
    if found is None:
        several = places.find_regions(typed, on=clock.today())
        if len(several) > 1:
            named = "、".join(f"{r.zh}（{r.code}）" for r in several[:3])
            raise Wrong(
                f"有几个“{typed[:20]}”", f"{typed[:20]} is not one region", f"填代码，如 {named}", named
            )
        outer = _known_around(typed)
        if outer is not None:
            raise Wrong(
                f"没有这个地区，表中只有它所属的{outer.zh}",
                f"is no region in the table; only {outer.code} around it is",
                f"核对代码；外省的填到市，如 {outer.code}（{outer.zh}）",
                f"compare the code; outside the province name the city: {outer.code}",
            )
        raise Wrong(
            "没有这个地区",
            "is no region",
            "填行政区划代码或全称，例如 350105 或 福州市马尾区",
            "code or full name",
        )
    return found.code


def _known_around(typed: str) -> Region | None:
    """The city or province of a county that the table does not hold: it has other provinces down to the city."""
    if is_code(typed) and len(typed) == 6:
        return next((found for code in _above(typed) if (found := places.region(code))), None)
    for end in range(len(typed) - 1, 1, -1):
        found = places.find_region(typed[:end])
        if found is not None and typed[:end].endswith(("市", "省", "自治州", "盟", "地区", "自治区")):
            return found
    return None


def _above(code: str) -> list[str]:
    return [code[:4] + "00", code[:2] + "0000"]
