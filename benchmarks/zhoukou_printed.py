"""What stands in the example city by hand: the figures that newspaper reports printed, and the incidents worth seeing.

Everything else in examples/zhoukou is made up by a fixed seed. The README there says the same, figure by figure.
"""

from __future__ import annotations

from zhoukou_places import DISTRICTS, subdistricts

Row = dict[str, object]
W09, W10 = "2025-W09", "2025-W10"

# Rows that replace what the seed made up, by round and site; marked (p) where a report printed the figure.
BY_HAND: dict[tuple[str, str], Row] = {
    # (p) 万果园: over 60 staff, a helmet each
    (W10, "ZK-LK-001"): {"观察时段": "早高峰", "电动自行车骑行人数": 60, "其中佩戴头盔人数": 60, "其中未上牌车辆数": 0},
    # (p) 和谐家园: 38 buildings (register), 4 charging posts
    (W09, "ZK-XQ-001"): {"充电桩数": 4},
    (W10, "ZK-XQ-001"): {"充电桩数": 4},
    # (p) 周口东站: 35 adverts renewed, volunteer post in service
    (W10, "ZK-GY-001"): {
        "公益广告数": 35, "有问题的公益广告数": 0, "志愿服务站点有统一标识": "是", "志愿者在岗并佩戴标识": "是",
    },
    # (p) 碧桂园: seven functions, six services within fifteen minutes; 1,500 m2 stands in the register
    (W10, "ZK-BM-001"): {
        "步行15分钟可达服务": ["学校", "政务", "医疗", "休闲", "买菜", "健身"],
        "中心设有": ["服务大厅", "自助超市", "警务室", "图书室", "志愿服务台", "积分超市", "文体中心"],
    },
    # Contradictions: more helmets than riders, more lamps lit than fitted
    (W10, "ZK-LK-014"): {"电动自行车骑行人数": 96, "其中佩戴头盔人数": 106},
    (W10, "ZK-BX-040"): {"应装路灯数": 12, "已装路灯数": 12, "亮着的路灯数": 13},
    # Exactly on a limit: 170 of 200 is 85 %
    (W10, "ZK-LK-004"): {"电动自行车骑行人数": 200, "其中佩戴头盔人数": 170},
    # Relapse: blocked on 24 February, clear on the 27th (second visit below), blocked again
    (W09, "ZK-XQ-004"): {"消防通道堵占处数": 2, "日期": "2025-02-24"},
    (W10, "ZK-XQ-004"): {"消防通道堵占处数": 1, "日期": "2025-03-05"},
    # Nobody counted the shops of this street, nor the benches of this park
    (W10, "ZK-SY-003"): {"沿街门店数": None, "落实门前三包门店数": None, "出店经营门店数": None},
    (W10, "ZK-GY-004"): {"查看座椅健身器材数": None, "损坏件数": None},
    # The fire lane was left out of the sheet; the outside inspectors speak of it
    (W10, "ZK-SC-007"): {"消防通道堵占处数": None},
    (W10, "ZK-SC-005"): {"消防通道堵占处数": 0},
    # What is waived is not in order; the last waiver has run out
    (W10, "ZK-SC-003"): {"排水沟状况": "堵塞外溢", "垃圾堆积或污物处数": 4},
    (W10, "ZK-GD-005"): {"人行道缺损处数": 4, "盲道被占用处数": 2},
    (W10, "ZK-GJ-002"): {"候车设施状况": "损坏脏乱"},
    (W10, "ZK-XX-004"): {"消防通道堵占处数": 1},
}  # fmt: skip
# Further visits in the same round: what was looked at again, everything else blank.
SECOND_VISITS: list[tuple[str, str, str, Row]] = [
    (W09, "ZK-XQ-004", "2025-02-27", {"消防通道堵占处数": 0}),
    (W10, "ZK-LK-006", "2025-03-08", {"电动自行车骑行人数": 150, "其中佩戴头盔人数": 144, "其中未上牌车辆数": 2}),
    (W10, "ZK-LK-012", "2025-03-08", {"闯红灯人次": 0, "在岗劝导志愿者数": 2}),
]
# The problem list where it is not made up by the seed: criterion, problem, 扣分.
HAND_PROBLEMS: dict[tuple[str, str], list[tuple[str, str, str]]] = {
    (W10, "ZK-XQ-004"): [("消防车通道畅通", "2 月 24 日堵占、27 日复查已清空，本周再次停放车辆", "")],
}
# On the register, without a visit in W10.
UNVISITED = frozenset(
    "ZK-GJ-005 ZK-GJ-008 ZK-XQ-009 ZK-SQ-012 ZK-CS-024 ZK-GD-010 ZK-XX-007 ZK-SW-020 ZK-BX-189 ZK-BX-190".split()
)

