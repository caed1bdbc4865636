"""``python -m benchmarks.save_cost``: what the guard costs, side by side with the same admin without the mixin.

One process, requests straight into the view: no network and no log-in blur the difference. Both admins take
turns, so that what else the machine does hits both alike.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Callable, Dict, List, Tuple

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django
from django.apps import apps

from benchmarks.databases import new_database

FIELDS = ["char", "choice", "date", "date_time", "decimal", "email", "foreign_key", "integer", "text", "url"]

COLUMNS = ["database", "what", "queries without", "with", "p50 without, ms", "with", "p95 without", "with", "more"]
COLUMNS += ["CPU p50 without", "with", "more, p50", "more, mean"]

PAUSE = 0.02
"""Seconds before a request, for threads that still tell rooms of the save before, the other admin's included; after
them the processor's caches hold other things, and every request takes longer."""

DEPTHS = 101
"""Frames, at most, that a request has below it; each round has other ones, the same for both admins. CPython keeps
frames in pieces of memory. Where a page's inner loops happen to cross from one piece into the next, it takes up to
ten milliseconds longer, and a few frames more or less decide that. Servers and middleware have any number of them.
"""

Times = Dict[str, List[float]]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.save_cost", description=__doc__)
    parser.add_argument("--rounds", type=int, default=400)
    parser.add_argument("--redis", action="store_true", help="the lock service in a Redis; else in memory")
    arguments = parser.parse_args()
    print("| " + " | ".join(COLUMNS) + " |")
    print("| --- " * len(COLUMNS) + "|")
    for kind in ("sqlite", "postgresql"):
        with ExitStack() as stack:
            _start(kind, arguments.redis, stack)
            for what in ("ten fields", "an inline and a many-to-many field more"):
                _measure(kind, what, arguments.rounds)


def _start(kind: str, with_redis: bool, stack: ExitStack) -> None:
    from tests.support.redis_server import RedisServer

    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    url = new_database(kind, folder, stack)
    if not apps.ready:
        os.environ["TEST_DATABASE_URL"] = url
        if with_redis:
            redis = RedisServer(folder)
            redis.start()
            os.environ["TEST_REDIS_URL"] = redis.url
            _to_kill.append(redis)
        django.setup()
        from tests.support import databases
    else:
        from tests.support import databases

        stack.enter_context(databases.default_database(url))
    databases.create_tables()


_to_kill: List[Any] = []


def _admins(what: str) -> Tuple[Any, Any, Any]:
    """The same admin without and with the mixin, and an object for it."""
    from django.contrib import admin

    from django_admin_collaborator.utils import CollaborativeAdminMixin
    from tests.guard.press.admin import PassageInline
    from tests.guard.press.models import Everything, Passage, Section, Story, Topic

    options: Dict[str, Any] = {"fields": FIELDS}
    model: Any = Everything
    if what == "ten fields":
        obj = Everything.objects.create(
            char="Text", choice="a", text="Long text", foreign_key=Section.objects.create()
        )
    else:
        model = Story
        options = {"inlines": [PassageInline]}
        obj = Story.objects.create(title="Text", body="Long text")
        obj.topics.set([Topic.objects.create(name=name) for name in "abc"])
        for text in "abc":
            Passage.objects.create(story=obj, text=text)
    plain = type("PlainAdmin", (admin.ModelAdmin,), options)(model, admin.site)
    guarded = type("GuardedAdmin", (CollaborativeAdminMixin, admin.ModelAdmin), options)(model, admin.site)
    return plain, guarded, obj


