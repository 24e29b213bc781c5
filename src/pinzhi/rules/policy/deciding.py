"""Is it a goal, of which kind, and how bounded: decided from the words around one number."""

from __future__ import annotations

import re

from .indicators import DOES
from .phrases import (
    ANTI_HERE,
    CREATE,
    GROWTH,
    INCREMENT,
    LEAD_IN,
    LEVEL,
    METRIC_END,
    MONEY_GOAL,
    MONEY_RULE,
    PER_YEAR,
    PREFIX_BOUND,
    REACH,
    STRONG_REACH,
)
from .quantities import Quantity

_FIGURE_OF_TASK = re.compile(
    r"^(?:大|类|条|项|个)?(?:措施|任务|举措|方面|环节|原则|部门|工作任务|重大工程|制度|行业"
    r"|关键词|字|文件|要求|问题|考核指标|指标)"
)

# 对D级企业每季度检查1次, 每次不超过5家: how something is done, not how much is to be reached.
_FREQUENCY_RULE = re.compile(
    r"对[^，]{0,8}(?:[A-D]{1,2}级|[A-D]类|等级|风险)[^，]{0,12}每|(?:^|，)每次(?:不超过|不少于|不低于|不多于)?$"
)

# 每季度召开1次联席会议: how work is led, not what it reaches.
_MEETING = re.compile(r"[^，。]{0,8}(?:会议|会商|例会|调度|通报|报送|汇报|专题研究)")
_OVERSEES = re.compile(
    r"(?:专项|集中|全面|综合)?(?:督查|督导|督办|调度|评估|考核|检查|通报)(?:$|[，。；、考和])"
)
# 评估每年开展一次
_OVERSIGHT = re.compile(r"(?:评估|考核|督查|督导|检查|总结|会商)[^，。]{0,4}每(?:年|半年|季度?|月)")
_REPORTS = re.compile(r"报送|上报|报告|通报|汇报|督查|调度|会商")

# 为30家企业提供质量诊断
_HELPS = re.compile(r"[^，。]{2,14}?(?:提供|开展|解决|办理|减免|检测|培训|争取|协调|节约|节省)")
# 对抽查不合格的企业，一年内抽查不少于2次: what such a firm must expect.
_CONDITION = re.compile(
    r"对[^，。；]{2,30}的(?:企业|单位|产品|生产者|经营者|经营户|机构|商品|个人)，[^，。；]{0,12}$"
)

# 每届评选不超过5家: what a prize is given to, not what is to be reached.
_PER_AWARD = re.compile(r"每(?:次|届|两年|年度)[^。；]{0,16}(?:评选|评定|奖励|表彰|授奖|获奖)")

_SIZE_OF = re.compile(r"的?[^，、]{0,8}(?:企业|产业|产业集群|集群|园区|品牌|单位|项目)")
# 实施5项工程、19项任务: into how many parts the plan falls.
_FROM_BASE = re.compile(r"(?:由|从)[^，。]*\d[^，。]*$")
_PARTS_OF_PLAN = re.compile(r"(?:重点|重大|建设|主要|具体|专项|工作)*(?:工程|行动|任务|举措|措施|计划)")

# 成立5个工作组: how the work is organised.
_WORK_GROUP = re.compile(r"[^，。、]{0,8}(?:工作专班|专班|工作组|专项组|领导小组|推进组|小组|办公室)")
# 占地200亩, 建成后可检测3000项: what one project is like.
_OF_PROJECT = re.compile(
    r"(?:(?<!新)(?:购置|采购)[^，。]{0,16}|占地|(?:建筑|用地|占地|规划)(?:总)?面积)(?:约|达|为|近)?$"
)
_ONCE_BUILT = re.compile(
    r"(?:^|[，；。])[^，。；]{0,12}(?:建成|达产|投产|竣工|投用)(?:投产|运营|使用)?后(?:，|可|能|将)?[^。；]*$"
)
# 对一般企业每年检查1次: how often each of them is looked at.
_OFTEN = re.compile(r"对[^，]{1,16}每(?:年|季度?|半年|月|周)[^，]{0,6}(?:检查|巡查|抽查|巡检|抽检)$")
# 得分在90分以上的为优秀: what a mark means.
_MEANS = re.compile(r"的?(?:，)?(?:的(?:评|列|定|确定|认定)?为|的，?(?:给予|予以|可|应|不得|由|纳入|按))")
_GRADED = re.compile(r"(?:优秀|等次|评优|先进)[^。；]{0,10}$")

