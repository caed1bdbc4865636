"""What identifies a member to others proves nothing: it opens no lease, no save, and no other room."""

from __future__ import annotations

import asyncio

import pytest

from django_admin_collaborator.guard import lock_service
from tests.guard.tabs import Tab
from tests.project.newsroom.models import Article
from tests.sockets.conftest import granted
from tests.support.people import in_database, staff
from tests.support.sockets import new_member


@pytest.fixture
def worker(serve):
    return serve(store="memory")[0]


@pytest.fixture
def vera(database):
    return staff("Vera", "newsroom.view_article")


async def public_id_of_the_editor(socket) -> str:
    return (await socket.expect("welcome"))["room"]["editor"]["member_id"]


async def test_a_viewer_cannot_shut_the_editor_out_of_other_objects(worker, join, article, ada, vera):
    other = in_database(lambda: Article.objects.create(title="Harbour reopens"))
    secret = new_member()
    await granted(await join(worker, article, ada, member=secret))
    public = await public_id_of_the_editor(await join(worker, article, vera, member=new_member()))

    await join(worker, other, vera, member=public)
    again = await join(worker, other, ada, member=secret)

    await again.expect("welcome")
    await granted(again)


async def test_the_public_id_brings_nobody_the_lease_not_even_its_own_user(worker, join, article, ada, vera):
    editor = await join(worker, article, ada, member=new_member())
    token = await granted(editor)
    public = await public_id_of_the_editor(await join(worker, article, vera, member=new_member()))

    thieves = [await join(worker, article, person, member=public) for person in (vera, ada)]

    for thief in thieves:
        welcome = await thief.expect("welcome")
        assert welcome["lease"] is None
        assert welcome["member_id"] != public
    await asyncio.sleep(0.2)
    assert editor.close_code is None
    assert await granted(editor) == token


async def test_a_tab_has_another_id_in_every_room(worker, join, article, ada):
    other = in_database(lambda: Article.objects.create(title="Harbour reopens"))
    secret = new_member()

    sockets = [await join(worker, obj, ada, member=secret) for obj in (article, other)]

    ids = {(await socket.expect("welcome"))["member_id"] for socket in sockets}
    assert len(ids | {secret}) == 3


@pytest.mark.parametrize("name", ["secret", "member_id"])
def test_a_save_counts_as_the_holders_by_its_secret_alone(article, ada, name):
    tab = Tab(article, ada.user)
    tab.claim()

    verdict = lock_service.hold(Article, article.pk, ada.user, getattr(tab, name), tab.token)

    assert verdict.admitted is (name == "secret")
