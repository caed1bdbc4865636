"""Runs tests/guard/stacked, whose settings have more installed apps than those of all other tests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent / "stacked"


def test_the_guard_holds_with_other_packages_behind_the_mixin() -> None:
    command = [sys.executable, "-m", "pytest", str(FOLDER), "-q", "-p", "no:cacheprovider"]
    command += ["--ds", "tests.guard.stacked.settings"]
    environ = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.guard.stacked.settings", "CI": "1"}
    run = subprocess.run(
        command, env=environ, cwd=FOLDER.parents[2], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert run.returncode == 0, run.stdout.decode()[-8000:]
