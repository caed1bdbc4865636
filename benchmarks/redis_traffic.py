"""What a server says to Redis, heard by MONITOR; what a script does by itself inside Redis is not counted."""

from __future__ import annotations

import asyncio
import re
from typing import List
from urllib.parse import urlsplit

BY_A_CLIENT = re.compile(rb'^\+\d+\.\d+ \[\d+ (?!lua)[^\]]+\] "(\w+)"')
OF_A_CONNECTION = {b"HELLO", b"CLIENT", b"SELECT", b"PING", b"AUTH", b"INFO", b"MONITOR"}


class Traffic:
    """``async with Traffic(url) as traffic``: ``traffic.commands`` are the names in the order of coming."""

    def __init__(self, url: str) -> None:
        self.port = urlsplit(url).port
        self.commands: List[bytes] = []

    async def __aenter__(self) -> Traffic:
        reader, self._writer = await asyncio.open_connection("127.0.0.1", self.port)
        self._writer.write(b"MONITOR\r\n")
        await reader.readline()
        self._task = asyncio.ensure_future(self._listen(reader))
        return self

    async def __aexit__(self, *error: object) -> None:
        await asyncio.sleep(0.05)
        self._task.cancel()
        self._writer.close()

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        while True:
            try:
                line = await reader.readline()
            except ValueError:  # longer than the reader's limit: the rest of a large argument
                continue
            found = BY_A_CLIENT.match(line)
            if found and found.group(1).upper() not in OF_A_CONNECTION:
                self.commands.append(found.group(1).upper())
