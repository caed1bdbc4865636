"""A port to listen on, and the server behind it."""

from __future__ import annotations

import errno
import socket
from typing import List, Tuple

HOST = "127.0.0.1"
PORTS_TO_TRY = 50


def listen(port: int) -> Tuple[socket.socket, List[int]]:
    """A socket that listens on ``port`` or the next free one, and the ports that were taken.

    From here on connections wait in line, so the address may be told before the server runs.
    """
    taken: List[int] = []
    for candidate in range(port, min(port + PORTS_TO_TRY, 65536)):
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, candidate))
            listener.listen(256)
        except OSError as error:
            listener.close()
            if error.errno != errno.EADDRINUSE:
                raise SystemExit(f"Cannot listen on port {candidate}: {error.strerror}. Try --port.") from None
            taken.append(candidate)
        else:
            return listener, taken
    raise SystemExit(f"No free port from {port} on. Try another --port.")


def serve(listener: socket.socket, worker: str = "1") -> None:
    """Serve the newsroom in this process until it is told to end."""
    import uvicorn

    config = uvicorn.Config(
        "example.asgi:application",
        lifespan="off",
        log_level="warning",
        headers=[("X-Worker", worker)],  # which of several answered
        # Sockets do not end by themselves: without a limit the end would wait for the last browser.
        timeout_graceful_shutdown=3,
    )
    uvicorn.Server(config).run(sockets=[listener])
