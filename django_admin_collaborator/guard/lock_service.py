"""What a save asks and tells the rooms of its rows. It never waits long, and never hears of a fault."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from functools import partial
from typing import Any, Container, Dict, Iterable, List, Mapping, Optional, Type

from django.db.models import Model

from ..access.identity import room_key
from ..access.people import describe
from ..core import saving
from ..core.member_id import member_id
from ..core.room import Person
from ..core.transition import Step
from ..rooms import kept_drafts, permission_news, sync, talks
from ..rooms.rounds import Outcome
from ..stores.base import StoreUnavailable

logger = logging.getLogger("django_admin_collaborator")

ROOMS_AT_A_TIME = 50
"""How many rooms one call asks at once, when it is about many objects."""


@dataclass(frozen=True)
class Verdict:
    """What the lock service says to a save.

    admitted: no other member holds a live lease. available: it could be asked at all.
    holder_name: who edits, when that is somebody else. own_other_tab: it is the same user elsewhere.
    hold_id: names the hold that keeps the lease from moving until ``saved`` or ``drop``.
    """

    admitted: bool
    available: bool
    holder_name: Optional[str] = None
    own_other_tab: bool = False
    hold_id: Optional[str] = None


def hold(
    model: Type[Model],
    pk: Any,
    user: Any,
    secret: Optional[str],
    token: Optional[int],
    realm: Optional[str] = None,
) -> Verdict:
    """Ask whether ``user`` may save now, and if so keep the lease from moving until the commit.

    secret: of the page's tab, as it posts it; None for a request that names none.
    """
    hold_id = secrets.token_hex(8)
    member_id = _member_id(model, pk, user, secret, realm)
    return _verdict(_apply(model, pk, _hold(user, hold_id, member_id, token), realm), hold_id)


def reserve(model: Type[Model], pk: Any, user: Any, realm: Optional[str] = None) -> None:
    """If ``user`` edits the object, keep its lease while they confirm on another page; never takes one."""
    _apply(model, pk, partial(saving.reserve, user=_person(user).key), realm)


def hold_all(model: Type[Model], pks: Iterable[Any], user: Any, realm: Optional[str] = None) -> Dict[Any, Verdict]:
    """The same for many objects, for a user whose request names no member."""
    hold_ids = {pk: secrets.token_hex(8) for pk in pks}
    outcomes = _apply_all(model, {pk: _hold(user, hold_id) for pk, hold_id in hold_ids.items()}, realm)
    return {pk: _verdict(outcomes[pk], hold_id) for pk, hold_id in hold_ids.items()}


def saved(
    model: Type[Model],
    pk: Any,
    user: Any,
    secret: Optional[str] = None,
    token: Optional[int] = None,
    release: bool = False,
    hold_id: Optional[str] = None,
    realm: Optional[str] = None,
) -> None:
    """Tell the room that a change was committed; call it in ``transaction.on_commit``.

    user: None for a program that has none. secret: see ``hold``. release: the page goes elsewhere, so its lease ends.
    """
    person = _person(user) if user is not None else None
    member_id = _member_id(model, pk, user, secret, realm)
    step = partial(saving.saved, person=person, member_id=member_id, token=token, release=release, hold_id=hold_id)
    _apply(model, pk, step, realm)


def forget_draft(model: Type[Model], pk: Any, user: Any, realm: Optional[str] = None) -> None:
    """What ``user`` had typed has been saved: where the project keeps it, it goes; call it in ``on_commit``."""
    if not kept_drafts.is_on():
        return
    try:
        sync.with_store(kept_drafts.forget([room_key(model, pk, realm)], _person(user).key))
    except StoreUnavailable as error:
        logger.warning("a draft that was saved could not be deleted: %s", error)


def drop(model: Type[Model], pk: Any, hold_id: Optional[str], realm: Optional[str] = None) -> None:
    """The save did not come to a commit: let the lease move again."""
    if hold_id:
        _apply(model, pk, partial(saving.drop, hold_id=hold_id), realm)


def end_all(
    model: Type[Model],
    holds: Mapping[Any, Optional[str]],
    saved: Container[Any] = (),
    deleted: Container[Any] = (),
    user: Any = None,
    realm: Optional[str] = None,
) -> None:
    """The end of ``hold_all``. ``holds``: hold id by primary key; those neither saved nor deleted are dropped."""
    person = _person(user) if user is not None else None
    steps: Dict[Any, Step] = {}
    for pk, hold_id in holds.items():
        if pk in deleted:
            steps[pk] = partial(saving.deleted, person=person, hold_id=hold_id)
        elif pk in saved:
            steps[pk] = partial(saving.saved, person=person, hold_id=hold_id)
        elif hold_id:
            steps[pk] = partial(saving.drop, hold_id=hold_id)
    _apply_all(model, steps, realm)
    _forget(model, [pk for pk in steps if pk in deleted], realm)


def deleted(
    model: Type[Model], pk: Any, user: Any = None, hold_id: Optional[str] = None, realm: Optional[str] = None
) -> None:
    """Tell the room that its object is gone; call it in ``transaction.on_commit``."""
    person = _person(user) if user is not None else None
    _apply(model, pk, partial(saving.deleted, person=person, hold_id=hold_id), realm)
    _forget(model, [pk], realm)


def _forget(model: Type[Model], pks: List[Any], realm: Optional[str]) -> None:
    """Forget what was said about objects that are gone and typed into them, and look at their chats."""
    for start in range(0, len(pks), ROOMS_AT_A_TIME):
        keys = [room_key(model, pk, realm) for pk in pks[start : start + ROOMS_AT_A_TIME]]
        try:
            permission_news.publish([], keys)
            if talks.keep_seconds(is_private=False):
                sync.with_store(talks.forget([talks.object_key(key) for key in keys]))
            if kept_drafts.is_on():
                sync.with_store(kept_drafts.forget(keys))
        except StoreUnavailable as error:
            logger.warning("the end of an object could not be told to its chat: %s", error)


def _apply(model: Type[Model], pk: Any, step: Step, realm: Optional[str] = None) -> Optional[Outcome]:
    try:
        return sync.apply(room_key(model, pk, realm), step)
    except StoreUnavailable as error:
        logger.warning("the lock service did not answer a save: %s", error)
        return None


def _apply_all(model: Type[Model], steps: Mapping[Any, Step], realm: Optional[str]) -> Dict[Any, Optional[Outcome]]:
    """Many rooms, some at a time; once the lock service has not answered, the rest is not asked."""
    outcomes: Dict[Any, Optional[Outcome]] = dict.fromkeys(steps)
    pks = list(steps)
    keys = {pk: room_key(model, pk, realm) for pk in pks}  # here: the loop's thread is in no tenant
    for start in range(0, len(pks), ROOMS_AT_A_TIME):
        some = pks[start : start + ROOMS_AT_A_TIME]
        try:
            found = sync.apply_all({keys[pk]: steps[pk] for pk in some})
        except StoreUnavailable as error:
            logger.warning("the lock service did not answer for %d objects: %s", len(pks) - start, error)
            break
        outcomes.update((pk, found[keys[pk]]) for pk in some)
    return outcomes


def _person(user: Any) -> Person:
    """``user`` may be a program, which has no user but is somebody all the same."""
    return user if isinstance(user, Person) else describe(user)


def _member_id(model: Type[Model], pk: Any, user: Any, secret: Optional[str], realm: Optional[str]) -> str:
    """Under what id the room knows the tab that posts ``secret``; empty without one."""
    return member_id(secret, room_key(model, pk, realm), _person(user).key) if secret else ""


def _hold(user: Any, hold_id: str, member_id: str = "", token: Optional[int] = None) -> Step:
    return partial(saving.hold, user=_person(user).key, member_id=member_id, token=token, hold_id=hold_id)


def _verdict(outcome: Optional[Outcome], hold_id: str) -> Verdict:
    if outcome is None:
        return Verdict(admitted=True, available=False)
    answer = outcome.replies[0]
    if answer["admitted"]:
        return Verdict(True, True, hold_id=hold_id)
    return Verdict(False, True, answer["holder_name"], answer["own_other_tab"])
