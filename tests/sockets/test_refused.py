"""Who may not connect is refused in the handshake, with HTTP 403 and without a word about what is there."""

from __future__ import annotations

import pytest

from tests.project.newsroom.models import Article, Author, Memo
from tests.sockets.conftest import handshake_status
from tests.support.people import staff, superuser
from tests.support.sockets import chat_path, edit_path, new_member

PREFIX = "/admin/collaboration"


@pytest.fixture(params=["uvicorn", "daphne"])
def worker(serve, request):
    return serve(store="memory", program=request.param)[0]


@pytest.fixture
def strangers(database):
    return {
        "nobody": None,
        "inactive": superuser("Ina", is_active=False),
        "not of the staff": superuser("Nora", is_staff=False),
    }


@pytest.mark.parametrize("who", ["nobody", "inactive", "not of the staff"])
async def test_strangers_are_refused_on_both_sockets(worker, article, strangers, who):
    assert await handshake_status(worker, edit_path(article), strangers[who]) == 403
    assert await handshake_status(worker, edit_path(article, new_member()), strangers[who]) == 403
    assert await handshake_status(worker, chat_path("/admin/"), strangers[who]) == 403


@pytest.fixture
def clerks(database):
    return {
        "no permission": staff("Noel"),
        "another model's": staff("Otto", "newsroom.change_author", "newsroom.view_author"),
        "may add": staff("Abe", "newsroom.add_article"),
        "may delete": staff("Dee", "newsroom.delete_article"),
        "may view": staff("Vera", "newsroom.view_article"),
        "may change": staff("Carl", "newsroom.change_article"),
    }


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("no permission", 403),
        ("another model's", 403),
        ("may add", 403),
        ("may delete", 403),
        ("may view", 101),
        ("may change", 101),
    ],
)
async def test_only_who_may_see_the_object_is_let_in(worker, article, clerks, who, expected):
    assert await handshake_status(worker, edit_path(article), clerks[who]) == expected


@pytest.fixture
def rows(database):
    return {
        "gone": Article(pk=10**6),
        "without the mixin": Memo.objects.create(text="x"),
        "no such uuid": Author(),
    }


@pytest.mark.parametrize("row", ["gone", "without the mixin", "no such uuid"])
async def test_an_object_without_collaboration_is_refused(worker, rows, ada, row):
    assert await handshake_status(worker, edit_path(rows[row]), ada) == 403


@pytest.mark.parametrize(
    "path",
    [
        "/newsroom/article/abc/",
        "/newsroom/article/-1/",
        "/newsroom/article/1.5/",
        "/newsroom/article/" + "9" * 30 + "/",
        "/newsroom/article/" + "9" * 5000 + "/",
        "/newsroom/article/1%00/",
        "/newsroom/article/%FF/",
        "/newsroom/author/not-a-uuid/",
        "/newsroom/author/%00/",
        "/newsroom/tag/%00/",
        "/newsroom/paragraph/1/",
        "/newsroom/nothing/1/",
        "/nowhere/article/1/",
        "/auth/user/1/",
        "/sessions/session/x/",
    ],
)
async def test_an_address_of_nothing_is_refused(worker, ada, path):
    assert await handshake_status(worker, PREFIX + path, ada) == 403


async def test_a_refused_connection_is_not_seen_by_those_inside(worker, join, article, ada, strangers, clerks):
    inside = await join(worker, article, ada)
    await inside.drain()
    for person in (*strangers.values(), clerks["no permission"]):
        assert await handshake_status(worker, edit_path(article), person) == 403
    await inside.expect_nothing("user_joined", "user_left", seconds=0.3)
