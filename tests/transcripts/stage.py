"""Plays a conversation with the real consumers over a store whose clock the conversation moves."""

from __future__ import annotations

import asyncio
import itertools
import json
import re
from contextlib import suppress
from functools import partial
from types import SimpleNamespace
from typing import Any, Callable, Dict, List, Optional
from urllib.parse import parse_qs, urlsplit

from channels.routing import URLRouter
from django.db import connections
from django.test import Client

from django_admin_collaborator.access.identity import room_key
from django_admin_collaborator.core.member_id import member_id
from django_admin_collaborator.guard import lock_service
from django_admin_collaborator.rooms import heartbeat, hub, sync
from django_admin_collaborator.routing import websocket_urlpatterns
from django_admin_collaborator.stores.base import KEEP_SECONDS, Snapshot, StoreUnavailable
from django_admin_collaborator.stores.memory import MemoryStore
from django_admin_collaborator.transport import client, page_client
from tests.support import polls

START = 1_790_000_000.0
QUIET_SECONDS = 0.02
LONGEST_SECONDS = 5.0
VOLATILE = ("timestamp", "last_modified", "proof")
Message = Dict[str, Any]


class Clock:
    """All clocks of the process, and the store's."""

    now = START

    def __call__(self) -> float:
        return self.now

    monotonic = time = __call__

    def sleep(self, seconds: float) -> None:
        """Nobody waits in a conversation."""


