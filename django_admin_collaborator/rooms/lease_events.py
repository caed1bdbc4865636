"""What took place goes to the project's signals and into the object's history, in a thread: never on a loop."""

from __future__ import annotations

import logging
import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Optional, Sequence, Tuple

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import connections

from ..access.identity import realm_of, room_key
from ..access.permissions import give_back_connections
from ..core.facts import Fact
from ..core.room import Person
from ..signals import BY_KIND
from ..translation import gettext as _

logger = logging.getLogger("django_admin_collaborator")

IN_HISTORY = ("taken_over", "forced", "answered")
"""Kinds that the object's admin history tells."""


def _new_thread() -> ThreadPoolExecutor:
    # One, so that what happened first is told first.
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="collaborator-facts")


_thread = _new_thread()


def dispatch(subject: Optional[Tuple[str, str]], facts: Sequence[Fact], key: str) -> None:
    """Tell the project of ``facts`` about the object that ``subject`` names: label of its model, primary key.

    key: of the room. Of an object of a tenant nothing is told: nobody knows here how to enter the tenant.
    """
    if subject is None or not any(_is_heard(fact) for fact in facts):
        return
    try:
        _thread.submit(_tell, subject, tuple(facts), key)
    except RuntimeError:  # the interpreter is about to end
        logger.warning("%d events came too late to be told", len(facts))


def wait() -> None:
    """Until everything that was dispatched before is told."""
    _thread.submit(lambda: None).result()


def _is_heard(fact: Fact) -> bool:
    return fact.kind in IN_HISTORY or bool(BY_KIND[fact.kind].receivers)


def _tell(subject: Tuple[str, str], facts: Sequence[Fact], key: str) -> None:
    label, pk = subject
    try:
        model = apps.get_model(label)
        using = next((alias for alias in connections if room_key(model, pk, realm_of(model, alias)) == key), None)
        if using is None:
            logger.info("what took place in a tenant is not told to receivers and the history")
            return
        for fact in facts:
            _send(model, pk, fact)
            if fact.kind in IN_HISTORY and apps.is_installed("django.contrib.admin"):
                _write_history(model, pk, fact, using)
    except Exception:  # a fault here must not silence what comes later
        logger.exception("an event could not be told to the project")
    finally:
        give_back_connections()


def _send(model: Any, pk: str, fact: Fact) -> None:
    about = {name: getattr(fact, name) for name in ("user", "other", "reason", "answer", "at")}
    signal = BY_KIND[fact.kind]
    for receiver, outcome in signal.send_robust(sender=model, object_id=pk, **about):
        if isinstance(outcome, Exception):
            logger.error("the receiver %r of %r failed", receiver, fact.kind, exc_info=outcome)


def _write_history(model: Any, pk: str, fact: Fact, using: str) -> None:
    user_id = _user_id(fact.user) or _user_id(fact.other)
    obj = model._base_manager.using(using).filter(pk=pk).first()
    if user_id is None or obj is None:
        return  # a history names a user; programs among themselves have none
    write_history(user_id, model, pk, str(obj), words(fact))


def write_history(user_id: Any, model: Any, pk: str, name: str, text: str) -> None:
    """Let the history of an object say something that is no save."""
    from django.contrib.admin.models import CHANGE, LogEntry  # a project without the admin may load this file

    LogEntry.objects.create(
        user_id=user_id,
        content_type_id=ContentType.objects.get_for_model(model, for_concrete_model=False).pk,
        object_id=pk,
        object_repr=name[:200],
        action_flag=CHANGE,
        change_message=text.replace("\0", ""),  # PostgreSQL keeps no text with this character
    )


def _user_id(person: Optional[Person]) -> Any:
    if person is None:
        return None
    try:
        return get_user_model()._default_manager.filter(pk=person.key).values_list("pk", flat=True).first()
    except (ValueError, ValidationError):
        return None  # a program's name


def words(fact: Fact) -> str:
    """One sentence for the history: who, from whom, why."""
    names = {
        "user": fact.user.name if fact.user else _("an operator"),
        "other": fact.other.name if fact.other else _("somebody"),
    }
    if fact.kind == "taken_over":
        text = _("%(user)s took over editing from %(other)s.")
    elif fact.kind == "forced":
        text = _("%(user)s ended the editing of %(other)s.")
    else:
        text = {
            "now": _("%(user)s let %(other)s edit."),
            "after_save": _("%(user)s promised %(other)s to let them edit after saving."),
            "later": _("%(user)s promised %(other)s to let them edit later."),
            "no": _("%(user)s did not let %(other)s edit."),
        }.get(fact.answer, _("%(user)s answered %(other)s."))
    said = text % names
    return said + " " + _("Reason: %s") % fact.reason if fact.reason else said


def _forget_thread() -> None:
    """In a forked child, which has no copy of the thread."""
    global _thread
    _thread = _new_thread()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_thread)
