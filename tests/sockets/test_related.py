"""Over sockets, editors hear within a second who edits what their form depends on, and whoever may see it alone."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest
from django.contrib.auth.models import Permission

from django_admin_collaborator.rooms import open_rooms
from tests.project.newsroom.models import Category
from tests.sockets.conftest import granted
from tests.support.live import fetched, related
from tests.support.people import in_database, staff
from tests.support.sockets import edit_path, new_member

MOUNT = "/stories/"
SECONDS = 2  # of a busy machine; one look takes 0.7 s


@pytest.fixture(params=["memory", "sql"])
def worker(request, serve):
    settings = {"ROOT_URLCONF": "tests.browser.newsroom", "ADMIN_COLLABORATOR_RIGHTS_SECONDS": 0.5}
    return serve(store=request.param, settings=settings)[0]


@pytest.fixture
def edit(join, worker):
    """``await edit(person, object)``: the socket of a page that edits, with a ``member`` of one that comes back."""

    async def opened(person, obj, member=""):
        loop = asyncio.get_running_loop()
        page = await loop.run_in_executor(None, partial(fetched, worker, obj, person, MOUNT))
        path = edit_path(obj, member or new_member(), site="stories", related=related(page))
        socket = await join(worker, path, person)
        if not (await socket.expect("welcome"))["lease"]:
            await socket.expect("related", text="")
            await granted(socket)
        return socket

    return opened


async def test_both_editors_hear_of_each_other_until_one_stops(edit, article, ada, bob):
    paragraph = in_database(lambda: article.paragraphs.create(text="Intro"))
    member = new_member()
    first, second = await edit(ada, article, member), await edit(bob, paragraph)
    told = "Bob Brown is editing the paragraph “Intro” in a page of its own."
    await first.expect("related", text=told, timeout=SECONDS)
    told = "Ada Lovelace is editing the article “Budget 2027”, which this is a part of."
    await second.expect("related", text=told, timeout=SECONDS)
    await first.abort()
    first = await edit(ada, article, member)
    assert "Intro" in (await first.expect("related", timeout=SECONDS))["text"]
    await first.send("release_lock")
    await first.expect("related", text="", timeout=SECONDS)
    await second.expect("related", text="", timeout=SECONDS)


async def test_who_edits_what_is_chosen_hears_of_the_form_that_chose_it(edit, article, ada, bob):
    def choose():
        article.category = Category.objects.create(name="City")
        article.save()
        return article.category

    category = in_database(choose)
    second = await edit(bob, category)
    first = await edit(ada, article)
    told = "Bob Brown is editing the category “City”, which is chosen here."
    await first.expect("related", text=told, timeout=SECONDS)
    told = "Ada Lovelace is editing the article “Budget 2027”, in which this is chosen."
    await second.expect("related", text=told, timeout=SECONDS + 3 * open_rooms.LOOK_SECONDS)
    await first.send("release_lock")
    await second.expect("related", text="", timeout=SECONDS + 3 * open_rooms.LOOK_SECONDS)


async def test_who_may_no_longer_see_an_object_hears_of_it_no_longer(edit, article, bob):
    def prepare():
        paragraph = article.paragraphs.create(text="Intro")
        return paragraph, Permission.objects.get(codename="view_paragraph")

    paragraph, lost = in_database(prepare)
    eve = staff("Eve", "newsroom.view_article", "newsroom.change_article", "newsroom.view_paragraph")
    first, _ = await edit(eve, article), await edit(bob, paragraph)
    assert "Intro" in (await first.expect("related", timeout=SECONDS))["text"]
    in_database(lambda: eve.user.user_permissions.remove(lost))
    await first.expect("related", text="", timeout=SECONDS + 1)
