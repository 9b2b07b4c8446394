"""What an inspector would have written down at each kind of site of the example city: made up, by a fixed seed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from zhoukou_places import Site

Row = dict[str, object]
FULL, MID, LOW = 0, 1, 2


class Luck:
    """Random observations for one site on one day; ``share`` is how often something is in order.

    It is seeded by a text, so that one site can change without the others, and draws only ``random()``, whose
    sequence Python keeps from version to version.
    """

    def __init__(self, seed: str, share: float) -> None:
        self.rng = Random(seed)
        self.share = share

    def holds(self, share: float | None = None) -> bool:
        """True as often as ``share`` says."""
        return self.rng.random() < (self.share if share is None else share)

    def whole(self, low: int, high: int) -> int:
        """A whole number from low to high."""
        return low + int(self.rng.random() * (high - low + 1))

    def one(self, options: Sequence[str]) -> str:
        """One of several texts."""
        return options[self.whole(0, len(options) - 1)]

    def band(self) -> int:
        """FULL as often as ``share`` says, else MID twice as often as LOW."""
        return FULL if self.holds() else MID if self.holds(0.67) else LOW

    def part(self, whole: int, *limits: float) -> int:
        """How many of ``whole``: at least the first limit where in order, else from the second or third."""
        band = min(self.band(), len(limits) - 1)
        low = -(-whole * limits[band] // 1)
        high = whole if band == FULL else -(-whole * limits[band - 1] // 1) - 1
        return self.whole(int(low), int(max(low, high)))

    def defects(self, worst: int) -> int:
        """0 where in order, else 1 to ``worst``, few more often than many."""
        return 0 if self.holds() else 1 + int(self.rng.random() ** 2 * worst)

    def one_of(self, options: Sequence[tuple[str, str]]) -> tuple[str, str]:
        """One of several pairs."""
        return options[self.whole(0, len(options) - 1)]

    def yes(self) -> str:
        """是 or 否."""
        return "是" if self.holds() else "否"

    def grade(self, *words: str) -> str:
        """A word of a scale, best first."""
        return words[min(self.band(), len(words) - 1)]

    def some(self, options: Sequence[str]) -> list[str]:
        """All options where in order, else some of them."""
        if self.holds():
            return list(options)
        return [each for each in options if self.holds(0.7)] or [options[0]]


def manners(luck: Luck) -> Row:
    """Twenty minutes of watching how people behave."""
    calm = Luck(str(luck.rng.random()), 0.5 + luck.share / 2)
    return {
        "乱扔杂物人次": luck.defects(3),
        "随地吐痰人次": calm.defects(2),
        "损坏花木设施起数": calm.defects(1),
        "争吵谩骂起数": calm.defects(1),
        "躺卧公共座椅人次": calm.defects(2),
    }


def adverts(luck: Luck, *limits: int) -> Row:
    """Public adverts: how many, and how many of them are faulty. ``limits``: enough, nearly enough."""
    band = luck.band()
    seen = luck.whole(limits[0], limits[0] + 6) if band == FULL else luck.whole(*sorted((limits[-1], limits[0] - 1)))
    return {"公益广告数": seen, "有问题的公益广告数": min(seen, luck.defects(2))}


def lamps(luck: Luck, count: int, *lit: float) -> Row:
    """Street lamps: wanted, fitted and lit."""
    fitted = count if luck.holds(0.5 + luck.share / 2) else count - luck.whole(1, max(1, count // 8))
    return {"应装路灯数": count, "已装路灯数": fitted, "亮着的路灯数": luck.part(fitted, *lit)}


def crossing(site: Site, luck: Luck) -> Row:
    """交通路口, thirty minutes at one crossing."""
    riders, due, asked = luck.whole(60, 220), luck.whole(20, 80), luck.whole(3, 5)
    return {
        "观察时段": luck.one(("早高峰", "早高峰", "平峰", "晚高峰")),
        "观察分钟数": 30,
        "电动自行车骑行人数": riders,
        "其中佩戴头盔人数": luck.part(riders, 0.95, 0.85, 0.62),
        "其中未上牌车辆数": luck.defects(riders // 8),
        "应当礼让的机动车数": due,
        "实际礼让的机动车数": luck.part(due, 0.9, 0.8, 0.6),
        "闯红灯人次": luck.defects(5),
        "信号灯和标志标线": luck.grade("完好", "部分损坏", "损坏") if site.fields.get("有信号灯") == "是" else None,
        "在岗劝导志愿者数": 0 if not luck.holds() else luck.whole(1, 3),
        "问询人数": asked,
        "热情作答人数": luck.part(asked, 1, 0.6, 0.2),
    }


def main_road(site: Site, luck: Luck) -> Row:
    """主次干道, a walk of 500 m or more."""
    walked = 100 * luck.whole(5, 12)
    return {
        "行走米数": walked,
        "车行道破损处数": luck.defects(3),
        "人行道缺损处数": luck.defects(5),
        "沿线公厕或指示牌数": -(-walked // 500) - (0 if luck.holds() else 1),
        **adverts(luck, 5, 3),
        "垃圾堆积或污物处数": luck.defects(4),
        "占道经营处数": luck.defects(5),
        "违章停车辆数": luck.defects(8),
        **manners(luck),
        "乱贴乱画处数": luck.defects(6),
        **lamps(luck, luck.whole(40, 90), 0.99, 0.95, 0.85),
        "盲道被占用处数": luck.defects(3),
    }


def commercial_street(site: Site, luck: Luck) -> Row:
    """商业大街, all shops of one street."""
    shops, checked = luck.whole(40, 120), luck.whole(8, 12)
    return {
        "沿街门店数": shops,
        "落实门前三包门店数": luck.part(shops, 0.95, 0.85, 0.7),
        "出店经营门店数": luck.defects(max(1, shops // 16)),
        "抽查商户数": checked,
        "亮证经营商户数": luck.part(checked, 1, 0.9, 0.6),
        **adverts(luck, 5, 3),
        "垃圾堆积或污物处数": luck.defects(4),
        "占道经营处数": luck.defects(6),
        "违章停车辆数": luck.defects(6),
        **manners(luck),
        "盲道被占用处数": luck.defects(3),
        "已查全": "是",
    }


def back_street(site: Site, luck: Luck) -> Row:
    """背街小巷, from one end to the other."""
    length = int(str(site.fields["街巷长度"]))
    paved = length if luck.holds() else length * luck.whole(65, 97) // 100
    return {
        "已硬化长度": paved,
        "排水通畅无积水": luck.yes(),
        "卫生死角处数": luck.defects(4),
        "改造已经完成": "是" if site.fields["已列入改造计划"] == "是" else None,
        "乱贴乱画处数": luck.defects(6),
        **lamps(luck, max(3, length // 20), 0.95, 0.9, 0.6),
        "已查全": "是",
    }


def market(site: Site, luck: Luck) -> Row:
    """农贸市场, gate to gate."""
    staff, shops = luck.whole(10, 24), luck.whole(10, 30)
    services = ("停车位", "装卸区", "休息座椅", "饮水点", "雨伞借用", "手推车")
    return {
        "过期变质食品件数": 0 if luck.holds(0.9) else luck.whole(1, 3),
        "抽查从业人员数": staff,
        "持健康证人数": luck.part(staff, 1, 0.9, 0.75),
        **{each: luck.yes() for each in ("公平秤在位", "投诉点有人", "农残检测结果公示", "诚信经营公示栏")},
        "排水沟状况": luck.grade("通畅无味", "少量积水", "堵塞外溢"),
        "便民设施": "、".join(luck.some(services)),
        **adverts(luck, 5, 3),
        "垃圾堆积或污物处数": luck.defects(4),
        "占道经营处数": luck.defects(4),
        "违章停车辆数": luck.defects(5),
        "抽查商户数": shops,
        "亮证经营商户数": luck.part(shops, 1, 0.9, 0.7),
        "消防通道堵占处数": luck.defects(2),
        "已查全": "是",
    }


def public_toilet(site: Site, luck: Luck) -> Row:
    """公共厕所; those of the three markets were rebuilt to be accessible, as printed."""
    parts = ("入口有坡道", "有扶手厕位", "门宽可进轮椅", "有呼叫按钮", "无障碍标识清楚")
    return {
        **{part: "是" if site.part_of else luck.yes() for part in parts},
        "无障碍厕位开放可用": luck.yes(),
        "气味": luck.grade("无异味", "略有异味", "异味明显"),
    }


def compound(site: Site, luck: Luck) -> Row:
    """居民小区, 200 m from the gate and two stairwells."""
    bins, wanted = luck.whole(8, 20), -(-int(str(site.fields["楼栋数"])) // 10)
    return {
        "小区绿化和卫生": luck.grade("A", "B", "C"),
        "路面坑洼积水处数": luck.defects(4),
        "查看垃圾桶数": bins,
        "分类正确且干净的桶数": luck.part(bins, 0.9, 0.7, 0.4),
        "抽查楼道数": 2,
        "整洁通畅楼道数": luck.part(2, 1, 0.5, 0),
        "充电桩数": wanted if luck.holds() else max(0, wanted - 1),
        "消防通道堵占处数": luck.defects(2),
        "乱贴乱画处数": luck.defects(6),
        "已查全": "是",
    }


def old_compound(site: Site, luck: Luck) -> Row:
    """三无小区; the eleven of 开发区 are managed in three ways, as printed."""
    ways = ("物业托管", "业主自治", "社区代管")
    kept = site.district == "开发区"
    way = ways[int(site.number[-3:]) % 3] if kept else luck.one(ways) if luck.holds(0.8) else "无人管理"
    elected, filed = "2024-05-18", "2024-06-12" if luck.holds() else "2024-05-06"
    return {
        "管理方式": way,
        "业主委员会选举日期": elected if way == "业主自治" else None,
        "业主委员会备案日期": filed if way == "业主自治" else None,
        "消防通道堵占处数": luck.defects(2),
        "乱贴乱画处数": luck.defects(7),
        "已查全": "是",
    }


def community(site: Site, luck: Luck) -> Row:
    """社区, the community's house and records."""
    asked = luck.whole(4, 6)
    facts = (
        "居民公约已公布 有家长学校或家教站点 家庭教育有制度和记录 家庭教育有活动资料 有未成年人活动场所 "
        "未成年人场所有制度记录 未成年人活动资料齐全 志愿服务站点有统一标识 志愿者在岗并佩戴标识 志愿服务项目上墙 "
        "有志愿服务活动记录"
    ).split()
    shown = luck.some(("宣传栏", "电子屏", "景观小品", "楼道海报", "入户折页"))
    replies = {"问询人数": asked, "热情作答人数": luck.part(asked, 0.9, 0.6, 0.2)}
    return {**{fact: luck.yes() for fact in facts}, "创建宣传形式": "、".join(shown), **replies}


