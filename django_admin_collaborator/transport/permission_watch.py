"""Who is inside stays only while they may: logged out, another password, a right taken away end a socket.

One watch for each event loop asks for all its sockets together, every few seconds and whenever a process says
that somebody's rights have changed; never for a message.
"""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from importlib import import_module
from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional, Set
from weakref import WeakKeyDictionary

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from .. import conf
from ..access import page_request, permissions
from ..core import closing
from ..rooms import announcements
from ..rooms.layers import channel_layer

logger = logging.getLogger("django_admin_collaborator")

AT_A_TIME = 50
"""So many sockets are looked up in one go; others who wait for the database have their turn in between."""
LISTEN_SECONDS = 300.0
"""The channel layer forgets groups, with its server or by itself: so often we join anew."""
PAUSE_SECONDS = 1.0


class Watch:
    """The sockets of one event loop, as ``door.Door`` gives them."""

    def __init__(self) -> None:
        self.sockets: Set[Any] = set()
        self._tasks: List[asyncio.Future[Any]] = []
        self._turn = asyncio.Lock()
        self._checking: Optional[asyncio.Future[None]] = None

    def enter(self, socket: Any) -> None:
        self.sockets.add(socket)
        if not self._tasks:
            self._tasks = [asyncio.ensure_future(self._look()), asyncio.ensure_future(self._listen())]

    def exit(self, socket: Any) -> None:
        self.sockets.discard(socket)
        if not self.sockets:
            for task in self._tasks:
                task.cancel()
            self._tasks = []

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(conf.get("RIGHTS_SECONDS"))
            await self.check(None)

    async def _listen(self) -> None:
        while True:
            try:
                await self._hear()
            except Exception as fault:  # the layer's own errors; meanwhile rights are looked up all the same
                logger.warning("changes of rights are not heard of: %s", type(fault).__name__)
                await asyncio.sleep(PAUSE_SECONDS)

    async def _hear(self) -> None:
        layer = channel_layer()
        channel = await layer.new_channel()
        await layer.group_add(announcements.rights_group(), channel)
        try:
            while True:
                message = await asyncio.wait_for(layer.receive(channel), LISTEN_SECONDS)
                await self.check(message["users"], message.get("objects", ()))
        except asyncio.TimeoutError:
            return
        finally:
            await layer.group_discard(announcements.rights_group(), channel)

    async def check(self, users: Optional[Iterable[str]], objects: Iterable[str] = ()) -> None:
        """Look up the rights of these users' sockets and of those about these objects, or of all."""
        # To close the last socket ends the watch, and must not be cut short by that.
        self._checking = asyncio.ensure_future(self._check(users, set(objects)))
        await asyncio.shield(self._checking)

    async def _check(self, users: Optional[Iterable[str]], objects: Set[str]) -> None:
        wanted = None if users is None else set(users)
        async with self._turn:
            sockets = [
                socket
                for socket in self.sockets
                if wanted is None or socket.person.key in wanted or socket.about in objects
            ]
            for start in range(0, len(sockets), AT_A_TIME):
                some = sockets[start : start + AT_A_TIME]
                try:
                    verdicts = await some[0].in_thread(judge, some)
                    await asyncio.gather(*(socket.judged(verdicts[socket]) for socket in some))
                except Exception:  # a database that is away takes nobody's rights; the next look tells
                    logger.exception("rights could not be looked up")


def judge(sockets: List[Any]) -> Dict[Any, Any]:
    """For each socket a close code, or what it may do now: an ``Access``, or None where there is no object.

    Asks the database: one query for all users, one for all sessions, and what the admins' own methods ask.
    """
    if page_request.middlewares():
        # Only inside of them is it known who somebody is, and in which tenant: each is asked by itself.
        return {socket: _asked(socket, partial(permissions.current_user, socket.scope)) for socket in sockets}
    model = get_user_model()
    keys = {socket.user.pk for socket in sockets}
    users = {str(user.pk): user for user in model._default_manager.filter(pk__in=keys)}
    sessions = _sessions({key for key in map(_session_key, sockets) if key})
    return {socket: _verdict(socket, users.get(str(socket.user.pk)), sessions) for socket in sockets}


def _verdict(socket: Any, user: Any, sessions: Mapping[str, Mapping[str, Any]]) -> Any:
    if user is None or not user.is_active:
        return closing.LOGIN
    key = _session_key(socket)
    if key and not _is_logged_in(user, sessions.get(key, {})):
        return closing.LOGIN
    return _asked(socket, lambda: user)


def _asked(socket: Any, fresh: Callable[[], Any]) -> Any:
    """What the socket may do, if ``fresh`` gives its user; a code if that is another user now, or nobody."""
    try:
        user = fresh()
        if user is None or not user.is_active:
            return closing.LOGIN
        return socket.access_of(user) if str(user.pk) == str(socket.user.pk) else closing.OTHER_USER
    except permissions.DATABASE_AWAY:
        raise
    except permissions.Unasked:
        return closing.UNASKED
    except Exception:  # a project's own rule may raise anything, which must not spare the others the look
        logger.exception("a rule about rights failed; its socket is closed, as it would not be opened")
        return closing.ACCESS


def _session_key(socket: Any) -> Optional[str]:
    """The session that the user is known by; None where the project knows them by something else."""
    session = socket.scope.get("session")
    if not session or str(session.get(SESSION_KEY)) != str(socket.user.pk):
        return None
    key: Optional[str] = getattr(session, "session_key", None)
    return key


def _sessions(keys: Set[str]) -> Dict[str, Mapping[str, Any]]:
    """What the sessions hold now. Sessions in the database are read together, others one by one."""
    engine = import_module(settings.SESSION_ENGINE).SessionStore
    if hasattr(engine, "get_model_class"):
        rows = engine.get_model_class().objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
        return {row.session_key: engine().decode(row.session_data) for row in rows}
    return {key: engine(session_key=key).load() for key in keys}


def _is_logged_in(user: Any, session: Mapping[str, Any]) -> bool:
    if str(session.get(SESSION_KEY)) != str(user.pk):
        return False
    if not hasattr(user, "get_session_auth_hash"):
        return True
    known = session.get(HASH_SESSION_KEY, "")
    hashes = [user.get_session_auth_hash(), *getattr(user, "get_session_auth_fallback_hash", list)()]
    return any(constant_time_compare(known, one) for one in hashes)


def page_access(socket: Any, user: Any) -> Any:
    place = socket.place_of(user) if user.is_staff else None
    return None if place is not None and place.key == socket.key else closing.ACCESS


def object_access(socket: Any, user: Any) -> Any:
    names = (socket.app_label, socket.model_name, socket.object_id, socket.query("site"))
    return permissions.look_up(user, socket.scope, *names) or closing.ACCESS


_watches: WeakKeyDictionary[asyncio.AbstractEventLoop, Watch] = WeakKeyDictionary()


def current() -> Watch:
    """The watch of the running event loop."""
    return _watches.setdefault(asyncio.get_running_loop(), Watch())
