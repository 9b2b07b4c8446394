"""Whatever the tables hold: every row is used or rejected, and what is used fits together."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.intake.headers import STANDARD
from duibiao.evaluator.intake.reasons import UnreadableData
from duibiao.evaluator.submission import Submission
from tests.intake.city import AREAS, REGISTER, read

WORDS = (
    "人民市场 建设市场 人民路口 M1 M2 川汇区 示范区 周口市 中心街道 周口市/川汇区 农贸市场 路口 公共厕所 区县统计 单位培训 秩序良好 无乱扔垃圾 "
    "资料齐全 志愿者比例 是 否 不适用 3 3.5 八 88% A 好 2026-03-06 r1 文明办 市场监管局 川汇区市场监管局 无 - / =1 ../x 甲 乙 支持 A.支持 安全 拒答"
).split()
CELLS = (
    st.sampled_from(WORDS)
    | st.text(max_size=5)
    | st.none()
    | st.booleans()
    | st.floats()
    | st.lists(st.text(max_size=3), max_size=2)
)
STARTS = [
    "点位 摊位数",
    "区县 常住人口",
    "单位 明白人人数",
    "点位 标准 结果",
    "点位 标准 问题",
    "点位 点位类型",
    "名称 上级",
    "单位",
    "轮次 开始 结束",
    "点位 标准 豁免理由",
    "属地 您支持本市参评吗 权数",
    "区县 1、您觉得安全吗？",
]
HEADERS = [
    name for names in STANDARD.values() for name in names
] + "市 区县 街道 社区 骑行人数 秩序良好 服务周到 建筑面积 便民服务 明码标价率 备注 怪列 总体数 你喜欢学校吗".split()
TABLE = st.tuples(
    st.sampled_from(STARTS).map(str.split), st.lists(st.sampled_from(HEADERS), max_size=4, unique=True)
).flatmap(
    lambda headers: st.lists(
        st.fixed_dictionaries(dict.fromkeys([*headers[0], *headers[1]], CELLS)), min_size=1, max_size=5
    )
)
STEMS = st.sampled_from(["农贸市场", "路口", "区县统计", "单位培训", "市民问卷", "学生问卷", "w", "v"])


def assert_consistent(submission: Submission) -> None:
    """Sites are known and of the type of their rows; no accepted row is lost on the way into the tables."""
    sites = dict(submission.sites.select("site", "site_type").iter_rows())
    assert len(sites) == submission.sites.height
    assert set(submission.sites["area"].drop_nulls()) <= set(submission.areas["area"])
    for frame in (*submission.visits.values(), submission.checks, submission.problems):
        assert all(sites[site] == site_type for site, site_type in frame.select("site", "site_type").iter_rows())
        assert frame["round"].null_count() == 0
    assert set(submission.waivers["site"]) <= set(sites)
    used = {
        shape: sum(table.used for table in submission.tables if table.shape == shape)
        for shape in ("wide", "checks", "problems", "waivers", "answers")
    }
    assert sum(frame.height for frame in submission.visits.values()) == used["wide"]
    assert sum(frame.height for frame in submission.answers.values()) == used["answers"]
    for frame in submission.answers.values():
        assert set(frame["area"].drop_nulls()) <= set(submission.areas["area"])
        assert frame["round"].null_count() == 0
    assert (submission.checks.height, submission.problems.height, submission.waivers.height) == (
        used["checks"],
        used["problems"],
        used["waivers"],
    )


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(tables=st.dictionaries(STEMS, TABLE, max_size=3), areas=st.booleans(), register=st.booleans())
def test_every_row_is_used_or_rejected(
    catalogue: Catalogue, tables: dict[str, object], areas: bool, register: bool
) -> None:
    files = {f"{stem}.json": rows for stem, rows in tables.items()}
    files |= {"areas.csv": AREAS} if areas else {}
    files |= {"register.csv": REGISTER} if register else {}
    with TemporaryDirectory() as folder, suppress(UnreadableData):
        assert_consistent(read(Path(folder), catalogue, files))
