"""What a project is made of: found by its ``manage.py``, and loaded as Django loads it."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import inspect
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterator, List, Optional

from ...access.collaborative import collaborates
from . import source

VARIABLE = "DJANGO_SETTINGS_MODULE"
APP = "django_admin_collaborator"
SERVERS = ("uvicorn", "daphne", "gunicorn", "uwsgi", "hypercorn", "granian")
FOREIGN_FOLDERS = {"site-packages", "dist-packages"}


class Unfit(Exception):
    """There is no project here, or it does not start. A sentence for people."""


def find_settings(folder: Path) -> str:
    """The settings module that ``manage.py`` of this folder names. Raises Unfit."""
    path = folder / "manage.py"
    if not path.is_file():
        raise Unfit(f"There is no manage.py in {folder}. Go to the folder of your project, or give --settings.")
    for node in ast.walk(source.parse(source.read(path)[0])):
        if isinstance(node, ast.Call) and len(node.args) == 2:
            values = [value.value for value in node.args if isinstance(value, ast.Constant)]
            if len(values) == 2 and values[0] == VARIABLE:
                return str(values[1])
    raise Unfit(f"manage.py does not say which settings it uses: give --settings, or set {VARIABLE}.")


def load(folder: Path, settings_module: str = "") -> None:
    """Start Django, as ``manage.py`` of this folder does. Raises Unfit."""
    import django

    sys.path.insert(0, str(folder))
    if settings_module:
        os.environ[VARIABLE] = settings_module
    elif not os.environ.get(VARIABLE):
        os.environ[VARIABLE] = find_settings(folder)
    try:
        django.setup()
    except Exception as error:  # whatever the project's own modules raise
        raise Unfit(
            f"The project does not start with {os.environ[VARIABLE]}: {type(error).__name__}: {error}. "
            "It has to run before anything is added to it."
        ) from error


@dataclass(frozen=True)
class Admin:
    """A registered admin. label: of its model. path: of the file with its class, where that is the project's own."""

    site: str
    label: str
    cls: Any
    collaborates: bool
    path: Optional[Path]

    @property
    def name(self) -> str:
        return str(self.cls.__name__)


class Project:
    """The project that Django has loaded. folder: what lies below it is the project's own."""

    def __init__(self, folder: Path) -> None:
        from django.conf import settings

        self.folder = folder.resolve()
        self.settings = settings
        self.settings_module = str(getattr(settings, "SETTINGS_MODULE", os.environ.get(VARIABLE, "")))
        self._load_urls()
        self.admins = list(self._admins())

    @property
    def has_app(self) -> bool:
        from django.apps import apps

        return apps.is_installed(APP)

    def settings_file(self, name: str) -> Optional[Path]:
        """The file in which a setting is to be changed: that of the settings, or one that it takes all from."""
        paths = list(self._settings_files(self.settings_module))
        with_it = [path for path in paths if source.is_bound(source.read(path)[0], name)]
        if with_it:
            return with_it[0] if len(with_it) == 1 else None
        return paths[0] if paths else None

    def _settings_files(self, module: str) -> Iterator[Path]:
        path = self.own_path(getattr(sys.modules.get(module), "__file__", None))
        if path is None:
            return
        yield path
        for node in source.parse(source.read(path)[0]).body:
            if isinstance(node, ast.ImportFrom) and [alias.name for alias in node.names] == ["*"]:
                package = str(getattr(sys.modules[module], "__package__", ""))
                try:
                    yield from self._settings_files(
                        importlib.util.resolve_name("." * node.level + (node.module or ""), package)
                    )
                except (ImportError, ValueError):
                    continue

    def asgi_module(self) -> str:
        """The module with the ASGI application, whether it is there or not."""
        named = getattr(self.settings, "ASGI_APPLICATION", None)
        if named:
            return str(named).rpartition(".")[0]
        wsgi = getattr(self.settings, "WSGI_APPLICATION", None)
        beside = str(wsgi).rpartition(".")[0] if wsgi else str(self.settings.ROOT_URLCONF)
        return (beside.rpartition(".")[0] + ".asgi").lstrip(".")

    def asgi_file(self) -> Path:
        """Where that module is, or would be."""
        return self.folder.joinpath(*self.asgi_module().split(".")).with_suffix(".py")

    def servers(self) -> List[str]:
        return [name for name in SERVERS if importlib.util.find_spec(name) is not None]

    def own_path(self, name: Any) -> Optional[Path]:
        """The path of a file of the project's own; None for files of packages."""
        if not name or not str(name).endswith(".py"):
            return None
        path = Path(name).resolve()
        is_own = self.folder in path.parents and not FOREIGN_FOLDERS & set(path.parts)
        return path if is_own else None

    def _load_urls(self) -> None:
        """Some admins are registered there."""
        try:
            importlib.import_module(self.settings.ROOT_URLCONF)
        except Exception:  # the checks of Django say what is wrong with it
            return

    def _admins(self) -> Iterator[Admin]:
        from django.apps import apps

        if not apps.is_installed("django.contrib.admin"):
            return
        from django.contrib.admin.sites import all_sites

        for site in sorted(all_sites, key=lambda site: site.name):
            for model, model_admin in site._registry.items():
                if model._meta.app_label == APP:
                    continue
                cls = type(model_admin)
                try:
                    path = self.own_path(inspect.getsourcefile(cls))
                except TypeError:
                    path = None
                yield Admin(site.name, model._meta.label, cls, collaborates(model_admin), path)
