"""./dev packages: tests/guard/packages with many more packages, in environments of their own.

Arguments go to pytest.
"""

from __future__ import annotations

import os
import subprocess
import sys

from tools import services
from tools.corners import CORNERS, interpreter
from tools.matrix import FOLDER, ROOT, install

WANTED = {"django-5.2": {"TEST_ALL_PACKAGES": "1"}, "newest": {}}
"""Corners of the matrix: where all packages of the extra ``packages`` go, and where most do."""


def main() -> None:
    services.ensure()
    failed = []
    for corner in CORNERS:
        if corner.name not in WANTED:
            continue
        python = interpreter(corner.python)
        if python is None:
            sys.exit(f"packages: there is no Python {corner.python} on the PATH or among pyenv's")
        FOLDER.mkdir(exist_ok=True)
        folder = install(corner, python, FOLDER / f"{corner.name}-packages", "packages")
        settings = "tests.guard.packages.settings"
        command = [str(folder / "bin" / "python"), "-m", "pytest", "tests/guard/packages", "-q", "-n", "2"]
        command += ["-p", "no:cacheprovider", "--ds", settings, *sys.argv[1:]]
        environ = {**os.environ, **WANTED[corner.name], "DJANGO_SETTINGS_MODULE": settings}
        if subprocess.call(command, cwd=ROOT, env=environ):
            failed.append(corner.name)
    if failed:
        sys.exit("packages: failed: " + ", ".join(failed))


if __name__ == "__main__":
    main()
