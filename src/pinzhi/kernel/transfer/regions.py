"""A region as a person types it: code or name."""

from __future__ import annotations

from pinzhi.kernel import clock
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.registers.wrong import Wrong


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
        raise Wrong(
            "没有这个地区",
            "is no region",
            "填行政区划代码或全称，例如 350105 或 福州市马尾区",
            "code or full name",
        )
    return found.code
