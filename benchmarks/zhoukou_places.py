"""The example city's areas, units and register: five districts that the reports name, everything below made up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

CITY = "周口市"
# District -> sub-district -> communities. Printed: the districts and 富民社区; every other name is made up.
DISTRICTS: dict[str, dict[str, tuple[str, str]]] = {
    "川汇区": {
        "颍北街道": ("富民社区", "惠民社区"),
        "荷塘街道": ("荷香社区", "莲湖社区"),
        "文峰街道": ("文苑社区", "书香社区"),
        "人民街道": ("和平社区", "胜利社区"),
        "南关街道": ("南园社区", "南苑社区"),
    },
    "淮阳区": {
        "龙湖街道": ("湖东社区", "湖西社区"),
        "弦歌街道": ("弦乐社区", "琴台社区"),
        "柳岸街道": ("柳东社区", "柳西社区"),
        "羲里街道": ("羲和社区", "画卦社区"),
    },
    "开发区": {
        "光华街道": ("光明社区", "华安社区"),
        "兴业街道": ("兴盛社区", "兴隆社区"),
        "建设街道": ("建北社区", "建南社区"),
    },
    "港区": {"港口街道": ("港北社区", "港南社区"), "沙河街道": ("沙北社区", "沙南社区")},
    "示范区": {
        "学苑街道": ("学府社区", "学林社区"),
        "新安街道": ("平安社区", "新宁社区"),
        "博雅街道": ("博文社区", "雅居社区"),
    },
}
GRIDS = {"学府社区": ("学府第一网格", "学府第二网格"), "平安社区": ("平安第一网格", "平安第二网格")}
SURNAMES = "张王李赵刘陈杨黄周吴徐孙马朱胡郭何林高罗"
ROADS = (
    "清风 长安 和顺 永宁 兴旺 瑞祥 锦绣 春晖 明德 崇文 怀远 迎宾 金穗 银杏 紫荆 丹桂 碧波 云锦 朝阳 安泰 广源 "
    "通达 惠泽 仁和 嘉禾 文华 弘毅 正阳 青松 翠柏 映月 望湖 凌云 平步 祥瑞 福星 康宁 泰和 乐业 丰收 腾飞 启明 "
    "致远 知行 敬业 尚德 同心 共进 新风 礼让 友善"
).split()
LANES = (
    "福禄 安康 祥和 永乐 吉庆 平阳 仁里 德馨 槐荫 柳荫 桃园 杏花 梅香 竹影 兰亭 菊坊 石桥 古井 磨坊 书院 粮行 "
    "布市 灯笼 铁匠 打铜"
).split()
# In these two districts every back street on the register is one of those that the reports call done.
DONE_BACK_STREETS = {"川汇区": 121, "开发区": 63}
# 示范区: three centres of each kind; printed: 碧桂园 with 1,500 m2 and 贵和家园 with 1,000 m2.
CENTRES = {
    "街道级": {"碧桂园": 1500, "新宁": 1350, "博文": 1600},
    "社区级": {"贵和家园": 1000, "平安": 820, "雅居": 1040},
}
CODES = {
    "交通路口": "LK", "主次干道": "GD", "商业大街": "SY", "背街小巷": "BX", "农贸市场": "SC", "公共厕所": "CS",
    "居民小区": "XQ", "三无小区": "SW", "社区": "SQ", "便民生活服务中心": "BM", "中小学校": "XX", "校园周边": "ZB",
    "公园广场": "GY", "公交站点": "GJ",
}  # fmt: skip
# Further kinds of place: code, the end of their names, the numbers of the sub-districts that have one.
FURTHER: dict[str, tuple[str, str, range]] = {
    "商场": ("SM", "百货商场", range(1, 17, 4)),
    "超市": ("CJ", "超市", range(2, 17, 3)),
    "宾馆": ("BG", "宾馆", range(0, 17, 6)),
    "饭店餐馆": ("FD", "饭店", range(1, 17, 3)),
    "实体书店": ("SD", "书店", range(2, 17, 9)),
    "食品店": ("SP", "糕点店", range(3, 17, 5)),
    "药店": ("YD", "大药房", range(0, 17, 4)),
    "文化娱乐场所": ("YL", "歌舞厅", range(4, 17, 5)),
    "网吧": ("WB", "网吧", range(1, 17, 4)),
    "银行网点": ("YH", "银行网点", range(2, 17, 4)),
    "邮政营业厅": ("YZ", "邮政所", range(6, 17, 8)),
    "通信营业厅": ("TX", "通信营业厅", range(3, 17, 6)),
    "窗口单位": ("CK", "供水营业厅", range(5, 17, 5)),
    "医院": ("YY", "医院", range(0, 17, 5)),
    "社区卫生服务机构": ("WS", "社区卫生服务中心", range(4, 17, 4)),
    "救助与福利机构": ("FL", "福利院", range(7, 17, 8)),
    "长途汽车站": ("CZ", "汽车站", range(3, 17, 10)),
    "公共广场": ("GC", "广场", range(2, 17, 5)),
    "景区景点": ("JQ", "景区", range(5, 17, 7)),
    "城市避难场所": ("BN", "应急避难场所", range(3, 17, 5)),
    "文体广场": ("WT", "文体广场", range(1, 17, 6)),
    "晨晚练体育活动点": ("LD", "晨晚练点", range(2, 17, 4)),
    "体育场馆": ("TY", "体育馆", range(0, 17, 9)),
    "影剧院": ("YJ", "影院", range(4, 17, 8)),
    "街道综合文化站": ("WZ", "综合文化站", range(0, 17, 4)),
    "社区综合文化服务中心": ("ZX", "社区文化中心", range(2, 17, 5)),
    "街道办事处点位": ("BS", "街道办事处", range(1, 17, 4)),
    "新建社区": ("XS", "新城", range(6, 17, 7)),
    "学雷锋志愿服务站点": ("ZY", "学雷锋志愿服务站", range(0, 17, 4)),
    "家庭教育场所": ("JT", "家长学校", range(3, 17, 4)),
    "未成年人心理健康辅导站": ("XL", "心理辅导站", range(1, 17, 6)),
    "建筑工地": ("GT", "安置房工地", range(2, 17, 4)),
    "环卫中转站": ("ZZ", "垃圾中转站", range(5, 17, 5)),
    "河道水体": ("HD", "内河", range(4, 17, 6)),
    "出租车": ("CC", "出租车", range(1, 17, 3)),
    "古遗址古建筑": ("GB", "古桥", range(6, 17, 5)),
    "旅行社": ("LX", "旅行社", range(0, 17, 7)),
    "文明村镇": ("CM", "文明村", range(13, 17, 2)),
}
# What a district has once, or one of the districts; the villages lie outside the sub-districts' streets.
ONCE: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "政务大厅": ("ZW", "政务服务大厅", tuple(DISTRICTS)),
    "公交车": ("GX", "1路公交车", tuple(DISTRICTS)),
    "图书馆": ("TS", "图书馆", ("川汇区", "淮阳区")),
    "文化馆": ("WG", "文化馆", ("川汇区", "示范区")),
    "博物馆": ("BW", "博物馆", ("淮阳区",)),
    "纪念馆": ("JN", "革命纪念馆", ("川汇区",)),
    "爱国主义教育基地": ("AJ", "爱国主义教育基地", ("川汇区", "淮阳区")),
    "青少年活动中心": ("QS", "青少年活动中心", ("川汇区", "开发区")),
    "新时代文明实践中心（所、站）": ("SJ", "新时代文明实践", tuple(DISTRICTS)),
    "建成区": ("JC", "建成区", tuple(DISTRICTS)),
    "行政村": ("XC", "王庄村", tuple(DISTRICTS)),
    "乡镇主要街道": ("XZ", "王庄集镇街", ("淮阳区", "港区")),
    "城乡接合部": ("CX", "城南接合部", ("川汇区", "开发区", "港区")),
    "乡村学校少年宫": ("SN", "王庄小学少年宫", ("淮阳区", "港区", "示范区")),
    "服务举报热线": ("RX", "热线", ("川汇区", "淮阳区", "开发区", "示范区")),
}
# On the register, and nobody was sent there: the result tells what nobody looked at.
NOBODY_SENT = ("出租车", "古遗址古建筑", "旅行社", "文明村镇")
HOTLINES = ("劳动维权", "消费投诉", "药品举报", "法律服务12348")
# Units that every district has, and those that the city has once; titles as in the catalogue's units.yaml.
DISTRICT_UNITS = (
    "文明办 宣传部 城市管理局 环卫中心 市政设施中心 园林绿化中心 住房城乡建设局 市场监管局 商务局 教育局 民政局 "
    "卫生健康委 文化和旅游局 体育局 公安分局 消防救援大队 财政局 人力资源和社会保障局 政务服务局 妇联 残联 团委"
).split()
CITY_UNITS = "公安交警支队 市交通运输局 公交公司 供电公司 通信运营企业 市统计局 市生态环境局".split()


@dataclass(frozen=True)
class Site:
    """One line of the register. ``fields`` are the register's own columns for its type, by label."""

    number: str
    name: str
    kind: str
    district: str
    subdistrict: str
    community: str = ""
    grid: str = ""
    part_of: str = ""
    fields: dict[str, object] = field(default_factory=dict)


