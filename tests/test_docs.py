"""The documentation and the code agree."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from django_admin_collaborator import conf, utils
from django_admin_collaborator.checks import databases, project, requests, transports
from tests.docs import pages

pytestmark = pytest.mark.once

REPOSITORY = re.compile(r"https://github\.com/Brktrlw/django-admin-collaborator/(?:blob|raw)/HEAD/")
"""What the package page of an index shows has whole addresses."""
LINK = re.compile(r"!?\[[^\]]+\]\(([^)\s]+)\)")
PAGES = pages.all_pages()
SETTINGS = pages.read(pages.DOCS / "settings.md")
DEPLOYMENT = pages.read(pages.DOCS / "deployment.md")
ARCHITECTURE = pages.read(pages.ROOT / "ARCHITECTURE.md")


def test_the_table_of_settings_is_that_of_the_code():
    documented = pages.table(SETTINGS, "Settings")
    assert [[name, default, meaning] for name, default, meaning in documented] == [
        [f"`{setting.name}`", f"`{as_written(setting.default)}`", setting.doc] for setting in conf.SETTINGS.values()
    ]


def test_the_table_of_options_is_that_of_the_code():
    documented = pages.table(SETTINGS, "Options")
    given = {name.strip("`"): ast.literal_eval(default.strip("`")) for name, default, _ in documented}
    assert given == conf.OPTIONS
    assert list(given) == list(conf.OPTIONS)
    assert all(meaning for _, _, meaning in documented)


def test_the_placeholder_of_a_text_is_named_with_it():
    meanings = {name.strip("`"): meaning for name, _, meaning in pages.table(SETTINGS, "Options")}
    named = {name: re.findall(r"`\{(\w+)\}`", meaning) for name, meaning in meanings.items()}
    assert {name: found[0] for name, found in named.items() if found} == conf.PLACEHOLDERS


def test_the_table_of_checks_is_that_of_the_code():
    modules = (project, databases, requests, transports, utils)
    source = "".join(pages.read(Path(module.__file__)) for module in modules)
    levels = {
        number: level for level, number in re.findall(r'(Error|Warning)\((?:(?!_id).)*?_id\("(\w+)"\)', source, re.S)
    }
    assert set(levels) == set(re.findall(r'_id\("(\w+)"\)', source))
    documented = pages.table(DEPLOYMENT, "System checks")
    assert {row[0]: row[1] for row in documented} == {
        f"`django_admin_collaborator.{number}`": level for number, level in levels.items()
    }
    assert all(problem and remedy for _, _, problem, remedy in documented)


def test_every_dependency_has_its_reason():
    pyproject = pages.read(pages.ROOT / "pyproject.toml")
    package_json = pages.read(pages.ROOT / "package.json")
    lists = re.findall(
        r"^(?:dependencies|demo|test|lint|frontend|audit|bench|fuzz|matrix|packages|translations|requires)"
        r" = \[(.*?)\]$",
        pyproject,
        re.M | re.S,
    )
    required = {re.match(r"[\w.-]+", entry).group() for text in lists for entry in re.findall(r'"([^"]+)"', text)}
    required |= set(re.findall(r'"([^"]+)": "\d', package_json))
    required -= {"django-admin-collaborator", "django_admin_collaborator", "version"}
    assert {"Django", "playwright", "hatchling", "esbuild"} <= required
    assert [name for name in sorted(required) if f"`{name}`" not in ARCHITECTURE] == []


def test_the_page_on_architecture_names_every_module_and_folder():
    package = Path(conf.__file__).parent
    modules = {path.name for path in package.glob("*.py")} - {"__init__.py"}
    inits = (path.parent.relative_to(package).as_posix() for path in package.glob("*/**/__init__.py"))
    folders = {name + "/" for name in inits} - {"management/commands/"}
    assert [name for name in sorted(modules | folders) if f"`{name}`" not in ARCHITECTURE] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_every_link_between_pages_leads_somewhere(page):
    broken = []
    for target in LINK.findall(pages.prose(pages.read(page))):
        whole = REPOSITORY.match(target)
        if not whole and re.match(r"https?://|mailto:", target):
            continue
        name, _, anchor = target[whole.end() if whole else 0 :].partition("#")
        path = ((pages.ROOT if whole else page.parent) / name).resolve() if name else page
        if not path.exists() or (anchor and anchor not in pages.anchors(pages.read(path))):
            broken.append(target)
    assert broken == []


def test_the_readme_has_whole_addresses_for_the_page_of_the_package():
    targets = LINK.findall(pages.prose(pages.read(pages.ROOT / "README.md")))
    assert [target for target in targets if not target.startswith("https://")] == []


def test_what_the_package_says_names_no_file_that_is_not_installed():
    """Texts for people; a docstring may name a page, for whoever reads the code has the checkout."""
    named = {}
    for path in Path(conf.__file__).parent.rglob("*.py"):
        tree = ast.parse(pages.read(path))
        docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            is_text = isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings
            if is_text and re.search(r"(?<!HEAD/)docs/\w|README|installation page", node.value):
                named[path.name] = node.value
    assert named == {}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_the_python_in_a_page_compiles(page):
    for code in pages.python_blocks(pages.read(page)):
        compile(code, str(page), "exec", ast.PyCF_ONLY_AST)


def test_every_page_is_linked_from_the_readme():
    readme = pages.read(pages.ROOT / "README.md")
    targets = [REPOSITORY.sub("", target) for target in LINK.findall(readme)]
    linked = {(pages.ROOT / target.partition("#")[0]).resolve() for target in targets}
    assert [path.name for path in PAGES if path not in linked and path.name != "README.md"] == []


def as_written(value: object) -> str:
    """A value with double quotes, as our code writes it."""
    return repr(value).replace("'", '"')
