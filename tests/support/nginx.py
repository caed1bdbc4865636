"""An nginx of our own, in front of a server that a test has started."""

from __future__ import annotations

import re
import signal
from pathlib import Path
from typing import List

from tests.support.processes import Process, free_port, is_listening
from tools import services

ROOT = Path(__file__).resolve().parent.parent.parent
BLOCKS = re.compile(r"^```nginx\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CONFIGURATION = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {blocks}
}}
"""


def documented() -> List[str]:
    """The blocks for nginx in docs/deployment.md, in their order."""
    return BLOCKS.findall((ROOT / "docs" / "deployment.md").read_text(encoding="utf-8"))


class Nginx(Process):
    """blocks: what stands within ``http``; it listens at ``{port}`` there."""

    def __init__(self, folder: Path, blocks: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        path = folder / "nginx.conf"
        path.write_text(CONFIGURATION.format(folder=folder, blocks=blocks.replace("{port}", str(self.port))))
        command = [services.nginx() or "nginx", "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(path)]
        log = folder / "nginx.log"
        super().__init__(command, log, lambda: is_listening(self.port), stop_signal=signal.SIGTERM)