class StageStore(MemoryStore):
    """A store that can go away and lose everything."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.away = False
        self.births = START - 1000

    def read_now(self, key: str) -> Snapshot:
        self.answer()
        return super().read_now(key)

    def swap_now(
        self, key: str, expected: str, revision: str, text: str, news: str = "", keep_seconds: float = KEEP_SECONDS
    ) -> Snapshot:
        self.answer()
        return super().swap_now(key, expected, revision, text, news, keep_seconds)

    def born_now(self) -> float:
        self.answer()
        return self.births

    def answer(self) -> None:
        if self.away:
            raise StoreUnavailable("away, as the conversation has it")

    def lose_everything(self) -> None:
        self._kept.clear()
        self.births = self._clock()


class Tab:
    """One tab and its present connection."""

    def __init__(self, path: str, user: Any) -> None:
        self.path, self.user = path, user
        self.heard: List[Message] = []
        self.given: Dict[str, Any] = {"token": None, "proof": None}
        self.to_server: Optional[asyncio.Queue] = None
        self.task: Optional[asyncio.Task] = None

    async def connect(self, application: Callable[..., Any]) -> None:
        url = urlsplit(self.path)
        scope = {
            "type": "websocket",
            "path": url.path,
            "query_string": url.query.encode(),
            "headers": [(b"host", b"testserver"), (b"origin", b"http://testserver")],
            "subprotocols": [],
            "user": self.user,
            "session": {},
        }
        mine: asyncio.Queue = asyncio.Queue()
        self.to_server = mine

        async def send(event: Dict[str, Any]) -> None:
            if self.to_server is mine:
                self.hear(event)

        self.task = asyncio.ensure_future(application(scope, mine.get, send))
        await mine.put({"type": "websocket.connect"})

    def hear(self, event: Dict[str, Any]) -> None:
        if event["type"] == "websocket.close":
            self.heard.append({"type": "(closed)", "code": event.get("code", 1000)})
        elif event["type"] == "websocket.send":
            message = json.loads(event["text"])
            lease = message.get("lease") if message["type"] == "welcome" else message
            if message["type"] in ("welcome", "lease") and lease:
                self.given = {name: lease.get(name) for name in self.given}
            self.heard.append(message)

    async def say(self, frame: Any) -> None:
        assert self.to_server, "not connected"
        if isinstance(frame, dict):
            frame = json.dumps({k: self.given[v[1:]] if v in ("$token", "$proof") else v for k, v in frame.items()})
        await self.to_server.put({"type": "websocket.receive", "text": frame})

    async def end(self, code: int) -> None:
        assert self.to_server, "not connected"
        await self.to_server.put({"type": "websocket.disconnect", "code": code})
        self.to_server = None


class PollingTab(Tab):
    """One tab without a WebSocket: it asks after everything that happens."""

    def __init__(self, path: str, user: Any, article: Any) -> None:
        super().__init__(path, user)
        client = Client()
        client.force_login(user)
        member = parse_qs(urlsplit(path).query)["member"][0]
        self.page = polls.PollingTab(
            article, user, polls.over_client(client, polls.collaborator_path(article)), member=member
        )
        self.is_open = self.is_going = False

    async def connect(self, application: Callable[..., Any]) -> None:
        self.is_open, self.is_going = True, False
        await self._in_thread(self.page.open)

    async def say(self, frame: Any) -> None:
        assert self.is_open, "not connected"
        if isinstance(frame, dict):
            frame = {k: self.given[v[1:]] if v in ("$token", "$proof") else v for k, v in frame.items()}
        else:
            with suppress(ValueError):
                frame = json.loads(frame)  # the frames of a request are JSON, or it is none of our page's
        await self._in_thread(self.page.poll, frame)
        self.is_going = isinstance(frame, dict) and frame.get("type") == "leave"

    async def end(self, code: int) -> None:
        if code == 1001 and self.is_open:  # else the server has closed it
            await self._in_thread(self.page.leave)
        self.is_open = False

    async def ask(self) -> None:
        if self.is_open and not self.is_going:
            await self._in_thread(self.page.poll)

    async def _in_thread(self, request: Callable[..., Any], *frames: Any) -> None:
        def work() -> List[Message]:
            try:
                return request(*frames)
            finally:
                connections.close_all()

        for message in await asyncio.get_running_loop().run_in_executor(None, work):
            self.hear({"type": "websocket.send", "text": json.dumps(message)})
        if self.page.closed is not None and self.is_open:
            self.is_open = False
            self.hear({"type": "websocket.close", "code": self.page.closed})


class Stage:
    """An object that people edit. ``play`` plays one scene and returns what each tab heard."""

    def __init__(self, article: Any, tabs: Dict[str, Tab], store: StageStore, clock: Clock) -> None:
        self.article, self.tabs, self.store, self.clock = article, tabs, store, clock
        self.application = URLRouter(websocket_urlpatterns)

    async def play(self, scene: Dict[str, Any], expected: Dict[str, List[Message]]) -> Dict[str, List[Message]]:
        """Play one scene until all that is ``expected`` was heard, and a little longer."""
        for tab in self.tabs.values():
            tab.heard = []
        verb = next(name for name in scene if name != "tab")
        await getattr(self, verb)(scene)
        polling = [tab for tab in self.tabs.values() if isinstance(tab, PollingTab)]
        for tab in polling * 2:  # what one of them settles the others are told
            await tab.ask()
        for _ in range(int(LONGEST_SECONDS / QUIET_SECONDS)):
            before = self.count()
            await asyncio.sleep(QUIET_SECONDS)
            complete = all(len(self.tabs[name].heard) >= len(messages) for name, messages in expected.items())
            if complete and before == self.count():
                break
        public = self.public_ids()
        heard = {name: [settled(message) for message in tab.heard] for name, tab in self.tabs.items() if tab.heard}
        return json.loads(
            re.sub(r"\b[0-9a-f]{32}\b", lambda found: public.get(found[0], found[0]), json.dumps(heard))
        )

    def public_ids(self) -> Dict[str, str]:
        """What others know a tab by, and how a conversation writes that: ``public-`` and its secret."""
        secrets = {tab: parse_qs(urlsplit(tab.path).query).get("member", [""])[0] for tab in self.tabs.values()}
        return {
            member_id(secret, self.key, str(tab.user.pk)): "public-" + secret
            for tab, secret in secrets.items()
            if secret
        }

    def count(self) -> int:
        return sum(len(tab.heard) for tab in self.tabs.values())

    async def connect(self, scene: Dict[str, Any]) -> None:
        await self.tabs[scene["connect"]].connect(self.application)

    async def cut(self, scene: Dict[str, Any]) -> None:
        await self.tabs[scene["cut"]].end(1006)

    async def close(self, scene: Dict[str, Any]) -> None:
        await self.tabs[scene["close"]].end(1001)

    async def say(self, scene: Dict[str, Any]) -> None:
        await self.tabs[scene["tab"]].say(scene["say"])

    async def wait(self, scene: Dict[str, Any]) -> None:
        self.clock.now += scene["wait"]
        if not self.store.away:
            await hub.current().read(self.key)

    async def beat(self, scene: Dict[str, Any]) -> None:
        await heartbeat.current()._heartbeat(self.key)

    async def save(self, scene: Dict[str, Any]) -> None:
        tab = self.tabs[scene["save"]]
        member = parse_qs(urlsplit(tab.path).query).get("member", [""])[0]
        named = (type(self.article), self.article.pk, tab.user, member, tab.given["token"])

        def commit() -> None:
            verdict = lock_service.hold(*named)
            assert verdict.admitted
            lock_service.saved(*named, release=scene["leads"] == "away", hold_id=verdict.hold_id)

        await asyncio.get_running_loop().run_in_executor(None, commit)

    async def delete(self, scene: Dict[str, Any]) -> None:
        tell = partial(lock_service.deleted, type(self.article), self.article.pk)
        await asyncio.get_running_loop().run_in_executor(None, tell)

    async def lock_service(self, scene: Dict[str, Any]) -> None:
        self.store.away = not scene["lock_service"]

    async def lose(self, scene: Dict[str, Any]) -> None:
        """Everything is gone, and the process sees it as it does with Redis."""
        self.clock.now += 0.25
        self.store.lose_everything()
        hub.current().forget_all()

    async def restart(self, scene: Dict[str, Any]) -> None:
        """The process that had everything in its memory ends, and another one begins."""
        self.clock.now += 1.0
        self.store.lose_everything()
        loop = asyncio.get_running_loop()
        hub._hubs.pop(loop, None)
        heartbeat._heartbeats.pop(loop, None)

    @property
    def key(self) -> str:
        return room_key(type(self.article), self.article.pk)

    async def leave(self) -> None:
        for tab in self.tabs.values():
            if tab.to_server or getattr(tab, "is_open", False):
                await tab.end(1001)
        await asyncio.gather(*(tab.task for tab in self.tabs.values() if tab.task), return_exceptions=True)


def settled(message: Any) -> Any:
    """Without what is new each time."""
    if isinstance(message, list):
        return [settled(item) for item in message]
    if not isinstance(message, dict):
        return message
    return {
        name: "*" if name in VOLATILE and value is not None else settled(value) for name, value in message.items()
    }


def set_clocks(monkeypatch: Any, clock: Clock, store: StageStore) -> None:
    for module in (hub, heartbeat, client, sync):
        monkeypatch.setattr(module, "time", clock)
    for module in (hub, sync):
        monkeypatch.setattr(module, "open_store", lambda: store)
    monkeypatch.setattr(sync, "_direct_offset", None)
    monkeypatch.setattr(sync, "_own_loop", None)  # that of tests before knows another store
    monkeypatch.setattr(page_client, "SHOW_SECONDS", 0.0)  # one state for each scene
    counted = itertools.count(1)
    ids = SimpleNamespace(token_hex=lambda size: "{:0{}x}".format(next(counted), 2 * size))
    monkeypatch.setattr(client, "secrets", ids)
    # Only the conversation lets time pass.
    monkeypatch.setattr(heartbeat, "heartbeat_seconds", lambda: 3600.0)
    monkeypatch.setattr(heartbeat.Heartbeats, "wake_at", lambda self, key: None)
