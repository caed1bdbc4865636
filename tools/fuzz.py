"""./dev fuzz: the long search for frames that break something. Further arguments go to it."""

from __future__ import annotations

import os
import sys


def main(arguments: list) -> None:
    os.execv(sys.executable, [sys.executable, "-m", "benchmarks.fuzz", *arguments])


if __name__ == "__main__":
    main(sys.argv[1:])
