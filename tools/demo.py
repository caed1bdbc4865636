"""./dev demo: the newsroom of example/. Further arguments go to it."""

from __future__ import annotations

import os
import sys

from tools import services
from tools.debian import ensure


def main(arguments: list) -> None:
    if "--redis" in arguments and services.redis_server() is None:
        ensure({"redis-server": ["redis-server"]})
    os.execv(sys.executable, [sys.executable, "-m", "example", *arguments])


if __name__ == "__main__":
    main(sys.argv[1:])