DOCUMENTS = (
    "轮次 属地 日期 有年度创建工作方案 收集群众建议条数 已办结建议条数 督导交办问题条数 督导已销号条数 "
    "督导超期条数 应签承诺商户数 已签承诺商户数 三无小区总数 已落实管理的三无小区数 有业委会的三无小区数 "
    "有物业的三无小区数 业主自治的三无小区数"
).split()
# (p) 川汇区 5,225 and 4,950; 示范区 700 and 600 (of 解放区, 焦作); 开发区 1,400 of 1,400 and 11 compounds;
# 淮阳区 203 compounds with 112 + 53 + 43, which a clerk added up to 208.
DISTRICT_DOCUMENTS = """
2025-W09 川汇区 2025/2/28 是 5013 4602 396 352 9 2630 2512 96 86
2025-W09 淮阳区 2025/2/28 是 1795 1610 340 298 12 1120 1043 203 190
2025-W09 开发区 2025/2/28 是 1198 1154 271 255 2 1400 1372 11 9
2025-W09 港区 2025/2/28 否 411 362 131 108 6 380 352 6 5
2025-W09 示范区 2025/2/28 是 842 800 640 541 15 610 604 0 0
2025-W10 川汇区 2025/3/7 是 5,225 4,950 412 371 6 2,630 2,551 96 88
2025-W10 淮阳区 2025/3/7 是 １８６０ １７０２ 355 318 9 1,120 1,064 203 208 112 53 43
2025-W10 开发区 2025/3/7 是 1,240 1,203 288 275 0 1400 1400 11 11 - 4 4
2025-W10 港区 2025/3/7 × 430 391 140 119 4 380 361 6 5
2025-W10 示范区 2025/3/7 是 880 845 700 600 12 610 610 0 0
"""
STATISTICS = (
    "轮次 属地 日期 本区财政收入增速 社保参保完成人数 社保参保计划人数 常住人口 注册志愿者人数 "
    "参加过活动的志愿者人数 志愿服务总时长 街道个数 晨晚练活动点数"
).split()
DISTRICT_STATISTICS = """
2025-W10 川汇区 2025-03-06 6.3% 318,400 312000 634000 91,200 66210 2417000 5 27
2025-W10 淮阳区 2025-03-06 5.4% 402100 417000 812000 103500 70100 2381000 4 17
2025-W10 开发区 2025-03-06 5.8％ 96400 95000 187000 25800 18900 671000 3 15
2025-W10 港区 2025-03-06 4.9% 41800 43500 92000 10900 7300 - 2 7
2025-W10 示范区 2025-03-06 7.1% 68900 68000 131000 19400 14700 562000 3 16
"""
CITY_STATISTICS: Row = {
    "属地": "周口市", "轮次": W10, "日期": "2025-03-06", "已全面推行垃圾分类": "是", "全市财政收入增速": "5.8%",
    "优良天数": 262, "有效监测天数": 365, "建成区常住人口": 1180000,
    "公园绿地面积": "12,390,000 平方米", "绿化覆盖率": "41.3%",
}  # fmt: skip
COUNTS = "轮次 属地 日期 抽取户数 成功入户数 完成答卷数 知晓创建人数 对创建满意人数 参与过创建活动人数".split()
# (p) 港区: entry, answers and awareness all 100 %, the target of 解放区, 焦作
QUESTIONNAIRE_COUNTS = """
2025-W10 川汇区 2025-03-08 200 188 188 179 158 173
2025-W10 淮阳区 2025-03-08 200 181 179 164 139 151
2025-W10 开发区 2025-03-08 150 144 144 139 121 133
2025-W10 港区 2025-03-08 100 100 100 100 84 90
2025-W10 示范区 2025-03-08 120 120 119 116 103 110
"""
WAIVERS: list[Row] = [
    {
        "编号": "ZK-SC-003",
        "测评标准": "排水通畅",
        "豁免理由": "地沟正在翻建，3 月底完工",
        "批准人": "高某",
        "有效期至": "2025-03-31",
    },
    {
        "编号": "ZK-SC-003",
        "测评标准": "环境干净清运及时",
        "豁免理由": "地沟翻建期间临时堆料",
        "批准人": "高某",
        "有效期至": "2025-03-31",
    },
    {
        "编号": "ZK-GD-005",
        "测评标准": "人行道连续平整",
        "豁免理由": "雨污分流施工，已报备",
        "批准人": "罗某",
        "有效期至": "2025-04-15",
    },
    {
        "编号": "ZK-GD-005",
        "测评标准": "盲道坡道无侵占",
        "豁免理由": "雨污分流施工，已报备",
        "批准人": "罗某",
        "有效期至": "2025-04-15",
    },
    {
        "编号": "ZK-GJ-002",
        "测评标准": "候车亭完好",
        "豁免理由": "候车亭整体换新",
        "批准人": "林某",
        "有效期至": "2025-03-20",
    },
    {
        "编号": "ZK-XX-004",
        "测评标准": "消防车通道畅通",
        "豁免理由": "校门改建，已过期",
        "批准人": "何某",
        "有效期至": "2025-02-28",
    },
]
# Verdicts of the outside inspectors that the seed does not make: one where the sheet is blank, one that differs.
VERDICTS: list[Row] = [
    {"编号": "ZK-SC-007", "测评标准": "消防车通道畅通", "结果": "不符合", "问题": "东侧通道被三轮车占用，隔离桩上锁"},
    {
        "编号": "ZK-SC-005",
        "测评标准": "消防车通道畅通",
        "结果": "不符合",
        "问题": "西门通道摆放鱼池，与检查表所记不一致",
    },
]


