"""A socket to an application in this process."""

from __future__ import annotations

from typing import Any, Dict, List

from channels.testing import WebsocketCommunicator


class Socket(WebsocketCommunicator):
    async def expect(self, type: str, **fields: Any) -> Dict[str, Any]:
        while True:
            message = await self.receive_json_from(timeout=5)
            if message["type"] == type and fields.items() <= message.items():
                return message

    async def say(self, type: str, **fields: Any) -> None:
        await self.send_json_to({"type": type, **fields})


async def connected(socket: Socket, opened: List[Socket]) -> bool:
    """Shake hands; a socket that was accepted is added to ``opened``."""
    accepted, _ = await socket.connect(timeout=5)
    if accepted:
        opened.append(socket)
    return bool(accepted)
