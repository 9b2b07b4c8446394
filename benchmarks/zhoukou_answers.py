"""The answers to the citizens' questionnaire of the example city, a row a respondent: made up, by a fixed seed.

People were drawn by sub-district, about as many in each whatever its size, so that those of a large one weigh more.
"""

from __future__ import annotations

from random import Random

from zhoukou_places import subdistricts

ASKED = {
    "您支持本市创建全国文明城市吗": (("支持", 86), ("不支持", 4), ("无所谓", 6), ("说不清", 2), ("拒答", 1), ("", 1)),
    "您在本地生活觉得安全吗": (("安全", 48), ("比较安全", 37), ("一般", 10), ("不安全", 2), ("拒答", 1), ("", 2)),
    "您反映的问题得到解决了吗": (("解决了", 41), ("部分解决", 22), ("没有解决", 9), ("没有反映过", 25), ("", 3)),
}
AGES = (("18至35岁", 34), ("36至50岁", 36), ("51至65岁", 28), ("65岁以上", 2))


def answered(seed: str) -> list[dict[str, str]]:
    """市民问卷答卷_2025-W10.csv: by sub-district, in the order in which they were asked."""
    rows = []
    for number, _, name, _ in subdistricts():
        luck = Random(f"{seed}/answers/{number}")
        people, asked = 1200 * luck.randint(7, 40), luck.randint(22, 28)
        leaning = luck.uniform(0.6, 1.6)
        for _ in range(asked):
            row = {
                "轮次": "2025-W10", "日期": f"2025-03-0{luck.randint(4, 8)}", "街道": name, "街道常住人口": str(people),
                "权数": f"{people / asked / 100:.2f}", "性别": luck.choice("男女"),
                "年龄段": luck.choices([age for age, _ in AGES], [share for _, share in AGES])[0],
            }  # fmt: skip
            for question, choices in ASKED.items():
                shares = [choices[0][1] * leaning, *(share for _, share in choices[1:])]
                row[question] = luck.choices([choice for choice, _ in choices], shares)[0]
            rows.append(row)
    return rows
