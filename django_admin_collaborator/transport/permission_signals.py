"""Django says that somebody's rights have changed: all processes that serve sockets are told after the commit."""

from __future__ import annotations

import logging
import os
import threading
from functools import partial
from typing import Any, List, Optional

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.contrib.auth.signals import user_logged_out
from django.db import transaction
from django.db.models.signals import m2m_changed, post_delete, post_save

from ..rooms import permission_news
from ..stores.base import StoreUnavailable

logger = logging.getLogger("django_admin_collaborator")


def listen() -> None:
    user = get_user_model()
    user_logged_out.connect(_on_logged_out, dispatch_uid="collaborator-rights")
    post_save.connect(_on_user, sender=user, dispatch_uid="collaborator-rights")
    post_delete.connect(_on_user, sender=user, dispatch_uid="collaborator-rights")
    for name in ("groups", "user_permissions"):
        field: Any = getattr(user, name, None)
        if hasattr(field, "through"):
            m2m_changed.connect(_on_links, sender=field.through, dispatch_uid="collaborator-rights-" + name)
    m2m_changed.connect(_on_anything, sender=Group.permissions.through, dispatch_uid="collaborator-rights")
    for model in (Group, Permission):
        post_delete.connect(_on_anything, sender=model, dispatch_uid="collaborator-rights")


def _on_logged_out(sender: Any, user: Any, **kwargs: Any) -> None:
    if user is not None and user.is_staff:
        tell([str(user.pk)])


def _on_user(sender: Any, instance: Any, **kwargs: Any) -> None:
    fields = kwargs.get("update_fields")
    if kwargs.get("created") or (fields is not None and set(fields) <= {"last_login"}):
        return
    _after_commit([str(instance.pk)], kwargs.get("using"))


def _on_links(sender: Any, instance: Any, action: str, reverse: bool, **kwargs: Any) -> None:
    if action.startswith("post_"):
        # From the other side, a group or a permission, it is about whom we do not know here.
        _after_commit(None if reverse else [str(instance.pk)], kwargs.get("using"))


def _on_anything(sender: Any, **kwargs: Any) -> None:
    if kwargs.get("action", "post_").startswith("post_"):
        _after_commit(None, kwargs.get("using"))


def _after_commit(users: Optional[List[str]], using: Any) -> None:
    transaction.on_commit(partial(tell, users), using=using)


_untold: List[Optional[List[str]]] = []
_lock = threading.Lock()
NAMED = 100
"""Where more users than these have changed together, everybody is looked at."""


def tell(users: Optional[List[str]]) -> None:
    """Have the sockets of these users looked at, or all. In a thread: nobody's save waits for a store that hangs.

    One thread tells what has gathered, so that an import of many users is neither many threads nor many news.
    """
    with _lock:
        _untold.append(users)
        if len(_untold) > 1:
            return  # whoever tells the first takes this one along
    # Not a daemon: a command that ends right after its change tells it all the same.
    threading.Thread(target=_tell, name="collaborator-rights").start()


def _tell() -> None:
    while True:
        with _lock:
            telling = list(_untold)
        named = {user for users in telling for user in users or ()}
        everybody = None in telling or len(named) > NAMED
        try:
            permission_news.publish(None if everybody else sorted(named))
        except StoreUnavailable as error:  # permissions are looked up from time to time all the same
            logger.warning("a change of permissions could not be told: %s", error)
        except Exception:  # what gathers next still has to be told
            logger.exception("a change of permissions could not be told")
        with _lock:
            del _untold[: len(telling)]
            if not _untold:
                return


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_untold.clear)  # the thread is not there