def _measure(kind: str, what: str, rounds: int) -> None:
    from django.contrib.auth import get_user_model

    plain, guarded, obj = _admins(what)
    users = get_user_model()._default_manager
    user = users.filter(is_superuser=True).first() or users.create_superuser("ada", "ada@example.com", "secret")
    times: Times = {}
    queries: Dict[str, int] = {}
    admins = (("without", plain), ("with", guarded))
    for method, pause in (("GET", 0.0), ("GET after a pause", PAUSE)):
        time.sleep(1)  # for threads that still tell rooms of what was created
        for round_ in range(rounds + 20):
            for name, admin in admins:
                get = _deeper(round_ * 7 % DEPTHS, lambda a=admin: _page(a, user, obj))
                _timed(times, f"{method} {name}", round_ >= 20, queries, get, pause)
    for round_ in range(rounds + 20):
        for name, admin in admins:
            data = _filled(_page(admin, user, obj).decode(), round_)
            post = _deeper(round_ * 7 % DEPTHS, lambda a=admin, d=data: _post(a, user, obj, d))
            _timed(times, f"POST {name}", round_ >= 20, queries, post)
    for method in ("GET", "GET after a pause", "POST"):
        cells = [queries[f"{method} without"], queries[f"{method} with"]]
        without, with_ = times[f"{method} without"], times[f"{method} with"]
        figures = [_p(without, 50), _p(with_, 50), _p(without, 95), _p(with_, 95), _p(with_, 95) - _p(without, 95)]
        without, with_ = times[f"CPU {method} without"], times[f"CPU {method} with"]
        pairs = [later - before for before, later in zip(without, with_)]  # of one round, so at one depth
        figures += [_p(without, 50), _p(with_, 50), statistics.median(pairs), statistics.mean(pairs)]
        print(
            f"| {kind} | {method}, {what} | {cells[0]} | {cells[1]} | "
            + " | ".join(f"{f:.2f}" for f in figures)
            + " |"
        )


def _deeper(frames: int, call: Callable[[], Any]) -> Callable[[], Any]:
    """``call`` with so many frames below it."""
    return (lambda: _deeper(frames - 1, call)()) if frames else call


def _timed(
    times: Times, name: str, counts: bool, queries: Dict[str, int], call: Callable[[], Any], pause: float = PAUSE
) -> Any:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    if not counts:
        with CaptureQueriesContext(connection) as captured:
            answer = call()
        queries[name] = len(captured)
        return answer
    time.sleep(pause)
    started, used = time.perf_counter(), time.thread_time()
    answer = call()
    times.setdefault(name, []).append((time.perf_counter() - started) * 1000)
    # What this thread has worked: other programs do not blur it, and it leaves out the lock service's own thread.
    times.setdefault("CPU " + name, []).append((time.thread_time() - used) * 1000)
    return answer


def _request(user: Any, data: Any = None) -> Any:
    from django.contrib.messages.storage.cookie import CookieStorage
    from django.test import RequestFactory

    factory = RequestFactory()
    request: Any = factory.get("/") if data is None else factory.post("/", data)
    request.user = user
    request.session = {}
    request._messages = CookieStorage(request)
    request._dont_enforce_csrf_checks = True
    return request


def _page(admin: Any, user: Any, obj: Any) -> bytes:
    from django.contrib.admin.utils import quote

    return bytes(admin.change_view(_request(user), quote(str(obj.pk))).render().content)


def _post(admin: Any, user: Any, obj: Any, data: Any) -> None:
    from django.contrib.admin.utils import quote

    response = admin.change_view(_request(user, data), quote(str(obj.pk)))
    assert response.status_code == 302, response.status_code


def _filled(page: str, round_: int) -> Dict[str, Any]:
    from django_admin_collaborator.guard.version.form_data import Controls
    from tests.guard.newsdesk import main_form

    data: Dict[str, Any] = {k: v for k, v in Controls(main_form(page)).values.items() if "__prefix__" not in k}
    for name in ("char", "title"):
        if name in data:
            data[name] = [f"Text {round_}"]
    return data


def _p(values: List[float], percent: int) -> float:
    return statistics.quantiles(values, n=100)[percent - 1]


if __name__ == "__main__":
    try:
        main()
    finally:
        for redis in _to_kill:
            redis.kill()
