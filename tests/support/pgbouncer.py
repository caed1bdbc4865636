"""A PgBouncer of our own, in transaction mode: each transaction may meet another connection of the server."""

from __future__ import annotations

import shutil
import signal
import tempfile
from pathlib import Path

from tests.support.postgres import PostgresServer, change_owner, other_user
from tests.support.processes import Process, free_port, is_listening
from tools import services

CONFIGURATION = """
[databases]
* = host=127.0.0.1 port={server} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
max_client_conn = 300
default_pool_size = 5
"""


class PgBouncer(Process):
    def __init__(self, server: PostgresServer) -> None:
        """Not in pytest's own folder: PgBouncer refuses to run as root, and its user may not look in there."""
        self.server = server
        self.folder = Path(tempfile.mkdtemp(prefix="admin-collaborator-pgbouncer-"))
        self.port = free_port()
        path = self.folder / "pgbouncer.ini"
        path.write_text(CONFIGURATION.format(server=server.port, port=self.port))
        change_owner(self.folder)
        super().__init__(
            [services.pgbouncer() or "pgbouncer", str(path)],
            self.folder / "pgbouncer.log",
            lambda: is_listening(self.port),
            user=other_user(),
            stop_signal=signal.SIGINT,
        )

    def url(self, name: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"

    def create(self, name: str) -> str:
        """A new, empty database of the server behind it; returns its URL here."""
        self.server.create(name + "-pooled")
        return self.url(name + "-pooled")

    def remove(self) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)