def subdistricts() -> Iterator[tuple[int, str, str, tuple[str, str]]]:
    """Number, district, sub-district and its communities, in the order of the table."""
    number = 0
    for district, below in DISTRICTS.items():
        for name, communities in below.items():
            yield number, district, name, communities
            number += 1


def person(number: int) -> str:
    """A name that is obviously nobody's: 张某."""
    return SURNAMES[number % len(SURNAMES)] + ("某" if number < 3 * len(SURNAMES) else "某某")


def areas() -> list[dict[str, str]]:
    """areas.csv: each area with the one above it, its level and its leader."""
    tree = [(CITY, "", "市")]
    tree += [(district, CITY, "区县") for district in DISTRICTS]
    tree += [(name, district, "街道") for _, district, name, _ in subdistricts()]
    tree += [(each, name, "社区") for _, _, name, communities in subdistricts() for each in communities]
    tree += [(grid, community, "网格") for community, grids in GRIDS.items() for grid in grids]
    headers = ("属地", "上级", "层级")
    return [dict(zip(headers, row, strict=True)) | {"责任领导": person(n)} for n, row in enumerate(tree)]


def units() -> list[dict[str, str]]:
    """units.csv: who answers for a unit, for those of the districts and of the city."""
    rows = [(unit, district) for district in DISTRICTS for unit in DISTRICT_UNITS]
    rows += [(unit, CITY) for unit in CITY_UNITS]
    rows += [("办事处", name) for _, _, name, _ in subdistricts()]
    return [{"单位": unit, "属地": area, "责任领导": person(n + 7)} for n, (unit, area) in enumerate(rows)]


