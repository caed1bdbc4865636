"""Names that 0.4.5 had here, and some of them in ``utils``. Deprecated: a project's own settings say the same."""

from __future__ import annotations

import warnings
from typing import Any

from . import conf

ALSO_IN_UTILS = (
    "ADMIN_COLLABORATOR_ADMIN_URL",
    "DEFAULT_ADMIN_COLLABORATOR_OPTIONS",
    "get_admin_collaborator_websocket_connection_prefix_url",
)
_DEFAULTS = ("ADMIN_COLLABORATOR_ADMIN_URL", "ADMIN_COLLABORATOR_WEBSOCKET_CONNECTION_PREFIX_URL")


def find(module: str, name: str) -> Any:
    """The value of a name of 0.4.5, with a warning at whoever asks ``module`` for it."""
    if name in _DEFAULTS:
        value: Any = conf.SETTINGS[name].default
    elif name == "DEFAULT_ADMIN_COLLABORATOR_OPTIONS":
        value = dict(conf.OPTIONS)
    elif name == "get_admin_collaborator_websocket_connection_prefix_url":
        value = _websocket_prefix
    else:
        raise AttributeError(f"module {module!r} has no attribute {name!r}")
    warnings.warn(f"{module}.{name} is deprecated; use the settings", DeprecationWarning, stacklevel=3)
    return value


def _websocket_prefix() -> str:
    prefix: str = conf.get("WEBSOCKET_CONNECTION_PREFIX_URL")
    return prefix


def __getattr__(name: str) -> Any:
    return find(__name__, name)
