"""Programs save too: commands, APIs, other views. Whoever has their object open is told after the commit.

Only ``save()``, ``delete()`` and changes of many-to-many fields say that they happened. What does not, such as
``QuerySet.update()``, is left to the comparison of a save with its base.
"""

from __future__ import annotations

import logging
import os
import threading
from functools import partial, wraps
from typing import Any, Callable, Dict, Iterable, Tuple, Type

from django.apps import apps
from django.db import models, transaction
from django.db.models.signals import m2m_changed, post_delete, post_save
from django.forms.models import _get_foreign_key

from .. import faults
from ..access.identity import realm_of, root_model
from . import lock_service
from .current_write import under_way
from .version.reading import is_machine_written

logger = logging.getLogger("django_admin_collaborator")

Row = Tuple[Type[models.Model], Any, str]

UNTOLD = "a save could not be told"

_lock = threading.Lock()
_pending: Dict[Row, Tuple[bool, Any]] = {}
_is_telling = False


def watch(model: Type[models.Model], inlines: Iterable[Any]) -> None:
    """Tell the rooms of ``model``, whose admin is guarded, of saves under any of its names."""
    for name in _names_of(model):
        # Once, in how many admins and under how many names the row may be registered.
        post_save.connect(_on_save, sender=name, dispatch_uid="collaborator")
        post_delete.connect(_on_delete, sender=name, dispatch_uid="collaborator")
    for field in model._meta.many_to_many:
        m2m_changed.connect(_on_links, sender=field.remote_field.through, dispatch_uid="collaborator")
    for inline in inlines:
        if not getattr(inline, "model", None) or hasattr(inline, "ct_field"):
            continue  # a generic inline: its rows name their parent in another way
        try:
            key = _get_foreign_key(model, inline.model, fk_name=getattr(inline, "fk_name", None))
        except ValueError:
            continue  # rows of an inline of a package's own need not point at their parent
        if not key.target_field.primary_key:
            continue
        receiver = partial(_on_inline_row, model, key.attname)
        uid = f"collaborator-{root_model(model)._meta.label_lower}-{key.attname}"
        for signal in (post_save, post_delete):
            signal.connect(receiver, sender=inline.model, dispatch_uid=uid, weak=False)


def _names_of(model: Type[models.Model]) -> Iterable[Type[models.Model]]:
    """The model, its proxies, and its parents and children in tables of their own: one row, one room."""
    root = root_model(model)
    return [other for other in apps.get_models() if root_model(other) is root]


def _netted(receiver: Callable[..., None]) -> Callable[..., None]:
    """Django sends signals in the middle of a save, which is the project's own."""

    @wraps(receiver)
    def receive(*args: Any, **kwargs: Any) -> None:
        with faults.logged(UNTOLD):
            receiver(*args, **kwargs)

    return receive


@_netted
def _on_save(
    sender: Any, instance: models.Model, created: bool, using: str, update_fields: Any = None, **kwargs: Any
) -> None:
    if created:
        return  # nobody can have had it open
    if update_fields and all(is_machine_written(sender, name) for name in update_fields):
        return
    _note(sender, instance.pk, using)


@_netted
def _on_delete(sender: Any, instance: models.Model, using: str, **kwargs: Any) -> None:
    _note(sender, instance.pk, using, is_deleted=True)


@_netted
def _on_links(sender: Any, instance: models.Model, action: str, reverse: bool, using: str, **kwargs: Any) -> None:
    if action.startswith("post_") and not reverse:
        _note(type(instance), instance.pk, using)


@_netted
def _on_inline_row(
    parent: Type[models.Model], attname: str, sender: Any, instance: models.Model, using: str, **kwargs: Any
) -> None:
    """The row is part of its parent's form."""
    pk = getattr(instance, attname)
    if pk is not None:
        _note(parent, pk, using)


def _note(model: Type[models.Model], pk: Any, using: str, is_deleted: bool = False) -> None:
    write = under_way()
    if write is not None and write.is_about(model, pk):
        return  # that write tells it, with the member and the lease that it came from
    user = write.user if write is not None else None
    transaction.on_commit(
        partial(_tell_soon, (root_model(model), pk, realm_of(model, using)), is_deleted, user), using=using
    )


def _tell_soon(row: Row, is_deleted: bool, user: Any) -> None:
    """Not in this thread: a program that saves must not wait for a lock service that does not answer."""
    global _is_telling
    with _lock:
        was_deleted = _pending.get(row, (False, None))[0]
        _pending[row] = (is_deleted or was_deleted, user)
        if _is_telling:
            return
        _is_telling = True
    # Not a daemon: a command that ends right after its save tells it all the same.
    thread = threading.Thread(target=_tell_all, name="collaborator-programs")
    try:
        thread.start()
    except RuntimeError:  # no thread can be started any more, as while the process ends
        with _lock:
            _is_telling = False
        logger.exception(UNTOLD)


def _tell_all() -> None:
    global _is_telling
    while True:
        with _lock:
            rows = dict(_pending)
            _pending.clear()
            if not rows:
                _is_telling = False
                return
        try:
            _tell(rows)
        except Exception:  # a user model of the project's may raise anything; later saves are told all the same
            logger.exception(UNTOLD)


def _tell(rows: Dict[Row, Tuple[bool, Any]]) -> None:
    groups: Dict[Tuple[Any, Any, str], Dict[Any, bool]] = {}
    for (model, pk, realm), (is_deleted, user) in rows.items():
        groups.setdefault((model, user, realm), {})[pk] = is_deleted
    for (model, user, realm), pks in groups.items():
        deleted = {pk for pk, is_deleted in pks.items() if is_deleted}
        lock_service.end_all(model, dict.fromkeys(pks), set(pks) - deleted, deleted, user, realm)


def _forget() -> None:
    """In a forked child, whose copy of the telling thread does not run."""
    global _lock, _is_telling
    _lock = threading.Lock()
    _is_telling = False
    _pending.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