# 力争6个集群收入超千亿元
_COMES_TO = re.compile(r"[^，。、]{1,20}(?:超|达|突破|进入|跻身|过|实现|成为|通过|入选)")
# 省级名牌：合肥市30个，芜湖市20个
_IN_PLACE = re.compile(r"[\u4e00-\u9fff]{1,8}[市县区州盟旗]")
_LIST_OF = re.compile(r"[^，。；：]{2,20}：[^。；]*$|^：?(?:[^，。；\d]{1,10}\d+[^，。；\d]{1,4}，)*$")
_HELD = re.compile(r"(?:会议|例会|会商|调度会|推进会|座谈会)[^，]{0,6}$")
_AT_MOST_SO_GOOD = re.compile(r"(?:[A-D]级|优秀|良好)[^，]{0,8}不(?:超过|高于|多于|得超过)$")
_ITEMS = re.compile(r"(?:^|[、，：即])\d+(?:个|家|项|件|名|亿元|万亿元)[\u4e00-\u9fff]{2,}")
_WHOM = ("家", "户", "名", "人", "人次", "家次")
_DONE_TO = re.compile(r"(?:开展|实施|进行|组织)[^，。]{2,}")
# 收入达到2400亿元、是2018年的2倍
_TIMES_OF = re.compile(r"(?:是|为|达到?|相当于)[^，。、]{2,12}的$")
_ABSTRACT = re.compile(
    r"^(?:方面|环节|层次|层面|转变|全面|统一|结合|阶段|维度|方向|坚持|原则|关系|步骤|一批|意识"
    r"|自信|确保|必须|领域|重点|关键|行业|部门|体系|机制|月|以上方面|轮子|到位|清单|中心任务)"
)


