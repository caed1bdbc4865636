"""The commands of a checkout keep their promises."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tools import audit, corners, debian, matrix

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parent.parent


def run(*command: str, **environ: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environ}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def test_dev_names_its_commands():
    outcome = run(sys.executable, "dev")
    assert outcome.returncode != 0
    commands = "demo test coverage lint matrix packages smoke bench gallery audit fuzz translations build-frontend"
    for command in commands.split():
        assert f"./dev {command} " in outcome.stdout
        assert (ROOT / "tools" / (command.replace("-", "_") + ".py")).exists()


def test_every_documented_benchmark_is_there():
    documented = set(re.findall(r"python -m (benchmarks[.\w]*)", (ROOT / "docs" / "numbers.md").read_text()))
    assert {"benchmarks.race", "benchmarks.save_cost"} <= documented
    for module in sorted(documented | {"benchmarks"}):  # the last is what ./dev bench runs
        outcome = run(sys.executable, "-m", module, "--help")
        assert outcome.returncode == 0, outcome.stdout
        assert outcome.stdout.startswith(f"usage: python -m {module} ")


def test_somebody_who_may_not_install_is_told_the_line_to_type(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(SystemExit) as stop:
        debian.ensure({"redis-server": ["redis-server"], "PostgreSQL": ["postgresql"]})
    assert "missing PostgreSQL and redis-server" in str(stop.value)
    assert "sudo apt-get install -y --no-install-recommends postgresql redis-server" in str(stop.value)


def test_the_matrix_says_which_corners_it_cannot_run(monkeypatch, capsys):
    monkeypatch.setattr(matrix, "interpreter", lambda version: None)
    monkeypatch.setattr(matrix.services, "ensure", lambda browser: None)
    monkeypatch.setattr(sys, "argv", ["matrix"])
    monkeypatch.setenv("CI", "")
    matrix.main()
    printed = capsys.readouterr().out
    for corner in corners.CORNERS:
        assert f"{corner.name:20} not run: there is no Python {corner.python}" in printed
    monkeypatch.setenv("CI", "true")
    with pytest.raises(SystemExit, match="floor; newest"):
        matrix.main()


@pytest.mark.parametrize(("in_ci", "passes"), [("true", False), ("", True)])
def test_a_skipped_test_fails_the_run_in_ci_only(tmp_path, in_ci, passes):
    path = tmp_path / "test_skipped.py"
    path.write_text("import pytest\ndef test_one(): pass\ndef test_other(): pytest.skip('no reason')\n")
    (tmp_path / "conftest.py").write_text("from tests.conftest import *")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"]
    outcome = run(*command, "-c", "pyproject.toml", str(path), CI=in_ci)
    assert (outcome.returncode == 0) is passes, outcome.stdout
    assert "1 passed, 1 skipped" in outcome.stdout
    assert ("which counts as failed" in outcome.stdout) is not passes


@pytest.mark.parametrize(("marks", "runs"), [("timed", 3), ("once", 1)])
def test_only_what_measures_a_time_is_run_again(tmp_path, marks, runs):
    path = tmp_path / "test_failing.py"
    path.write_text(f"import pytest\n@pytest.mark.{marks}\ndef test_one(): open('runs', 'a').write('x'); assert 0\n")
    (tmp_path / "conftest.py").write_text("from tests.conftest import *")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "-c",
        str(ROOT / "pyproject.toml"),
        str(path),
    ]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    assert subprocess.run(command, cwd=tmp_path, env=environ, stdout=subprocess.DEVNULL).returncode == 1
    assert len((tmp_path / "runs").read_text()) == runs


def test_no_test_asks_to_be_run_again(tmp_path):
    path = tmp_path / "test_asking.py"
    path.write_text("import pytest\n@pytest.mark.flaky(reruns=9)\n@pytest.mark.timed\ndef test_one(): pass\n")
    (tmp_path / "conftest.py").write_text("from tests.conftest import *")
    outcome = run(sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-c", "pyproject.toml", str(path))
    assert outcome.returncode == pytest.ExitCode.USAGE_ERROR
    assert "test_one: only a test that is marked as timed is run again" in outcome.stdout


def test_an_advisory_without_an_answer_fails_the_audit_and_a_silent_index_does_not(monkeypatch, capsys):
    sound = {"name": "django", "version": "6.0", "vulns": []}
    silent = {"name": "redis", "skip_reason": "not found"}
    wrong = {**sound, "vulns": [{"id": "PYSEC-1", "fix_versions": ["6.1"]}]}
    assert audit.judge([sound, silent]) == 0
    assert "the index has no advisories for 1 others, such as redis" in capsys.readouterr().out
    assert audit.judge([wrong]) == 1
    assert "django 6.0: PYSEC-1, mended by 6.1." in capsys.readouterr().out
    monkeypatch.setattr(audit, "ANSWERED", {"PYSEC-1": "We do not use it."})
    assert audit.judge([wrong]) == 0
