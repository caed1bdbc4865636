"""How a page may talk to this server: the settings say it, and consumers of the project's own."""

from __future__ import annotations

import ast
import importlib.util
import re
from collections import deque
from contextlib import suppress
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
    return next((name for name, base in _own_consumers(*_named_modules()) if base in bases), None)


@lru_cache(maxsize=8)
def _own_consumers(*named: Optional[str]) -> List[Tuple[str, str]]:
    """Names of the project's classes, nearest first, with the base of ours. named: what to begin with depends on."""
    waiting: Deque[str] = deque(asgi_modules())
    known: Set[str] = set(waiting)
    found: List[Tuple[str, str]] = []
    while waiting and len(known) < MOST_MODULES:
        name = waiting.popleft()
        source = source_of(name)
        if source is None:
            continue
        path, text = source
        if any(base in text for base in BASES):
            found += [(f"{name}.{heir}", base) for heir, base in _heirs(text)]
        imported = [one for one in _imported(text, name, path.name == "__init__.py") if one not in known]
        known.update(imported)
        waiting.extend(imported)
    return found


def asgi_modules() -> List[str]:
    """Where the ASGI application may be: as the settings name it, else beside the settings and the addresses."""
    application, *modules = _named_modules()
    candidates = [application.rsplit(".", 1)[0]] if application else []
    for module in modules:
        parts = module.split(".")[:-1] if module else []
        candidates.extend(".".join([*parts[:n], "asgi"]) for n in range(len(parts), -1, -1))
    return candidates


def _named_modules() -> Tuple[Optional[str], ...]:
    named = (getattr(settings, name, None) for name in ("ASGI_APPLICATION", "SETTINGS_MODULE", "ROOT_URLCONF"))
    return tuple(name if isinstance(name, str) else None for name in named)  # addresses may be an object


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


def _heirs(text: str) -> Iterator[Tuple[str, str]]:
    """The classes in a module's source that inherit from ours."""
    with suppress(SyntaxError):
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ClassDef):
                yield from ((node.name, base) for base in map(_last_name, node.bases) if base in BASES)


def _imported(text: str, module: str, is_package: bool) -> Iterator[str]:
    """Names of modules that a module imports, and of what may be one.

    Two hundred sources are searched in a twentieth of the time in which they are parsed, and the first page waits.
    """
    for dots, origin, members, modules in _IMPORT.findall(_NO_CODE.sub(" ", text)):
        names = [one.split()[0] for one in (members or modules).strip("() \t\n").split(",") if one.split()]
        if modules:
            yield from names
            continue
        parts = origin.split(".") if origin else []
        if dots:
            own = module.split(".")
            parts = [*own[: len(own) - len(dots) + is_package], *parts]
        yield ".".join(parts)
        yield from (".".join([*parts, name]) for name in names)


_NO_CODE = re.compile(r"#[^\n]*|\\\r?\n")
_IMPORT = re.compile(
    r"(?:^|[;:])[ \t]*(?:from[ \t]*(\.*)[ \t]*([\w.]*)[ \t]+import\b[ \t]*(\([^)]*\)|[^\n;]+)|import[ \t]+([^\n;]+))",
    re.MULTILINE,
)


def _last_name(base: ast.expr) -> str:
    return base.attr if isinstance(base, ast.Attribute) else base.id if isinstance(base, ast.Name) else ""
