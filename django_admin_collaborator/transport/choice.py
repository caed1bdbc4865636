"""How a page may talk to this server: the settings say it, and consumers of the project's own."""

from __future__ import annotations

import ast
import importlib.util
from collections import deque
from functools import lru_cache
from pathlib import Path
from typing import Deque, Iterator, List, Optional, Set, Tuple

from django.conf import settings

from .. import conf

WEBSOCKET, HTTP = "websocket", "http"
BASES = ("AdminCollaborationConsumer", "ChatConsumer")
PACKAGE = __name__.partition(".")[0]
MOST_MODULES = 200


def transports() -> Tuple[str, ...]:
    """The transports that a page may use here, the preferred one first."""
    named = conf.get("TRANSPORTS")
    if isinstance(named, (list, tuple)):  # a check names anything else
        return tuple(named)
    return (WEBSOCKET,) if own_consumer() else (WEBSOCKET, HTTP)


def has_conversation() -> bool:
    """Whether all who are at an object may chat about it: a chat of the project's own may have rules against it."""
    return bool(conf.option("enable_chat")) and own_consumer(BASES[1:]) is None


def own_consumer(bases: Tuple[str, ...] = BASES) -> Optional[str]:
    """A class of the project's that stands in its routes for one of ours: its rules would not be asked by HTTP.

    It is found by reading the ASGI application and what that imports. Importing them may start things.
    """
    return _own_consumer(bases, *_named_modules())


@lru_cache(maxsize=8)
def _own_consumer(bases: Tuple[str, ...], *named: Optional[str]) -> Optional[str]:
    """named: what the modules to begin with depend on."""
    waiting: Deque[str] = deque(asgi_modules())
    known: Set[str] = set(waiting)
    while waiting and len(known) < MOST_MODULES:
        name = waiting.popleft()
        source = source_of(name)
        if source is None:
            continue
        path, text = source
        try:
            tree = ast.parse(text)
        except SyntaxError:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and any(_last_name(base) in bases for base in node.bases):
                return f"{name}.{node.name}"
        found = [one for one in _imported(tree, name, path.name == "__init__.py") if one not in known]
        known.update(found)
        waiting.extend(found)
    return None


def asgi_modules() -> List[str]:
    """Where the ASGI application may be: as the settings name it, else beside the settings and the addresses."""
    application, *modules = _named_modules()
    candidates = [application.rsplit(".", 1)[0]] if application else []
    for module in modules:
        parts = str(module).split(".")[:-1] if module else []
        candidates.extend(".".join([*parts[:n], "asgi"]) for n in range(len(parts), -1, -1))
    return candidates


def _named_modules() -> Tuple[Optional[str], ...]:
    return tuple(getattr(settings, name, None) for name in ("ASGI_APPLICATION", "SETTINGS_MODULE", "ROOT_URLCONF"))


def source_of(module: str) -> Optional[Tuple[Path, str]]:
    """File and text of a module that is the project's, neither ours nor an installed package's."""
    top, *rest = module.split(".")
    if top == PACKAGE:
        return None
    try:
        spec = importlib.util.find_spec(top)  # of more than the first name, it would import what is before the last
    except (ImportError, ValueError):
        return None
    if spec is None:
        return None
    folders = [Path(folder, *rest) for folder in spec.submodule_search_locations or ()]
    files = [file for folder in folders for file in (folder.parent / (folder.name + ".py"), folder / "__init__.py")]
    for path in files if folders else [Path(spec.origin or "")] * (not rest):
        if path.is_file() and path.suffix == ".py" and not {"site-packages", "dist-packages"} & set(path.parts):
            return path, path.read_text(encoding="utf-8", errors="replace")
    return None


def _imported(tree: ast.AST, module: str, is_package: bool) -> Iterator[str]:
    """Names of modules that a module imports, and of what may be one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = node.module.split(".") if node.module else []
            if node.level:
                own = module.split(".")
                parts = [*own[: len(own) - node.level + is_package], *parts]
            yield ".".join(parts)
            yield from (".".join([*parts, alias.name]) for alias in node.names)


def _last_name(base: ast.expr) -> str:
    return base.attr if isinstance(base, ast.Attribute) else base.id if isinstance(base, ast.Name) else ""
