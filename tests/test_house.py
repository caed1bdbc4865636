"""The rules of the house that no linter knows."""

from __future__ import annotations

import ast
import gzip
import os
import re
from pathlib import Path
from typing import Dict, Iterable, Iterator, Set

import pytest

from django_admin_collaborator import conf
from django_admin_collaborator.admin import EditingAdmin
from django_admin_collaborator.core.messages import ERRORS
from django_admin_collaborator.page import configuration, site_index
from tests.guard.packages.settings import FURTHER_SHELVES, SHELVES
from tools import build_frontend

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "django_admin_collaborator"
STATIC = PACKAGE / "static" / "django_admin_collaborator"

FORBIDDEN = {
    "core": {"asyncio", "channels", "django", "logging", "random", "redis", "time"},
    "stores": {"channels"},
    "guard": {"channels"},
}
FLOORS = (
    {"core", "stores", "conf", "errors", "faults", "signals", "models", "migrations", "admin_templates", "log_once"}
    | {"request_notes", "translation", "templatetags"},
    {"access"},
    {"rooms"},
    {"transport", "guard", "page", "operators"},
    {"utils", "defaults", "consumers", "editing", "routing", "origin", "admin", "registration", "checks"},
    {"management", "apps", "__main__"},
)
"""The modules and folders of the package, the lowest floor first."""

KNOW_NOTHING_ELSE = ("core", "stores")
"""Folders that import nothing else of the package."""

LONGEST_FILE = 450  # a file is as long as its subject; what is longer has two
ENGLISH = {"captcha", "concurrency", "positions", "structured", "recurrence", "softdelete"}
"""Packages whose name is a word that the guard may need."""

PAGE_BUDGET_BYTES = 24 * 1024  # gzipped, before the form can be used
PARTS_BUDGET_BYTES = 40 * 1024  # gzipped, what is loaded only when it is needed


def house_files(*suffixes: str) -> Iterator[Path]:
    """Every file of the checkout that people write: not the bundles, and nothing that tools put there."""
    made_by_tools = {"node_modules", "build", "dist", "__pycache__", "media"}
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in made_by_tools and (name[0] != "." or name == ".ci")]
        if Path(folder) != STATIC and STATIC not in Path(folder).parents:
            paths = (Path(folder, name) for name in names if name != ".git")  # a file in a second work tree
            yield from (path for path in paths if path.suffix in suffixes)


def imported_names(path: Path) -> Iterator[str]:
    """The top-level packages that a module imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


@pytest.mark.parametrize("floor", sorted(FORBIDDEN))
def test_floor_imports_only_what_stands_below(floor):
    paths = sorted((PACKAGE / floor).rglob("*.py"))
    assert paths
    for path in paths:
        assert not FORBIDDEN[floor] & set(imported_names(path)), path


def package_imports() -> Dict[str, Set[str]]:
    """Every module of the package, with the modules of the package that it imports, wherever in it."""
    paths = {".".join(path.relative_to(PACKAGE).with_suffix("").parts): path for path in PACKAGE.rglob("*.py")}
    known = {name[: -len(".__init__")] if name.endswith(".__init__") else name for name in paths} - {"__init__"}
    found: Dict[str, Set[str]] = {}
    for name, path in paths.items():
        imports = found.setdefault(name[: -len(".__init__")] if name.endswith(".__init__") else name, set())
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                absolute = (node.module or "").split(".")
                if node.level:
                    parts = [*name.split(".")[: -node.level], *filter(None, absolute)]
                elif absolute[0] == PACKAGE.name:
                    parts = absolute[1:]
                else:
                    continue
                for alias in node.names:
                    whole = ".".join([*parts, alias.name])
                    imports.add(whole if whole in known else ".".join(parts))
            elif isinstance(node, ast.Import):
                imports |= {alias.name for alias in node.names if alias.name.split(".")[0] == PACKAGE.name}
    return found


@pytest.mark.parametrize("folder", KNOW_NOTHING_ELSE)
def test_folder_knows_nothing_of_the_rest_of_the_package(folder):
    for name, others in package_imports().items():
        if name.split(".")[0] == folder:
            assert {other.split(".")[0] for other in others} <= {folder}, name


def test_every_import_of_the_package_points_to_its_own_floor_or_a_lower_one():
    floors = {name: number for number, names in enumerate(FLOORS) for name in names}
    imports = package_imports()
    assert {name.split(".")[0] for name in imports} == {*floors, "__init__"}
    upward = [
        f"{name} imports {other}"
        for name, others in imports.items()
        for other in others
        if other  # not the package itself, which has its version
        and floors.get(other.split(".")[0], len(FLOORS)) > floors.get(name.split(".")[0], 0)
    ]
    assert upward == []


def test_no_modules_of_the_package_import_each_other_in_a_circle():
    left = package_imports()
    while left:
        free = {name for name, others in left.items() if not others & set(left)}
        if not free:
            break
        left = {name: others for name, others in left.items() if name not in free}
    assert left == {}, "each of these is in a circle, or imports what is"


def test_only_the_stores_talk_to_redis():
    allowed = {PACKAGE / "stores", PACKAGE / "checks" / "project.py"}  # a check asks redis-py for its version
    for path in PACKAGE.rglob("*.py"):
        if not allowed & {path, *path.parents}:
            assert "redis" not in set(imported_names(path)), path


def test_no_file_is_longer_than_a_person_likes_to_read():
    too_long = {}
    for path in house_files(".py", ".js", ".css"):
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > LONGEST_FILE:
            too_long[str(path.relative_to(ROOT))] = lines
    assert too_long == {}


def test_no_file_names_a_place_of_one_machine():
    """Paths of home and work folders, and addresses of registries, mean nothing to anybody else."""
    place = re.compile(r"/(?:root|home|Users)/\w|/work/\w|\.pythonhosted\.org|registry\.npmjs|//pypi\.")
    suspects = house_files(".py", ".js", ".css", ".html", ".md", ".json", ".toml", ".cfg", ".yml", ".txt", "")
    named = {}
    for path in suspects:
        if path == Path(__file__):
            continue
        found = place.findall(path.read_text(encoding="utf-8", errors="replace"))
        if found:
            named[str(path.relative_to(ROOT))] = found
    assert named == {}


def test_every_setting_and_option_is_documented_with_its_default_and_no_other_is():
    documented = documented_defaults("settings.md")
    options = dict(conf.OPTIONS)
    settings = {name: setting.default for name, setting in conf.SETTINGS.items()}
    assert documented == {**settings, **options}


def documented_defaults(page: str) -> Dict[str, object]:
    """The first two columns of the page's tables: a name and a Python literal."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| `(.+?)` \|", text, re.MULTILINE)
    return {name: ast.literal_eval(default) for name, default in rows}


