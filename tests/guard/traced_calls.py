"""A trace of what the package does for one request: its calls are noted, or a fault is raised in one of them."""

from __future__ import annotations

import ast
import re
import sys
import types
from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional, Set

import django_admin_collaborator
from django_admin_collaborator.guard.refusal import Refusal
from django_admin_collaborator.guard.views import list_rows

FOLDER = str(Path(django_admin_collaborator.__file__).parent) + "/"
DECISIONS = (Refusal.__init__, list_rows.PostedRow.note, list_rows.held_note)
"""What is called when it is clear that something is refused."""


class Fault(Exception):
    """What no function expects."""


class Call(NamedTuple):
    """The first call of a function by another: in a request, or after the decision to refuse.

    caller: the function of the package that calls it; empty where Django or Python does.
    """

    function: str
    caller: str
    is_late: bool


class Trace:
    """Notes the first calls in its block, or raises a Fault at one of them."""

    def __init__(self, at: Optional[Call] = None) -> None:
        self.at = at
        self.calls: Dict[Call, None] = {}
        self.has_raised = self._is_late = False

    def __enter__(self) -> Trace:
        self._before = sys.gettrace()
        sys.settrace(self._note if self.at is None else self._raise)
        return self

    def __exit__(self, *error: Any) -> None:
        sys.settrace(self._before)

    def _note(self, frame: Any, event: str, argument: Any) -> None:
        name = _name(frame.f_code)
        if name:
            self.calls.setdefault(Call(name, _caller(frame), self._is_late))
            self._is_late = self._is_late or id(frame.f_code) in _DECIDING

    def _raise(self, frame: Any, event: str, argument: Any) -> None:
        key = id(frame.f_code)
        if NAMES.get(key) == self.at.function and not self.has_raised:
            call = Call(self.at.function, _caller(frame), self._is_late)
            if call == self.at:
                self.has_raised = True
                _raise_in(frame.f_globals["__name__"], call)
        self._is_late = self._is_late or key in _DECIDING


_DECIDING = {id(function.__code__) for function in DECISIONS}
NAMES: Dict[int, str] = {}
"""By the id of the code, which takes long to hash."""


def _name(code: Any) -> str:
    """The file, the line and the name of a function of ours; empty for code of others, and for parts of one."""
    name = NAMES.get(id(code))
    if name is None:
        is_function = code.co_filename.startswith(FOLDER) and (code.co_name[0] != "<" or code.co_name == "<lambda>")
        name = f"{code.co_filename[len(FOLDER) :]}:{code.co_firstlineno} {code.co_name}" if is_function else ""
        NAMES[id(code)] = name
        CODES.append(code)
    return name


CODES: List[Any] = []
"""Kept, so that no other code gets the id of one of them."""


def _caller(frame: Any) -> str:
    frame = frame.f_back
    while frame.f_code.co_filename.startswith(FOLDER) and not _name(frame.f_code):
        frame = frame.f_back
    return _name(frame.f_code)


def _raise_in(module: str, call: Call) -> None:
    """Raise as a line of this module does: a net looks at where something was raised."""
    types.FunctionType(_raise.__code__, {"__name__": module, "Fault": Fault})(call)


def _raise(call: Call) -> None:
    raise Fault(call)


def kind(name: str) -> str:
    """The same without the line."""
    return re.sub(r":\d+", "", name)


@lru_cache(maxsize=None)
def catching(file: str) -> Set[str]:
    """The names of the functions of this file that have a net, or a clean-up."""
    tree = ast.parse(Path(FOLDER, file).read_text(encoding="utf-8"))
    found = set()
    for node in ast.walk(tree):
        has_a_net = any(isinstance(part, (ast.Try, ast.With)) for part in ast.walk(node))
        if has_a_net and isinstance(node, ast.FunctionDef):
            line = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            found.add(f"{file}:{line} {node.name}")
    return found
