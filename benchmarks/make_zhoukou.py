"""Write the example city's files: ``python benchmarks/make_zhoukou.py [FOLDER]`` (examples/zhoukou by default).

The files in examples/zhoukou are the source of truth; this script shows what in them is made up, by a fixed seed.
The same versions of XlsxWriter and polars write the same bytes.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

import polars as pl
import xlsxwriter
import yaml
from zhoukou_answers import answered
from zhoukou_map import outlines, positions
from zhoukou_places import CITY, Site, areas, person, register, subdistricts, units
from zhoukou_printed import (
    BY_HAND,
    CITY_LISTS,
    CITY_STATISTICS,
    COUNTS,
    DISTRICT_DOCUMENTS,
    DISTRICT_STATISTICS,
    DOCUMENTS,
    FURTHER_STATISTICS,
    HAND_PROBLEMS,
    QUESTIONNAIRE_COUNTS,
    SECOND_VISITS,
    STATISTICS,
    TRAINED_IN_COMMUNITIES,
    UNVISITED,
    VERDICTS,
    W09,
    W10,
    WAIVERS,
    Row,
    table,
    trained_in_communities,
)
from zhoukou_sheets import answers
from zhoukou_visits import OBSERVE, Luck

SEED = "周口 2025"
ROUNDS = {W09: date(2025, 2, 24), W10: date(2025, 3, 3)}
# How often something is in order, by district: made up, so that places differ; a little less in the week before.
SHARES = {"川汇区": 0.8, "淮阳区": 0.72, "开发区": 0.78, "港区": 0.7, "示范区": 0.84}
SEEN_IN_W09 = ("主次干道", "商业大街", "农贸市场", "居民小区", "公交站点")
REGISTER = register(Random(SEED))
POSITIONS = positions(REGISTER, f"{SEED}/map")
BY_NUMBER = {site.number: site for site in REGISTER}
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
# Problems seen where the column counts something: criterion, what people write.
TOLD = {
    "消防通道堵占处数": ("消防车通道畅通", ("通道内停放小轿车", "通道堆放纸箱和旧家具", "隔离桩上锁打不开")),
    "卫生死角处数": ("无卫生死角", ("墙角堆有陈年杂物", "空地有装修垃圾", "绿化带内有积存垃圾")),
    "垃圾堆积或污物处数": ("环境干净清运及时", ("垃圾箱满溢未清运", "路沿有成片烟蒂", "地面有污水")),
    "盲道被占用处数": ("盲道坡道无侵占", ("盲道上停放共享单车", "盲道被摊位占用")),
}
WIRES = ("入户线低垂缠绕", "废弃通信线未剪除", "从楼上拉线给电动车充电", "线缆盘挂在电杆上")
BOARDS = (("门头灯箱缺字", "0.5"), ("废弃支架未拆", "0.5"), ("招牌褪色破损", "0.3"))
PETS = ("遛犬不牵绳", "宠物粪便未清理")
# Verdicts that outside inspectors write down: type -> criterion, kind.
OUTSIDE = {
    "农贸市场": (("消防和技防设施达标", "扣分"), ("文明用语规范服务", "等级")),
    "中小学校": (("消防和技防设施达标", "扣分"),),
    "便民生活服务中心": (("消防和技防设施达标", "扣分"), ("文明用语规范服务", "等级")),
    "公共厕所": (("公厕保洁及时", "等级"),),
    "校园周边": (("校门口交通秩序", "等级"),),
}


# Workbooks of W10 with a sheet for each kind, by who keeps them.
TOGETHER = {
    "商贸餐饮": ("商场", "超市", "宾馆", "饭店餐馆", "实体书店", "食品店", "药店", "文化娱乐场所"),
    "窗口服务": (
        "政务大厅",
        "银行网点",
        "邮政营业厅",
        "通信营业厅",
        "窗口单位",
        "医院",
        "社区卫生服务机构",
        "救助与福利机构",
    ),
    "文化场馆": (
        "图书馆",
        "文化馆",
        "博物馆",
        "纪念馆",
        "爱国主义教育基地",
        "影剧院",
        "体育场馆",
        "青少年活动中心",
        "街道综合文化站",
        "社区综合文化服务中心",
    ),
    "广场景区和车站": (
        "公共广场",
        "景区景点",
        "文体广场",
        "晨晚练体育活动点",
        "城市避难场所",
        "长途汽车站",
        "火车站",
    ),
    "乡村和城乡接合部": ("行政村", "乡镇主要街道", "城乡接合部"),
    "未成年人场所": ("乡村学校少年宫", "家庭教育场所", "未成年人心理健康辅导站"),
    "点位抽查": (
        "街道办事处点位",
        "新建社区",
        "新时代文明实践中心（所、站）",
        "学雷锋志愿服务站点",
        "建筑工地",
        "环卫中转站",
        "河道水体",
        "建成区",
    ),
}
# The papers of the districts, a sheet each, in the order of the outline.
PAPERS = (
    "理想信念教育材料 核心价值观建设材料 道德风尚材料 政务环境材料 法治环境材料 市场环境材料 人文环境材料 生活环境材料 "
    "社会环境材料 生态环境材料 创建机制材料 未成年人工作材料"
).split()
OF_MINORS = frozenset(
    (
        "中小学校 校园周边 网吧 乡村学校少年宫 家庭教育场所 未成年人心理健康辅导站 未成年人工作材料 未成年人工作问卷"
    ).split()
)
HOURS = {"早高峰": "07:30", "平峰": "10:00", "晚高峰": "17:30"}
# Columns in which nothing is left blank.
KEPT = frozenset(
    "日期 检查人 已查全 改造已经完成 管理方式 入口有坡道 有扶手厕位 门宽可进轮椅 有呼叫按钮 无障碍标识清楚".split()
)


def kept(sheet: str, share: float) -> float:
    """How often an answer of the longer sheets is in order: a little oftener than the rest, oftenest at schools."""
    return share + (0.61 if sheet in OF_MINORS else 0.2) * (1 - share)


def luck_of(site: Site, round_id: str, purpose: str = "") -> Luck:
    """The luck of one site in one round."""
    return Luck(f"{SEED}/{round_id}/{site.number}/{purpose}", SHARES[site.district] - 0.04 * (round_id == W09))


def visits(round_id: str, kind: str) -> list[tuple[Site, Row]]:
    """The rows of one type in one round, with 日期, 检查人 and the fields; a few fields are blank."""
    found: list[tuple[Site, Row]] = []
    for site in REGISTER:
        if site.kind != kind or (round_id == W10 and site.number in UNVISITED):
            continue
        luck = luck_of(site, round_id)
        day = ROUNDS[round_id] + timedelta(days=luck.whole(0, 4))
        row: Row = {"日期": day.isoformat(), "检查人": f"{'一二三四五'[luck.whole(0, 4)]}组{person(luck.whole(0, 19))}"}
        row |= OBSERVE[kind](site, luck) if kind in OBSERVE else {}
        row = {key: None if luck.holds(0.012) and key not in KEPT else value for key, value in row.items()}
        row |= BY_HAND.get((round_id, site.number), {})
        row |= answers(kind, f"{SEED}/{round_id}/{site.number}", kept(kind, luck.share), row)
        if site.name.endswith("小学"):
            row |= {"询问中学生人数": 0, "参加过志愿服务的中学生数": None}
        found.append((site, row))
    for again, number, day_again, row in SECOND_VISITS:
        if again == round_id and BY_NUMBER[number].kind == kind:
            found.append((BY_NUMBER[number], {"日期": day_again, "检查人": f"复查组{person(3)}", **row}))
    return found


def remarks(site: Site, row: Row, luck: Luck) -> Iterator[tuple[str, str, str]]:
    """Criterion, problem and 扣分 of what is wrong at one visit."""
    if site.kind in {"背街小巷", "居民小区", "三无小区", "农贸市场"}:
        yield from (("无飞线和蜘蛛网线", luck.one(WIRES), "") for _ in range(luck.defects(4)))
    if site.kind == "商业大街":
        yield from (("门头招牌和户外广告规范", *luck.one_of(BOARDS)) for _ in range(luck.defects(3)))
    if site.kind == "公园广场":
        yield from (("文明养宠", luck.one(PETS), "") for _ in range(luck.defects(3)))
    for column, (criterion, texts) in TOLD.items():
        count = row.get(column)
        if isinstance(count, int) and count > 0 and luck.holds(0.6):
            if column == "垃圾堆积或污物处数" and site.kind in {"居民小区", "三无小区"}:
                criterion = "小区垃圾逐处计数"
            yield criterion, luck.one(texts), ""


def problems(round_id: str) -> Iterator[Row]:
    """The problem list of one round: what counts alone, and remarks to what the sheets count."""
    for kind in OBSERVE if round_id == W10 else SEEN_IN_W09:
        last = {site.number: (site, row) for site, row in visits(round_id, kind)}
        for site, row in last.values():
            luck = luck_of(site, round_id, "problems")
            told = HAND_PROBLEMS.get((round_id, site.number)) or remarks(site, row, luck)
            for number, (criterion, problem, points) in enumerate(told, start=1):
                found: Row = {
                    "编号": site.number,
                    "点位": site.name,
                    "日期": row["日期"],
                    "测评标准": criterion,
                    "问题": problem,
                }
                found |= {"扣分": points, "照片": f"照片/{site.number}-{number}.jpg" if luck.holds(0.7) else None}
                urgent = criterion == "无飞线和蜘蛛网线" and luck.holds(0.3)
                yield found | {
                    "责任人": person(luck.whole(0, 19)) if urgent else None,
                    "整改期限": "2025-03-14" if urgent else None,
                }


def outside() -> Iterator[Row]:
    """The long sheet of the outside inspectors in W10: a row a criterion, with 结果, 等级 or 扣分."""
    for kind, asked in OUTSIDE.items():
        for site, seen in visits(W10, kind):
            luck = luck_of(site, W10, "outside")
            for criterion, how in asked:
                row: Row = {"编号": site.number, "点位": site.name, "日期": seen["日期"], "测评标准": criterion}
                row |= {"结果": None, "等级": None, "扣分": None, "问题": None}
                if how == "扣分":
                    lost = luck.defects(3)
                    row |= {"扣分": ("0", "0.5", "1", "1.5")[lost], "问题": "灭火器压力不足" if lost else None}
                elif criterion == "校门口交通秩序":
                    row["等级"] = luck.grade("人车分流", "个别占道", "拥堵混乱")
                else:
                    row["等级"] = luck.grade("A", "B", "C")
                yield row
    days = {site.number: row["日期"] for site, row in visits(W10, "农贸市场")}
    for verdict in VERDICTS:
        yield {"点位": BY_NUMBER[str(verdict["编号"])].name, "日期": days[str(verdict["编号"])], **verdict}


def community_records() -> Iterator[Row]:
    """社区台账: 明白人 (by hand) and household visits (made up, one of them more than there are households)."""
    trained = trained_in_communities()
    for number, district, name, communities in subdistricts():
        for community in communities:
            luck = Luck(f"{SEED}/{community}", SHARES[district])
            households = luck.whole(900, 3200)
            visited = luck.part(households, 0.97, 0.88, 0.7)
            if community == "琴台社区":
                visited = households + 45
            row: Row = {"轮次": W10, "属地": f"{CITY}/{district}/{name}/{community}", "明白人人数": trained[community]}
            if community in {"沙北社区", "建南社区"}:
                continue
            yield row | {"常住户数": households, "已走访户数": visited if number != 12 else None}


def training() -> Iterator[Row]:
    """单位培训记录. Printed: at least 2 in every unit of 示范区; 180 in 淮阳区 with those of the communities."""
    content = ("考察步骤", "考察要素", "工作程序", "测评标准")
    districts = {name: district for _, district, name, _ in subdistricts()}
    rows = [row for row in units() if row["属地"] != "港区" or row["单位"] not in {"商务局", "残联", "团委"}]
    new = [row for row in rows if row["属地"] == "淮阳区"]
    wanted = 180 - sum(TRAINED_IN_COMMUNITIES["淮阳区"])
    for row in rows:
        district = districts.get(row["属地"], row["属地"])
        luck = Luck(f"{SEED}/{row['单位']}/{row['属地']}", SHARES.get(district, 0.8))
        people = luck.whole(2, 5) if district == "示范区" or luck.holds() else luck.whole(0, 1)
        if row in new:
            people = wanted // len(new) + (new.index(row) < wanted % len(new))
        taught = "、".join(luck.some(content)) if people else "无"
        yield {"单位": row["单位"], "属地": row["属地"], "日期": "2025-03-04", "明白人人数": people, "培训内容": taught}


def by_district(sheet: str, day: str) -> list[Row]:
    """A row a district of what every district sends: papers, counts of a questionnaire."""
    rows: list[Row] = []
    for district, share in SHARES.items():
        row: Row = {"轮次": W10, "属地": district, "日期": day}
        rows.append(row | answers(sheet, f"{SEED}/{district}/{sheet}", kept(sheet, share), row))
    return rows


def citizens() -> list[Row]:
    """市民问卷: the counts by hand, with those of the further questions."""
    rows = table(COUNTS, QUESTIONNAIRE_COUNTS)
    for row in rows:
        counted: Row = {"完成答卷数": int(str(row["完成答卷数"]))}
        row |= answers("市民问卷", f"{SEED}/{row['属地']}/市民问卷", 1, counted)
    return rows


def lines(text: str) -> list[Row]:
    """A table that stands under its headers; a line between them holds =."""
    head, _, rest = text.partition("\n=\n")
    return table(head.split(), rest)


# --- how people type ------------------------------------------------------------------------------------------------


def slashed(day: str) -> str:
    """2025/3/5."""
    return "/".join(str(int(part)) for part in day.split("-"))


def spelled(day: str) -> str:
    """2025年3月5日."""
    year, month, number = (int(part) for part in day.split("-"))
    return f"{year}年{month}月{number}日"


def plain(day: str) -> str:
    """2025-03-05."""
    return day


def timed(found: Iterable[tuple[Site, Row]], day: Callable[[str], str]) -> list[tuple[Site, Row]]:
    """Visits with the time of day: by 观察时段 at crossings; 06:00, the morning inspection, in 港区 and 示范区."""
    done = []
    for site, row in found:
        hour = HOURS.get(str(row.get("观察时段")), "06:00" if site.district in {"港区", "示范区"} else "")
        done.append((site, row | {"日期": f"{day(str(row['日期']))} {hour}".strip()}))
    return done


def typed(
    rows: Iterable[Row], day: Callable[[str], str] = plain, yes: str = "是", no: str = "否", seed: str = ""
) -> list[Row]:
    """Rows as somebody typed them: dates and yes or no in one way a file, here and there full-width digits."""
    rng = Random(f"{SEED}/{seed}")
    done = []
    for row in rows:
        new: Row = {}
        for key, value in row.items():
            if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
                value = day(value)
            elif value in ("是", "否") and key != "已查全":
                value = yes if value == "是" else no
            elif isinstance(value, int) and not isinstance(value, bool) and seed and rng.random() < 0.02:
                value = str(value).translate(FULL_WIDTH)
            new[key] = "、".join(value) if isinstance(value, list) else value
        done.append(new)
    return done


def named(found: Iterable[tuple[Site, Row]], *columns: str) -> list[Row]:
    """Visit rows with the columns that name the site."""

    def name(site: Site) -> Row:
        path = "/".join(part for part in (CITY, site.district, site.subdistrict, site.community, site.grid) if part)
        every = {"编号": site.number, "点位": site.name, "区县": site.district, "街道": site.subdistrict, "属地": path}
        return {column: every[column] for column in columns}

    return [name(site) | row for site, row in found]


# --- how files are written ------------------------------------------------------------------------------------------


def headers_of(rows: Sequence[Mapping[str, object]]) -> list[str]:
    """Every column of the rows, in the order of first sight."""
    return list(dict.fromkeys(key for row in rows for key in row))


def write_csv(path: Path, rows: Sequence[Mapping[str, object]], encoding: str = "utf-8-sig") -> None:
    """A CSV file as Excel saves it."""
    text = io.StringIO()
    writer = csv.DictWriter(text, headers_of(rows), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))


def write_workbook(path: Path, sheets: dict[str, list[Row]]) -> None:
    """A workbook with one table a sheet; ISO dates become cells with a date format."""
    book = xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"})
    book.set_properties({"created": datetime(2025, 3, 9), "author": "示例"})
    bold = book.add_format({"bold": True})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        headers = headers_of(rows)
        sheet.write_row(0, 0, headers, bold)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(headers), 12)
        for number, row in enumerate(rows, start=1):
            for column, header in enumerate(headers):
                value = row.get(header)
                if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
                    sheet.write_datetime(number, column, datetime.fromisoformat(value))
                elif value not in (None, ""):
                    sheet.write(number, column, value)
    book.close()


def write_json(path: Path, rows: list[Row]) -> None:
    """A list of objects, one a line; 是 and 否 become true and false."""
    words: dict[object, object] = {"是": True, "否": False}
    records = [{k: words[v] if v in ("是", "否") else v for k, v in row.items() if v is not None} for row in rows]
    lines = ",\n".join(json.dumps(record, ensure_ascii=False) for record in records)
    path.write_text(f"[\n{lines}\n]\n", encoding="utf-8", newline="\n")


def write_yaml(path: Path, rows: list[Row]) -> None:
    """A list of mappings."""
    records = [{key: value for key, value in row.items() if value is not None} for row in rows]
    text = yaml.safe_dump(records, allow_unicode=True, sort_keys=False, width=200)
    path.write_text(text, encoding="utf-8", newline="\n")


def write_parquet(path: Path, rows: list[Row]) -> None:
    """Typed columns, as a database exports them."""
    frame = pl.DataFrame(rows, infer_schema_length=None).with_columns(pl.col("日期").str.to_date())
    frame.write_parquet(path, compression="zstd", statistics=False)


# --- the files ------------------------------------------------------------------------------------------------------


def register_rows(lanes: bool) -> list[Row]:
    """The register: back streets in one sheet, everything else in another."""
    rows = []
    for number, site in enumerate(REGISTER):
        if (site.kind == "背街小巷") != lanes:
            continue
        row: Row = {
            "编号": site.number,
            "点位": site.name,
            "点位类型": site.kind,
            "区县": site.district,
            "街道": site.subdistrict,
        }
        row |= {"社区": site.community or None, "责任人": person(number)}
        if not lanes:
            row |= {"网格": site.grid or None, "所属点位": site.part_of or None}
        where = POSITIONS.get(site.number)
        placed: Row = {}
        if where:
            placed = {"经纬度": "{},{}".format(*where)} if lanes else dict(zip(("经度", "纬度"), where, strict=True))
        rows.append(row | site.fields | placed)
    return rows


def write_frame(folder: Path) -> None:
    """Areas, units, rounds, waivers, the register, and what the map is drawn from."""
    write_csv(folder / "areas.csv", areas())
    write_csv(folder / "units.csv", units())
    titles = {W09: "2025 年第 9 周模拟测评", W10: "2025 年第 10 周模拟测评"}
    rounds = [
        {"轮次": name, "标题": titles[name], "开始": start.isoformat(), "结束": (start + timedelta(days=6)).isoformat()}
        for name, start in ROUNDS.items()
    ]
    write_csv(folder / "rounds.csv", rounds)
    write_csv(folder / "豁免.csv", WAIVERS)
    said = {"files": {"点位台账.xlsx": {"crs": "gcj02"}}}
    (folder / "mapping.yaml").write_text(yaml.safe_dump(said, allow_unicode=True), encoding="utf-8", newline="\n")
    (folder / "outlines.geojson").write_text(outlines(f"{SEED}/map"), encoding="utf-8", newline="\n")
    write_workbook(folder / "点位台账.xlsx", {"点位台账": register_rows(False), "背街小巷台账": register_rows(True)})


def write_visits(folder: Path) -> None:
    """The inspections of both rounds, each kind of site as somebody else keeps it."""
    write_csv(
        folder / "交通路口_2025-W09.csv", typed(named(visits(W09, "交通路口"), "编号", "点位"), slashed, seed="a")
    )
    sheets = {kind: typed(named(visits(W09, kind), "编号", "点位")) for kind in SEEN_IN_W09}
    write_workbook(folder / "点位检查_2025-W09.xlsx", sheets)
    write_csv(
        folder / "交通路口_2025-W10.csv", typed(named(timed(visits(W10, "交通路口"), plain), "编号", "点位"), seed="b")
    )
    roads = typed(named(timed(visits(W10, "主次干道"), spelled), "点位", "区县", "街道"), seed="c")
    write_csv(folder / "主次干道_2025-W10.csv", roads, "gb18030")
    streets = typed(named(visits(W10, "商业大街"), "属地", "点位"), slashed, seed="d")
    write_csv(folder / "商业大街_2025-W10.csv", streets)
    lanes = visits(W10, "背街小巷")
    districts = dict.fromkeys(site.district for site, _ in lanes)
    sheets = {
        name: typed(
            named([each for each in lanes if each[0].district == name], "编号", "街道", "点位"), yes="√", no="×"
        )
        for name in districts
    }
    write_workbook(folder / "背街小巷_2025-W10.xlsx", sheets)
    sheets = {
        kind: typed(named(visits(W10, kind), "编号", "点位")) for kind in ("农贸市场", "中小学校", "校园周边", "社区")
    }
    write_workbook(folder / "点位检查_2025-W10.xlsx", sheets)
    homes = typed(named(visits(W10, "居民小区"), "编号", "点位"), slashed, seed="e")
    write_csv(folder / "居民小区_2025-W10.csv", homes, "gb18030")
    write_csv(
        folder / "三无小区_2025-W10.csv", typed(named(visits(W10, "三无小区"), "编号", "点位"), spelled, seed="f")
    )
    parks = typed(named(visits(W10, "公园广场"), "编号", "点位"), yes="有", no="无", seed="g")
    write_csv(folder / "公园广场_2025-W10.csv", parks)
    write_json(folder / "公共厕所_2025-W10.json", named(visits(W10, "公共厕所"), "编号", "点位"))
    write_yaml(folder / "便民生活服务中心_2025-W10.yaml", named(visits(W10, "便民生活服务中心"), "编号", "点位"))
    for name, kinds in TOGETHER.items():
        sheets = {kind: typed(named(visits(W10, kind), "编号", "点位")) for kind in kinds}
        write_workbook(folder / f"{name}_2025-W10.xlsx", sheets)
    buses = typed(named(visits(W10, "公交车"), "编号", "点位"), slashed, seed="h")
    write_csv(folder / "公交车_2025-W10.csv", buses, "gb18030")
    calls = typed(named(visits(W10, "服务举报热线"), "编号", "点位"), spelled, seed="i")
    write_csv(folder / "服务举报热线_2025-W10.csv", calls)
    write_json(folder / "网吧_2025-W10.json", named(visits(W10, "网吧"), "编号", "点位"))
    write_parquet(folder / "公交站点_2025-W10.parquet", named(visits(W10, "公交站点"), "编号", "点位"))


def write_lists(folder: Path) -> None:
    """Problem lists, the outside inspectors' sheet, documents, statistics, training and questionnaire counts."""
    write_csv(folder / "问题清单_2025-W09.csv", typed(problems(W09), slashed))
    write_workbook(folder / "问题清单_2025-W10.xlsx", {"问题清单": typed(problems(W10))})
    write_csv(folder / "第三方暗访_2025-W10.csv", typed(outside(), spelled))
    write_csv(folder / "区县创建材料.csv", table(DOCUMENTS, DISTRICT_DOCUMENTS))
    papers = {sheet: typed(by_district(sheet, "2025-03-07"), yes="√", no="×") for sheet in PAPERS}
    write_workbook(folder / "区县材料审核.xlsx", papers)
    statistics = {"区县统计指标": table(STATISTICS, DISTRICT_STATISTICS)}
    statistics |= {sheet: lines(text) for sheet, text in FURTHER_STATISTICS.items()}
    write_workbook(folder / "区县统计指标.xlsx", statistics)
    write_yaml(folder / "全市统计指标.yaml", [CITY_STATISTICS])
    write_csv(folder / "社区台账.csv", list(community_records()))
    write_csv(folder / "单位培训记录.csv", list(training()), "gb18030")
    write_csv(folder / "市民问卷.csv", citizens())
    write_csv(folder / "市民问卷答卷_2025-W10.csv", answered(SEED))
    write_csv(folder / "未成年人工作问卷.csv", typed(by_district("未成年人工作问卷", "2025-03-08"), slashed))
    for name, text in CITY_LISTS.items():
        write_csv(folder / f"{name}.csv", lines(text))


def make(folder: Path) -> None:
    """Write every data file of the example city into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    write_frame(folder)
    write_visits(folder)
    write_lists(folder)


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1] / "examples" / "zhoukou")
