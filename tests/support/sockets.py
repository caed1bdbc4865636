"""A client of the wire protocol, for tests that speak to a running server."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from typing import Any, Dict, List, Optional
from urllib.parse import quote, urlencode

from django.contrib.admin.utils import quote as quote_pk
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.support.people import Person

Message = Dict[str, Any]


def edit_path(obj: Any, member: Optional[str] = None, prefix: str = "admin/collaboration", **query: str) -> str:
    """The address of an object's edit socket; with ``member`` that of a page client."""
    meta = obj._meta
    path = f"/{prefix}/{meta.app_label}/{meta.model_name}/{quote(str(quote_pk(obj.pk)))}/"
    if member:
        query["member"] = member
    return path + ("?" + urlencode(query) if query else "")


def chat_path(page: str, member: Optional[str] = None, prefix: str = "admin/collaboration") -> str:
    path = "/{}/chat/{}/".format(prefix, quote(page.strip("/").replace("/", "_")))
    return path + ("?" + urlencode({"member": member}) if member else "")


def new_member() -> str:
    """A tab's id."""
    return secrets.token_urlsafe(16)


class Socket:
    """One connection. Use ``async with await Socket.connect(...)``; what arrives is kept until a test asks for it."""

    def __init__(self, connection: ClientConnection, answers_pings: bool) -> None:
        self.connection = connection
        self.answers_pings = answers_pings
        self.received: List[Message] = []
        self.pings: List[Message] = []
        self._arrived = asyncio.Event()
        self._reader = asyncio.ensure_future(self._read())
        self._taken = 0

    @classmethod
    async def connect(
        cls,
        url: str,
        person: Optional[Person] = None,
        answers_pings: Optional[bool] = None,
        origin: Optional[str] = None,
    ) -> Socket:
        """``answers_pings``: answer ``ping`` by ``pong``; unless said otherwise a page client does, others do not.

        Raises: websockets.exceptions.InvalidStatus when the handshake is refused.
        """
        headers = {**(person.headers() if person else {}), **({"Origin": origin} if origin else {})}
        connection = await connect(url, additional_headers=headers, open_timeout=20, ping_interval=None)
        return cls(connection, "member=" in url if answers_pings is None else answers_pings)

    async def send(self, type: str, **fields: Any) -> None:
        await self.send_raw(json.dumps({"type": type, **fields}))

    async def send_raw(self, frame: Any) -> None:
        await self.connection.send(frame)

    async def expect(self, *types: str, timeout: float = 5, **fields: Any) -> Message:
        """The next message of one of ``types`` with these ``fields``; earlier ones of other types are dropped.

        Raises: AssertionError, with all that was received, when none comes in time or the socket closes.
        """
        deadline = time.monotonic() + timeout
        while True:
            while self._taken < len(self.received):
                message = self.received[self._taken]
                self._taken += 1
                if message["type"] in types and fields.items() <= message.items():
                    return message
            wanted = "{} {}".format(" or ".join(types), fields or "")
            assert not self._reader.done(), (
                f"closed with {self.close_code} before {wanted}; received: {self.received}"
            )
            self._arrived.clear()
            try:
                await asyncio.wait_for(self._arrived.wait(), max(deadline - time.monotonic(), 0.001))
            except asyncio.TimeoutError:
                raise AssertionError(f"no {wanted} within {timeout} s; received: {self.received}") from None

    async def drain(self, quiet: float = 0.2) -> List[Message]:
        """Everything that has not been asked for, once nothing more has come for ``quiet`` seconds."""
        while True:
            count = len(self.received)
            await asyncio.sleep(quiet)
            if count == len(self.received):
                break
        messages = self.received[self._taken :]
        self._taken = len(self.received)
        return messages

    async def expect_nothing(self, *types: str, seconds: float = 0.5) -> None:
        """No message of ``types`` comes within ``seconds``."""
        await asyncio.sleep(seconds)
        surprises = [message for message in self.received[self._taken :] if message["type"] in types]
        assert not surprises, surprises

    async def expect_close(self, timeout: float = 5) -> Optional[int]:
        """The close code, once the server has closed."""
        await asyncio.wait_for(asyncio.shield(self._reader), timeout)
        return self.close_code

    @property
    def close_code(self) -> Optional[int]:
        return self.connection.protocol.close_code  # the connection itself has it from websockets 14 on

    async def close(self) -> None:
        await self.connection.close()
        await self._reader

    async def abort(self) -> None:
        """Go away without a word, as a crashed browser does."""
        self.connection.transport.abort()
        await self._reader

    async def _read(self) -> None:
        try:
            async for frame in self.connection:
                message = json.loads(frame)
                if message["type"] == "ping":
                    self.pings.append(message)
                    if self.answers_pings:
                        await self.send("pong")
                    continue
                self.received.append(message)
                self._arrived.set()
        except ConnectionClosed:
            pass  # close_code tells
        finally:
            self._arrived.set()

    async def __aenter__(self) -> Socket:
        return self

    async def __aexit__(self, *error: Any) -> None:
        await self.close()
