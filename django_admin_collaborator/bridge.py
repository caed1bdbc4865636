"""Rooms for synchronous code: views, signals, commands. It never waits long, and a save never hears of a fault.

A step runs on an event loop that serves sockets in this process if there is one, so that its in-process
channel layer is reached; else on a loop of our own in a background thread.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import threading
from dataclasses import dataclass
from functools import partial
from typing import Any, Callable, Container, Coroutine, Dict, Iterable, List, Mapping, Optional, Type, TypeVar

from django.db.models import Model

from . import attendance, rights, rooms
from .core import saving
from .core.member_id import member_id
from .core.room import Person
from .core.transition import Step
from .identity import room_key
from .people import describe
from .stores.base import StoreUnavailable

logger = logging.getLogger("django_admin_collaborator")

T = TypeVar("T")

ROOMS_AT_A_TIME = 50
"""How many rooms one call asks at once, when it is about many objects."""

_lock = threading.Lock()
_own_loop: Optional[asyncio.AbstractEventLoop] = None


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
    _end_chats(model, [pk for pk in steps if pk in deleted], realm)


def deleted(
    model: Type[Model], pk: Any, user: Any = None, hold_id: Optional[str] = None, realm: Optional[str] = None
) -> None:
    """Tell the room that its object is gone; call it in ``transaction.on_commit``."""
    person = _person(user) if user is not None else None
    _apply(model, pk, partial(saving.deleted, person=person, hold_id=hold_id), realm)
    _end_chats(model, [pk], realm)


def _end_chats(model: Type[Model], pks: List[Any], realm: Optional[str]) -> None:
    """Have the chats of objects looked at that are gone. Nobody waits for it: they are looked at anyway."""
    loop = attendance.serving_loop() or _background_loop()
    for start in range(0, len(pks), ROOMS_AT_A_TIME):
        keys = [room_key(model, pk, realm) for pk in pks[start : start + ROOMS_AT_A_TIME]]
        asyncio.run_coroutine_threadsafe(_say(keys), loop)


async def _say(keys: List[str]) -> None:
    try:
        await rights.say([], keys)
    except Exception as fault:  # the layer's own errors
        logger.warning("the end of an object could not be told to its chat: %s", type(fault).__name__)


def apply(key: str, step: Step) -> rooms.Outcome:
    """Carry out one step of whoever is no page, and wait until it is announced.

    Raises:
        StoreUnavailable: no answer in time. The step may still have taken place.
    """

    async def work() -> rooms.Outcome:
        served = rooms.current()
        outcome = await served.apply(key, step)
        await served.told(key)  # the process may end right after it
        return outcome

    return run(work)


def store_now() -> float:
    """The store's clock without asking it: 0 when this process has not heard of it yet."""
    served = _rooms_in_use()
    return served.now() if served and served.clock_is_known() else 0.0


def _apply(model: Type[Model], pk: Any, step: Step, realm: Optional[str] = None) -> Optional[rooms.Outcome]:
    key = room_key(model, pk, realm)

    async def work() -> rooms.Outcome:
        return await rooms.current().apply(key, step)

    try:
        return run(work)
    except StoreUnavailable as error:
        logger.warning("the lock service did not answer a save: %s", error)
        return None


def _apply_all(
    model: Type[Model], steps: Mapping[Any, Step], realm: Optional[str]
) -> Dict[Any, Optional[rooms.Outcome]]:
    """Many rooms, some at a time; once the lock service has not answered, the rest is not asked."""
    outcomes: Dict[Any, Optional[rooms.Outcome]] = dict.fromkeys(steps)
    pks = list(steps)
    keys = {pk: room_key(model, pk, realm) for pk in pks}  # here: the loop's thread is in no tenant
    for start in range(0, len(pks), ROOMS_AT_A_TIME):
        some = pks[start : start + ROOMS_AT_A_TIME]

        async def work(some: List[Any] = some) -> List[rooms.Outcome]:
            served = rooms.current()
            found = await asyncio.gather(*(served.apply(keys[pk], steps[pk]) for pk in some))
            await asyncio.gather(*(served.told(keys[pk]) for pk in some))
            return found

        try:
            outcomes.update(zip(some, run(work)))
        except StoreUnavailable as error:
            logger.warning("the lock service did not answer for %d objects: %s", len(pks) - start, error)
            break
    return outcomes


def _person(user: Any) -> Person:
    """``user`` may be a program, which has no user but is somebody all the same."""
    return user if isinstance(user, Person) else describe(user)


def _member_id(model: Type[Model], pk: Any, user: Any, secret: Optional[str], realm: Optional[str]) -> str:
    """Under what id the room knows the tab that posts ``secret``; empty without one."""
    return member_id(secret, room_key(model, pk, realm), _person(user).key) if secret else ""


def _hold(user: Any, hold_id: str, member_id: str = "", token: Optional[int] = None) -> Step:
    return partial(saving.hold, user=_person(user).key, member_id=member_id, token=token, hold_id=hold_id)


def _verdict(outcome: Optional[rooms.Outcome], hold_id: str) -> Verdict:
    if outcome is None:
        return Verdict(admitted=True, available=False)
    answer = outcome.replies[0]
    if answer["admitted"]:
        return Verdict(True, True, hold_id=hold_id)
    return Verdict(False, True, answer["holder_name"], answer["own_other_tab"])


def run(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Await something of the rooms from synchronous code.

    Raises:
        StoreUnavailable: no answer in time, or a fault of ours, which is logged.
    """
    loop = attendance.serving_loop() or _background_loop()
    if _is_running_here(loop):
        raise StoreUnavailable("asked from the event loop itself; use sync_to_async around what saves")
    future = asyncio.run_coroutine_threadsafe(work(), loop)
    try:
        return future.result(rooms.ANSWER_SECONDS + 0.5)
    except StoreUnavailable:
        raise
    except Exception as error:  # a save is never lost to a fault of ours: it goes on as with the store away
        future.cancel()
        logger.exception("the rooms failed")
        raise StoreUnavailable(f"{type(error).__name__}") from error


def _is_running_here(loop: asyncio.AbstractEventLoop) -> bool:
    try:
        return asyncio.get_running_loop() is loop
    except RuntimeError:
        return False


def _rooms_in_use() -> Optional[rooms.Rooms]:
    loop = attendance.serving_loop() or _own_loop
    return rooms.of(loop) if loop else None


def _background_loop() -> asyncio.AbstractEventLoop:
    global _own_loop
    with _lock:
        if _own_loop is None or not _own_loop.is_running():
            loop = asyncio.new_event_loop()
            threading.Thread(target=loop.run_forever, name="collaborator-rooms", daemon=True).start()
            _own_loop = loop
        return _own_loop


def _forget_loop() -> None:
    """In a forked child, whose copy of the loop looks alive and never runs."""
    global _lock, _own_loop
    _lock = threading.Lock()
    _own_loop = None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_loop)
