"""./dev build-frontend: bundle frontend/ into the classic scripts and the style sheet of the package."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import List

from tools import node

ROOT = node.ROOT
STATIC = ROOT / "django_admin_collaborator" / "static" / "django_admin_collaborator"
BUNDLES = {
    "frontend/edit.js": "js/admin_edit.js",
    "frontend/chat.js": "js/admin_chat.js",
    "frontend/style.css": "css/admin_chat.css",
}
BANNER = "/* django-admin-collaborator: built from {}, do not edit. */"


def build(target: Path) -> None:
    for source, bundle in BUNDLES.items():
        kind = "css" if source.endswith(".css") else "js"
        options = ["--bundle", "--minify", "--target=es2020,chrome88,firefox78,safari14.1", "--log-level=warning"]
        options += ["--charset=utf8", "--legal-comments=none", f"--banner:{kind}={BANNER.format(source)}"]
        if kind == "js":
            options.append("--format=iife")
        node.check_run("esbuild", source, *options, f"--outfile={target / bundle}")


def outdated() -> List[str]:
    """The bundles of the package that are not what frontend/ gives now."""
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder))
        return [bundle for bundle in BUNDLES.values() if _text(STATIC / bundle) != _text(Path(folder) / bundle)]


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


if __name__ == "__main__":
    build(STATIC)
    sys.exit(0)