def wants(
    quantity: Quantity, before: str, after: str, clause: str, reach: re.Match[str] | None,
    strong: re.Match[str] | None, verbs: list[re.Match[str]], antis: list[re.Match[str]], inherited: bool, role: str,
    subject: str, printed: str,
) -> bool:  # fmt: skip
    """Whether a number is a goal.

    `before` (names blanked out) and `after` are its phrase around it, `printed` is `before` as printed, `subject`
    what precedes it in the sentence; `inherited` says
    that the verb of the target before goes on; `role` is the section's.
    """
    last_anti = antis[-1].start() if antis else -1
    last_verb = verbs[-1].start() if verbs else -1
    noun_before = re.sub(r"[“”\"]", "", before)
    if quantity.kind == "digits":
        return bool(re.search(r"增|速|长", before))
    if quantity.kind == "fold":
        return last_anti < 0 and not re.match(r"[计行战工]", after)
    if quantity.kind == "bare":
        metric = METRIC_END.search(REACH.sub("", before)) or re.search(r"指数|得分|评分|满意度|系数", before)
        goes_on_growing = inherited and re.fullmatch(
            r"(?:同比|较上年|比上年)?(?:提高|提升|增长|上升|下降|降低)", before
        )
        grows = re.search(r"(?:提高|提升|增长|上升|下降|降低)(?:了|约)?$", before)
        listed = quantity.bound and re.search(r"(?:指数|满意度|得分|评分)[^，。；]{0,4}：[^。；]*$", subject)
        index = quantity.bound and re.search(r"(?:指数|满意度|得分|评分)$", before)
        goes_on = inherited and strong and not REACH.sub("", LEAD_IN.sub("", before))  # 提高3个点，达到86
        return bool(
            ((strong or grows) and metric and not re.search(r"\d$", before))
            or listed
            or index
            or goes_on
            or goes_on_growing
        )
    if _MEANS.match(after) and quantity.bound:
        return False
    if _OF_PROJECT.search(before) or (_ONCE_BUILT.search(subject + printed) and quantity.kind == "count"):
        return False
    if quantity.unit == "倍" and _TIMES_OF.search(before) and last_anti < 0:
        return True
    if quantity.kind == "percent":
        if re.search("配套(?:资金|经费|比例)", before):
            return False  # who pays how much
        if re.search("占$|占比[^，]{0,4}$|比例[^，]{0,6}$", before) and (
            re.search("分为|分成|划分", subject) or _GRADED.search(subject) or _AT_MOST_SO_GOOD.search(before)
        ):
            return False  # A类占20%、B类占50%: into which parts they are divided
        if re.search(r"考核[^，。]{0,8}(?:分值|总分|得分|权重)|分值(?:占|权重)|权重(?:占|为|不低于)", clause):
            return False  # what an appraisal weighs, not what is to be reached
        if re.search(r"(?:以|按|为)(?:不低于|不超过)?$", before) and re.search(r"比例|标准", after[:6]):
            return False
        if re.match(r"(?:以上|以下)?的(?:奖|补|比例|标准|资金|股|经费)", after):
            return bool(re.match(r"(?:以上|以下)?的(?:比例)$", after)) and bool(strong)
        metric = METRIC_END.search(REACH.sub("", before)) or re.search(
            r"率|比重|占比|占|比例|程度|度|水平|增速|强度|覆盖", before
        )
        metric_after = re.match(
            r"(?:以上|左右)?的?[^，。]{0,24}(?:企业|产品|机构|单位|项目|标准|乡镇|村|市|县)", after
        )
        if strong or reach or GROWTH.search(before):
            return last_anti < 0 or bool(metric) or strong is not None
        if inherited or metric:
            return True
        if last_anti < 0 and re.search(r"(?:达到?|占|超过?|不低于|不少于)[^，]{2,16}的$", before):
            return True  # 公开选购学校达全县学校总数的四分之三
        if (
            re.match(
                r"的?[^，。]{0,20}?(?:实现|达到|建立|设立|通过|完成|纳入|开展|推行|取得|接入|具备|导入|参加|配备|聘任|采用|使用|执行|拥有|成为|公示|公开|落实|处置|处理|办结|整改|检验|检测|查处|抽查|覆盖|上线|持证)",
                after,
            )
            and last_anti < 0
        ):
            return True
        if verbs and len(after) >= 2 and (quantity.value == 100 or metric_after):
            return True
        return bool(verbs and metric_after) or (role == "goals" and len(noun_before) >= 2)
    if quantity.kind == "points":
        return bool(re.search(f"高于|低于|领先|好于|{GROWTH.pattern}", before) or strong or inherited)
    if quantity.kind == "time":
        shortens = re.search(r"缩短|压缩|压减|缩减|控制|减少|提速|精简", before)
        metric = re.search(r"时间|时限|周期|时长|用时|寿命|天数|期限", clause)
        direct = re.search(
            r"(?:平均[^，]{0,16}|周期|时间|时长|天数|用时)(?:总体|平均|一般)?$", REACH.sub("", before)
        )
        return bool((shortens and (strong or metric)) or (metric and strong and (direct or role == "goals")))
    if _FIGURE_OF_TASK.match(after) and not strong and not quantity.bound and role != "goals":
        if not re.search(r"新增|每年|制定|出台|推出|建立|形成|建成|培育|打造|创建", before) or re.match(
            r"(?:措施|任务|举措|方面|环节)", after
        ):
            return False
    if quantity.unit in ("项", "大", "个") and _PARTS_OF_PLAN.fullmatch(after) and not strong:
        return False
    if quantity.unit in ("级", "星", "星级") or before.endswith("连续"):
        return False
    if quantity.unit == "次" and (
        _OFTEN.search(printed) or (role != "goals" and (_HELD.search(printed) or _OVERSEES.fullmatch(after)))
    ):
        return False
    if re.search("(?:成立|设立|组建|组成|下设|抽调)$", before) and _WORK_GROUP.match(after):
        return False
    if re.search(r"每(?:季度?|半年|月|周|旬)", before) and (_MEETING.match(after) or _REPORTS.search(before)):
        return False
    if role == "safeguards" and (
        _MEETING.match(after) or re.search(r"(?:会议|研究|调度|督查|评估)$", before) or _OVERSEES.match(after)
    ):
        return False
    if role == "safeguards" and quantity.unit == "次" and _OVERSIGHT.search(printed):
        return False
    if quantity.unit == "次" and re.search(r"(?:评选|评审|评定)$", before):
        return False
    if quantity.unit == "次" and (
        _CONDITION.search(subject + printed)
        or re.search(r"原则上|同一(?:企业|市场主体|产品|单位|对象)", printed)
    ):
        return False
    if re.search(r"年(?:产|加工|处理|屠宰|出栏)$|日产$", printed) and re.search("项目|生产线|工程", clause):
        return False
    if printed.endswith("以") or re.match(
        r"[^，]{0,16}为(?:主体|核心|重点|基础|支撑|龙头|依托|载体|骨干|主|节点)", after
    ):
        return False
    if strong and re.search(r"不(?:超过|多于|得超过)$", before) and _PER_AWARD.search(subject + printed):
        return False
    if re.match(r"(?:有关|相关|省直|市直|成员)?(?:部门|成员单位)(?:参加|组成|参与|联合|的|$)", after):
        return False
    if _FREQUENCY_RULE.search(before) or re.match(r"的(?:要求|原则|频次|规定|条件|标准)", after):
        return False
    if verbs and not strong and before[verbs[-1].end() :] == "的":
        return False  # 政府主导制定的4类标准: which ones, not how many
    becomes = not before.endswith("对") and (
        DOES.match(after) or re.search(r"(?:上升|升级|转化|提升)为", after)
    )
    if (
        before.endswith("等")
        and not becomes
        and not re.search(r"建成|新建|创建|打造|培育|建设(?!等)|新增|形成|培训|轮训|抽查|抽检|检测", before)
    ):
        return False
    if quantity.unit == "分":
        return bool(
            (
                (strong or GROWTH.search(before) or re.search("(?:力争|确保|争取)$", before))
                and re.search(r"满意|指数|评价|得分|测评|考核", before + subject[-40:])
            )
            or (quantity.bound == ">=" and re.search(r"满意[^，]{0,6}$", before))
            or (not after and last_anti < 0 and re.search(r"(?:满意度|满意指数|得分)$", before))
            or (inherited and not before)  # 分别提高4分、3分
        )
    if quantity.worded and _ABSTRACT.match(after):
        return False
    if quantity.unit.endswith(("元", "美元")) or quantity.unit in ("亿", "万"):
        if after.startswith("的") and re.match(
            r"的[^，、]*(?:企业|项目|单位|组织|工程|基地|中心|园区|平台|资金|基金)", after
        ):
            return False
        if re.search(r"(?:超过?|达|过|突破)$", printed) and _SIZE_OF.fullmatch(after):
            return False  # 若干个超2000亿元产业
        if re.search(r"总投资(?:约|近)?$", printed):
            return False  # what a project costs
        said = _FROM_BASE.sub("", printed)
        if MONEY_RULE.search(clause) and not re.search(
            r"产值|收入|减负|融资|贷款|(?:规模|总额|余额)$", REACH.sub("", said)
        ):
            return False
        topic = (
            printed + after
            if re.search("[\u4e00-\u9fff]", REACH.sub("", LEAD_IN.sub("", said)) + after)
            else clause + subject
        )
        return bool(
            (MONEY_GOAL.search(topic) or inherited)
            and (
                reach
                or strong
                or GROWTH.search(before)
                or inherited
                or verbs
                or quantity.bound
                or re.search("力争|确保|争取|实现", clause)
            )
        )
    if quantity.worded:
        far = verbs and (not after or "、" in before[verbs[-1].end() :])
        reach_of_verb = 40 if far else 10
        near = verbs and len(before) - verbs[-1].end() <= reach_of_verb and last_verb > last_anti
        strict = bool(
            near
            and re.match(
                r"建立|建成|建设|培育|打造|创建|新增|新建|组建|设立|形成|认定|培养|引进|争创|获得|制定|制修订"
                r"|建|每年|选择|遴选|培训|选树|开展|举办|组织",
                verbs[-1][0] if verbs else "",
            )
        )
        return strict or bool(strong) or inherited or (bool(quantity.bound) and last_verb > last_anti)
    if before.endswith("完成对") or (
        re.search("(?:力争|争取|确保)(?:有)?$", before) and _COMES_TO.match(after)
    ):
        return True
    if not after and _IN_PLACE.fullmatch(before) and _LIST_OF.search(subject):
        return True
    if last_anti > last_verb and not strong:
        return False
    if before.endswith("对") and quantity.bound == ">=" and quantity.unit in _WHOM and _DONE_TO.search(after):
        return True  # 对60家以上重点用能单位开展能源计量审查
    if ANTI_HERE.search(before) and not strong and not reach and not becomes:
        if not (PER_YEAR.search(before) or verbs or (quantity.bound and inherited)):
            return False
        if re.search(r"(?:围绕|针对|对|在|从|向|前|近|这|该|上述)$", before):
            return bool(re.search(r"每年|新增", before)) or bool(
                re.search(r"开展|实施|推广|组织", after) and role == "goals"
            )
    if strong or inherited:
        return True
    if not after and re.search(r"[\u4e00-\u9fff]{2}(?:全年|每年)(?:各|均)?$", before) and last_anti < 0:
        return True  # 暗访全年4轮
    if re.search(r"(?:^|，|时间|年内|每年)(?:全年)?为$", before) and _HELPS.match(after):
        return True
    if verbs or PER_YEAR.search(before) or GROWTH.search(before):
        return True
    if DOES.match(after) and quantity.unit in ("家", "个", "户", "所") and last_anti < 0:
        return True
    if (
        not after
        and len(noun_before) >= 4
        and last_anti < 0
        and quantity.unit not in ("次", "级", "位", "星", "期", "人")
    ):
        return not ANTI_HERE.search(before) and not re.search(
            r"[总满]分|(?<!公)共(?![同享建性用])|等$", before
        )
    if not after and re.fullmatch(r"(?:力争|争取|确保|至少|约|共|总数|达到?)+", noun_before):
        named = re.split("[，；。]", subject.rstrip("，"))[-1]
        return bool(CREATE.search(named)) and not re.search(r"\d", named)  # 开设展销中心，力争5个以上
    if (
        role == "goals"
        and len(after) >= 2
        and noun_before in ("", "即", "是", "：")
        and len(_ITEMS.findall(clause)) >= 3
    ):
        return True  # 即1个质量奖、2个示范城市、300个名牌产品
    if quantity.bound and (after or noun_before):
        somewhere = re.search(r"(?:^|力争|，)在[^，]*$", before) and re.search("开展|推广|实施|试点", clause)
        return role == "goals" or bool(somewhere or re.search(r"达|超|建成|培育|新增|注册|认定", clause))
    return role == "goals" and len(noun_before) >= 2 and not re.match(r"[，。]", noun_before)