def convenience_centre(site: Site, luck: Luck) -> Row:
    """便民生活服务中心 and what can be reached on foot in fifteen minutes."""
    posts = ("志愿服务站点有统一标识", "志愿者在岗并佩戴标识", "志愿服务项目上墙", "有志愿服务活动记录")
    rooms = ("服务大厅", "自助超市", "警务室", "图书室", "志愿服务台", "积分超市", "文体中心")
    return {
        "步行15分钟可达服务": luck.some(("学校", "政务", "医疗", "休闲", "买菜", "健身")),
        "中心设有": luck.some(rooms),
        "母婴室开放": luck.yes(),
        **{post: luck.yes() for post in posts},
        "消防通道堵占处数": luck.defects(1),
    }


def school(site: Site, luck: Luck) -> Row:
    """中小学校, two classrooms and five pupils."""
    asked = 5
    return {
        "抽查教室数": 2,
        "张贴核心价值观的教室数": luck.part(2, 1, 0.5, 0),
        "询问学生数": asked,
        "能背出核心价值观人数": luck.part(asked, 0.6, 0.2),
        "学生守则已展示": luck.yes(),
        "烟头数": luck.defects(2),
        "最早到期灭火器有效期": "2027-06-30" if luck.holds() else "2025-09-30",
        "消防通道堵占处数": luck.defects(1),
    }


