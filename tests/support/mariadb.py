"""A MariaDB of our own."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.support.processes import Process, free_port
from tools import services


class MariaDBServer(Process):
    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="admin-collaborator-mariadb-"))
        self.port = free_port()
        self.as_root = ["--user=root"] if os.geteuid() == 0 else []  # it wants to be told that this is meant
        command = [
            services.mariadb_server() or "",
            "--no-defaults",
            *self.as_root,
            f"--datadir={self.folder}/data",
            f"--tmpdir={self.folder}",  # at its start it deletes what looks like its own there
            f"--socket={self.folder}/socket",
            f"--pid-file={self.folder}/pid",
            f"--port={self.port}",
            "--bind-address=127.0.0.1",
            "--skip-grant-tables",  # whoever reaches it may do everything; it listens to this machine alone
            "--skip-networking=0",
            "--innodb-flush-log-at-trx-commit=0",  # nothing of it has to survive a power cut
            "--character-set-server=utf8mb4",
            "--max-connections=300",
        ]
        super().__init__(command, self.folder / "mariadb.log", self._accepts)

    def url(self, name: str) -> str:
        return f"mysql://root@127.0.0.1:{self.port}/{name}"

    def start(self, seconds: float = 30) -> None:
        if not (self.folder / "data").exists():
            install = ["mariadb-install-db", "--no-defaults", f"--datadir={self.folder}/data", "--skip-test-db"]
            install += ["--auth-root-authentication-method=normal", f"--tmpdir={self.folder}"]
            done = subprocess.run(
                [*install, *self.as_root],
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
            )
            if done.returncode:
                raise RuntimeError("mariadb-install-db failed: " + done.stdout.decode(errors="replace")[-4000:])
        super().start(seconds)

    def create(self, name: str) -> str:
        """A new, empty database; returns its URL."""
        self._execute(f"CREATE DATABASE `{name}`")
        return self.url(name)

    def _execute(self, sql: str) -> None:
        import pymysql

        with pymysql.connect(host="127.0.0.1", port=self.port, user="root") as connection:
            connection.cursor().execute(sql)

    def _accepts(self) -> bool:
        import pymysql

        try:
            self._execute("SELECT 1")
        except pymysql.MySQLError:
            return False
        return True

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
