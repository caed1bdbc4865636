"""./dev demo: the newsroom of example/, which finds or installs the Redis it needs. Further arguments go to it."""

from __future__ import annotations

import os
import sys

if __name__ == "__main__":
    os.execv(sys.executable, [sys.executable, "-m", "example", *sys.argv[1:]])
