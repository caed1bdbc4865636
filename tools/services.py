"""The programs that tests start, and where they are."""

from __future__ import annotations

import glob
import os
import shutil
from typing import Dict, List, Optional

from tools import debian


def redis_server() -> Optional[str]:
    return shutil.which("redis-server")


def chromium() -> Optional[str]:
    """The headless shell starts in half the time of the whole browser."""
    return shutil.which("chromium-headless-shell") or shutil.which("chromium")


def postgres_bin() -> Optional[str]:
    """The folder of ``initdb`` and ``postgres``; Debian keeps it off the PATH, one per version."""
    on_path = shutil.which("initdb")
    if on_path and shutil.which("postgres"):
        return os.path.dirname(on_path)
    found = [path for path in glob.glob("/usr/lib/postgresql/*/bin") if os.path.exists(path + "/postgres")]
    return max(found, key=lambda path: float(path.split("/")[4]), default=None)


def mariadb_server() -> Optional[str]:
    """Debian has it where only root's PATH leads."""
    return shutil.which("mariadbd") or shutil.which("mariadbd", path="/usr/sbin")


def nginx() -> Optional[str]:
    """Debian has it where only root's PATH leads."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


def pgbouncer() -> Optional[str]:
    """Debian has it where only root's PATH leads."""
    return shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")


def missing(browser: bool = True) -> Dict[str, List[str]]:
    wanted = {
        "redis-server": (redis_server(), ["redis-server"]),
        "PostgreSQL": (postgres_bin(), ["postgresql"]),
        "nginx": (nginx(), ["nginx-light"]),
        "PgBouncer": (pgbouncer(), ["pgbouncer"]),
        "MariaDB": (mariadb_server(), ["mariadb-server-core", "mariadb-client-core"]),
    }
    if browser:
        wanted["Chromium"] = (chromium(), ["chromium-headless-shell", "fonts-dejavu-core"])
    return {name: packages for name, (path, packages) in wanted.items() if path is None}


def ensure(browser: bool = True) -> None:
    debian.ensure(missing(browser))
