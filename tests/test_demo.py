"""The demo: one program that sets itself up, lets three people in, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, List

import pytest

from tests.support.demo import ROOT, Demo, Visitor
from tests.support.processes import free_port, is_listening, wait_until
from tests.support.sockets import Socket

ARTICLE = "/admin/newsroom/article/1/change/"


def people(demo: Demo) -> Dict[str, Visitor]:
    """Everybody whose name and password the demo printed, logged in."""
    rows = re.findall(r"^  (\w+) +(harbour-\w+) ", demo.printed(), re.MULTILINE)
    return {name: Visitor(demo.url).log_in(name, password) for name, password in rows}


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


@pytest.mark.parametrize("options", [[], ["--redis"]], ids=["one process", "redis"])
def test_the_demo_lets_three_people_in_and_leaves_no_process_behind(options: List[str], tmp_path: Path):
    with Demo(tmp_path / "newsroom", free_port(), *options) as demo:
        visitors = people(demo)
        joined, may_edit = {}, {}
        for name, visitor in visitors.items():
            may_edit[name] = visitor.page_config(ARTICLE)["may_edit"]
            joined[name] = arrive(demo, visitor, ARTICLE)
        assert "<svg" in visitors["yuki"].get(joined["maren"]["avatar_url"])
        family, port = demo.family(), int(demo.url.rpartition(":")[2])
        demo.stop()

    assert may_edit == {"maren": True, "tomasz": True, "yuki": False}
    assert [bool(joined[name]["avatar_url"]) for name in joined] == [True, False, False]
    assert joined["yuki"]["username"] == "Yuki Tanaka", "who has no email"
    assert len(family) == (3 if options else 0), "a Redis and two workers"
    assert not [pid for pid in family if os.path.exists(f"/proc/{pid}")]
    assert demo.popen.returncode == 0
    assert not is_listening(port)
    assert demo.printed().endswith("The newsroom is closed.\n")
    assert "Traceback" not in demo.printed()
    warnings = [line for line in demo.printed().splitlines() if "Warning" in line]
    assert not [line for line in warnings if "Python 3.8 is no longer supported" not in line]


def test_every_kind_of_key_has_a_change_form_with_a_socket(tmp_path: Path):
    with Demo(tmp_path / "newsroom", free_port()) as demo:
        visitor = people(demo)["tomasz"]
        opened = {}
        for model in ("article", "author", "section", "tag"):
            start = f"/admin/newsroom/{model}/"
            forms = [link.split("?")[0] for link in visitor.links(start, start) if "/change/" in link]
            opened[model] = len(forms)
            for form in forms if model == "tag" else forms[:2]:
                arrive(demo, visitor, form)
    assert opened == {"article": 12, "author": 5, "section": 6, "tag": 14}


async def test_two_workers_behind_one_port_know_of_each_others_people(tmp_path: Path):
    with Demo(tmp_path / "newsroom", free_port(), "--redis") as demo:
        visitors = people(demo)
        path = visitors["maren"].page_config(ARTICLE)["socket_path"]
        here = await demo.socket(path, visitors["maren"])
        there = await demo.socket(path, visitors["tomasz"])
        for _ in range(100):
            if worker_of(there) != worker_of(here):
                break
            await there.close()
            there = await demo.socket(path, visitors["tomasz"])
        assert {worker_of(here), worker_of(there)} == {"1", "2"}
        tomasz = await there.expect("user_joined")
        await here.expect("user_joined", user_id=tomasz["user_id"])
        await there.send("claim_editor", wait=True)  # an empty Redis grants nothing in its first seconds
        await here.expect("editor_status", editor_id=tomasz["user_id"], timeout=10)
        await here.close()
        await there.close()


def test_a_killed_worker_is_replaced_and_a_polite_kill_ends_the_demo(tmp_path: Path):
    with Demo(tmp_path / "newsroom", free_port(), "--redis") as demo:
        workers = [int(pid) for pid in re.findall(r"kill -9 (\d+) or (\d+)", demo.printed())[0]]
        visitor = Visitor(demo.url)
        wait_until(lambda: {visitor.worker() for _ in range(20)} == {"1", "2"}, what="both answer")
        os.kill(workers[0], signal.SIGKILL)
        wait_until(lambda: "Worker 1 has ended" in demo.printed(), seconds=20)
        assert workers[0] not in demo.family()
        family = demo.family()
        demo.signal(signal.SIGTERM)
        demo.popen.wait(20)
        assert len(family) == 3
        assert not [pid for pid in family if os.path.exists(f"/proc/{pid}")]


def test_a_taken_port_is_told_and_the_next_one_used(tmp_path: Path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with Demo(tmp_path / "newsroom", port) as demo:
            assert f"Port {port} is taken." in demo.printed()
            assert int(demo.url.rpartition(":")[2]) > port
            assert "Harbour Post" in Visitor(demo.url).get("/")


def test_a_second_demo_in_the_same_folder_is_sent_to_the_first(tmp_path: Path):
    folder = tmp_path / "newsroom"
    with Demo(folder, free_port()) as demo:
        command = [sys.executable, "-m", "example", "--folder", str(folder), "--fresh"]
        second = subprocess.run(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, timeout=30)
        assert second.returncode == 1
        assert f"open already: {demo.url}/" in second.stderr
        assert people(demo), "its database is untouched"


def test_articles_are_kept_until_a_fresh_start(tmp_path: Path):
    folder, port = tmp_path / "newsroom", free_port()
    with Demo(folder, port) as demo:
        visitor = people(demo)["maren"]
        token = visitor.get("/admin/newsroom/section/add/").split('name="csrfmiddlewaretoken" value="')[1][:64]
        fields = f"csrfmiddlewaretoken={token}&name=Crossword&slug=crossword&position=7"
        visitor.opener.open(demo.url + "/admin/newsroom/section/add/", fields.encode(), timeout=20).close()
    sections = {}
    for options in ([], ["--fresh"]):
        with Demo(folder, port, *options) as demo:
            page = people(demo)["maren"].get("/admin/newsroom/section/")
            sections[bool(options)] = "Crossword" in page
    assert sections == {False: True, True: False}


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
