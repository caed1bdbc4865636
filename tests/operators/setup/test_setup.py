"""``setup`` says what a project lacks and writes just that, and the project works afterwards."""

from __future__ import annotations

import difflib
from typing import Any, Dict, List

import pytest

from django_admin_collaborator.operators.setup import steps

OURS = "django_admin_collaborator"


def changes(before: Dict[str, bytes], after: Dict[str, bytes]) -> Dict[str, List[str]]:
    """The lines that are in only one of both, of each file that differs."""
    found = {}
    for name in after:
        if before.get(name) != after[name]:
            old, new = (files.get(name, b"").decode().splitlines(keepends=True) for files in (before, after))
            found[name] = [line for line in difflib.ndiff(old, new) if line[0] in "+-"]
    return found


def test_a_new_project_lacks_the_four_lines_and_has_them_then(new_project: Any) -> None:
    project = new_project()
    before = project.files()
    code, said = project.setup()
    assert code == 0
    assert "lacking app" in said
    assert "+    'django_admin_collaborator'," in said
    assert "python manage.py migrate" in said
    assert project.files() == before, "it only looks"

    code, said = project.setup("--write")
    assert code == 0, said
    assert changes(before, project.files()) == {
        "mysite/settings.py": ["+     'django_admin_collaborator',\n"],
        "blog/admin.py": [
            "+ from django_admin_collaborator.utils import CollaborativeAdminMixin\n",
            "- class EntryAdmin(PlainAdmin):\n",
            "+ class EntryAdmin(CollaborativeAdminMixin, PlainAdmin):\n",
        ],
    }
    assert project.run("manage.py", "makemigrations", "blog")[0] == 0
    assert project.run("manage.py", "migrate")[0] == 0
    code, said = project.run("manage.py", "check", "--database", "default")
    assert code == 0, said

    now = project.files()
    code, said = project.run("manage.py", "collaborator", "setup", "--write")
    assert code == 0, said
    assert "lacking" not in said
    assert "ok      migrate" in said
    assert project.files() == now


@pytest.mark.parametrize("server", sorted(steps.SERVERS))
def test_the_way_up_to_sockets_and_redis(new_project: Any, server: str) -> None:
    project = new_project()
    before = project.files()
    code, said = project.setup("--write", "--asgi", server, "--redis", "redis://127.0.0.1:1/0")
    assert code == 0, said
    found = changes(before, project.files())
    assert set(found) == {"mysite/settings.py", "mysite/asgi.py", "blog/admin.py"}
    added = "".join(found["mysite/settings.py"])
    assert 'ASGI_APPLICATION = "mysite.asgi.application"' in added
    assert 'ADMIN_COLLABORATOR_REDIS_URL = "redis://127.0.0.1:1/0"' in added
    assert all(line.startswith("+") for line in found["mysite/asgi.py"])
    assert "mysite.asgi:application" in said
    assert "no static files" in said
    assert "redis: Redis cannot be reached" in said
    check = "from mysite.asgi import application as a; print(sorted(a.application_mapping))"
    code, said = project.run("-c", "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'mysite.settings'; " + check)
    assert (code, said.split("\n")[-2]) == (0, "['http', 'websocket']")
    now = project.files()
    assert project.setup("--write", "--asgi", server, "--redis", "redis://127.0.0.1:1/0")[0] == 0
    assert project.files() == now


def test_models_are_named_where_the_classes_are_not_ones_own(new_project: Any) -> None:
    project = new_project()
    before = project.files()
    assert "auth.User, blog.Author: their classes are not yours" in project.setup()[1]
    assert project.setup("--write", "--models", "all")[0] == 0
    (name,) = changes(before, project.files())
    assert 'ADMIN_COLLABORATOR_MODELS = "all"' in project.path(name).read_text()
    assert "site      admin: 4 of 4 admins collaborate" in project.setup("--models", "all")[1]


