"""Who may see an object is decided row by row, by the project's own rules; sockets and chat go by them."""

from __future__ import annotations

import asyncio

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from django_admin_collaborator.access import chat_pages, permissions
from tests.project.newsroom.models import Article
from tests.security.conftest import SecurityLog
from tests.settings import INSTALLED_APPS
from tests.sockets.conftest import granted, handshake_status
from tests.support.people import in_database, staff
from tests.support.sockets import chat_path, edit_path, new_member

FAULTY = "Nobody knows who may see this"
"""As in ``reach.py``, which only servers import: it changes what is registered."""

GUARDIAN = {
    "INSTALLED_APPS": [*INSTALLED_APPS, "guardian"],
    "AUTHENTICATION_BACKENDS": [
        "django.contrib.auth.backends.ModelBackend",
        "guardian.backends.ObjectPermissionBackend",
    ],
    "ANONYMOUS_USER_NAME": None,
}
TABLES = """
from django.db import connection
from guardian.models import GroupObjectPermission, UserObjectPermission
with connection.schema_editor() as editor:
    for table in (UserObjectPermission, GroupObjectPermission):
        editor.{}_model(table)
"""
PERMISSION = """
from django.contrib.auth import get_user_model
from guardian.shortcuts import assign_perm, remove_perm
from tests.project.newsroom.models import Article
{}_perm("newsroom.{}_article", get_user_model().objects.get(pk={}), Article.objects.get(pk={}))
"""


@pytest.fixture
def server(serve):
    settings = {**GUARDIAN, "ROOT_URLCONF": "tests.security.reach", "ADMIN_COLLABORATOR_RIGHTS_SECONDS": 0.3}
    server = serve(store="memory", settings=settings)
    server.run(TABLES.format("create"))
    server[0].restart()  # it remembers the content types, which every test has anew
    yield server
    server.run(TABLES.format("delete"))


@pytest.fixture
def permit(server):
    """``permit(person, article)``; with ``how="remove"`` the opposite."""

    async def change(person, article, what="view", how="assign"):
        script = PERMISSION.format(how, what, person.id, article.pk)
        await asyncio.get_running_loop().run_in_executor(None, server.run, script)

    return change


@pytest.fixture
def hidden(database):
    return Article.objects.create(title="Out of reach", status="published")


@pytest.fixture
def vera(database):
    return staff("Vera", "newsroom.view_article", "newsroom.change_article")


@pytest.fixture
def otto(database):
    return staff("Otto")


def page_of(article):
    return f"/admin/newsroom/article/{article.pk}/change/"


def addresses(article):
    return [edit_path(article), edit_path(article, new_member()), chat_path(page_of(article))]


async def raw_answer(worker, path, person):
    """The server's whole answer to a handshake, without what differs each time."""
    reader, writer = await asyncio.open_connection("127.0.0.1", worker.port)
    headers = {
        "Host": f"127.0.0.1:{worker.port}",
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
        **person.headers(worker.url("").rstrip("/")),
    }
    lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    writer.write("\r\n".join(lines).encode())
    answer = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    return [line for line in answer.split(b"\r\n") if not line.lower().startswith(b"date:")]


async def test_a_row_out_of_reach_is_refused_as_one_that_does_not_exist(server, article, hidden, vera):
    gone = Article(pk=hidden.pk + 1)
    for known in addresses(article):
        assert await handshake_status(server[0], known, vera) == 101
    for out_of_reach, absent in zip(addresses(hidden), addresses(gone)):
        refusal = await raw_answer(server[0], out_of_reach, vera)
        assert b" 403 " in refusal[0]
        assert refusal == await raw_answer(server[0], absent, vera)


