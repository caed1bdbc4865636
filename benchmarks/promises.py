"""The promised numbers, as the tests of tests/sockets measure them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def table() -> str:
    """Run the tests that measure; a test whose number is not kept fails, and its output is shown."""
    with tempfile.TemporaryDirectory() as folder:
        noted = Path(folder) / "numbers"
        command = [sys.executable, "-m", "pytest", "-q", "tests/sockets"]
        command += ["-k", "promised or deploy or stalled or crowd"]
        environ = {**os.environ, "NUMBERS_FILE": str(noted)}
        done = subprocess.run(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True)
        if done.returncode:
            print(done.stdout)
        lines = ["| | measured | promised |", "| --- | ---: | ---: |"]
        for line in noted.read_text().splitlines():
            figure = json.loads(line)
            lines.append("| {what} | {value:.3g} {unit} | {limit:g} {unit} |".format(**figure))
        return "\n".join(lines)