UNPLAIN = {
    "computed": ("INSTALLED_APPS = [", "INSTALLED_APPS = ['django.contrib.admin', *[]] + ["),
    "added to": ("MIDDLEWARE = [", "INSTALLED_APPS += []\nMIDDLEWARE = ["),
    "in a branch": ("INSTALLED_APPS = [", "if DEBUG:\n  INSTALLED_APPS = ["),
}


@pytest.mark.parametrize("kind", UNPLAIN)
def test_where_the_settings_are_no_plain_list_it_prints_and_writes_nothing(new_project: Any, kind: str) -> None:
    project = new_project()
    settings = project.path("mysite/settings.py")
    settings.write_text(
        settings.read_text().replace(*UNPLAIN[kind]).replace("['django.contrib.admin', *[]]", "[*[]]")
    )
    before = project.files()
    code, said = project.setup("--write", "--asgi", "uvicorn")
    assert code == 1
    assert "not by us, because INSTALLED_APPS" in said
    assert '"django_admin_collaborator",' in said
    assert "Nothing was written" in said
    assert project.files() == before


def test_settings_that_take_everything_from_another_file_are_changed_there(new_project: Any) -> None:
    project = new_project()
    base = project.path("mysite/base.py")
    base.write_bytes(project.path("mysite/settings.py").read_bytes().replace(b"\n", b"\r\n"))
    project.path("mysite/settings.py").write_text("from .base import *\n\nDEBUG = True\n")
    before = project.files()
    assert project.setup("--write")[0] == 0
    assert changes(before, project.files())["mysite/base.py"] == ["+     'django_admin_collaborator',\r\n"]
    assert "mysite/settings.py" not in changes(before, project.files())


def test_a_file_of_routes_that_the_project_has_written_is_left_alone(new_project: Any) -> None:
    project = new_project()
    asgi = project.path("mysite/asgi.py")
    asgi.write_text(asgi.read_text() + "\nfrom channels.routing import ProtocolTypeRouter\n")
    before = project.files()
    code, said = project.setup("--write", "--asgi", "uvicorn")
    assert code == 1
    assert "put our routes into yours" in said
    assert "websocket_urlpatterns" in said
    assert project.files() == before


def test_a_class_gets_the_mixin_once_however_many_inherit_it(new_project: Any) -> None:
    project = new_project()
    admin = project.path("blog/admin.py")
    admin.write_text(
        admin.read_text().replace(
            "admin.site.register(Author)", "@admin.register(Author)\nclass AuthorAdmin(EntryAdmin):\n    pass"
        )
    )
    assert project.setup("--write")[0] == 0
    assert admin.read_text().count("CollaborativeAdminMixin") == 2
    assert "2 of 4 admins collaborate" in project.setup()[1]


def test_a_mixin_without_the_app_is_an_error_with_a_remedy_and_setup_finds_it(new_project: Any) -> None:
    project = new_project()
    settings = project.path("mysite/settings.py")
    without = settings.read_bytes()
    assert project.setup("--write")[0] == 0
    settings.write_bytes(without)
    code, said = project.run("manage.py", "check")
    assert code == 1
    assert "django_admin_collaborator.E011" in said
    assert 'Add "django_admin_collaborator" to INSTALLED_APPS' in said
    assert "lacking app" in project.setup()[1]


def test_a_redis_that_only_the_environment_knows_is_spoken_of(new_project: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:6379/0")
    assert "REDIS_URL is in the environment, and no setting takes it" in new_project().setup()[1]


def test_a_project_that_does_not_start_is_told_why(new_project: Any) -> None:
    project = new_project()
    project.path("blog/admin.py").write_text("import nothing_of_that_name\n")
    code, said = project.setup()
    assert code == 1
    assert "No module named 'nothing_of_that_name'" in said


def test_a_folder_without_a_project_is_told_so(tmp_path: Any, capsys: Any) -> None:
    from django_admin_collaborator.__main__ import main

    environ = pytest.MonkeyPatch()
    environ.delenv("DJANGO_SETTINGS_MODULE", raising=False)
    try:
        assert main(["setup", "--project", str(tmp_path)]) == 1
    finally:
        environ.undo()
    assert "There is no manage.py" in capsys.readouterr().err