def test_every_error_code_is_documented_and_every_documented_one_exists():
    assert documented_codes("Error codes") == set(ERRORS)


def test_every_close_code_that_the_server_uses_is_documented():
    sources = "".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    used = set(re.findall(r"\b(44\d\d|1003|1009|1012)\b", sources))
    assert used
    assert used <= documented_codes("Close codes")


def documented_codes(heading: str) -> Set[str]:
    """The codes in the first column of the table under this heading of the protocol page."""
    page = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
    section = page.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    cells = [line.split("|")[1] for line in section.splitlines() if line.startswith("|")][2:]
    return {code for cell in cells for code in re.findall(r"[a-z_]{3,}|\d{4}", cell)}


def sizes(names: Iterable[str]) -> Dict[str, int]:
    """The bytes of these static files as a server sends them."""
    return {name: len(gzip.compress((STATIC / name).read_bytes(), 9)) for name in names}


FIRST = {"js/admin_edit.js", "js/admin_chat.js", "css/admin_chat.css"}
OPERATORS = {*EditingAdmin.Media.js, *EditingAdmin.Media.css["all"]}
INDEX = {*site_index.JS, *site_index.CSS["all"]}
LATER = {path for files in configuration.PARTS.values() for path in files.values()}
LATER |= {path.partition("/")[2] for path in OPERATORS | INDEX}
LATER.add("css/admin_conflict.css")  # which a refused page links


def test_scripts_and_styles_are_small():
    first, later = sizes(FIRST), sizes(LATER)
    assert sum(first.values()) <= PAGE_BUDGET_BYTES, first
    assert sum(later.values()) <= PARTS_BUDGET_BYTES, later


def test_every_script_and_style_is_loaded_at_once_or_when_it_is_needed():
    bundles = {path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*") if path.is_file()}
    assert bundles == FIRST | LATER == set(build_frontend.BUNDLES.values())
    assert not FIRST & LATER


def test_the_guard_names_no_package_of_others():
    """It mends kinds, not instances. What brings back older versions is a hook of the package itself."""
    names = {app for shelf in (*SHELVES.values(), *FURTHER_SHELVES.values()) for app in shelf}
    word = re.compile(r"\b(?:{})\b".format("|".join(sorted(names - ENGLISH))))
    named = {path.name: word.findall(path.read_text(encoding="utf-8")) for path in (PACKAGE / "guard").rglob("*.py")}
    assert {name: found for name, found in named.items() if found} == {}
