"""What the demo says: the address, who may log in, and what to try."""

from __future__ import annotations

from typing import List, Optional

TEXT = """
The Harbour Post is open:  {url}

{people}

What to try:
  1. Log in as {first} and open an article: {url}admin/newsroom/article/1/change/
     You are its editor.
  2. Open a private window (or {other}, which has cookies of its own), log in
     as {second} and open the same article: it can be read, and says who edits. Ask for attention, or chat.
  3. As {first}, choose "Save and continue editing": {second} sees the saved text at once.
     Then close the tab: {second} is the editor, without a page load.
  4. Log in as {third} in a third place: an intern looks on, and is never given the form.
  5. {last}

Ctrl+C closes the newsroom. The articles are kept; --fresh brings the first ones back.
"""
ONE_PROCESS = """Type something, press Ctrl+C here, and start again: the page waits, keeps your text and goes on."""
WORKERS = """Two workers share a Redis ({redis}). Type something, and kill one of them
     (kill -9 {pids}): another takes its place, and the page goes on."""

WSGI = """Four workers of gunicorn answer, without WebSockets and without Redis: pages ask every two seconds, and the
     menu of the bar says what would make it faster. Press Ctrl+C here and start again: the page goes on."""


def show(url: str, redis: Optional[str] = None, workers: Optional[List[int]] = None, wsgi: bool = False) -> None:
    from example.newsroom.people import COLLEAGUES

    rows = [("name", "password", "may"), *((who.username, who.password, who.may) for who in COLLEAGUES)]
    people = "\n".join("  {:<10}{:<18}{}".format(*row) for row in rows)
    last = WSGI if wsgi else ONE_PROCESS
    if workers:
        last = WORKERS.format(redis=redis, pids=" or ".join(map(str, workers)))
    first, second, third = (who.username for who in COLLEAGUES)
    other = url.replace("127.0.0.1", "localhost")
    text = TEXT.format(url=url, other=other, people=people, first=first, second=second, third=third, last=last)
    print(text, flush=True)
