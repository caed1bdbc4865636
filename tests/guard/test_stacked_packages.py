"""Runs the tests of the folders below, whose settings have more installed apps than those of all other tests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Sequence

import pytest

GUARD = Path(__file__).parent
MOST = "test_packages.py"
"""Takes as long as all its neighbours, which share a process: it takes long to begin."""

NEIGHBOURS = sorted(path.name for path in (GUARD / "packages").glob("test_*.py") if path.name != MOST)


def test_the_guard_holds_with_other_packages_behind_the_mixin() -> None:
    run_folder("stacked", [""])


# Most of these packages have no version for the oldest Django, some none for the newest yet: ./dev packages.
@pytest.mark.once
@pytest.mark.timeout(600)
@pytest.mark.parametrize("names", [[MOST], NEIGHBOURS], ids=["most", "neighbours"])
def test_the_guard_holds_in_the_admins_of_other_packages(names: Sequence[str]) -> None:
    run_folder("packages", names)


def run_folder(folder: str, names: Sequence[str]) -> None:
    run(f"tests.guard.{folder}.settings", [str(GUARD / folder / name) for name in names])


def run(settings: str, arguments: Sequence[str], **further: str) -> None:
    """Run pytest with these settings."""
    command = [sys.executable, "-m", "pytest", *arguments, "-q", "-p", "no:cacheprovider", "--ds", settings]
    environ = {**os.environ, "DJANGO_SETTINGS_MODULE": settings, "CI": "1", **further}
    done = subprocess.run(
        command, env=environ, cwd=GUARD.parents[1], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert done.returncode == 0, done.stdout.decode()[-8000:]
