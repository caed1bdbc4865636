"""System checks of what the admins' hooks are asked with: a socket's request, which not all middlewares have seen."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Any, Iterator, Optional

from django.contrib.admin.sites import all_sites
from django.contrib.auth import get_user_model
from django.core.checks import CheckMessage, Error, Warning
from django.core.exceptions import ObjectDoesNotExist
from django.db import connections
from django.urls import reverse
from django.utils.module_loading import import_string

from .. import conf
from ..access import hints
from ..access.collaborative import collaborates
from ..access.identity import has_tenants
from ..access.page_request import SCOPE_KEY, Asker, Page, SocketRequest, middlewares
from ..conf import own_id
from .project import _check


@_check
def check_request_settings() -> Iterator[CheckMessage]:
    for name, paths in (("REQUEST_MIDDLEWARE", middlewares()), ("TENANT", [conf.get("TENANT")])):
        for path in filter(None, paths):
            try:
                import_string(path)
            except ImportError as error:
                yield Error(
                    f"ADMIN_COLLABORATOR_{name} has {path!r}, which cannot be imported.",
                    hint=str(error),
                    id=own_id("E006"),
                )


@_check
def check_hooks() -> Iterator[CheckMessage]:
    """Asks without a database, and where a middleware is named, does not ask: those may need one."""

    if middlewares():
        return
    for site in list(all_sites):  # what a hook imports may make one more
        for model_admin in site._registry.values():
            fault = _fault(model_admin) if collaborates(model_admin) else None
            if fault is not None:
                yield Warning(
                    f"{type(model_admin).__name__} on the site {site.name!r} needs what a socket's request does not "
                    f"have, so no lock protects its forms: {fault}.",
                    hint=hints.remedy(fault),
                    obj=type(model_admin),
                    id=own_id("W007"),
                )


@_check
def check_middlewares() -> Iterator[CheckMessage]:
    if conf.get("REQUEST_MIDDLEWARE") is not None:
        return
    found = hints.middlewares_that_matter()
    if has_tenants():
        yield Warning(
            "There are tenants, and no socket is let in, as none knows in which of them it is.",
            hint=f"{hints.what_selects_the_tenant()} An empty list says that each process has one tenant.",
            id=own_id("W008"),
        )
    elif found:
        yield Warning(
            f"Sockets do not pass {', '.join(found)}, which may change the user or the connection of a request.",
            hint=f"Name in {hints.SETTING} what the admin needs, in the order of MIDDLEWARE. An empty list says "
            "that it needs none.",
            id=own_id("W008"),
        )


def _fault(model_admin: Any) -> Optional[Exception]:
    """What the admin says to a socket of a superuser, if it is that an attribute is missing."""
    try:
        user = get_user_model()()
        user.is_active = user.is_staff = user.is_superuser = True
    except Exception:  # a user model of the project's own may refuse this
        return None
    request: Any = SocketRequest({SCOPE_KEY: Asker(_page(model_admin))}, user)
    try:
        with _no_database():
            request = model_admin.get_collaborator_request(request)
            if model_admin.admin_site.has_permission(request):
                model_admin.get_queryset(request)
                model_admin.has_view_permission(request)
                model_admin.has_change_permission(request)
    except ObjectDoesNotExist:
        return None
    except AttributeError as fault:
        return fault
    except Exception:  # a rule that needs a real user, an object or the database: it can only be asked later
        return None
    return None


def _page(model_admin: Any) -> Page:
    """A change form, at no address of its own where the site is not in the URLs."""
    opts = model_admin.opts
    try:
        path = reverse(f"{model_admin.admin_site.name}:{opts.app_label}_{opts.model_name}_change", args=["0"])
    except Exception:  # the URLs of a project may not even be importable; other checks say so
        path = "/"
    return Page("", "", path, path)


@contextmanager
def _no_database() -> Iterator[None]:
    def refuse() -> None:
        raise RuntimeError("a system check does not ask the database")

    everyone = connections.all()
    for connection in everyone:
        connection.ensure_connection = refuse  # type: ignore[method-assign]  # for a moment
    try:
        yield
    finally:
        for connection in everyone:
            del connection.ensure_connection
