"""./dev test: every test, with real services. Arguments go to pytest, which then runs as it is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import List

from tools import services

ROOT = Path(__file__).resolve().parent.parent
PYTEST = [sys.executable, "-m", "pytest"]
# A failure is shown when it happens. A test that does not even end at its timeout ends its worker, with every stack.
PATIENCE = ["--instafail", "-o", "faulthandler_timeout=700", "-o", "faulthandler_exit_on_timeout=true"]


def main(arguments: List[str]) -> None:
    services.ensure()
    if arguments:
        os.execv(sys.executable, [*PYTEST, *arguments])
    sys.exit(_everything())


def _everything() -> int:
    """Side by side what may run so; then, alone, what measures a time."""
    beside_others = _pytest("--cache-clear", "-p", "no:rerunfailures", "-n", workers(), "-m", "not timed")
    alone = _pytest("-m", "timed")
    return max(beside_others, alone)


def workers() -> str:
    return str(min((os.cpu_count() or 1) + 1, 6))  # more only wait for each other: a story has several browsers


def _pytest(*arguments: str) -> int:
    return subprocess.call([*PYTEST, *PATIENCE, *arguments], cwd=str(ROOT))


if __name__ == "__main__":
    main(sys.argv[1:])
