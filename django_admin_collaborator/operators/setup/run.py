"""The command ``setup``: prints what a project has and lacks; with ``--write``, puts it in place."""

from __future__ import annotations

import asyncio
import difflib
import os
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Tuple

from ... import __version__
from . import source, steps
from .project import Project
from .steps import Step

Say = Callable[[str], Any]


def add_arguments(parser: Any) -> None:
    parser.add_argument("--write", action="store_true", help="make the changes; everything else stays byte for byte")
    parser.add_argument(
        "--models",
        nargs="+",
        default=[],
        metavar="LABEL",
        help="use ADMIN_COLLABORATOR_MODELS instead of the mixin: “all”, or labels such as blog or shop.Order",
    )
    parser.add_argument("--asgi", choices=sorted(steps.SERVERS), default="", help="faster: sockets, by this server")
    parser.add_argument("--redis", default="", metavar="URL", help="faster: the rooms in this Redis")


def run(folder: Path, say: Say, write: bool, models: List[str], asgi: str, redis: str) -> bool:
    """Whether all that was to be done could be done."""
    project = Project(folder)
    say(f"django-admin-collaborator {__version__} in {project.folder}")
    for name, text in _facts(project):
        say(f"  {name:10}{text}")
    say("")
    wanted = list(steps.of(project, models, asgi, redis))
    texts, before = _edit(wanted)
    is_possible = not any(step.obstacle for step in wanted if not step.is_done)
    for step in wanted:
        for line in _lines(step, project):
            say(line)
    for path, text in texts.items():
        for line in _difference(project, path, before[path][0], text):
            say(line)
    if write and is_possible:
        for path, text in texts.items():
            source.write(path, text, before[path][1])
            say(f"written: {_name(project, path)}")
    elif write:
        say("Nothing was written: do what is above by hand, or all of it.")
    elif texts:
        say("Nothing was written. With --write it is." if is_possible else "Nothing of this can be written by us.")
    if redis:
        say(_try_redis(redis))
    return is_possible


def _facts(project: Project) -> Iterator[Tuple[str, str]]:
    settings = project.settings
    yield "settings", project.settings_module
    wsgi, asgi = getattr(settings, "WSGI_APPLICATION", None), getattr(settings, "ASGI_APPLICATION", None)
    named = [f"WSGI {wsgi}" if wsgi else "", f"ASGI {asgi}" if asgi else ""]
    yield "served by", ", ".join(filter(None, named)) or "nothing that the settings name"
    yield "servers", ", ".join(project.servers()) or "none of those that we know"
    engine = str(settings.DATABASES.get("default", {}).get("ENGINE", "none")).rpartition(".")[2]
    yield "database", engine
    address = getattr(settings, "ADMIN_COLLABORATOR_REDIS_URL", None) or getattr(settings, "REDIS_URL", None)
    if not address and os.environ.get("REDIS_URL"):
        yield "redis", "REDIS_URL is in the environment, and no setting takes it: see --redis"
    else:
        yield "redis", "has an address" if address else "has no address; the rooms are in the database"
    for site in sorted({admin.site for admin in project.admins}):
        of_site = [admin for admin in project.admins if admin.site == site]
        on = sum(admin.collaborates for admin in of_site)
        yield "site", f"{site}: {on} of {len(of_site)} admins collaborate"
    others = sorted({admin.label for admin in project.admins if admin.path is None and not admin.collaborates})
    if others:
        yield "others", f"{', '.join(others)}: their classes are not yours; --models turns the mixin on for them"


def _edit(wanted: List[Step]) -> Tuple[Dict[Path, str], Dict[Path, Tuple[str, str]]]:
    """The new text of each file, and its old one with its encoding. What cannot be done is noted in its step."""
    texts: Dict[Path, str] = {}
    before: Dict[Path, Tuple[str, str]] = {}
    for step in wanted:
        if step.is_done or step.path is None or step.edit is None or step.obstacle:
            continue
        path = step.path
        if path not in before:
            before[path] = source.read(path) if path.is_file() else ("", "utf-8")
        try:
            new = step.edit(texts.get(path, before[path][0]))
            source.parse(new)
            new.encode(before[path][1])
            texts[path] = new
        except (source.NotPlain, UnicodeError) as error:
            step.obstacle = str(error)
    return texts, before


def _lines(step: Step, project: Project) -> Iterator[str]:
    if step.is_done:
        yield f"ok      {step.title}: {step.text}"
        return
    where = f" ({_name(project, step.path)})" if step.path else ""
    yield f"{'then   ' if step.is_advice else 'lacking'} {step.title}: {step.text}{where}"
    if step.obstacle:
        yield f"        not by us, because {step.obstacle}. Write:"
    if step.obstacle or step.edit is None:
        yield from ("          " + line if line else "" for line in step.lines)


def _difference(project: Project, path: Path, old: str, new: str) -> Iterator[str]:
    yield ""
    name = _name(project, path)
    for line in difflib.unified_diff(old.splitlines(), new.splitlines(), name, name, lineterm="", n=1):
        yield "  " + line
    yield ""


def _name(project: Project, path: Path) -> str:
    return path.relative_to(project.folder).as_posix() if project.folder in path.parents else str(path)


def _try_redis(address: str) -> str:
    from ...stores.diagnosis import Trouble, try_redis

    try:
        trial = asyncio.run(try_redis(address, "admin-collaborator.setup"))
    except Trouble as trouble:
        return f"redis: {trouble.problem} {trouble.remedy}"
    return f"redis: it answers in {trial.round_trip_seconds * 1000:.1f} ms."
