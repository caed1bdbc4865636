"""./dev bench: the measurements of benchmarks/. Further arguments go to it."""

from __future__ import annotations

import os
import sys

from tools import services


def main(arguments: list) -> None:
    services.ensure()
    os.execv(sys.executable, [sys.executable, "-m", "benchmarks", *arguments])


if __name__ == "__main__":
    main(sys.argv[1:])
