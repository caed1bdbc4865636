"""What users install: every data file is inside, and an installed copy serves them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import List

import pytest

import django_admin_collaborator
from tools import release

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "django_admin_collaborator"

SERVE = """
import json, sys, django
from pathlib import Path
from django.conf import settings
settings.configure(
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django_admin_collaborator"],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
    STATIC_URL="/static/",
    SECRET_KEY="only for tests",
)
django.setup()
import django_admin_collaborator
from django.contrib.staticfiles.views import serve
from django.template.loader import get_template
from django.test import RequestFactory

package = Path(django_admin_collaborator.__file__).parent
found = {"package": str(package), "static": {}, "templates": {}}
for path in json.loads(sys.argv[1]):
    kind, _, name = path.partition("/")
    if kind == "static":
        answer = serve(RequestFactory().get("/"), name, insecure=True)
        found["static"][path] = len(b"".join(answer.streaming_content))
    elif kind == "templates":
        found["templates"][path] = get_template(name).origin.name
print(json.dumps(found))
"""


def data_files() -> List[str]:
    """Everything in the package folder but the code, found rather than listed."""
    paths = [path for path in PACKAGE.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return sorted(path.relative_to(PACKAGE).as_posix() for path in paths if path.suffix not in (".py", ".pyc"))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the wheel and the source archive."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    (path,) = built.glob("*.whl")
    return path


def test_the_wheel_holds_every_file_of_the_package_and_nothing_else(wheel):
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    code = {path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py")}
    assert names == {"django_admin_collaborator/" + name for name in code | set(data_files())}
    assert "django_admin_collaborator/py.typed" in names


def test_the_wheel_says_what_it_needs(wheel):
    archive = zipfile.ZipFile(wheel)
    (metadata,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
    text = archive.read(metadata).decode()
    assert "Requires-Python: >=3.8" in text
    for requirement in ("channels-redis>=4.1", "channels>=3.0.1", "django>=3.2", "redis>=4.5.3"):
        assert f"requires-dist: {requirement}\n" in text.lower()


def test_an_installed_copy_serves_its_files_and_finds_its_templates(wheel, tmp_path):
    site = tmp_path / "site"
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(site)]
    subprocess.run([*install, str(wheel)], check=True)
    environ = dict(os.environ, PYTHONPATH=str(site))
    environ.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "-c", SERVE, json.dumps(data_files())]
    found = json.loads(subprocess.run(command, cwd=tmp_path, env=environ, check=True, stdout=subprocess.PIPE).stdout)
    installed = Path(found["package"])
    assert installed == site / "django_admin_collaborator"
    static = {name: (PACKAGE / name).stat().st_size for name in data_files() if name.startswith("static/")}
    assert static
    assert found["static"] == static
    templates = {name: str(installed / name) for name in data_files() if name.startswith("templates/")}
    assert templates
    assert found["templates"] == templates


def test_a_release_is_the_version_of_its_tag_with_a_dated_heading(built):
    version, dated = django_admin_collaborator.__version__, "# Changes\n\n## {} · 2026-11-29\n"
    assert list(release.faults("v" + version, built, dated.format(version))) == []
    undated = f"CHANGELOG.md has no dated heading for {version}"
    assert list(release.faults("v" + version, built, f"## {version} · not yet released\n")) == [undated]
    assert len(list(release.faults("v0.9", built, dated.format("0.9")))) == 2
    assert list(release.faults("v0.9", built / "none", dated.format("0.9"))) == [
        "0 wheels and 0 source archives instead of one each"
    ]


def test_each_version_in_the_changelog_has_its_date_and_the_newest_is_that_of_the_code():
    headings = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings[0].partition(" ")[0] == django_admin_collaborator.__version__
    for heading in headings:
        assert re.fullmatch(r"[\d.]+ · (\d{4}-\d\d-\d\d|not yet released)", heading), heading
