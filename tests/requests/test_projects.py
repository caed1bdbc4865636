"""Runs the projects of this folder, each of which has settings of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.postgres import PostgresServer

FOLDER = Path(__file__).parent


@pytest.mark.parametrize("project", ["databases", "impersonation", "otp", "sites"])
def test_sockets_are_asked_as_pages_are_in_a_project_with(project: str) -> None:
    run(project)


def test_sockets_are_asked_as_pages_are_in_a_project_with_tenants(postgres: PostgresServer) -> None:
    run("tenants", TEST_DATABASE_URL=postgres.create("tenants"))


def run(project: str, **variables: str) -> None:
    settings = f"tests.requests.{project}.settings"
    command = [
        sys.executable,
        "-m",
        "pytest",
        str(FOLDER / project),
        "-q",
        "-p",
        "no:cacheprovider",
        "--ds",
        settings,
    ]
    environ = {**os.environ, "DJANGO_SETTINGS_MODULE": settings, "CI": "1", **variables}
    done = subprocess.run(
        command, env=environ, cwd=FOLDER.parents[1], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert done.returncode == 0, done.stdout.decode()[-8000:]
