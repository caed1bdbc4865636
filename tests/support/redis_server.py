"""A Redis of our own, that tests may stop, freeze and flush."""

from __future__ import annotations

import socket
from pathlib import Path

import redis

from tests.support.processes import Process, free_port
from tools import services


class RedisServer(Process):
    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        command = [services.redis_server() or "redis-server", "--port", str(self.port), "--bind", "127.0.0.1"]
        command += ["--save", "", "--appendonly", "no", "--dir", str(folder), "--maxclients", "9000"]
        super().__init__(command, folder / "redis.log", self._answers)

    def client(self) -> redis.Redis:
        return redis.Redis(port=self.port, socket_timeout=5, decode_responses=True)

    def flush(self) -> None:
        """Lose all data, and keep all connections."""
        with self.client() as client:
            client.flushall()

    def restart(self) -> None:
        """Lose all data and all connections; the port stays."""
        self.kill()
        self.start()

    def drop_connections(self) -> None:
        """Cut every client off; the data stays."""
        with self.client() as client, client.pipeline() as both:  # at once: nobody comes back in between
            both.execute_command("CLIENT", "KILL", "SKIPME", "yes", "TYPE", "normal")
            both.execute_command("CLIENT", "KILL", "SKIPME", "yes", "TYPE", "pubsub")
            both.execute()

    def make_usable(self) -> None:
        """Undo whatever the test before has done to it."""
        if self.is_running():
            self.thaw()
        else:
            self.start()
        self.flush()

    def _answers(self) -> bool:
        # Not with redis-py, which would try again for many seconds while the server is frozen.
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=0.5) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(100) == b"+PONG\r\n"
        except OSError:
            return False
