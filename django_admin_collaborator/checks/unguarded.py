"""Fields of a ``ModelAdmin`` whose controls cannot be read, found on a form of a new object, without the database."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from functools import partial
from typing import Any, Callable, Iterator, List, Tuple

from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, connections
from django.forms import BaseForm
from django.http import HttpRequest

from ..guard.version import reading


class AsksDatabase(Exception):
    """A form or a widget wants to know something of the database, so nothing is known about it beforehand."""


class _Everybody(AnonymousUser):
    """Somebody who may do everything, so that every field is in the form."""

    is_active = is_staff = is_superuser = True  # type: ignore[assignment]  # as nobody else

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return True

    def has_module_perms(self, module: str) -> bool:
        return True


def unguarded_fields(model_admin: Any) -> List[Tuple[str, str]]:
    """(name, reason) of each field of the change form, and of the rows of its inlines, that cannot be read."""
    with ExitStack() as stack:
        for connection in connections.all():
            stack.enter_context(connection.execute_wrapper(_refuse))
        return list(_faults(model_admin))


def _faults(model_admin: Any) -> Iterator[Tuple[str, str]]:
    request = HttpRequest()
    request.method = "GET"
    request.user = _Everybody()
    for prefix, form in _forms(model_admin, request):
        for name in reading.fields_of(form):
            try:
                reading.read_field(form, name)
            except (AsksDatabase, DatabaseError):
                continue
            except Exception as error:  # what would be logged when the page is opened
                yield prefix + name, f"it cannot be read ({type(error).__name__}: {error})"


def _forms(model_admin: Any, request: HttpRequest) -> List[Tuple[str, BaseForm]]:
    """An empty main form, and an empty row of each inline; those that cannot be built so are left out."""
    obj = model_admin.model()
    makers: List[Tuple[str, Callable[[], BaseForm]]] = [
        ("", lambda: model_admin.get_form(request, obj, change=True)(instance=obj))
    ]
    found: List[Tuple[str, BaseForm]] = []
    inlines = []
    with suppress(Exception):  # of a hook that wants a real request or a saved row: its own page will tell
        inlines = model_admin.get_inline_instances(request, obj)
    for inline in inlines:
        prefix = f"{inline.model._meta.model_name}: "
        makers.append((prefix, partial(lambda one: one.get_formset(request, obj).form(), inline)))
    for prefix, make in makers:
        with suppress(Exception):  # the same
            found.append((prefix, make()))
    return found


def _refuse(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    raise AsksDatabase(sql)