def school_surroundings(site: Site, luck: Luck) -> Row:
    """校园周边, 200 m around the gate."""
    return {
        "200 米内网吧游戏厅数": 0 if luck.holds(0.93) else 1,
        "周边娱乐场所数": luck.defects(1),
        "周边非法行医数": 0,
        "三无食品和低俗商品件数": luck.defects(6),
        "流动和无证摊点数": luck.defects(4),
        "正值上下学": "是" if luck.holds(0.8) else "否",
        "护学岗人数": luck.whole(2, 5) if luck.holds() else 1,
    }


def park(site: Site, luck: Luck) -> Row:
    """公园广场, from the main gate."""
    benches = luck.whole(20, 60)
    posts = ("志愿服务站点有统一标识", "志愿者在岗并佩戴标识", "志愿服务项目上墙", "有志愿服务活动记录")
    return {
        "查看座椅健身器材数": benches,
        "损坏件数": luck.defects(benches // 8),
        "公益景观小品数": luck.whole(1, 3) if luck.holds() else 0,
        **adverts(luck, 5, 3),
        "垃圾堆积或污物处数": luck.defects(3),
        "占道经营处数": luck.defects(3),
        "违章停车辆数": luck.defects(4),
        **manners(luck),
        **{post: luck.yes() for post in posts},
        "已查全": "是",
    }


def bus_stop(site: Site, luck: Luck) -> Row:
    """公交站点, five departures or more."""
    seen, asked = luck.whole(5, 9), luck.whole(3, 4)
    return {
        "候车设施状况": luck.grade("完好整洁", "轻微缺损", "损坏脏乱"),
        "观察上车班次数": seen,
        "排队上车班次数": luck.part(seen, 0.9, 0.65, 0.3),
        **adverts(luck, 2, 1),
        "垃圾堆积或污物处数": luck.defects(3),
        **manners(luck),
        "问询人数": asked,
        "热情作答人数": luck.part(asked, 1, 0.6, 0.2),
    }


OBSERVE: dict[str, Callable[[Site, Luck], Row]] = {
    "交通路口": crossing, "主次干道": main_road, "商业大街": commercial_street, "背街小巷": back_street,
    "农贸市场": market, "公共厕所": public_toilet, "居民小区": compound, "三无小区": old_compound, "社区": community,
    "便民生活服务中心": convenience_centre, "中小学校": school, "校园周边": school_surroundings, "公园广场": park,
    "公交站点": bus_stop,
}  # fmt: skip
