"""./dev lint: style, types and bundles. ``--fix`` repairs what can be repaired."""

from __future__ import annotations

import subprocess
import sys
from typing import List

from tools import build_frontend, node


def main(arguments: List[str]) -> None:
    if sys.version_info < (3, 10):
        sys.exit("lint: needs Python 3.10 or newer; the types of Django for older ones lack what the package uses")
    fix = "--fix" in arguments
    failed = []
    for name, code in [
        ("ruff check", _python("ruff", "check", *(["--fix"] if fix else []), ".")),
        ("ruff format", _python("ruff", "format", *([] if fix else ["--check"]), ".")),
        ("mypy", _python("mypy")),
        ("biome", node.run("biome", "check", *(["--write"] if fix else []), "frontend")),
        ("tsc", node.run("tsc", "--project", ".")),
        ("bundles", _bundles(fix)),
    ]:
        print("{:12} {}".format(name, "failed" if code else "ok"), flush=True)
        failed += [name] if code else []
    if failed:
        sys.exit("lint: {} failed".format(", ".join(failed)))


def _python(module: str, *arguments: str) -> int:
    return subprocess.call([sys.executable, "-m", module, *arguments])


def _bundles(fix: bool) -> int:
    if fix:
        build_frontend.build(build_frontend.STATIC)
    outdated = build_frontend.outdated()
    if outdated:
        print("not what frontend/ gives: {}; type ./dev build-frontend".format(", ".join(outdated)))
    return len(outdated)


if __name__ == "__main__":
    main(sys.argv[1:])
