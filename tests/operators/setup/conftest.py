"""Projects as startproject makes them, and the command that looks at them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Callable, Dict, Tuple

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent.parent.parent

MODELS = """from django.db import models


class Entry(models.Model):
    title = models.CharField(max_length=100)


class Author(models.Model):
    name = models.CharField(max_length=100)
"""

ADMIN = """from django.contrib import admin

from .models import Author, Entry


class PlainAdmin(admin.ModelAdmin):
    pass


@admin.register(Entry)
class EntryAdmin(PlainAdmin):
    list_display = ("title",)  # what else


admin.site.register(Author)
"""


class NewProject:
    """A project below ``folder``, called mysite, with an app called blog."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "blog").mkdir()
        call_command("startproject", "mysite", str(folder))
        call_command("startapp", "blog", str(folder / "blog"))
        (folder / "blog" / "models.py").write_text(MODELS)
        (folder / "blog" / "admin.py").write_text(ADMIN)
        settings = self.path("mysite/settings.py")
        settings.write_text(settings.read_text().replace("staticfiles',", "staticfiles',\n    'blog',"))

    def path(self, name: str) -> Path:
        return self.folder / name

    def run(self, *command: str) -> Tuple[int, str]:
        environ = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "DJANGO"))}
        environ["PYTHONPATH"] = str(ROOT)
        done = subprocess.run(
            [sys.executable, *command],
            cwd=self.folder,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=120,
        )
        return done.returncode, done.stdout.decode()

    def setup(self, *arguments: str) -> Tuple[int, str]:
        return self.run("-m", "django_admin_collaborator", "setup", *arguments)

    def files(self) -> Dict[str, bytes]:
        return {
            path.relative_to(self.folder).as_posix(): path.read_bytes()
            for path in self.folder.rglob("*.py")
            if "__pycache__" not in path.parts
        }


@pytest.fixture
def new_project(tmp_path: Path) -> Callable[[], Any]:
    folder = tmp_path / "site"
    folder.mkdir()
    return lambda: NewProject(folder)
