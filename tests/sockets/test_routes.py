"""The routes of the contract: any page path, any prefix, and an app that is called chat."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from websockets.exceptions import InvalidStatus

from tests.project.chat.models import Item
from tests.project.newsroom.models import Article, Tag
from tests.sockets.conftest import granted
from tests.support.sockets import edit_path

PREFIX = "/admin/collaboration"

PAGES = {
    "as browsers write it": ("admin_newsroom_article_12_change", "admin/newsroom/article/12/change"),
    "slashes around": ("admin", "/admin/"),
    "dots": ("a/../b.html", "a/../b.html"),
    "percent signs": ("100%/a%2Fb", "100%_a%2Fb"),
    "Unicode": ("naïve/新聞/🗞", "naïve_新聞_🗞"),
    "spaces and signs": ("a b/c?d#e&f=g+h", "a b_c?d#e&f=g+h"),
    "2,000 characters": ("x" * 2000, "x" * 2000),
    "chat": ("chat", "chat"),
    "chat, then a number": ("chat/12", "chat_12"),
    "an app": ("newsroom/article/12", "newsroom_article_12"),
    "quoted underscores": ("admin_newsroom_tag_a_2Fb_change", "admin/newsroom/tag/a_2Fb/change"),
}


@pytest.fixture(params=["uvicorn", "daphne"])
def worker(serve, request):
    return serve(store="memory", program=request.param)[0]


@pytest.fixture
def rows(database):
    return Article.objects.create(pk=12, title="Budget 2027"), Tag.objects.create(name="a/b")


@pytest.mark.parametrize(("first", "second"), PAGES.values(), ids=PAGES)
async def test_any_path_is_a_page_and_its_spellings_meet(worker, rows, join, ada, bob, first, second):
    one = await join(worker, f"{PREFIX}/chat/{quote(first)}/", ada)
    await one.expect("active_users")
    two = await join(worker, f"{PREFIX}/chat/{quote(second)}/", bob)
    assert [user["user_id"] for user in (await two.expect("active_users"))["users"]] == [ada.id]


async def test_two_pages_do_not_meet(worker, join, ada, bob):
    await (await join(worker, f"{PREFIX}/chat/admin_a/", ada)).expect("active_users")
    two = await join(worker, f"{PREFIX}/chat/admin_ab/", bob)
    assert (await two.expect("active_users"))["users"] == []


@pytest.fixture
def item(database):
    return Item.objects.create(name="A model of an app that is called chat")


async def test_a_model_of_an_app_called_chat_has_its_edit_socket(worker, join, item, ada):
    await granted(await join(worker, item, ada))


async def test_the_pages_of_an_app_called_chat_have_their_chat(worker, join, item, ada, bob):
    """Written by a browser, and with the slashes of a page of that very model."""
    paths = [f"admin_chat_item_{item.pk}_change", f"chat/item/{item.pk}/change", "chat/item", "item"]
    for path in paths:
        socket = await join(worker, f"{PREFIX}/chat/{path}/", ada)
        assert (await socket.expect("active_users"))["users"] == []


@pytest.mark.parametrize("prefix", ["ws/together", "/ws/together/", "a/b/c"])
async def test_the_prefix_is_a_setting(serve, join, article, ada, prefix):
    worker = serve(store="memory", settings={"ADMIN_COLLABORATOR_WEBSOCKET_CONNECTION_PREFIX_URL": prefix})[0]
    clean = prefix.strip("/")
    await granted(await join(worker, edit_path(article, prefix=clean), ada))
    await (await join(worker, f"/{clean}/chat/admin/", ada)).expect("active_users")
    with pytest.raises(InvalidStatus):
        await worker.socket(edit_path(article), ada)
