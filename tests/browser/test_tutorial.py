"""The tutorial, typed word by word, with two people in front of real browsers."""

from __future__ import annotations

import os
import pty
import re
import shlex
import signal
import subprocess
import sys
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import Any, Iterator, List, Tuple

import pytest
from playwright.sync_api import expect

from tests.support.processes import Process, family, free_port, wait_until

pytestmark = [pytest.mark.once, pytest.mark.slow]

ROOT = Path(__file__).resolve().parent.parent.parent
TEXT = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(console|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
QUOTED = re.compile(r"^ *> (.+)$", re.MULTILINE)
FILES = re.compile(r"(?:Put this into|And this into|In) `([\w./]+\.py)`")
PASSWORD = "correct horse battery"
PORT = 8000
OTHERS = "    # … and those that are there already\n"


class Reader:
    """Somebody who types what stands in the tutorial, from its beginning on."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.place = 0
        self.port = free_port()
        self.server: Any = None
        self.said = ""
        programs = folder / "bin"
        programs.mkdir()
        (programs / "python").write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
        (programs / "django-admin").write_text(f'#!/bin/sh\nexec {sys.executable} -m django "$@"\n')
        for program in programs.iterdir():
            program.chmod(0o755)
        ours = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO", "PYTEST"))}
        path = os.pathsep.join([str(programs), os.environ["PATH"]])
        self.environ = {**ours, "PATH": path, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def read_until(self, heading: str) -> List[str]:
        """Do what stands before this heading; what is quoted there."""
        end = TEXT.index(f"\n## {heading}\n", self.place)
        section, self.place = TEXT[self.place : end], end
        begin = 0
        for block in BLOCK.finditer(section):
            before, begin = section[begin : block.start()], block.end()
            if block.group(1) == "python":
                self._write(FILES.findall(before)[-1], block.group(2))
            else:
                for line in block.group(2).splitlines():
                    self._type(line)
        return QUOTED.findall(section)

    def _write(self, name: str, text: str) -> None:
        path = self.folder / name
        if OTHERS not in text:
            path.write_text(text, encoding="utf-8")
            return
        first, _, rest = path.read_text().partition("INSTALLED_APPS = [\n")
        path.write_text(first + text.partition(OTHERS)[0] + rest)

    def _type(self, line: str) -> None:
        words = shlex.split(line.replace(f":{PORT}", f":{self.port}"))
        if words[:4] == ["python", "-m", "pip", "install"]:
            for name in words[4:]:  # there is no index here, and they are there
                check = f"import importlib.util as u; assert u.find_spec('{name.replace('-', '_')}')"
                assert subprocess.call([sys.executable, "-c", check], env=self.environ, cwd=self.folder) == 0
        elif words[0] == "cd":
            self.folder = self.folder / words[1]
        elif words[-1] == "runserver":
            self.stop()
            self._serve([*words, f"127.0.0.1:{self.port}"])
        else:
            code, self.said = self._answering(words)
            assert code == 0, self.said

    def _serve(self, words: List[str]) -> None:
        environ, folder = self.environ, self.folder
        command = [sys.executable, *words[1:]]
        self.server = Process(command, folder.parent / "server.log", self._answers, environ=environ, cwd=folder)
        self.server.start(60)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(self.url + "/admin/login/", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def _answering(self, words: List[str]) -> Tuple[int, str]:
        """Run a command at a terminal, and type the password where it asks for one."""
        ours, its = pty.openpty()
        ends = {"stdin": its, "stdout": its, "stderr": its}
        # A session of its own has no other terminal to ask at.
        run = subprocess.Popen(words, cwd=self.folder, env=self.environ, start_new_session=True, **ends)
        os.close(its)
        said, asked = "", 0
        with open(ours, "rb+", buffering=0) as terminal:
            for piece in iter(lambda: _read(terminal), b""):
                said += piece.decode("utf-8", "replace")
                if len(re.findall(r"[Pp]assword[^\n:]*: ", said)) > asked:
                    asked += 1
                    terminal.write((PASSWORD + "\n").encode())
        return run.wait(60), said.replace("\r\n", "\n")

    def stop(self) -> None:
        """Ctrl+C, again after a while: Python loses one that comes within a callback. The server has a child."""
        server, self.server = self.server, None
        for _ in range(4):
            if server is None or not server.is_running():
                return
            with suppress(ProcessLookupError, TimeoutError):
                for pid in [*family(server.pid), server.pid]:
                    os.kill(pid, signal.SIGINT)
                wait_until(lambda: not server.is_running(), 5)
        raise TimeoutError("runserver does not end")


def _read(terminal: Any) -> bytes:
    """Nothing, once the other side is closed."""
    try:
        return bytes(terminal.read(4096))
    except OSError:
        return b""


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    reader = Reader(tmp_path)
    yield reader
    if reader.server is not None:
        print(reader.server.log_tail())
        for pid in [*family(reader.server.pid), reader.server.pid]:
            os.kill(pid, signal.SIGKILL)


def log_in(page: Any, name: str) -> None:
    page.fill("#id_username", name)
    page.fill("#id_password", PASSWORD)
    page.click("[type=submit]")


def bar(page: Any) -> Any:
    return page.locator("#admin-collaborator")


def meet(reader: Reader, people: List[Any], quoted: List[str], title: str, seconds: float) -> None:
    """Steps 1 to 4 of the tutorial. seconds: within which one sees what the other does."""
    edits, watches, edits_again = quoted
    one, other = (context.new_page() for context in people)
    one.goto(reader.url + "/admin/blog/entry/add/")
    if "login" in one.url:
        log_in(one, "ada")
    one.fill("#id_title", title)
    one.click("[name=_continue]")
    expect(bar(one)).to_contain_text(edits, timeout=10_000)
    other.goto(one.url)
    if "login" in other.url:
        log_in(other, "bob")
    expect(bar(other)).to_contain_text(watches, timeout=10_000)
    one.fill("#id_text", "Once upon a time")
    one.click("[name=_continue]")
    expect(other.locator("#id_text")).to_have_value("Once upon a time", timeout=(seconds + 3) * 1000)
    expect(bar(one)).to_contain_text(edits, timeout=10_000)
    one.close(run_before_unload=False)
    expect(bar(other)).to_contain_text(edits_again, timeout=(seconds + 3) * 1000)
    expect(other.locator("#id_text")).to_be_editable(timeout=5000)
    other.close()


def test_the_tutorial_word_by_word(reader: Reader, browser: Any) -> None:
    assert reader.read_until("Two people") == []
    quoted = reader.read_until("Is all well?")
    people = [browser.new_context(), browser.new_context()]
    meet(reader, people, quoted, "First", 2)

    (by_wsgi,) = reader.read_until("Faster")
    assert by_wsgi in " ".join(reader.said.split())

    (is_live,) = reader.read_until("And now?")
    assert is_live in " ".join(reader.said.split())
    meet(reader, people, quoted, "Second", 1)
    for context in people:
        context.close()
    reader.stop()
