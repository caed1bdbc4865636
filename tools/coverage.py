"""./dev coverage: what of the package tests reach, servers and commands that they start included.

Arguments go to pytest; without any, every test is run, and they have to reach the share that pyproject.toml names.
Lines and branches that were not reached are listed, and shown in .coverage/html. A process that a test kills tells
nothing.
"""

from __future__ import annotations

import subprocess
import sys
from typing import List

from tools import services
from tools.test import ROOT, workers

FOLDER = ROOT / ".coverage"


def main(arguments: List[str]) -> None:
    if sys.version_info < (3, 9):
        sys.exit("coverage: needs Python 3.9 or newer")
    services.ensure()
    FOLDER.mkdir(exist_ok=True)
    _coverage("erase")
    failed = _coverage("run", "-m", "pytest", *(arguments or ["-n", workers(), "-m", "not timed"]))
    _coverage("combine", "--quiet")
    _coverage("html", "--quiet", "--directory", str(FOLDER / "html"))
    too_few = _coverage("report", *(["--fail-under=0"] if arguments else []))
    sys.exit(failed or too_few)


def _coverage(*arguments: str) -> int:
    return subprocess.call([sys.executable, "-m", "coverage", *arguments], cwd=str(ROOT))


if __name__ == "__main__":
    main(sys.argv[1:])
