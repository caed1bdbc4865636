"""A PostgreSQL cluster of our own."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Optional

from tests.support.processes import Process, free_port
from tools import services


class PostgresServer(Process):
    def __init__(self, fsync: bool = False) -> None:
        """Not in pytest's own folder: PostgreSQL refuses to run as root, and its user may not look in there."""
        self.folder = Path(tempfile.mkdtemp(prefix="admin-collaborator-postgres-"))
        self.port = free_port()
        self.bin = Path(services.postgres_bin() or "")
        change_owner(self.folder)
        command = [str(self.bin / "postgres"), "-D", str(self.folder / "data"), "-p", str(self.port)]
        for setting in (
            "listen_addresses=127.0.0.1",
            "max_connections=300",
            "fsync=" + ("on" if fsync else "off"),  # nothing of a test has to survive a power cut
            # Who waits in libpq for what a transaction holds that nobody goes on with heeds no timeout of a test.
            "idle_in_transaction_session_timeout=150s",
            "unix_socket_directories=" + str(self.folder),
        ):
            command += ["-c", setting]
        super().__init__(
            command,
            self.folder / "postgres.log",
            self._accepts,
            user=other_user(),
            stop_signal=signal.SIGINT,
        )

    def url(self, name: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"

    def start(self, seconds: float = 30) -> None:
        if not (self.folder / "data").exists():
            initdb = [str(self.bin / "initdb"), "-D", str(self.folder / "data"), "-U", "postgres", "-A", "trust"]
            # The locale of the machine decides about encoding and order otherwise.
            initdb += ["--no-sync", "--encoding=UTF8", "--no-locale"]
            setpriv = ["setpriv", "--reuid", self.user, "--regid", self.user, "--init-groups"] if self.user else []
            subprocess.run([*setpriv, *initdb], check=True, stdout=subprocess.DEVNULL, cwd=self.folder)
        super().start(seconds)

    def create(self, name: str) -> str:
        """A new, empty database; returns its URL."""
        self.execute(f'CREATE DATABASE "{name}"')
        return self.url(name)

    def execute(self, sql: str) -> list:
        """Run one statement as the superuser, outside of Django's connections; returns the rows."""
        import psycopg2

        connection = psycopg2.connect(self.url("postgres"))
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def connections(self, name: str) -> int:
        """How many connections clients hold to a database."""
        query = f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{name}'"
        return int(self.execute(query)[0][0])

    def _accepts(self) -> bool:
        """Its port is open for a while before it lets anybody in."""
        import psycopg2

        try:
            psycopg2.connect(self.url("postgres")).close()
        except psycopg2.OperationalError:
            return False
        return True

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def other_user() -> Optional[str]:
    """Whom to become, as PostgreSQL does not run as root."""
    return "postgres" if os.geteuid() == 0 else None


def change_owner(folder: Path) -> None:
    """Give the folder to the one whom we become."""
    user = other_user()
    if user:
        entry = pwd.getpwnam(user)
        os.chown(folder, entry.pw_uid, entry.pw_gid)
