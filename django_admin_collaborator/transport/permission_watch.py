"""Re-checks connected users, and ends their connections after a logout, a new password or a revoked permission.

One watch for each event loop asks for all its clients together, every few seconds and whenever a process says
that somebody's permissions have changed; never for a message.
"""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from importlib import import_module
from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional, Set, Tuple
from weakref import WeakKeyDictionary

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from .. import conf
from ..access import page_request, permissions
from ..core import closing
from ..rooms import hub, permission_news
from ..stores.base import StoreUnavailable
from .client import Client, Visitor
from .lookups import in_thread

logger = logging.getLogger("django_admin_collaborator")

AT_A_TIME = 50
"""At most this many clients are looked up in one go; others that wait for the database come in between."""
PAUSE_SECONDS = 1.0


class Watch:
    """The clients of one event loop."""

    def __init__(self) -> None:
        self.clients: Set[Client] = set()
        self._tasks: List[asyncio.Future[Any]] = []
        self._turn = asyncio.Lock()
        self._checking: Set[asyncio.Future[None]] = set()

    def enter(self, client: Client) -> None:
        self.clients.add(client)
        if not self._tasks:
            self._tasks = [asyncio.ensure_future(self._look()), asyncio.ensure_future(self._listen())]

    def exit(self, client: Client) -> None:
        self.clients.discard(client)
        if not self.clients:
            for task in self._tasks:
                task.cancel()
            self._tasks = []

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(conf.get("RIGHTS_SECONDS"))
            await asyncio.shield(self.check(None))

    async def _listen(self) -> None:
        level = logging.INFO
        while True:
            try:
                await permission_news.listen(hub.current(), self.check)
                return
            except StoreUnavailable as error:  # meanwhile permissions are looked up all the same
                logger.log(level, "changes of permissions are not heard of yet: %s", error)
                level = logging.DEBUG  # that the store is unavailable is said by others
                await asyncio.sleep(PAUSE_SECONDS)

    def check(self, users: Optional[Iterable[str]], objects: Iterable[str] = ()) -> asyncio.Future[None]:
        """Look up the permissions of these users' clients and of those about these objects, or of all."""
        # A task of its own: to close the last client ends the watch, and must not be cut short by that.
        checking = asyncio.ensure_future(self._check(users, set(objects)))
        self._checking.add(checking)
        checking.add_done_callback(self._checking.discard)
        return checking

    async def _check(self, users: Optional[Iterable[str]], objects: Set[str]) -> None:
        wanted = None if users is None else set(users)
        async with self._turn:
            clients = [
                client
                for client in self.clients
                if wanted is None or client.person.key in wanted or client.visitor.about in objects
            ]
            for start in range(0, len(clients), AT_A_TIME):
                some = clients[start : start + AT_A_TIME]
                try:
                    verdicts = await in_thread(judge, [client.visitor for client in some])
                    await asyncio.gather(*(client.judged(verdict) for client, verdict in zip(some, verdicts)))
                    if wanted is not None:
                        for client in some:
                            client.follow_grants(None)
                except Exception:  # an unavailable database takes nobody's permissions; the next look tells
                    logger.exception("permissions could not be looked up")


def judge(visitors: List[Visitor]) -> List[Any]:
    """For each visitor a close code, or what it may do now: an ``Access``, or None where there is no object.

    Asks the database: one query for all users, one for all sessions, and what the admins' own methods ask.
    """
    if page_request.middlewares():
        # Only inside of them is it known who somebody is, and in which tenant: each is asked by itself.
        return [_asked(visitor, partial(permissions.current_user, visitor.scope)) for visitor in visitors]
    model = get_user_model()
    keys = {visitor.user.pk for visitor in visitors}
    users = {str(user.pk): user for user in model._default_manager.filter(pk__in=keys)}
    sessions = _sessions({key for key in map(_session_key, visitors) if key})
    return [_verdict(visitor, users.get(str(visitor.user.pk)), sessions) for visitor in visitors]


def _verdict(visitor: Visitor, user: Any, sessions: Mapping[str, Mapping[str, Any]]) -> Any:
    if user is None or not user.is_active:
        return closing.LOGIN
    key = _session_key(visitor)
    if key and not _is_logged_in(user, sessions.get(key, {})):
        return closing.LOGIN
    return _asked(visitor, lambda: user)


def _asked(visitor: Visitor, fresh: Callable[[], Any]) -> Any:
    """What the socket may do, if ``fresh`` gives its user; a code if that is another user now, or nobody."""
    try:
        user = fresh()
        if user is None or not user.is_active:
            return closing.LOGIN
        return visitor.judge(user) if str(user.pk) == str(visitor.user.pk) else closing.OTHER_USER
    except permissions.DATABASE_AWAY:
        raise
    except permissions.Unasked:
        return closing.UNASKED
    except Exception:  # a project's own rule may raise anything, which must not spare the others the look
        logger.exception("a rule about permissions failed; its connection is closed, as it would not be opened")
        return closing.ACCESS


def _session_key(visitor: Visitor) -> Optional[str]:
    """The session that the user is known by; None where the project knows them by something else."""
    session = visitor.scope.get("session")
    if not session or str(session.get(SESSION_KEY)) != str(visitor.user.pk):
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


def page_access(user: Any, find: Callable[[Any], Any], key: str) -> Any:
    """Whether ``user`` may still be in the chat of this key. find: the page that they may see now."""
    place = find(user) if user.is_staff else None
    return None if place is not None and place.key == key else closing.ACCESS


def object_access(user: Any, scope: Mapping[str, Any], names: Tuple[str, str, str, str]) -> Any:
    """What ``user`` may do now with the object of these names, see ``permissions.look_up``."""
    return permissions.look_up(user, scope, *names) or closing.ACCESS


_watches: WeakKeyDictionary[asyncio.AbstractEventLoop, Watch] = WeakKeyDictionary()


def current() -> Watch:
    """The watch of the running event loop."""
    return _watches.setdefault(asyncio.get_running_loop(), Watch())