def table(headers: list[str], text: str) -> list[Row]:
    """Rows of words under headers; missing words at the end are blank, a lone - is blank."""
    rows = [line.split() for line in text.strip().splitlines()]
    return [dict(zip(headers, [*row, *[""] * (len(headers) - len(row))], strict=True)) for row in rows]


# (p) 川汇区: 94 envoys became 明白人; 示范区: at least 3 in every community; 淮阳区: 180 new with those of the units.
TRAINED_IN_COMMUNITIES: dict[str, tuple[int, ...]] = {
    "川汇区": (14, 10, 9, 11, 8, 9, 10, 8, 7, 8),
    "淮阳区": (6, 4, 5, 3, 4, 2, 5, 3),
    "开发区": (3, 3, 2, 4, 3, 1),
    "港区": (2, 3, 0, 1),
    "示范区": (5, 4, 3, 3, 6, 4),
}


def trained_in_communities() -> dict[str, int]:
    """明白人 by community."""
    below: dict[str, list[str]] = {district: [] for district in DISTRICTS}
    for _, district, _, communities in subdistricts():
        below[district] += communities
    pairs = [zip(below[district], counts, strict=True) for district, counts in TRAINED_IN_COMMUNITIES.items()]
    return {community: count for several in pairs for community, count in several}
