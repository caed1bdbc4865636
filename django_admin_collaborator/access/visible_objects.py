"""Which objects that people are in an admin site shows to somebody anyway: of others not even that they exist."""

from __future__ import annotations

from typing import Any, Dict, Iterable, Iterator, List, NamedTuple, Tuple

from django.apps import apps
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from .identity import realm_in, room_key, root_model


class Named(NamedTuple):
    """An object by the label of its model and its primary key as text. key: of its room; empty where any counts."""

    label: str
    pk: str
    key: str = ""


def visible(admin_site: Any, request: HttpRequest, named: Iterable[Named]) -> Iterator[Tuple[Named, Any, Any]]:
    """Those that some admin of this site shows, with their room's key, each with its object and that admin.

    One query for each model, but for what the project's own hooks ask.
    """
    labels: Dict[str, List[Named]] = {}
    for one in named:
        labels.setdefault(one.label, []).append(one)
    for label, of_model in labels.items():
        left = list(of_model)
        for model_admin in admins_of(admin_site, label):
            for obj, key in _objects(model_admin, request, [one.pk for one in left]):
                # In another database there may be another row with the same primary key.
                here = next((one for one in left if one.pk == str(obj.pk) and one.key in ("", key)), None)
                if here is not None and model_admin.has_view_or_change_permission(request, obj):
                    left.remove(here)
                    yield here._replace(key=key), obj, model_admin


def admins_of(admin_site: Any, label: str) -> List[Any]:
    """The admins of this site for a row of this model, under any of its names; the very one first."""
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        return []
    root = root_model(model)
    names = [other for other in admin_site._registry if root_model(other) is root]
    return [admin_site._registry[other] for other in sorted(names, key=lambda other: other is not model)]


def _objects(model_admin: Any, request: HttpRequest, pks: List[str]) -> List[Tuple[Any, str]]:
    """Those of this admin, each with the key of its room."""
    if not pks or not model_admin.has_view_or_change_permission(request):
        return []
    values = []
    for pk in pks:
        try:
            values.append(model_admin.model._meta.pk.to_python(pk))
        except (ValidationError, ValueError):
            continue
    try:
        queryset = model_admin.get_queryset(request).filter(pk__in=values)
        realm = realm_in(model_admin, request)
        return [(obj, room_key(model_admin.model, obj.pk, realm)) for obj in queryset]
    except (ValueError, OverflowError):  # a key that no row can have
        return []
