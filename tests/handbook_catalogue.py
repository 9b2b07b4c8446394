"""A small catalogue with everything that a handbook shows, as files; its titles are attacks where that may hurt."""

from __future__ import annotations

from pathlib import Path
from typing import Final

ATTACK: Final = "</script><script>document.title='hit'</script>"
FILES: Final = {
    "catalogue.yaml": """
catalogue: hb
title: 小城测评目录
edition: "2026"
parts: {on_site: 实地考察, questionnaires: 问卷调查}
score:
  pass_mark: 85
  levels: [{name: 达标, at_least: 85}, {name: 不达标}]
  total:
    - {part: on_site, weight: 70, combine: mean_of_criteria}
    - {part: questionnaires, weight: 30, combine: pooled, at_least: 80}
  proposed: [total]
""",
    "tree.yaml": """
tree:
  - id: Ⅰ-1
    title: 市场
    under:
      - {id: Ⅱ-1, title: 秩序, under: [{id: Ⅲ-1, title: 食品}, {id: Ⅲ-2, title: 无人提起之处}]}
  - {id: "Ⅰ 2#", title: 交通}
""",
    "units.yaml": """
market_bureau: {title: 市场监管局, level: district, aliases: [市监局]}
police: {title: 交警支队}
idle: {title: 闲置单位}
""",
    "sources.yaml": """
book: {title: 测评操作手册, publisher: 某市文明办, date: "2015", url: "http://example.org/?a=1&b=2", note: 节选}
unused: {title: 没有引用的书}
""",
    "terms.yaml": "点位: {en: site, meaning: A place.}\n",
    "provenance.yaml": """
items:
  f-1: {criteria: [food_safe]}
  f-2: {not_encoded: local_only, note: 只有一地这样要求}
  f-3: {not_encoded: duplicate, of: f-1, note: 说的是一回事}
""",
    "common/shared.yaml": """
fields:
  advert_count: {label: 公益广告数, kind: count, unit: 处}
criteria:
  - id: adverts
    title: 公益广告
    site_types: [market, crossing]
    place: Ⅲ-1
    rate: advert_count
    levels: [{at_least: 3, score: 1}, {at_least: 1, score: 0.5}]
    points: 2
    look_for: 沿主线数。
    remedy: 补上。
    evidence: [photo, drone]
    by_type:
      crossing: {title: 路口公益广告, lead_unit: police, levels: [{at_least: 2, score: 1}], look_for: 看四角。}
    source: {ref: book, clause: "1.2", edition: "2015", scope: national, confidence: high, note: 只要求有}
    proposed: [levels, points]
""",
    "common/shared.cases.yaml": """
- {name: 三处满分, seen: {advert_count: 3}, expect: {adverts: 1}}
- {name: 一处得一半, seen: {advert_count: 1}, expect: {adverts: 0.5}}
- {name: 一处也没有, seen: {advert_count: 0}, expect: {adverts: missed}}
- {name: 没有数, seen: {}, expect: {adverts: unobserved}}
- {name: 路口两处满分, site_type: crossing, seen: {advert_count: 2}, expect: {adverts: met}}
- {name: 路口一处不行, site_type: crossing, seen: {advert_count: 1}, expect: {adverts: missed}}
""",
    "sites/market.yaml": f"""
site_type: market
title: 农贸市场
aliases: [菜市场]
group: 商业
lead_unit: market_bureau
quota: {{per: subdistrict, sites: 1}}
fields:
  bad_items: {{label: 过期食品件数, kind: count, unit: 件, method: 抽看三个摊位}}
criteria:
  - id: food_safe
    title: "{ATTACK}"
    place: Ⅲ-1
    pass: bad_items == 0
    points: 3
    severity: high
    look_for: "看日期 {ATTACK}"
    remedy: 下架。
    evidence: [record]
    supporting_units: [police]
    source: {{ref: book, edition: "2021", scope: local, confidence: low}}
    changes:
      - {{from: 2024-01-01, pass: bad_items <= 1}}
  - id: old_rule
    title: 排队间距
    place: Ⅲ-1
    judged: yes_no
    look_for: 看间距。
    remedy: 画线。
    source: {{ref: book, scope: national, confidence: high}}
    effective: {{from: 2021-01-01, until: 2022-12-31}}
""",
    "sites/market.cases.yaml": """
- {name: 一件也合格, seen: {bad_items: 1}, expect: {food_safe: met}}
- {name: 两件不合格, seen: {bad_items: 2}, expect: {food_safe: missed}}
- {name: 旧办法一件就不合格, as_of: 2023-06-01, seen: {bad_items: 1}, expect: {food_safe: missed}}
- {name: 没有看, seen: {}, expect: {food_safe: unobserved}}
""",
    "sites/road.yaml": """
site_type: road
title: 街道
group: 道路
each: district
several_inspections: worst
weight: 2
fields:
  lit: {label: 亮灯率, kind: percent}
  tools: {label: 设施, kind: choices, options: [椅, 灯]}
  lamps: {label: 灯数, kind: count, unit: 盏}
  broken: {label: 坏灯数, kind: count, unit: 盏, at_most: lamps, aliases: [不亮的灯]}
  working: {label: 好灯数, kind: number, formula: lamps - broken}
  wide: {label: 路宽, kind: number, unit: 米, from: site}
  people: {label: 全区人口, kind: count, unit: 人, from: district}
criteria:
  - id: lamps_work
    title: 路灯完好
    place: Ⅰ 2#
    applies: lamps > 0
    rate: working / lamps
    levels: [{at_least: 0.95, score: 1}]
    look_for: 夜里看。
    remedy: 换灯。
    source: {ref: book, scope: national, confidence: high}
  - id: litter
    title: 垃圾
    place: Ⅰ 2#
    deduct: {each: problems, points: 0.5}
    look_for: 看路面。
    remedy: 清扫。
    source: {ref: book, scope: national, confidence: high}
  - id: tools_there
    title: 设施齐全
    place: Ⅰ 2#
    of: ["'椅' in tools", "'灯' in tools"]
    levels: [{missing: 0, score: 1}, {missing: 1, score: 0.5}]
    look_for: 数设施。
    remedy: 补齐。
    source: {ref: book, scope: national, confidence: high}
  - id: lit_rate
    title: 亮灯
    place: Ⅰ 2#
    rate: lit
    full_at: 0.98
    zero_at: 0.9
    look_for: 看亮灯。
    remedy: 修。
    source: {ref: book, scope: national, confidence: high}
  - id: width
    title: 宽度
    place: Ⅰ 2#
    pass: wide > 3 and people > 0
    points: 0
    adjust_total: -2
    look_for: 查台账。
    remedy: 拓宽。
    source: {ref: book, scope: national, confidence: high}
""",
    "sites/road.cases.yaml": """
- {name: 百盏坏五盏正好, seen: {lamps: 100, broken: 5}, expect: {lamps_work: met}}
- {name: 坏六盏, seen: {lamps: 100, broken: 6}, expect: {lamps_work: missed}}
- {name: 没有灯, seen: {lamps: 0, broken: 0}, expect: {lamps_work: not_applicable}}
- {name: 坏的比灯多, seen: {lamps: 1, broken: 2}, expect: {lamps_work: invalid}}
- {name: 没有看, seen: {}, expect: {lamps_work: unobserved, tools_there: unobserved, lit_rate: unobserved, width: unobserved}}
- {name: 没有垃圾, seen: {}, expect: {litter: met}}
- {name: 一处垃圾扣一半, problems: {litter: 1}, expect: {litter: 0.5}}
- {name: 两处扣完, problems: {litter: 2}, expect: {litter: missed}}
- {name: 没查全, complete: false, problems: {litter: 1}, expect: {litter: unobserved}}
- {name: 两样都有, seen: {tools: [椅, 灯]}, expect: {tools_there: met}}
- {name: 只有椅, seen: {tools: [椅]}, expect: {tools_there: 0.5}}
- {name: 都没有, seen: {tools: []}, expect: {tools_there: missed}}
- {name: 九成八, seen: {lit: 0.98}, expect: {lit_rate: met}}
- {name: 九成四折半, seen: {lit: 0.94}, expect: {lit_rate: 0.5}}
- {name: 九成, seen: {lit: 0.9}, expect: {lit_rate: missed}}
- {name: 够宽, seen: {wide: 4, people: 9}, expect: {width: met}}
- {name: 不够宽, seen: {wide: 3, people: 9}, expect: {width: missed}}
""",
    "sites/crossing.yaml": "site_type: crossing\ntitle: 交通路口\nlead_unit: market_bureau\n",
    "sites/empty.yaml": """
site_type: empty
title: 空类型
each: district
fields: {people: {label: 全区人口, kind: count, unit: 人}}
""",
    "questionnaires/citizens.yaml": """
questionnaire: citizens
title: 市民问卷
each: district
part: questionnaires
questions:
  heard: {text: 您听说过吗, choices: [听说过, 没听说过], yes: [听说过], leave_out: [拒答]}
  rated: {text: 您觉得如何, scale: {好: 1, 一般: 0.6, 差: 0}}
fields:
  asked: {label: 答卷人数, kind: count, unit: 人}
  safe: {label: 觉得安全人数, kind: count, unit: 人, at_most: asked}
rates: {safe_rate: safe / asked}
criteria:
  - id: safety
    title: 安全感
    place: Ⅲ-1
    ask: citizens.safe_rate
    levels: [{at_least: 0.9, score: 1}]
    look_for: 问得到的都算。
    remedy: 增加巡逻。
    source: {ref: book, scope: national, confidence: medium}
""",
    "questionnaires/citizens.cases.yaml": """
- {name: 九成觉得安全, seen: {citizens.safe_rate: 0.9}, expect: {safety: met}}
- {name: 不到九成, seen: {asked: 100, safe: 89}, expect: {safety: missed}}
- {name: 没有问, seen: {}, expect: {safety: unobserved}}
""",
}


def write_catalogue(folder: Path, **changed: str) -> Path:
    """The files in ``folder``; ``changed`` replaces texts, by the name of the file without its ending."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        stem = path.name.removesuffix(".yaml").replace(".", "_")
        path.write_text(changed.get(stem, text), "utf-8")
    return folder
