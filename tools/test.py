"""./dev test: every test, with real services. Further arguments go to pytest."""

from __future__ import annotations

import os
import sys

from tools import services


def main(arguments: list) -> None:
    services.ensure()
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *arguments])


if __name__ == "__main__":
    main(sys.argv[1:])