class Register:
    """The register while it is written; ``add`` numbers the sites of a type: ZK-LK-001 and so on."""

    def __init__(self) -> None:
        self.codes = CODES | {kind: code for kind, (code, *_) in (FURTHER | ONCE).items()} | {"火车站": "HZ"}
        self.by_kind: dict[str, list[Site]] = {kind: [] for kind in self.codes}

    def add(
        self,
        kind: str,
        place: tuple[str, str],
        name: str,
        fields: dict[str, object] | None = None,
        community: str = "",
        grid: str = "",
        part_of: str = "",
    ) -> None:
        """One site at ``place``: its district and sub-district."""
        known = self.by_kind[kind]
        number = f"ZK-{self.codes[kind]}-{len(known) + 1:03d}"
        known.append(Site(number, name, kind, *place, community, grid, part_of, fields or {}))

    def add_printed(self) -> None:
        """Sites that the reports name or count. Where they name no district, the place is made up (see the README)."""
        self.add("交通路口", ("川汇区", "人民街道"), "万果园公司门前路口", {"有信号灯": "是"})
        for market, toilets in {"华耀城商贸市场": 16, "中原国际商贸城": 1, "精细建材城": 1}.items():
            self.add("农贸市场", ("川汇区", "南关街道"), market)
            for number in range(1, toilets + 1):
                self.add("公共厕所", ("川汇区", "南关街道"), f"{market}{number}号公厕", part_of=market)
        self.add("居民小区", ("川汇区", "荷塘街道"), "和谐家园", {"楼栋数": 38}, "荷香社区")
        self.add("公园广场", ("示范区", "新安街道"), "周口东站站前广场")
        for number in range(11):
            name, communities = list(DISTRICTS["开发区"].items())[number % 3]
            home = communities[number % 2]
            self.add("三无小区", ("开发区", name), f"{home[:2]}{'一二三四'[number // 3]}号院", community=home)
        for level, centres in CENTRES.items():
            for (name, communities), (centre, size) in zip(DISTRICTS["示范区"].items(), centres.items(), strict=True):
                fields: dict[str, object] = {"中心类别": level, "建筑面积": size}
                home = communities[level == "社区级"]
                self.add("便民生活服务中心", ("示范区", name), f"{centre}便民生活服务中心", fields, home)

    def add_made_up(self, rng: Random) -> None:
        """Sites of every type, spread over the sub-districts."""
        for number, district, name, communities in subdistricts():
            place, short, even = (district, name), name[:2], number % 2 == 0
            first, second, third = (ROADS[3 * number + n] for n in range(3))
            self.add("交通路口", place, f"{first}路与{second}路路口", {"有信号灯": "是"})
            self.add("主次干道", place, f"{first}路", {"道路等级": "主干道路" if even else "次干道路"})
            if even:
                self.add("交通路口", place, f"{second}路与{third}路路口", {"有信号灯": "否" if number % 4 else "是"})
                lanes = "否" if number % 8 == 0 else "是"
                self.add("商业大街", place, f"{third}商业街", {"有机动车道": lanes})
                self.add("中小学校", place, f"{short}小学")
                self.add("校园周边", place, f"{short}小学校门口")
            else:
                self.add("农贸市场", place, f"{short}农贸市场")
                self.add("公交站点", place, f"{second}路{third}路站")
            if number % 3 == 0:
                self.add("公园广场", place, f"{short}游园")
                self.add("公共厕所", place, f"{first}路公厕")
            self._add_homes(number, place, communities, rng)

    def _add_homes(self, number: int, place: tuple[str, str], communities: tuple[str, str], rng: Random) -> None:
        """Back streets, compounds, the community's house and its centre."""
        below = list(DISTRICTS[place[0]])
        wanted = DONE_BACK_STREETS.get(place[0])
        turn = below.index(place[1])
        count = 1 if wanted is None else wanted // len(below) + (turn < wanted % len(below))
        for lane in range(count):
            length = 80 + 10 * int(rng.random() * 40)
            fields: dict[str, object] = {"街巷长度": length, "已列入改造计划": "否" if wanted is None else "是"}
            self.add("背街小巷", place, f"{place[1][:2]}{LANES[lane]}巷", fields, communities[lane % 2])
        home = communities[number % 2]
        fields = {"楼栋数": 4 + int(rng.random() * 28)}
        self.add("居民小区", place, f"{home[:2]}花园", fields, home, GRIDS.get(home, ("",))[0])
        self.add("社区", place, communities[0], community=communities[0])
        if place[0] not in {"开发区", "港区"}:
            self.add("三无小区", place, f"{communities[1][:2]}家属院", community=communities[1])
        if place[0] != "示范区" and number % 3 == 1:
            fields = {"中心类别": "社区级", "建筑面积": 700 + 50 * int(rng.random() * 12)}
            self.add("便民生活服务中心", place, f"{place[1][:2]}便民中心", fields, communities[0])

    def add_further(self) -> None:
        """Places of the kinds that stand in no report: shops, counters, halls, villages."""
        places = [((district, name), communities) for _, district, name, communities in subdistricts()]
        for kind, (_, end, numbers) in FURTHER.items():
            for turn, number in enumerate(numbers):
                place, communities = places[number]
                shelter = {"避难场所类别": ("一类", "二类", "三类")[turn % 3]} if kind == "城市避难场所" else {}
                community = communities[1] if kind in {"社区综合文化服务中心", "家庭教育场所"} else ""
                self.add(kind, place, (community or place[1])[:2] + end, {**shelter}, community)
        for kind, (_, end, districts) in ONCE.items():
            for turn, district in enumerate(districts):
                fields: dict[str, object] = {}
                name = end
                if kind.startswith("新时代"):
                    level = ("中心", "所", "站")[turn % 3]
                    fields, name = {"实践阵地级别": level}, end + level
                if kind == "服务举报热线":
                    fields, name = {"热线类别": HOTLINES[turn]}, f"{HOTLINES[turn]}热线"
                self.add(kind, (district, list(DISTRICTS[district])[-1]), district + name, fields)
        self.add("火车站", ("示范区", "新安街道"), "周口东站")
        for district in ("川汇区", "淮阳区"):
            self.add("中小学校", (district, next(iter(DISTRICTS[district]))), f"{district[:2]}第二中学")


def register(rng: Random) -> list[Site]:
    """The register, in the order of types and numbers."""
    book = Register()
    book.add_printed()
    book.add_made_up(rng)
    book.add_further()
    return [site for sites in book.by_kind.values() for site in sites]
