"""``python -m example``: set the newsroom up, say how to get in, and serve it until Ctrl+C."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from contextlib import ExitStack, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any, List, Optional

from example import listening, welcome
from example.folder import Folder


def main(arguments: Optional[List[str]] = None) -> None:
    options = parse(arguments)
    needed = ("django", "channels", "redis", *(("gunicorn",) if options.wsgi else ("uvicorn", "websockets")))
    missing = [name for name in needed if find_spec(name) is None]
    if missing:
        sys.exit("The demo needs {}. Type: ./dev demo".format(" and ".join(missing)))
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), end)
    try:
        run(options)
    except KeyboardInterrupt:
        pass  # the way to end it
    with suppress(OSError):  # the terminal may be gone
        print("\nThe newsroom is closed.", flush=True)


def parse(arguments: Optional[List[str]]) -> argparse.Namespace:
    checkout = Path(__file__).resolve().parent.parent
    parser = argparse.ArgumentParser(prog="./dev demo", description="Serve a small newsroom to try the package with.")
    served = parser.add_mutually_exclusive_group()
    served.add_argument("--redis", action="store_true", help="two worker processes that share a Redis of their own")
    served.add_argument(
        "--wsgi", action="store_true", help="gunicorn with four sync workers: no WebSockets, no Redis"
    )
    parser.add_argument("--port", type=int, default=8000, help="where to listen; if taken, the next free one (8000)")
    parser.add_argument("--fresh", action="store_true", help="begin again with the articles as delivered")
    parser.add_argument("--folder", type=Path, default=checkout / ".demo", help="where the database is kept (.demo)")
    return parser.parse_args(arguments)


def end(number: int, frame: Any) -> None:
    """A polite end, like Ctrl+C, for ``kill`` and for a terminal that is closed."""
    raise KeyboardInterrupt


def run(options: argparse.Namespace) -> None:
    folder = Folder(options.folder)
    with ExitStack() as stack:
        stack.enter_context(folder.for_us_alone())
        if options.fresh:
            folder.clear()
        os.environ["DJANGO_SETTINGS_MODULE"] = "example.settings"
        os.environ["NEWSROOM_FOLDER"] = str(folder.path)
        os.environ.pop("NEWSROOM_REDIS_URL", None)
        listener, taken = listening.listen(options.port)
        stack.enter_context(listener)
        if taken:
            print("Port {} is taken.".format(" and ".join(map(str, taken))))
        if options.redis:
            from example.redis_server import RedisServer

            redis = stack.enter_context(RedisServer(folder.path / "redis"))
            os.environ["NEWSROOM_REDIS_URL"] = redis.url
        folder.prepare()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        folder.note(url)
        if options.redis:
            from example.workers import Workers

            workers = stack.enter_context(Workers(listener, count=2))
            welcome.show(url, redis=redis.url, workers=workers.pids())
            workers.watch()
        elif options.wsgi:
            from example.workers import gunicorn

            server = stack.enter_context(gunicorn(listener))
            welcome.show(url, wsgi=True)
            server.wait()
        else:
            welcome.show(url)
            listening.serve(listener)


if __name__ == "__main__":
    main()
