"""What to set where a socket's request lacks something: said in the log, once, and by the system checks."""

from __future__ import annotations

import inspect
import logging
import re
from typing import Any, List, Optional

from django.conf import settings
from django.utils.module_loading import import_string

from .. import conf, log_once

logger = logging.getLogger("django_admin_collaborator")

SETTING = "ADMIN_COLLABORATOR_REQUEST_MIDDLEWARE"
CHANGES_USER = re.compile(r"\brequest\.user\s*=[^=]")
CHANGES_CONNECTION = re.compile(r"\bconnection\.set_\w+\(")
FROM_SESSION = "django.contrib.auth."
"""The user that these find is that of the session, which sockets have too."""


def tell_once(model_admin: Any, error: Exception) -> None:
    """Log that a hook of this admin raised when it was asked with a socket's request."""
    name = f"{type(model_admin).__module__}.{type(model_admin).__qualname__}"
    if not log_once.is_new("hook", name, model_admin.admin_site.name, type(error).__name__, str(error)):
        return
    logger.warning(
        "no lock protects the forms of %s: a socket cannot ask it who may edit, %s: %s. %s",
        *(name, type(error).__name__, error, remedy(error)),
        exc_info=error,
    )


def tell_other_user() -> None:
    """Log that a page was made for another user than its socket has."""
    if log_once.is_new("user"):
        logger.warning(
            "no lock protects a page that is made for another user than the one whose socket it opens. %s",
            _name_what_changes(CHANGES_USER, "request.user"),
        )


def tell_tenant() -> None:
    """Log that sockets of a project with tenants are refused."""
    if log_once.is_new("tenant"):
        logger.warning(
            "no lock protects any page, for a socket does not know in which tenant it is. %s",
            what_selects_the_tenant(),
        )


def tell_middleware(what: str, fault: Optional[Exception] = None) -> None:
    """Log that a socket's request does not get through the middlewares."""
    if log_once.is_new("middleware", what):
        logger.warning("no lock protects a page whose socket does not pass %s: %s", SETTING, what, exc_info=fault)


def what_selects_the_tenant() -> str:
    return _name_what_changes(CHANGES_CONNECTION, "the tenant")


def _name_what_changes(pattern: Any, what: str) -> str:
    found = _written(pattern)
    if found:
        return f"Name the middleware that changes {what} in {SETTING}: {', '.join(found)}."
    return f"If a middleware changes {what}, name it in {SETTING}."


def remedy(error: Exception) -> str:
    """What to set after this exception of a hook."""
    own = "override get_collaborator_request() of the admin"
    missing = re.search(r"has no attribute '(\w+)'", str(error)) if isinstance(error, AttributeError) else None
    found = _written(re.compile(rf"\b{missing[1]}\b")) if missing else []
    if found:
        return f"Name the middleware that adds it in {SETTING}: {', '.join(found)}. Or {own}."
    return f"If a middleware adds what is missing, name it in {SETTING}. Else {own}."


def middlewares_that_matter() -> List[str]:
    """Those that change the user, or the schema of the connection, and that sockets do not run."""
    return list(dict.fromkeys(_written(CHANGES_CONNECTION) + _written(CHANGES_USER)))


def _written(pattern: Any) -> List[str]:
    """The project's middlewares in whose source this stands, without those that sockets run."""
    found = []
    for path in settings.MIDDLEWARE:
        if path.startswith(FROM_SESSION) or path in (conf.get("REQUEST_MIDDLEWARE") or ()):
            continue
        try:
            middleware = import_string(path)
            source = inspect.getsource(middleware)
        except (ImportError, OSError, TypeError):
            continue
        if pattern.search(source):
            found.append(path)
    return found
