"""The services that other tests stand on do what they promise."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
import urllib.request

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model

from tests.project.newsroom.models import Article
from tests.support import people, servers


def test_redis_can_be_frozen_flushed_and_restarted(redis_server):
    client = redis_server.client()
    client.set("key", "value")
    redis_server.flush()
    assert client.get("key") is None
    client.set("key", "value")
    redis_server.restart()
    assert redis_server.client().get("key") is None
    redis_server.freeze()
    assert not redis_server.ready()
    redis_server.thaw()
    assert redis_server.ready()


@pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
def test_a_server_sees_what_a_test_commits(serve, database):
    article = Article.objects.create(title="Budget")
    assert get_user_model().objects.count() == 0
    server = serve(store="memory")
    code = (
        "from tests.project.newsroom.models import Article as A; result = [[a.pk, a.title] for a in A.objects.all()]"
    )
    assert server.run(code) == [[article.pk, "Budget"]]


def test_files_are_shared_with_the_servers_of_a_run_and_with_no_other_run(serve):
    code = "from django.conf import settings; result = settings.MEDIA_ROOT"
    assert serve(store="memory").run(code) == settings.MEDIA_ROOT
    other = [sys.executable, "-c", "from tests import settings; print(settings.MEDIA_ROOT)"]
    printed = subprocess.run(other, cwd=servers.ROOT, check=True, capture_output=True, text=True).stdout
    assert printed.strip() not in ("", settings.MEDIA_ROOT)


@pytest.mark.parametrize("program", servers.ASGI_SERVERS)
def test_workers_serve_the_admin_to_a_person(serve, ada, program):
    server = serve(store="redis", program=program, workers=2)
    for worker in server.workers:
        request = urllib.request.Request(worker.url("/admin/newsroom/article/add/"), headers=ada.headers())
        with urllib.request.urlopen(request) as answer:
            assert 'id="article_form"' in answer.read().decode()


def test_a_killed_worker_comes_back_at_the_same_port(serve):
    worker = serve(store="memory", program="uvicorn")[0]
    before = _pid(worker)
    worker.kill()
    with pytest.raises(OSError, match="refused"):
        _pid(worker)
    worker.start()
    assert _pid(worker) != before


async def test_people_can_be_made_where_an_event_loop_runs(database):
    eve = people.staff("Eve", "newsroom.view_article")
    assert people.in_database(lambda: eve.user.has_perm("newsroom.view_article"))
    assert not people.in_database(lambda: eve.user.has_perm("newsroom.change_article"))


def test_the_proxy_passes_delays_cuts_and_swallows(redis_server, tcp_proxy):
    proxy = tcp_proxy(redis_server.port)
    assert _ping(proxy.port) == b"+PONG\r\n"
    proxy.delay_seconds = 0.2
    started = time.monotonic()
    assert _ping(proxy.port) == b"+PONG\r\n"
    assert time.monotonic() - started >= 0.4
    proxy.delay_seconds = 0
    proxy.blackhole()
    with pytest.raises(socket.timeout):
        _ping(proxy.port)
    proxy.blackhole(False)
    proxy.refuse()
    with pytest.raises(ConnectionResetError):
        _ping(proxy.port)
    proxy.refuse(False)
    assert _ping(proxy.port) == b"+PONG\r\n"


def test_a_visitor_is_logged_in(serve, visit, ada):
    page = visit(serve(store="memory"), ada).open("/admin/")
    assert "ada" in page.locator("#user-tools").inner_text().lower()


def _pid(worker) -> int:
    with urllib.request.urlopen(worker.url("/ready/")) as answer:
        return json.load(answer)["pid"]


def _ping(port: int) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
        connection.sendall(b"PING\r\n")
        return connection.recv(100)
