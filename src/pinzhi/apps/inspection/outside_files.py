"""Results of other levels and regions out of a spreadsheet: columns, and words as people write them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from pinzhi.apps.inspection.report_files import day_of, split, text_of
from pinzhi.kernel.errors import RowError
from pinzhi.kernel.places import queries as places
from pinzhi.kernel.transfer.columns import Column, Option
from pinzhi.kernel.transfer.reading import Row, open_table

#: What one request takes in; more come as several files.
MOST_ROWS = 20_000
LEVELS = (
    Option("national", "国家", "National"),
    Option("provincial", "省级", "Provincial"),
    Option("city", "市级", "City"),
    Option("county", "县级", "County"),
)
VERDICTS = (Option("pass", "合格", "Passed"), Option("fail", "不合格", "Failed"))
COLUMNS: tuple[Column, ...] = (
    Column("reference", "来源编号", "Number at the source", required=True, format="code", example="GJ2026-00418",
           aliases=("编号", "抽样单编号", "抽样编号")),
    Column("level", "抽查级别", "Level", required=True, options=LEVELS, example="national", aliases=("级别",)),
    Column("agency", "组织抽查的部门", "Agency", example="国家市场监督管理总局", aliases=("抽查部门", "任务来源")),
    Column("region", "地区", "Region", format="region", aliases=("抽样地区",)),
    Column("sampled_on", "抽样日期", "Sampled on", type="date", required=True, example="2026-04-08"),
    Column("producer_name", "标称生产企业", "Producer", required=True, example="榕江童装有限公司",
           aliases=("生产企业", "生产单位", "标称生产企业名称", "生产企业名称")),
    Column("producer_code", "生产企业统一社会信用代码", "Credit code of the producer", format="uscc",
           aliases=("统一社会信用代码",)),
    Column("product_name", "产品名称", "Product", required=True, example="婴幼儿连体衣", aliases=("样品名称",)),
    Column("trademark", "商标", "Trade mark", example="榕江", aliases=("标称商标",)),
    Column("specification", "规格型号", "Specification and model", example="80/48", aliases=("型号规格", "规格")),
    Column("standard_executed", "执行标准", "Standard executed", example="GB 31701-2015", aliases=("标称执行标准",)),
    Column("gtin", "商品条码", "GTIN", format="gtin", aliases=("条码",)),
    Column("verdict", "检验结论", "Result", required=True, options=VERDICTS, example="pass",
           aliases=("结论", "抽查结果", "检验结果")),
    Column("failed_items", "不合格项目", "Items failed", help_zh="多个用顿号分开", help_en="several with commas"),
    Column("laboratory", "检验机构", "Laboratory", example="国家纺织制品质量检验检测中心", aliases=("承检机构",)),
    Column("source", "来源", "Source", help_zh="留空：用上传时填写的来源", help_en="empty: the source given at the upload"),
)  # fmt: skip
_LEVELS = {word: o.value for o in LEVELS for word in (o.value, o.zh, o.en.lower())} | {
    "国家级": "national", "国抽": "national", "省": "provincial", "省抽": "provincial", "市": "city", "市抽": "city", "地市级": "city",
    "县": "county", "区县级": "county", "县抽": "county",
}  # fmt: skip
_VERDICTS = {word: o.value for o in VERDICTS for word in (o.value, o.zh, o.en.lower())} | {
    "未发现不合格": "pass", "符合": "pass", "不符合": "fail",
}  # fmt: skip


def read(stream: BinaryIO, *, name: str) -> Iterator[tuple[Row, dict[str, Any], list[RowError]]]:
    """Each row with its values as the action takes them, and what could not be read. Raises Refused for no table or too long a one."""
    for row in open_table(stream, COLUMNS, name=name, max_rows=MOST_ROWS):
        yield row, *_values(row)


def _values(row: Row) -> tuple[dict[str, Any], list[RowError]]:
    found: dict[str, Any] = {column.name: text_of(row.values.get(column.name)) for column in COLUMNS}
    faults: list[tuple[str, str, str]] = []
    day = day_of(row, "sampled_on", faults)
    errors = list(row.errors)
    errors += [
        RowError(row.number, "sampled_on", found["sampled_on"], zh, en, "例如 2026-04-08", "e.g. 2026-04-08")
        for _code, zh, en in faults
    ]
    # A day that was read as wrong is not told a second time as missing.
    found["sampled_on"] = day if day is not None or not faults else None
    found["level"] = _LEVELS.get(found["level"].lower(), found["level"])
    found["verdict"] = _VERDICTS.get(found["verdict"].lower(), found["verdict"])
    found["failed_items"] = split(found["failed_items"])
    if found["region"] and places.region(found["region"]) is None:
        named = places.find_region(found["region"])
        found["region"] = named.code if named else found["region"]
    return found, errors
