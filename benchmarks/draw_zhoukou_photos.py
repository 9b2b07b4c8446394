"""Draw the photos of the example city: simple scenes that say of themselves that they are drawn.

    python benchmarks/draw_zhoukou_photos.py [FOLDER]

A font with Chinese characters has to be installed: --font names another than Noto Sans CJK. The files in the repository
are what counts; another version of Pillow or of the font writes other bytes.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

SIZE: Final = (640, 480)  # drawn
SHOWN: Final = (480, 360)  # kept: below 25 kB each
SKY, GROUND, WALL, ROAD, INK, SEAL = "#dfe9ee", "#c9c6bd", "#e9dfcf", "#8b9096", "#2b333b", "#b3261e"
Scene = Callable[[ImageDraw.ImageDraw], None]


def bicycles(draw: ImageDraw.ImageDraw) -> None:
    """Shared bicycles that stand on the tactile paving."""
    pavement(draw)
    for x in (120, 250, 380):
        for wheel in (x, x + 92):
            draw.ellipse((wheel - 34, 268, wheel + 34, 336), outline=INK, width=6)
        frame = [(x, 302), (x + 30, 246), (x + 76, 246), (x + 92, 302), (x + 76, 246), (x + 46, 302), (x, 302)]
        draw.line(frame, fill="#2f7fb0", width=8, joint="curve")
        draw.line([(x + 46, 302), (x + 26, 232), (x + 12, 232), (x + 40, 232)], fill=INK, width=7)
        draw.line([(x + 76, 246), (x + 72, 218), (x + 90, 212)], fill=INK, width=7)


def bins(draw: ImageDraw.ImageDraw) -> None:
    """Bins that run over."""
    pavement(draw)
    for x, colour in ((130, "#3f7f5f"), (300, "#4a6fa5")):
        draw.polygon([(x, 190), (x + 120, 190), (x + 108, 340), (x + 12, 340)], fill=colour, outline=INK, width=4)
        for bag, y in ((x + 4, 150), (x + 46, 134), (x + 82, 152)):
            draw.ellipse((bag, y, bag + 52, y + 52), fill="#efefe9", outline=INK, width=3)
    for x in (90, 250, 440, 490):
        draw.ellipse((x, 320, x + 58, 360), fill="#efefe9", outline=INK, width=3)


def wires(draw: ImageDraw.ImageDraw) -> None:
    """Wires that hang low and tangled across a lane."""
    lane(draw)
    for x in (110, 520):
        draw.rectangle((x, 60, x + 18, 400), fill="#77706a", outline=INK, width=3)
    for drop in (60, 90, 125, 160, 195):
        draw.arc((118, 100 - drop, 530, 100 + drop), 0, 180, fill=INK, width=4)
    for turn in range(4):
        draw.ellipse((92 - 4 * turn, 150 + 10 * turn, 150 + 4 * turn, 200 + 10 * turn), outline=INK, width=4)


def charging(draw: ImageDraw.ImageDraw) -> None:
    """A wire from a window, at which an electric bicycle is charged."""
    lane(draw)
    draw.rectangle((120, 100, 230, 180), fill="#a9c4d4", outline=INK, width=5)
    draw.line([(175, 178), (205, 230), (240, 290), (330, 300), (388, 318)], fill=SEAL, width=6, joint="curve")
    for wheel in (350, 510):
        draw.ellipse((wheel - 40, 320, wheel + 40, 400), outline=INK, width=9)
    draw.line([(350, 360), (420, 360), (470, 330), (510, 360)], fill="#4a6fa5", width=16, joint="curve")
    draw.rectangle((372, 296, 446, 330), fill=INK)
    draw.line([(510, 360), (484, 268), (454, 262)], fill=INK, width=9)


def car(draw: ImageDraw.ImageDraw) -> None:
    """A car in a fire lane."""
    fire_lane(draw)
    draw.polygon([(215, 250), (260, 190), (410, 190), (460, 250)], fill="#a9c4d4", outline=INK, width=5)
    draw.rounded_rectangle((160, 248, 510, 326), 24, fill="#f2f2ee", outline=INK, width=5)
    for wheel in (235, 435):
        draw.ellipse((wheel - 36, 292, wheel + 36, 364), fill=INK)
        draw.ellipse((wheel - 15, 313, wheel + 15, 343), fill=GROUND)


def boxes(draw: ImageDraw.ImageDraw) -> None:
    """Boxes and old furniture in a fire lane."""
    fire_lane(draw)
    for x, y, side in ((150, 250, 100), (255, 270, 80), (175, 165, 85)):
        draw.rectangle((x, y, x + side, y + side), fill="#c99a5f", outline=INK, width=4)
        draw.line([(x, y + side // 3), (x + side, y + side // 3)], fill=INK, width=3)
    draw.rounded_rectangle((365, 235, 540, 300), 14, fill="#8a5a44", outline=INK, width=4)
    draw.rounded_rectangle((350, 285, 555, 340), 12, fill="#9d6b52", outline=INK, width=4)
    for leg in (370, 525):
        draw.rectangle((leg, 340, leg + 12, 362), fill=INK)


def bracket(draw: ImageDraw.ImageDraw) -> None:
    """An empty bracket of an old sign above a shop."""
    draw.rectangle((0, 0, 640, 420), fill=WALL)
    draw.rectangle((90, 230, 550, 420), fill="#a9c4d4", outline=INK, width=5)
    draw.line([(320, 230), (320, 420)], fill=INK, width=5)
    draw.rectangle((110, 90, 530, 190), outline="#7b4a2c", width=8)
    for x in range(110, 531, 70):
        draw.line([(x, 90), (x + 30, 190)], fill="#7b4a2c", width=5)
    draw.line([(530, 190), (566, 226)], fill="#7b4a2c", width=8)


def pavement(draw: ImageDraw.ImageDraw) -> None:
    """A pavement with tactile paving before a wall."""
    draw.rectangle((0, 0, 640, 210), fill=WALL)
    draw.rectangle((0, 210, 640, 420), fill=GROUND)
    draw.rectangle((0, 318, 640, 374), fill="#e3b93f")
    for x in range(12, 640, 32):
        for y in (330, 346, 362):
            draw.rectangle((x - 7, y - 2, x + 9, y + 2), fill="#b58d20")


def lane(draw: ImageDraw.ImageDraw) -> None:
    """A lane between houses."""
    draw.rectangle((0, 0, 640, 420), fill=SKY)
    draw.rectangle((0, 70, 260, 400), fill=WALL, outline=INK, width=3)
    draw.rectangle((480, 90, 640, 400), fill="#d8cbb6", outline=INK, width=3)
    draw.rectangle((0, 396, 640, 420), fill=ROAD)


def fire_lane(draw: ImageDraw.ImageDraw) -> None:
    """A marked fire lane."""
    draw.rectangle((0, 0, 640, 200), fill=WALL)
    draw.rectangle((0, 200, 640, 420), fill=ROAD)
    draw.line([(40, 400), (110, 210), (530, 210), (600, 400), (40, 400)], fill="#e9c84a", width=8)


SCENES: Final[Mapping[str, tuple[str, Scene]]] = {
    "ZK-GD-008-1": ("盲道上停放共享单车", bicycles),
    "ZK-SY-002-1": ("垃圾箱满溢未清运", bins),
    "ZK-SY-007-1": ("废弃支架未拆", bracket),
    "ZK-BX-004-1": ("从楼上拉线给电动车充电", charging),
    "ZK-BX-004-4": ("入户线低垂缠绕", wires),
    "ZK-SC-003-1": ("通道堆放纸箱和旧家具", boxes),
    "ZK-XQ-001-1": ("入户线低垂缠绕", wires),
    "ZK-XQ-001-3": ("通道内停放小轿车", car),
}


def drawn(words: str, scene: Scene, font: str) -> Image.Image:
    """A scene with its caption below."""
    picture = Image.new("RGB", SIZE, "white")
    draw = ImageDraw.Draw(picture)
    scene(draw)
    draw.rectangle((0, 420, *SIZE), fill="white")
    draw.text((16, 450), f"示意图 · {words}", fill=INK, font=ImageFont.truetype(font, 30), anchor="lm")
    draw.text((624, 450), "非照片", fill=SEAL, font=ImageFont.truetype(font, 22), anchor="rm")
    return picture.resize(SHOWN, Image.Resampling.LANCZOS)


def main() -> None:
    """Write the photos into a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path("examples/zhoukou/照片"))
    parser.add_argument("--font", default="NotoSansCJK-Regular.ttc")
    wanted = parser.parse_args()
    wanted.folder.mkdir(parents=True, exist_ok=True)
    for name, (words, scene) in SCENES.items():
        drawn(words, scene, wanted.font).save(wanted.folder / f"{name}.jpg", quality=72, optimize=True)


if __name__ == "__main__":
    main()
