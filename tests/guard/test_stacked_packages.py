"""Runs the tests of the folders below, whose settings have more installed apps than those of all other tests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

GUARD = Path(__file__).parent
PACKAGES = sorted(f"packages/{path.name}" for path in (GUARD / "packages").glob("test_*.py"))


@pytest.mark.parametrize(
    "path",
    [
        "stacked",
        # Most of its packages have no version for the oldest Django, some none for the newest yet: ./dev packages.
        *(pytest.param(path, marks=[pytest.mark.once, pytest.mark.timeout(600)]) for path in PACKAGES),
    ],
)
def test_the_guard_holds_with_other_packages_behind_the_mixin(path: str) -> None:
    settings = f"tests.guard.{path.partition('/')[0]}.settings"
    command = [sys.executable, "-m", "pytest", str(GUARD / path), "-q", "-p", "no:cacheprovider", "--ds", settings]
    environ = {**os.environ, "DJANGO_SETTINGS_MODULE": settings, "CI": "1"}
    run = subprocess.run(command, env=environ, cwd=GUARD.parents[1], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert run.returncode == 0, run.stdout.decode()[-8000:]
