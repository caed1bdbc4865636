"""A line so slow that a page arrives piece by piece."""

from __future__ import annotations

import asyncio

from tests.support.proxy import Proxy

PIECE_BYTES = 1500
PAUSE_SECONDS = 0.06


class DrippingProxy(Proxy):
    """Passes answers that carry HTML in small pieces, everything else as it comes."""

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            data = await reader.read(65536)
            if not data:
                writer.write_eof()
                return
            size = PIECE_BYTES if b"<div" in data else len(data)
            for start in range(0, len(data), size):
                writer.write(data[start : start + size])
                await writer.drain()
                if size < len(data):
                    await asyncio.sleep(PAUSE_SECONDS)
