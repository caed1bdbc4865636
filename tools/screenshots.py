"""``python -m tools.screenshots [PYTEST ARGUMENTS]``: every state of the page, in build/screenshots, to be looked at.

Light and dark, wide and narrow, in English and German, the bar in both directions; tests/browser/scenes.py has the
states.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "build" / "screenshots"
TESTS = ["tests/browser/test_states.py", "tests/browser/test_layout.py"]
SHEET = "<!doctype html><style>body {{ background: #889 }} img {{ margin: 8px; vertical-align: top }}</style>{}"


def main(arguments: list) -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for picture in FOLDER.glob("*.png"):
        picture.unlink()
    environ = dict(os.environ, TEST_SCREENSHOTS=str(FOLDER))
    command = [sys.executable, "-m", "tools.test", *TESTS, "-k", "out or of_the_bar", *arguments]
    code = subprocess.call(command, cwd=ROOT, env=environ)
    pictures = sorted(FOLDER.glob("*.png"))
    images = (f'<img src="{path.name}" title="{path.stem}" alt="{path.stem}">' for path in pictures)
    (FOLDER / "index.html").write_text(SHEET.format("".join(images)), encoding="utf-8")
    print("{} pictures: {}".format(len(pictures), FOLDER / "index.html"))
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
