"""One row, one room: whatever the spelling of its address, the proxy, the child model or the admin site.

Identities are digested, never joined, so that no two of them can run into each other.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, Type

from django.db.models import Model

from . import conf


def room_key(model: Type[Model], pk: Any) -> str:
    """The room of a row. ``pk`` is the value of the model's primary key, as the database gave it."""
    root = root_model(model)
    field = root._meta.pk
    while field is not None and field.remote_field:
        field = field.target_field
    value = str(field.to_python(pk)) if field is not None else str(pk)
    return digest("object", root._meta.label_lower, value)


def root_model(model: Type[Model]) -> Type[Model]:
    """The model whose table has the row's own primary key: proxies and inherited children share it."""
    model = model._meta.concrete_model or model
    link = model._meta.pk
    while link is not None and link.remote_field and getattr(link.remote_field, "parent_link", False):
        model = link.remote_field.model._meta.concrete_model
        link = model._meta.pk
    return model


def page_text(page_path: str) -> str:
    """A page's path in its one spelling: browsers write ``_`` for ``/``."""
    return page_path.strip("/").replace("/", "_")


def page_key(page_path: str, model_label: str = "") -> str:
    """The room of a page's chat; ``model_label`` tells two models' pages apart whose paths are spelled alike."""
    return digest("page", page_text(page_path), model_label)


def digest(*parts: str) -> str:
    """32 hexadecimal digits; ASCII and short enough for every channel layer."""
    return hashlib.sha256(json.dumps([conf.key_prefix(), *parts]).encode()).hexdigest()[:32]


def group_name(key: str, *parts: str) -> str:
    """The channel-layer group of a room, or of one user in it."""
    return ".".join(["collaborator", key, *(digest(part)[:16] for part in parts)])
