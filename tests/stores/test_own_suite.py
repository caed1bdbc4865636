"""A project's own tests pass with the app installed, and nothing of ours is left over from them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Callable, Tuple

import pytest

SUITE = Path(__file__).parent / "own_suite"
ROOT = Path(__file__).resolve().parent.parent.parent
SQL = "django_admin_collaborator.stores.sql.SqlStore"

DJANGO = ["-m", "django", "test", "--noinput"]
RUNS = {
    "django": DJANGO,
    "parallel": [*DJANGO, "--parallel", "2"],
    "xdist": ["-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:rerunfailures", "-n", "2"],
}


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Tuple[int, str]]:
    """A function that runs a command in the project: exit code, and everything that it prints."""
    folder = tmp_path / "project"
    shutil.copytree(SUITE, folder, ignore=shutil.ignore_patterns("__pycache__"))

    def run(command: list, database: str, store: str = "") -> Tuple[int, str]:
        environ = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "DJANGO"))}
        environ.update(
            DJANGO_SETTINGS_MODULE="settings",
            PYTHONPATH=os.pathsep.join([str(folder), str(ROOT)]),
            SUITE_DATABASE=database,
            SUITE_STORE=store,
        )
        done = subprocess.run(
            [sys.executable, *command],
            cwd=folder,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=120,
        )
        return done.returncode, done.stdout.decode()

    return run


@pytest.mark.parametrize(("command", "store"), [("parallel", ""), ("xdist", ""), ("parallel", SQL)])
def test_on_sqlite(run: Any, tmp_path: Path, command: str, store: str):
    code, said = run(RUNS[command], f"sqlite://{tmp_path}/db.sqlite3", store)
    assert code == 0, said
    assert "locked" not in said
    if not store:
        assert not list(tmp_path.rglob("*.collaborator.sqlite3*"))


@pytest.mark.parametrize(
    ("command", "store"), [("parallel", ""), ("xdist", ""), ("django", SQL), ("parallel", SQL), ("xdist", SQL)]
)
def test_on_postgresql(run: Any, postgres: Any, command: str, store: str):
    name = f"library_{os.getpid()}_{command}_{len(store)}"
    code, said = run(RUNS[command], postgres.url(name), store)
    assert code == 0, said
    assert "being accessed by other users" not in said
    left = postgres.execute(f"SELECT datname FROM pg_database WHERE datname LIKE 'test_{name}%'")
    assert left == [], said
