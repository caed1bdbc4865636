"""One row, one room: whatever the spelling of its address, the proxy, the child model or the admin site.

Identities are digested, never joined, so that no two of them can run into each other.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, Optional, Type

from django.db import DEFAULT_DB_ALIAS, connections, router
from django.db.models import ForeignKey, Model
from django.utils.module_loading import import_string

from .. import conf


def room_key(model: Type[Model], pk: Any, realm: Optional[str] = None) -> str:
    """The room of a row. ``pk`` is the value of the model's primary key, as the database gave it.

    realm: of the row, see ``realm_of``; without it, that of the model's rows as this thread sees them.
    """
    realm = realm_of(model) if realm is None else realm
    root = root_model(model)
    field = root._meta.pk
    while isinstance(field, ForeignKey):
        field = field.target_field
    value = str(field.to_python(pk)) if field is not None else str(pk)
    return digest("object", root._meta.label_lower, value, *filter(None, [realm]))


def realm_of(model: Optional[Type[Model]] = None, using: Optional[str] = None) -> str:
    """The database and the tenant of rows that this thread sees; empty for the default database without tenants.

    To be called where the rows are read or written: another thread may be in another tenant.
    """
    model = model and root_model(model)
    alias = using or (router.db_for_write(model) if model is not None else DEFAULT_DB_ALIAS)
    parts = [_database(alias), _tenant(alias, model)]
    return digest("realm", *parts) if any(parts) else ""


def database_of(model_admin: Any, request: Any, obj: Any = None) -> str:
    """Where Django writes ``obj``, or any row of this admin: its queryset may name a database for reading alone."""
    model = model_admin.model
    saves_as_django = type(model_admin).save_model.__module__ == "django.contrib.admin.options"
    if obj is not None and saves_as_django:
        return str(router.db_for_write(model, instance=obj))
    chosen = getattr(model_admin.get_queryset(request), "_db", None)
    if obj is None and chosen is not None:
        obj = model()
        obj._state.db = chosen
    written = router.db_for_write(model, **({} if obj is None else {"instance": obj}))
    if chosen is None or saves_as_django or chosen == router.db_for_read(model):
        return str(written)
    return str(chosen)  # as where ``save_model`` names it, whatever the router says


def realm_in(model_admin: Any, request: Any, obj: Any = None) -> str:
    """``realm_of`` the rows of this admin."""
    return realm_of(model_admin.model, database_of(model_admin, request, obj))


def has_tenants() -> bool:
    """Whether rows of this project belong to tenants."""
    return bool(conf.get("TENANT") or getattr(connections[DEFAULT_DB_ALIAS], "schema_name", None))


def _database(alias: str) -> str:
    """The first alias of the same database; empty for the default one."""
    if alias == DEFAULT_DB_ALIAS:
        return ""
    databases = connections.databases
    address = conf.database_address(databases[alias])
    aliases = [DEFAULT_DB_ALIAS, *databases]
    same = next(other for other in aliases if conf.database_address(databases[other]) == address)
    return "" if same == DEFAULT_DB_ALIAS else same


def _tenant(alias: str, model: Optional[Type[Model]]) -> str:
    connection = connections[alias]
    path = conf.get("TENANT")
    if path:
        return str(import_string(path)(connection, model) or "")
    # Backends that keep each tenant in a schema of its own have it here.
    return str(getattr(connection, "schema_name", None) or "")


def root_model(model: Type[Model]) -> Type[Model]:
    """The model whose table has the row's own primary key: proxies and inherited children share it."""
    model = model._meta.concrete_model or model
    link = model._meta.pk
    while link is not None and link.remote_field and getattr(link.remote_field, "parent_link", False):
        model = link.remote_field.model._meta.concrete_model or model
        link = model._meta.pk
    return model


def page_text(page_path: str) -> str:
    """A page's path in its one spelling: browsers write ``_`` for ``/``."""
    return page_path.strip("/").replace("/", "_")


def page_key(page_path: str, model_label: str = "") -> str:
    """The room of a page's chat; ``model_label`` tells two models' pages apart whose paths are spelled alike."""
    return digest("page", page_text(page_path), model_label, *filter(None, [realm_of()]))


def digest(*parts: str) -> str:
    """32 hexadecimal digits; ASCII and short enough for every channel layer."""
    return hashlib.sha256(json.dumps([conf.key_prefix(), *parts]).encode()).hexdigest()[:32]


def group_name(key: str, *parts: str) -> str:
    """The channel-layer group of a room, or of one user in it."""
    return ".".join(["collaborator", key, *(digest(part)[:16] for part in parts)])


def object_name(model: Any, pk: Any, realm: str = "") -> str:
    """The same for every spelling of a row: a proxy's or an inherited child's form is a form of the same row."""
    return ":".join([root_model(model)._meta.label_lower, str(pk), *filter(None, [realm])])


def user_name(user: Any) -> str:
    return str(user.pk)
