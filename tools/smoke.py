"""./dev smoke [WHEEL]: install the wheel bare, at both ends of the versions, and use it as a project does.

Nothing of the checkout and none of its extras is on the path then. Without an argument the wheel is built first.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Dict, List, Tuple

from tools.corners import CORNERS, SHORT, interpreter

ROOT = Path(__file__).resolve().parent.parent
PROJECT = ROOT / "tools" / "smoke_project.py"


def main(arguments: List[str]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wheel = Path(arguments[0]).resolve() if arguments else build(folder)
        for corner in CORNERS:
            if corner.name not in SHORT:
                continue
            python = interpreter(corner.python)
            if python is None:
                sys.exit(f"smoke: there is no Python {corner.python} on the PATH or among pyenv's")
            use(wheel, python, corner.pins, folder / corner.name)
            print(f"smoke: {corner.name}: ok", flush=True)


def build(folder: Path) -> Path:
    _uv("build", "--wheel", "--out-dir", str(folder), str(ROOT))
    (wheel,) = folder.glob("*.whl")
    return wheel


def use(wheel: Path, python: str, pins: Tuple[str, ...], folder: Path) -> None:
    own_python = str(folder / "bin" / "python")
    _uv("venv", "--python", python, str(folder))
    _uv("pip", "install", "--python", own_python, str(wheel), *pins)
    subprocess.check_call([own_python, str(PROJECT)], cwd=folder, env=_environ())


def _uv(*arguments: str) -> None:
    subprocess.check_call([sys.executable, "-m", "uv", "--quiet", "--no-config", *arguments], env=_environ())


def _environ() -> Dict[str, str]:
    environ = {**os.environ, "UV_PYTHON_DOWNLOADS": "never"}
    return {name: value for name, value in environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}


if __name__ == "__main__":
    main(sys.argv[1:])
