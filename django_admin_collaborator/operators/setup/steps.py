"""What a project lacks, step by step, with the change of a file or the command that mends it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple

from . import source
from .project import APP, Admin, Project

MIXIN = "CollaborativeAdminMixin"
MIXIN_MODULE = APP + ".utils"

ROUTES = f"""
from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from {APP}.routing import websocket_urlpatterns  # noqa: E402

application = ProtocolTypeRouter(
    {{
        "http": application,
        "websocket": AuthMiddlewareStack(URLRouter(websocket_urlpatterns)),
    }}
)
"""

NEW_ASGI = """import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "{settings}")
application = get_asgi_application()
"""

SERVERS: Dict[str, Tuple[str, str]] = {
    "uvicorn": ("uvicorn websockets", "uvicorn {module}:application"),
    "daphne": ("daphne", "python manage.py runserver, or daphne {module}:application"),
    "gunicorn": (
        "gunicorn uvicorn-worker websockets",
        "gunicorn -k uvicorn_worker.UvicornWorker {module}:application",
    ),
    "hypercorn": ("hypercorn", "hypercorn {module}:application"),
    "granian": ("granian", "granian --interface asgi --workers-kill-timeout 3 {module}:application"),
}
"""What is installed for each ASGI server, and how it is started."""


@dataclass
class Step:
    """One thing that a project needs.

    title: what it is for. is_advice: nobody can tell whether it was done. path, edit: which file is changed, and how
    its new text is made of the old one. lines: what to write by hand, or to type. obstacle: why the file cannot be
    changed by us; a clause.
    """

    title: str
    text: str
    is_done: bool = False
    is_advice: bool = False
    path: Optional[Path] = None
    edit: Optional[Callable[[str], str]] = None
    lines: List[str] = field(default_factory=list)
    obstacle: str = ""


def of(project: Project, models: List[str], asgi: str = "", redis: str = "") -> Iterator[Step]:
    """models: labels for ADMIN_COLLABORATOR_MODELS, instead of the mixin. asgi: a server. redis: an address."""
    yield _app(project)
    yield from _setting_of_models(project, models) if models else _mixins(project)
    yield _migrate(project)
    if asgi:
        yield from _asgi(project, asgi)
    if redis:
        yield _redis(project, redis)


def _setting(project: Project, title: str, text: str, name: str, value: Any) -> Step:
    """An assignment at the end of the settings."""
    line = f"{name} = {json.dumps(value)}"
    if getattr(project.settings, name, None) == value:
        return Step(title, text, is_done=True)
    path = project.settings_file(name)
    step = Step(title, text, path=path, edit=lambda old: source.append(old, "\n" + line), lines=[line])
    if path is None or source.is_bound(source.read(path)[0], name):
        step.obstacle = f"{name} is set already" if path else f"{project.settings_module} is no file of the project"
    return step


def _app_entry(project: Project, title: str, app: str, first: bool = False) -> Step:
    step = Step(title, f"{app} is {'the first' if first else 'one'} of INSTALLED_APPS", lines=[f'    "{app}",'])
    installed = [str(one) for one in project.settings.INSTALLED_APPS]
    step.is_done = any(one == app or one.startswith(app + ".") for one in (installed[:1] if first else installed))
    step.path = project.settings_file("INSTALLED_APPS")
    step.edit = lambda old: source.add_to_list(old, "INSTALLED_APPS", app, first=first)
    if step.path is None:
        step.obstacle = "INSTALLED_APPS is in no one file of the project"
    return step


def _app(project: Project) -> Step:
    return _app_entry(project, "app", APP)


def _mixins(project: Project) -> Iterator[Step]:
    text = "the admins of the project have the mixin"
    own = [admin for admin in project.admins if admin.path is not None]
    lacking = {admin.cls: admin for admin in own if not admin.collaborates}
    # A class inherits the mixin from one that gets it; with it twice it could not be made.
    tops = [admin for cls, admin in lacking.items() if not any(other in cls.__mro__[1:] for other in lacking)]
    for admin in tops:
        yield _mixin(admin)
    if not tops:
        lines = [] if own else [f"from {MIXIN_MODULE} import {MIXIN}", f"class …Admin({MIXIN}, admin.ModelAdmin):"]
        yield Step("mixin", text if own else "your admin classes get the mixin", is_done=bool(own), lines=lines)


def _mixin(admin: Admin) -> Step:
    def edit(old: str) -> str:
        return source.add_import(source.add_base(old, admin.name, MIXIN), MIXIN_MODULE, MIXIN)

    lines = [f"from {MIXIN_MODULE} import {MIXIN}", f"class {admin.name}({MIXIN}, …):"]
    return Step("mixin", f"{admin.name} has the mixin, first in its bases", path=admin.path, edit=edit, lines=lines)


def _setting_of_models(project: Project, models: List[str]) -> Iterator[Step]:
    value: Any = "all" if models == ["all"] else models
    yield _setting(project, "mixin", "admins get the mixin by a setting", "ADMIN_COLLABORATOR_MODELS", value)


def _migrate(project: Project) -> Step:
    text = "the tables of the app are made"
    return Step("migrate", text, is_done=_is_migrated(project), lines=["python manage.py migrate"])


def _is_migrated(project: Project) -> bool:
    if not project.has_app:
        return False
    from django.db import DatabaseError, connection
    from django.db.migrations.recorder import MigrationRecorder

    try:
        applied = MigrationRecorder(connection).applied_migrations()
    except DatabaseError:
        return False
    return (APP, "0001_permissions") in applied and (APP, "0002_rooms") in applied


def _asgi(project: Project, server: str) -> Iterator[Step]:
    import channels

    packages, command = SERVERS[server]
    module, path = project.asgi_module(), project.asgi_file()
    lacking = _not_installed(packages)
    yield Step("server", f"{server} is installed", is_done=not lacking, lines=[f"pip install {' '.join(lacking)}"])
    # The development server of Channels came with Channels itself before version 4.
    runserver = "daphne" if int(channels.__version__.split(".")[0]) >= 4 else "channels"
    if server == "daphne":
        yield _app_entry(project, "server", runserver, first=True)
    name = "ASGI_APPLICATION"
    yield _setting(project, "asgi", "the settings name the ASGI application", name, f"{module}.application")
    yield _routes(project, path)
    yield Step("start", f"served by {server}", is_advice=True, lines=[command.format(module=module)])
    yield Step(
        "static",
        f"{server} serves no static files (runserver does); without them the admin has no style and no lock",
        is_advice=True,
        lines=["python manage.py collectstatic, and let the proxy serve STATIC_ROOT, or use whitenoise"],
    )


def _not_installed(packages: str) -> List[str]:
    from importlib.util import find_spec

    return [name for name in packages.split() if find_spec(name.replace("-", "_")) is None]


def _routes(project: Project, path: Path) -> Step:
    step = Step("asgi", "the ASGI application has the routes of the sockets", path=path, lines=ROUTES.splitlines())
    text = source.read(path)[0] if path.is_file() else ""
    step.is_done = "websocket_urlpatterns" in text
    if not path.is_file():
        step.edit = lambda old: NEW_ASGI.format(settings=project.settings_module) + ROUTES
        if not path.parent.is_dir():
            step.obstacle = "there is no such folder"
    else:
        step.edit = _add_routes
    return step


def _add_routes(old: str) -> str:
    found = source.bindings(source.parse(old), "application")
    if len(found) != 1 or "ProtocolTypeRouter" in old:
        raise source.NotPlain("it is not the one that startproject makes: put our routes into yours")
    return source.append(old, ROUTES)


def _redis(project: Project, address: str) -> Step:
    title, text = "redis", f"the rooms are in Redis at {address}"
    return _setting(project, title, text, "ADMIN_COLLABORATOR_REDIS_URL", address)
