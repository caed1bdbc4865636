"""``ADMIN_COLLABORATOR_MODELS``: the mixin for admins that a project does not own, or would rather not edit.

A registered admin becomes one of a subclass with the mixin in front; its class stays as it is. The instance stays,
with everything that was set on it since, so whoever has kept a reference to it has the collaborating one.
"""

from __future__ import annotations

import types
from functools import lru_cache
from typing import Any, Dict, Iterator, List
from weakref import WeakKeyDictionary

from django.apps import apps
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.sites import AdminSite, all_sites

from . import conf
from .access.collaborative import collaborates
from .guard import save_signals
from .models import Editing
from .page import site_index
from .utils import CollaborativeAdminMixin

ALL = "all"

left_alone: WeakKeyDictionary[Any, str] = WeakKeyDictionary()
"""Admins that should collaborate and cannot, each with what was raised."""

_ADDED = "_collaborator_added"


def entries() -> List[str]:
    """The setting as a list. What is no text in it names nothing, and a check says so."""
    given = conf.get("MODELS")
    return [given] if isinstance(given, str) else [one for one in given or () if isinstance(one, str)]


def names(label: str, model: Any) -> bool:
    """Whether a label of the setting, without its sign, means this model."""
    return label.lower() in (ALL, model._meta.app_label.lower(), model._meta.label_lower)


def is_chosen(model: Any) -> bool:
    """An exception counts for more than any label."""
    chosen = [one for one in entries() if names(one.lstrip("-"), model)]
    return bool(chosen) and not any(one.startswith("-") for one in chosen) and model is not Editing


def unknown_labels() -> Iterator[str]:
    """What the setting has and no app or model is called."""
    models = {model._meta.label_lower for model in apps.get_models(include_auto_created=True)}
    known = {ALL, *(config.label.lower() for config in apps.get_app_configs()), *models}
    yield from (one for one in entries() if one.lstrip("-").lower() not in known)


def extend_registered() -> None:
    """Turn the mixin on for what is registered, and for what will be, on every site."""
    AdminSite.register = _register_and_extend  # type: ignore[method-assign, assignment]  # whatever it is given
    for site in list(all_sites):
        _extend(site)


_register = AdminSite.register


def _register_and_extend(site: Any, *args: Any, **kwargs: Any) -> Any:
    outcome: Any = _register(site, *args, **kwargs)
    _extend(site)
    return outcome


def _extend(site: Any) -> None:
    if not entries():
        return
    for model, model_admin in list(site._registry.items()):
        if is_chosen(model) and not collaborates(model_admin) and model_admin not in left_alone:
            own_class: Any = type(model_admin)
            try:
                model_admin.__class__ = _with_mixin(own_class)
                # What the mixin's own __init__ does: this instance was made before it had one.
                save_signals.watch(model, model_admin.inlines)
                site_index.extend(site)
            except Exception as error:  # a metaclass or __init_subclass__ of a package may raise anything
                model_admin.__class__ = own_class
                left_alone[model_admin] = f"{type(error).__name__}: {error}"


@lru_cache(maxsize=None)
def _with_mixin(cls: Any) -> Any:
    """A subclass with the mixin in front, under the name of its parent.

    Raises: Exception: whatever the class has against it.
    """
    if not issubclass(cls, BaseModelAdmin):
        raise TypeError(f"{cls.__name__} is no ModelAdmin")

    def body(namespace: Dict[str, Any]) -> None:
        namespace.update(__module__=cls.__module__, __qualname__=cls.__qualname__, __doc__=cls.__doc__)
        namespace[_ADDED] = True

    return types.new_class(cls.__name__, (CollaborativeAdminMixin, cls), exec_body=body)


def has_both(model: Any, model_admin: Any) -> bool:
    """Whether its class has the mixin by itself, and the setting names its very model."""
    by_itself = collaborates(model_admin) and not hasattr(model_admin, _ADDED)
    return by_itself and model._meta.label_lower in [one.lower() for one in entries()]
