"""A program in a process of its own meets the pages of all workers."""

from __future__ import annotations

import asyncio
import time

import pytest

from tests.sockets.conftest import granted
from tests.support.sockets import new_member

EDIT = """
from django_admin_collaborator.editing import editing
from django_admin_collaborator.errors import EditingError
from tests.project.newsroom.models import Article
article = Article.objects.get(pk={pk})
try:
    with editing(article, name="Nightly import", wait={wait}) as edit:
        article.title += ", by the import"
        edit.save()
    result = article.title
except EditingError as error:
    result = error.as_dict()
"""

SAVE = """
import time
from tests.project.newsroom.models import Article
article = Article.objects.get(pk={pk})
article.title = "By a script"
article.save()
result = time.time()
"""

DELETE = """
import time
from tests.project.newsroom.models import Article
Article.objects.get(pk={pk}).delete()
result = time.time()
"""


@pytest.fixture
def workers(serve, old_redis):
    return serve(redis_url=old_redis.url, workers=2)


@pytest.fixture
def program(workers, article):
    """``program(wait)``: a task in which a program of its own process edits the article."""

    def start(wait: float = 0):
        code = EDIT.format(pk=article.pk, wait=wait)
        return asyncio.get_running_loop().run_in_executor(None, workers.run, code)

    return start


async def test_pages_of_all_workers_see_a_program_by_name_and_what_it_saved(
    workers, program, join, article, ada, bob
):
    pages = [await join(workers[0], article, ada), await join(workers[1], article, bob)]
    for page in pages:
        await page.expect("user_joined")

    result = program()
    for page in pages:
        await page.expect("editor_status", editor_name="Nightly import", timeout=60)
        assert (await page.expect("content_updated"))["username"] == "Nightly import"
        await page.expect("editor_status", editor_id=None)
    assert await result == "Budget 2027, by the import"


async def test_a_program_hears_which_page_edits(workers, program, join, article, ada):
    page = await join(workers[0], article, ada, new_member())
    await granted(page)
    said = await program()
    assert (said["code"], said["holder"], said["user_id"]) == ("edited_by_another", "Ada Lovelace", ada.id)


async def test_a_program_that_waits_gets_its_turn_and_passes_it_on(workers, program, join, article, ada, bob):
    editor = await join(workers[0], article, ada, new_member())
    await granted(editor)
    result = program(wait=60)
    while not (await editor.expect("room", timeout=60))["room"]["queue"]:
        pass
    later = await join(workers[1], article, bob, new_member())
    await later.expect("welcome")
    await later.send("claim_editor", wait=True, timestamp=None)
    await later.expect("queued")

    await editor.send("release_lock")

    assert await result == "Budget 2027, by the import"
    await later.expect("lease")


@pytest.mark.timed
@pytest.mark.parametrize(("script", "news"), [(SAVE, "saved"), (DELETE, "deleted")], ids=["save", "deletion"])
async def test_pages_of_all_workers_are_told_of_a_plain_program_within_a_second(
    workers, join, article, ada, bob, script, news
):
    """The script ends at once: that it was told must not get lost with its process."""
    pages = [await join(workers[0], article, ada, new_member()), await join(workers[1], article, bob, new_member())]
    for page in pages:
        await page.expect("welcome")

    done = asyncio.get_running_loop().run_in_executor(None, workers.run, script.format(pk=article.pk))
    told_at = []
    for page in pages:
        while not (await page.expect("room", timeout=30))["room"][news]:
            pass
        told_at.append(time.time())

    assert max(told_at) - await done < 1
