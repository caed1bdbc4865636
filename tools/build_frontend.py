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
    # Loaded when they are first needed; page/configuration.py has their addresses.
    "frontend/parts/chat.js": "js/admin_chat_panel.js",
    "frontend/parts/chat.css": "css/admin_chat_panel.css",
    "frontend/parts/company.js": "js/admin_company.js",
    "frontend/parts/company.css": "css/admin_company.css",
    "frontend/parts/conflict.js": "js/admin_conflict.js",
    "frontend/parts/conflict.css": "css/admin_conflict.css",  # linked by the page itself
    "frontend/parts/comparison.js": "js/admin_comparison.js",
    "frontend/parts/http.js": "js/admin_http.js",
    "frontend/parts/keeper.js": "js/admin_keeper.js",
    "frontend/parts/input.js": "js/admin_input.js",
    "frontend/parts/live.js": "js/admin_live.js",
    "frontend/parts/live.css": "css/admin_live.css",
    "frontend/parts/add.js": "js/admin_add.js",
    "frontend/parts/who-edits.js": "js/admin_who_edits.js",
    "frontend/parts/who-edits.css": "css/admin_who_edits.css",
    "frontend/parts/index.js": "js/admin_index.js",
    "frontend/parts/index.css": "css/admin_index.css",
    "frontend/parts/list.js": "js/admin_list.js",
    "frontend/parts/list.css": "css/admin_list.css",
}
TARGET = "--target=es2020,chrome88,firefox78,safari14.1"
# Old Chromes know optional chains, but for spread arguments behind them, which we do not write.
SUPPORTED = "--supported:optional-chain=true"


def build(target: Path) -> None:
    for source, bundle in BUNDLES.items():
        options = ["--bundle", TARGET, SUPPORTED, "--log-level=warning", "--charset=utf8", "--legal-comments=none"]
        built = target / bundle
        if source.endswith(".css"):
            node.check_run("esbuild", source, *options, "--minify", f"--outfile={built}")
        else:
            node.check_run("esbuild", source, *options, "--format=iife", "--minify-syntax", f"--outfile={built}")
            # Gzipped a twentieth smaller than what esbuild's own minifier leaves.
            # Unsafe only where built-in objects are changed, or where reading a property does something; neither is.
            shrink = ["--compress", "passes=3,ecma=2020,unsafe,pure_getters,hoist_funs", "--mangle"]
            node.check_run("terser", str(built), *shrink, "--output", str(built))


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
