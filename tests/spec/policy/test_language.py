"""Turns of phrase of the genre, one by one: what a sentence sets as a goal, and what it only tells."""

from __future__ import annotations

import pytest

from pinzhi.rules.policy.reader import read_text

Row = tuple[float, float | None, str, str, str]
GOALS, TASKS, SAFEGUARDS = (
    "一、工作目标\n",
    "二、重点任务\n（一）加强质量工作。",
    "四、保障措施\n（一）加强组织领导。",
)
SIGNED = "\n\n某某省人民政府\n2017年1月5日\n"


def _rows(heading: str, sentence: str) -> list[Row]:
    reading = read_text(heading + sentence + SIGNED)
    return [(t.value, t.value_max, t.unit, t.comparator, t.kind) for t in reading.targets]


SAID: list[tuple[str, str, list[Row]]] = [
    # parts and multiples in words
    (GOALS, "三分之二以上的骨干企业设立首席质量官。", [(66.67, None, "%", ">=", "level")]),
    (GOALS, "抽查不合格率比2016年下降一半。", [(50, None, "%", "=", "increment")]),
    (GOALS, "标准公开率提高到九成以上。", [(90, None, "%", ">=", "level")]),
    (GOALS, "老字号线上销售额增长两成。", [(20, None, "%", "=", "increment")]),
    (GOALS, "导入先进管理模式的企业比例过半。", [(50, None, "%", ">=", "level")]),
    (GOALS, "出厂检验率达到百分之百。", [(100, None, "%", ">=", "level")]),
    (GOALS, "地理标志产品产值实现翻番。", [(2, None, "倍", "=", "level")]),
    (GOALS, "有效注册商标总量比2015年翻两番。", [(4, None, "倍", "=", "level")]),
    # units and bounds
    (GOALS, "食品检验量达到5批次/千人以上。", [(5, None, "批次/千人", ">=", "level")]),
    (GOALS, "抽查合格率高于全省平均水平1个以上百分点。", [(1, None, "个百分点", ">=", "increment")]),
    (GOALS, "白酒产量达到20万千升。", [(20, None, "万千升", ">=", "level")]),
    (GOALS, "全市顾客满意度指数：制造业80以上，服务业78以上。",
     [(80, None, "", ">=", "level"), (78, None, "", ">=", "level")]),
    (GOALS, "标准化良好行为企业200家，其中AAAA级以上50家。",
     [(200, None, "家", "=", "level"), (50, None, "家", "=", "level")]),
    # several goals with one verb, one list or one year
    (GOALS, "年收入超100亿元、50亿元的品牌企业分别达到3家、8家。",
     [(3, None, "家", ">=", "level"), (8, None, "家", ">=", "level")]),
    (GOALS, "形成2个超千亿元、6个超500亿元的产业集群。",
     [(2, None, "个", "=", "level"), (6, None, "个", "=", "level")]),
    (GOALS, "质量水平、品牌价值分别进入全国前10名和前5名。",
     [(10, None, "名", "<=", "level"), (5, None, "名", "<=", "level")]),
    (GOALS, "消费投诉24小时响应率、7日办结率均达到95%。",
     [(95, None, "%", ">=", "level"), (95, None, "%", ">=", "level")]),
    (TASKS, "每年新增培训合格人员500名，三年共1500名。",
     [(500, None, "名", "=", "per_year"), (1500, None, "名", "=", "increment")]),
    (TASKS, "选派100名专家服务800家企业。",
     [(100, None, "名", "=", "increment"), (800, None, "家", "=", "increment")]),
    (TASKS, "检测机构由原来的45家整合为20家以内。", [(20, None, "家", "<=", "level")]),
    (TASKS, "全年为30家企业提供质量诊断。", [(30, None, "家", "=", "level")]),
    (TASKS, "每个县至少培育一个优势产业。", [(1, None, "个", ">=", "increment")]),
    (TASKS, "推行无理由退货，建立承诺店600家。", [(600, None, "家", "=", "level")]),
    # a past figure in brackets or at the side does not spoil the goal
    (TASKS, "建成检测中心12家（2016年已有9家），开放共享率达到80%。",
     [(12, None, "家", "=", "level"), (80, None, "%", ">=", "level")]),
    (TASKS, "培训质量管理人员由上年的150人次增加到300人次。", [(300, None, "人次", ">=", "level")]),
]  # fmt: skip


@pytest.mark.parametrize(("heading", "sentence", "rows"), SAID, ids=[s for _, s, _ in SAID])
def test_goals(heading: str, sentence: str, rows: list[Row]) -> None:
    assert _rows(heading, sentence) == rows


TOLD = [
    # how things stand
    (GOALS, "截至2016年底，全省有效注册商标32万件，同比增长18.5%。"),
    (GOALS, "我市现有消费品生产企业3200多家，其中规模以上企业560家，年产值850亿元。"),
    (GOALS, "“十二五”以来，全省共制定地方标准320项，建成检测中心12个。"),
    (TASKS, "近三年，全省平均每年有600余家企业导入卓越绩效模式。"),
    (TASKS, "我省国家级品牌数量仅占全国的1.8%。"),
    # how work is led and weighed
    (SAFEGUARDS, "每年至少召开1次会议。"),
    (SAFEGUARDS, "各责任单位每季度末报送进展情况1次。"),
    (SAFEGUARDS, "督查结果占年度质量工作考核分值的10%。"),
    (SAFEGUARDS, "建立由质监部门牵头、15个部门参加的联席会议制度。"),
    # conditions, prizes, rules of conduct
    (TASKS, "研发费用占销售收入比例达到3%以上的企业，优先推荐申报高新技术企业。"),
    (TASKS, "市长质量奖每届评选不超过5家。"),
    (TASKS, "对抽查不合格的企业，一年内抽查不少于2次。"),
    (TASKS, "同一年度对同一市场主体的抽查原则上不超过2次。"),
    # what a task works with
    (TASKS, "建立以8个专业检测所为主体的检测体系。"),
    (TASKS, "加快推进年产10万吨果汁、5万吨肉制品加工等项目建设，总投资12亿元。"),
    (TASKS, "加快实施投资3.5亿元的检测基地二期工程。"),
]


@pytest.mark.parametrize(("heading", "sentence"), TOLD, ids=[s for _, s in TOLD])
def test_no_goals(heading: str, sentence: str) -> None:
    assert _rows(heading, sentence) == []


NAMED = [
    ("主导制修订国际标准20项、国家标准300项，分别比“十二五”末增长50%、20%。",
     ["制修订国际标准", "国家标准", "制修订国际标准", "国家标准"]),
    ("力争建成5个国家级、20个省级质量控制实验室。", ["国家级质量控制实验室", "省级质量控制实验室"]),
    ("“省名牌产品”“老字号”分别新增80个和20家。", ["“省名牌产品”", "“老字号”"]),
    ("万人发明专利拥有量达到6.5件，比2015年末翻一番。", ["万人发明专利拥有量", "万人发明专利拥有量"]),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "names"), NAMED, ids=[s for s, _ in NAMED])
def test_names(sentence: str, names: list[str]) -> None:
    assert [t.indicator for t in read_text(GOALS + sentence + SIGNED).targets] == names
