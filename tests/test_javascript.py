"""The tests of frontend/, which Node runs."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tools.node import node

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parent.parent
FILES = sorted((ROOT / "frontend" / "tests").glob("*.test.js"))


def test_there_are_tests():
    assert FILES


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_node_passes(path):
    command = [node(), "--test", "--test-reporter=tap", str(path)]
    outcome = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    text = outcome.stdout.decode()
    assert outcome.returncode == 0, text
    assert re.search(r"^# pass [1-9]", text, re.MULTILINE), "no test ran:\n" + text
    assert "\n# skipped 0\n" in text, text
