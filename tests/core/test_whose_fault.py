"""Whose fault an exception is: that of the line which has called whatever tool raised it."""

from __future__ import annotations

import json
import types
from functools import partial
from typing import Any, Tuple

import pytest
from django.core.exceptions import PermissionDenied

from django_admin_collaborator import faults

OURS, GUARD = "django_admin_collaborator.page.live", "django_admin_collaborator.guard.save"
DJANGO, TOOL, PROJECT = "django.contrib.admin.options", "django.utils.html", "press.admin"


def _call(function: Any) -> None:
    function()


def line_of(module: str, function: Any) -> Any:
    """A line of this module that calls a function."""
    return partial(types.FunctionType(_call.__code__, {"__name__": module}), function)


@pytest.mark.parametrize(
    ("chain", "is_ours"),
    [
        ((OURS,), True),
        ((DJANGO, OURS), True),
        ((PROJECT, OURS), True),
        ((OURS, TOOL), True),
        ((DJANGO,), False),
        ((GUARD, DJANGO), False),
        ((GUARD, PROJECT), False),
        ((GUARD, DJANGO, PROJECT, TOOL), False),
        (("django_admin_collaborator.editing", GUARD), False),
    ],
)
def test_the_last_line_that_is_of_no_tool_decides(chain: Tuple[str, ...], is_ours: bool) -> None:
    function: Any = partial(json.dumps, object())
    for module in reversed(chain):
        function = line_of(module, function)
    with pytest.raises(TypeError) as caught:
        line_of(DJANGO, function)()
    assert faults.is_ours(caught.value) is is_ours


def test_what_we_raise_to_refuse_is_no_fault() -> None:
    def refuse() -> None:
        raise PermissionDenied

    with pytest.raises(PermissionDenied) as caught:
        line_of(OURS, types.FunctionType(refuse.__code__, {"__name__": OURS, "PermissionDenied": PermissionDenied}))()
    assert not faults.is_ours(caught.value)