@pytest.mark.django_db
def test_a_row_out_of_reach_costs_no_more_queries_than_one_that_does_not_exist(article, vera):
    nobody = staff("Noel")
    scope = {"path": "/", "headers": []}
    costs = []
    for person, obj in ((nobody, article), (nobody, Article(pk=10**6)), (vera, Article(pk=10**6))):
        path = page_of(obj)
        with CaptureQueriesContext(connection) as asked:
            assert (
                permissions.look_up(permissions.fresh_user(person.user), scope, "newsroom", "article", str(obj.pk))
                is None
            )
            assert chat_pages.find(permissions.fresh_user(person.user), scope, path) is None
        costs.append(len(asked))
    assert len(set(costs)) == 1, costs


async def test_an_object_permission_opens_its_own_object_alone(server, permit, join, article, otto, ada):
    other = in_database(lambda: Article.objects.create(title="Elsewhere"))
    await permit(otto, article)
    for path in addresses(other):
        assert await handshake_status(server[0], path, otto) == 403
    watcher = await join(server[0], article, otto, member=new_member())
    await watcher.expect("welcome", may_edit=False)
    await watcher.send("claim_editor", timestamp=None)
    await watcher.expect("error", code="forbidden")
    await permit(otto, article, "change")
    await watcher.expect("welcome", may_edit=True)
    await granted(watcher)


async def test_an_object_permission_that_is_taken_away_ends_sockets_and_lease(
    server, permit, join, talk, article, otto, ada
):
    await permit(otto, article)
    await permit(otto, article, "change")
    editor = await join(server[0], article, otto, member=new_member())
    viewer = await join(server[0], article, ada)
    chat = await talk(server[0], page_of(article), otto)
    await granted(editor)
    await permit(otto, article, "change", "remove")
    await permit(otto, article, "view", "remove")
    assert await editor.expect_close(5) == 4403
    assert await chat.expect_close(5) == 4403
    await granted(viewer)


async def test_a_rule_that_fails_closes_its_own_socket_and_spares_nobody_the_look(server, join, article, ada, vera):
    other = in_database(lambda: Article.objects.create(title="Elsewhere"))
    about_it, bystander = await join(server[0], article, ada), await join(server[0], other, vera)
    in_database(lambda: Article.objects.filter(pk=article.pk).update(title=FAULTY))
    assert await about_it.expect_close(5) == 4411

    assert await handshake_status(server[0], edit_path(article), ada) != 101
    in_database(lambda: vera.user.user_permissions.through.objects.all().delete())
    assert await bystander.expect_close(5) == 4403


async def test_who_may_not_see_the_page_hears_nothing_from_its_chat_and_cannot_be_written_to(
    server, talk, article, vera, otto, ada
):
    log = SecurityLog(server[0])
    inside, vera_there = await talk(server[0], page_of(article), ada), await talk(server[0], page_of(article), vera)
    await inside.expect("user_joined", user_id=vera.id)
    for spelling in (page_of(article), page_of(article)[1:-1].replace("/", "_"), f"x{page_of(article)}"):
        for page in (spelling, spelling.replace("change", "delete"), spelling.replace("change", "history")):
            assert await handshake_status(server[0], chat_path(page), otto) == 403
    await log.has(event="handshake-access", user=str(otto.id))
    elsewhere = await talk(server[0], "/admin/", otto)
    assert (await elsewhere.expect("active_users"))["users"] == []
    await inside.send("chat_message", recipient_id=otto.id, message="A secret")
    await inside.expect("error", code="recipient_offline")
    await elsewhere.send("chat_message", recipient_id=vera.id, message="Let me in")
    await elsewhere.expect("error", code="recipient_offline")
    await elsewhere.expect_nothing("chat_message", "user_joined", seconds=0.3)
    await vera_there.expect_nothing("chat_message", seconds=0)


async def test_pages_of_a_model_are_for_those_who_may_see_the_model(server, vera, otto):
    for page in ("/admin/newsroom/article/", "/admin/newsroom/article/add/", "/admin/newsroom/article/import/"):
        assert await handshake_status(server[0], chat_path(page), vera) == 101
        assert await handshake_status(server[0], chat_path(page), otto) == 403
    assert await handshake_status(server[0], chat_path("/admin/newsroom/"), otto) == 101
