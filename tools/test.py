"""./dev test: every test, with real services. Arguments go to pytest, which then runs as it is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import List

from tools import services

ROOT = Path(__file__).resolve().parent.parent
PYTEST = [sys.executable, "-m", "pytest"]
FAILED = ROOT / ".pytest_cache" / "v" / "cache" / "lastfailed"
MOST_TRIED_AGAIN = 15  # more than these are no accident


def main(arguments: List[str]) -> None:
    services.ensure()
    if arguments:
        os.execv(sys.executable, [*PYTEST, *arguments])
    sys.exit(_everything())


def _everything() -> int:
    """Side by side what may run so; then, alone, what measures a time, and what has failed beside others."""
    workers = str(min(2 * (os.cpu_count() or 1), 6))
    beside_others = _pytest("--cache-clear", "-n", workers, "-m", "not timed")
    alone = _pytest("-m", "timed")
    if not beside_others and not alone:
        return 0
    if {beside_others, alone} - {0, 1}:  # skipped in CI, interrupted, broken: nothing that another try would mend
        return max(beside_others, alone)
    failed = _failed()
    if not 0 < len(failed) <= MOST_TRIED_AGAIN:
        return 1
    print("\ntest: once more, alone: {} that failed in a busy machine".format(len(failed)), flush=True)
    again = _pytest("--last-failed")
    print("\ntest: failed at first: " + ", ".join(failed), flush=True)
    return again


def _pytest(*arguments: str) -> int:
    return subprocess.call([*PYTEST, *arguments], cwd=str(ROOT))


def _failed() -> List[str]:
    try:
        return sorted(json.loads(FAILED.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return []


if __name__ == "__main__":
    main(sys.argv[1:])
