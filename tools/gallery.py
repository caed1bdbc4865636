"""./dev gallery: every state of the page in every look and theme, from the real code, as sheets in docs/gallery/.

Each picture is measured, too: nothing of ours may be cut, overlap, leave the window or cover a button. The pictures
themselves stay in build/gallery. Further arguments go to pytest, such as ``-k unfold``.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Dict, List

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "build" / "gallery"
SHEETS = ROOT / "docs" / "gallery"
TESTS = ["tests/browser/test_gallery.py"]
WIDE, HIGH = 240, 150
COLUMNS = 7
QUALITY = 35


def main(arguments: List[str]) -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for picture in FOLDER.glob("*.png"):
        picture.unlink()
    command = [sys.executable, "-m", "tools.test", *TESTS, *arguments]
    code = subprocess.call(command, cwd=ROOT, env=dict(os.environ, TEST_GALLERY=str(FOLDER)))
    for path in sheets(FOLDER, SHEETS):
        print(path.relative_to(ROOT))
    return code


def sheets(pictures: Path, folder: Path) -> List[Path]:
    """Put the pictures of each theme and look on one sheet."""
    from PIL import Image, ImageDraw

    folder.mkdir(parents=True, exist_ok=True)
    groups: Dict[str, List[Path]] = defaultdict(list)
    for path in sorted(pictures.glob("*_*_*.png")):
        theme, look, _ = path.stem.split("_", 2)
        groups[f"{theme}-{look}"].append(path)
    made = []
    for name, paths in groups.items():
        first = Image.open(paths[0])
        # A phone is as high as it is; of a wide window the part that has the bar is enough.
        wide, high = (120, 240) if first.width < 500 else (WIDE, HIGH)
        columns = COLUMNS * WIDE // wide
        rows = -(-len(paths) // columns)
        sheet = Image.new("RGB", (columns * (wide + 6), rows * (high + 20)), "#8888a0")
        draw = ImageDraw.Draw(sheet)
        for number, path in enumerate(paths):
            left, top = number % columns * (wide + 6) + 3, number // columns * (high + 20)
            draw.text((left, top + 3), path.stem.split("_", 2)[2], fill="#ffffff")
            picture = Image.open(path).convert("RGB")
            picture.thumbnail((wide, high))
            sheet.paste(picture, (left, top + 16))
        made.append(folder / f"{name}.webp")
        sheet.save(made[-1], quality=QUALITY, method=6)
    return made


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
