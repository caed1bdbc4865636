"""A client that opens a socket, says what it likes, and never reads what it is sent."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import socket
import struct
from typing import Any, Optional

from tests.support.people import Person
from tests.support.servers import Worker

WINDOW_BYTES = 4096


class UnreadSocket:
    """The bytes of a WebSocket by hand: a library would read in the background."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection

    @classmethod
    async def connect(cls, worker: Worker, path: str, person: Person) -> UnreadSocket:
        loop = asyncio.get_running_loop()
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, WINDOW_BYTES)
        connection.setblocking(False)
        await loop.sock_connect(connection, ("127.0.0.1", worker.port))
        headers = {
            "Host": f"127.0.0.1:{worker.port}",
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
            "Sec-WebSocket-Version": "13",
            **person.headers(worker.url("").rstrip("/")),
        }
        lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
        await loop.sock_sendall(connection, "\r\n".join(lines).encode())
        status = await loop.sock_recv(connection, 12)
        assert status == b"HTTP/1.1 101", status
        return cls(connection)

    async def send(self, type: str, **fields: Any) -> bool:
        """Whether the server took it."""
        payload, mask = json.dumps({"type": type, **fields}).encode(), os.urandom(4)
        masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
        head = struct.pack("!BBH", 0x81, 0x80 | 126, len(payload)) if len(payload) > 125 else None
        frame = (head or struct.pack("!BB", 0x81, 0x80 | len(payload))) + mask + masked
        try:
            await asyncio.wait_for(asyncio.get_running_loop().sock_sendall(self.connection, frame), 1)
        except (asyncio.TimeoutError, ConnectionError):
            return False
        return True

    async def read_to_the_end(self, seconds: float = 5) -> Optional[int]:
        """Read at last; the number of bytes that came before the server's end of the connection, None without one."""
        loop, count = asyncio.get_running_loop(), 0
        try:
            while True:
                some = await asyncio.wait_for(loop.sock_recv(self.connection, 65536), seconds)
                if not some:
                    return count
                count += len(some)
        except ConnectionError:
            return count
        except asyncio.TimeoutError:
            return None

    def close(self) -> None:
        self.connection.close()