def kind_of(quantity: Quantity, words: str, each_year: bool) -> str:
    """level, increment or per_year, from the verb and adverbs in `words`."""
    if each_year:
        return "per_year"
    if quantity.kind == "points" or words.endswith(("前移", "晋位", "进位")):
        return "increment"
    if quantity.unit == "倍" and _TIMES_OF.search(words):
        return "level"
    if quantity.kind == "digits":
        return "level"
    strong = re.search(
        r"(?:提高|提升|增加|增长|扩大|上升|下降|降低|减少|压缩|缩短|压减|缩减)(?:到|至)$|增至$|降至$"
        r"|降到$|稳定在$|保持在$|控制在$|[到至](?:约|近)?$",
        words,
    )
    if quantity.kind == "percent":
        if strong:
            return "level"
        growth = re.search(
            r"(?:增长|提高|提升|下降|降低|减少|压减|压缩|缩短|上升|增加|增幅|降幅|节约|递增|下浮|上浮|下调|上调|减)(?:了|约"
            r"|近|超过?|逾|达到?|不少于|不低于|至少)?$",
            words,
        )
        return "increment" if growth else "level"
    if quantity.kind == "time":
        return "increment" if re.search(r"(?:缩短|压缩|减少|压减)$", words) else "level"
    if quantity.kind in ("bare", "fold"):
        return "level"
    if quantity.unit == "分":
        return "increment" if re.search(r"(?:提高|提升|增加|上升|下降)(?:了|约)?$", words) else "level"
    if strong:
        return "level"
    if (
        STRONG_REACH.search(words)
        and METRIC_END.search(REACH.sub("", words))
        and not re.search("新增|新注册|新建|新培育|新认定|净增", words)
    ):
        return "level"
    if re.search(
        r"新增|新注册|新建|新培育|新认定|新创|新获|新发展|新设|新组建|新打造|新筹建|新引进|新入选|新申报|新推出|新制定|新添|新招引|净增|增加(?!到|至|值)"
        r"|新(?:落户|落地|入驻|上市|上规|升规|入规|评|晋|签|购置|投产|建成|纳入)|增$"
        r"|培训|引进|引育|轮训",
        words,
    ):
        return "increment"
    if re.search("每(?:[百千万]|十万)", words) and STRONG_REACH.search(words):
        return "level"  # 每千头不少于2个样本
    if re.search(
        r"(?:查处|抽查|抽检|开展|举办|组织|培训|检查|检测|发放|参加)[^，的]*(?:不少于|不低于)$", words
    ):
        return "increment"
    if re.search(
        r"(?:达到|达|累计|总数|总量|总计|共计|合计|超过|突破|不少于|不低于|拥有|保有|稳定|保持)(?:约|近|到|在)?$",
        words,
    ):
        return "level"
    if re.search(r"拥有|保有|累计(?!新)", words):
        return "level"
    if re.search(r"(?:增长|提高|提升|上升|减少|下降|降低|压减|压缩|扩大)$", words):
        return "increment"
    last_level = max((m.start() for m in LEVEL.finditer(words)), default=-1)
    last_new = max((m.start() for m in INCREMENT.finditer(words)), default=-1)
    if last_new < 0 and last_level < 0:
        return "level"
    return "increment" if last_new > last_level else "level"


def comparator_of(quantity: Quantity, before: str) -> str:
    """The bound: from the word after the number (以上), else from the words before it (不低于, 超过)."""
    if quantity.value_max is not None:
        return quantity.bound if quantity.bound in ("~", "<=") else "="
    if quantity.bound in (">=", "<=", "~"):
        return quantity.bound
    trimmed = re.sub(r"(?:各|共|总计|合计)$", "", before)
    for pattern, sign in PREFIX_BOUND:
        if pattern.search(trimmed):
            if (
                sign == ">="
                and re.search(r"(?:下降|降低|减少|压减|压缩|缩短)[^，]{0,4}$", trimmed)
                and re.search("到|至", trimmed[-3:])
            ):
                return "<="
            return sign
    if quantity.bound == ">" or re.search(r"(?:至少|最少|不少于|不低于)[^，。]{0,16}$", before):
        return ">="
    if quantity.kind == "digits":
        return ">="
    return "="
