"""A TCP proxy that delays, cuts and swallows, for everything a network does between two programs."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import Set

from tests.support.loops import LoopThread


class Proxy:
    """Passes bytes between ``port`` and ``target_port`` on this machine. Works from any thread."""

    def __init__(self, target_port: int) -> None:
        self.target_port = target_port
        self.port = 0
        self.delay_seconds = 0.0
        self._open = asyncio.Event()
        self._refusing = False
        self._writers: Set[asyncio.StreamWriter] = set()
        self._thread = LoopThread()
        self._server = self._thread.run(self._listen())

    def cut(self) -> None:
        """Reset every connection; new ones are welcome."""
        self._thread.call(self._reset_all)

    def refuse(self, refusing: bool = True) -> None:
        """Reset every connection, and each new one until told otherwise."""
        self._refusing = refusing
        if refusing:
            self.cut()

    def blackhole(self, swallowing: bool = True) -> None:
        """Connections stay open and nothing gets through; what was held back arrives when told otherwise."""
        self._thread.call(self._open.clear if swallowing else self._open.set)

    def connections(self) -> int:
        return len(self._writers) // 2

    def close(self) -> None:
        self._thread.call(self._server.close)
        self.refuse()
        self._thread.close()

    async def _listen(self) -> asyncio.AbstractServer:
        self._open = asyncio.Event()  # made here, as on Python 3.8 it belongs to the loop that makes it
        self._open.set()
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        return server

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        if self._refusing:
            self._reset(writer)
            return
        await self._connect(reader, writer)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: bytes = b"") -> None:
        """head: what has been read already."""
        try:
            await self._open.wait()
            there, back = await asyncio.open_connection("127.0.0.1", self.target_port)
        except OSError:
            self._reset(writer)
            return
        self._writers.add(back)
        try:
            back.write(head)
            await asyncio.gather(self._pass_on(reader, back), self._pass_on(there, writer))
        except OSError:
            pass  # either side has gone away: what a proxy is for
        finally:
            for end in (writer, back):
                self._writers.discard(end)
                end.close()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            data = await reader.read(65536)
            await asyncio.sleep(self.delay_seconds)
            await self._open.wait()
            if not data:
                if writer.can_write_eof():
                    writer.write_eof()
                return
            writer.write(data)
            await writer.drain()

    def _reset_all(self) -> None:
        for writer in list(self._writers):
            self._reset(writer)

    def _reset(self, writer: asyncio.StreamWriter) -> None:
        """A reset instead of a polite end."""
        self._writers.discard(writer)
        connection = writer.get_extra_info("socket")
        if connection is not None and connection.fileno() >= 0:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()


class SocketsProxy(Proxy):
    """A proxy that passes HTTP requests on, and WebSockets only as it likes.

    sockets: ``pass``; the status of a refusal, such as ``404``; ``swallow`` says nothing at all; ``buffer`` accepts
    and keeps what the server says; ``kill 500`` accepts, and ends each socket after so many milliseconds.
    """

    def __init__(self, target_port: int, sockets: str = "pass") -> None:
        self.sockets = sockets
        self.tried = 0
        super().__init__(target_port)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except (OSError, asyncio.IncompleteReadError):
            writer.close()
            return
        # A browser opens a connection of its own for a socket: what follows on this one is of the same kind.
        if b"upgrade: websocket" not in head.lower():
            await self._connect(reader, writer, head)
            return
        self.tried += 1
        how, _, ms = self.sockets.partition(" ")
        if how.isdigit():
            writer.write(f"HTTP/1.1 {how} Refused\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
            await writer.drain()
            writer.close()
        elif how == "kill":
            asyncio.get_running_loop().call_later(int(ms) / 1000, self._reset, writer)
            await self._connect(reader, writer, head)
        elif how == "buffer":
            await self._buffer(reader, writer, head)
        elif how == "pass":
            await self._connect(reader, writer, head)

    async def _buffer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: bytes) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self.target_port)
        self._writers.add(back)
        back.write(head)
        accepted = await there.readuntil(b"\r\n\r\n")
        writer.write(accepted)
        await self._pass_on(reader, back)
