"""Who is inside stays only while they may."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Any, List, Optional

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.contrib.sessions.models import Session

from django_admin_collaborator.transport import permission_signals
from tests.project.newsroom.models import Article
from tests.security.conftest import SecurityLog
from tests.sockets.conftest import granted
from tests.support.people import in_database, log_out, staff
from tests.support.processes import wait_until
from tests.support.sockets import new_member

PAGE = "/admin/"


@pytest.fixture(params=["uvicorn", "daphne"])
def worker(serve, request):
    return serve(store="memory", program=request.param, settings={"ADMIN_COLLABORATOR_RIGHTS_SECONDS": 0.5})[0]


@pytest.fixture
def eve(database):
    return staff("Eve", "newsroom.change_article", "newsroom.view_article")


def users(person):
    return get_user_model().objects.filter(pk=person.id)


QUIETLY = {
    "session gone": (lambda eve, article: Session.objects.filter(session_key=eve.session_key).delete(), 4401),
    "inactive": (lambda eve, article: users(eve).update(is_active=False), 4401),
    "another password": (lambda eve, article: users(eve).update(password="!other"), 4401),
    "not of the staff": (lambda eve, article: users(eve).update(is_staff=False), 4403),
    "no permission": (lambda eve, article: eve.user.user_permissions.through.objects.all().delete(), 4403),
    "object gone": (lambda eve, article: Article.objects.filter(pk=article.pk)._raw_delete("default"), 4403),
}


@pytest.mark.parametrize(("change", "code"), QUIETLY.values(), ids=QUIETLY)
async def test_who_lost_a_right_without_a_signal_is_sent_away_and_the_lease_is_free(
    worker, join, talk, article, eve, ada, change, code
):
    log = SecurityLog(worker)
    editor, viewer = await join(worker, article, eve, member=new_member()), await join(worker, article, ada)
    chat = await talk(worker, PAGE, eve)
    await granted(editor)
    await viewer.drain()
    in_database(lambda: change(eve, article))
    assert await editor.expect_close(5) == code
    assert (await log.has(user=str(eve.id)))["event"] == ("closed-login" if code == 4401 else "closed-access")
    if change is not QUIETLY["object gone"][0]:
        await viewer.expect("editor_status", editor_id=None, timeout=0.9)
        await granted(viewer)
    if change not in (QUIETLY["object gone"][0], QUIETLY["no permission"][0]):
        assert await chat.expect_close(2) == code


def take(person, *codenames):
    person.user.user_permissions.remove(*Permission.objects.filter(codename__in=codenames))


def save(person, **fields):
    user = users(person).get()
    for name, value in fields.items():
        setattr(user, name, value)
    user.save()


LOUDLY = {
    "logged out": (lambda eve, article: log_out(eve), 4401),
    "another password": (lambda eve, article: save(eve, password="!other"), 4401),
    "inactive": (lambda eve, article: save(eve, is_active=False), 4401),
    "deleted": (lambda eve, article: users(eve).get().delete(), 4401),
    "not of the staff": (lambda eve, article: save(eve, is_staff=False), 4403),
    "no permission": (lambda eve, article: take(eve, "change_article", "view_article"), 4403),
    "object deleted": (lambda eve, article: Article.objects.get(pk=article.pk).delete(), 4403),
}


@pytest.mark.timed
@pytest.mark.parametrize(("change", "code"), LOUDLY.values(), ids=LOUDLY)
async def test_what_django_signals_in_another_process_takes_effect_within_a_second(
    serve, join, talk, old_redis, article, eve, settings, change, code
):
    """The other process is this one: it shares Redis and the channel layer with the worker, and nothing else."""
    server = serve(
        redis_url=old_redis.url, channel_layer="pubsub", settings={"ADMIN_COLLABORATOR_RIGHTS_SECONDS": 60}
    )
    editor = await join(server[0], article, eve, member=new_member())
    chat = await talk(server[0], f"/admin/newsroom/article/{article.pk}/change/", eve)
    await granted(editor)
    script = _script(change, eve, article)
    changing = asyncio.get_running_loop().run_in_executor(None, server.run, script)
    assert await editor.expect_close(30) == code
    closed_at = time.time()
    assert await chat.expect_close(30) == code
    chat_closed_at = time.time()
    changed_at = await changing
    assert closed_at - changed_at < 1
    assert chat_closed_at - changed_at < 1


def _script(change, eve, article):
    name = next(name for name, (known, _) in LOUDLY.items() if known is change)
    return (
        "import time, types\n"
        "from tests.security import test_rights as t\n"
        "from django.contrib.auth import get_user_model\n"
        f"eve = types.SimpleNamespace(id={eve.id!r}, session_key={eve.session_key!r})\n"
        "eve.user = get_user_model().objects.get(pk=eve.id)\n"
        f"t.LOUDLY[{name!r}][0](eve, types.SimpleNamespace(pk={article.pk!r}))\n"
        "result = time.time()\n"
    )


async def test_who_may_only_look_any_more_loses_the_lease_and_stays(worker, join, article, eve, ada):
    editor, viewer = await join(worker, article, eve, member=new_member()), await join(worker, article, ada)
    await granted(editor)
    in_database(lambda: take(eve, "change_article"))
    assert (await editor.expect("welcome", may_edit=False))["lease"] is None
    await viewer.expect("editor_status", editor_id=None)
    await editor.send("claim_editor", timestamp=None)
    await editor.expect("error", code="forbidden")
    in_database(lambda: eve.user.user_permissions.add(Permission.objects.get(codename="change_article")))
    await editor.expect("welcome", may_edit=True)
    await granted(editor)


async def test_the_permission_of_a_group_counts(worker, join, article, database):
    person = staff("Gus")
    group = in_database(lambda: Group.objects.create(name="desk"))
    in_database(lambda: group.permissions.add(Permission.objects.get(codename="view_article")))
    in_database(lambda: person.user.groups.add(group))
    watcher = await join(worker, article, person)
    in_database(lambda: group.permissions.clear())
    assert await watcher.expect_close(5) == 4403


async def test_nobody_else_is_sent_away(worker, join, article, eve, ada):
    bystander = await join(worker, article, ada)
    watcher = await join(worker, article, eve)
    in_database(lambda: save(eve, is_active=False))
    assert await watcher.expect_close(5) == 4401
    await bystander.send("request_editor_status")
    await bystander.expect("editor_status")


def test_an_import_of_many_users_is_told_by_one_thread_in_few_news(monkeypatch: Any):
    told: List[Optional[List[str]]] = []
    begun, go_on = threading.Event(), threading.Event()

    def publish(users: Optional[List[str]]) -> None:
        told.append(users)
        begun.set()
        assert go_on.wait(10)

    monkeypatch.setattr(permission_signals.permission_news, "publish", publish)
    permission_signals.tell(["1"])
    assert begun.wait(10)
    for number in range(300):
        permission_signals.tell([str(number)])
    telling = [one for one in threading.enumerate() if one.name == "collaborator-rights"]
    assert len(telling) == 1
    go_on.set()
    telling[0].join(10)
    assert told == [["1"], None]
    permission_signals.tell(["8"])
    permission_signals.tell(["9"])
    wait_until(lambda: sum(map(len, filter(None, told[2:]))) == 2)


def test_after_a_fault_while_a_change_is_told_the_next_one_is_told(monkeypatch: Any, caplog: Any):
    told: List[Optional[List[str]]] = []

    def publish(users: Optional[List[str]]) -> None:
        told.append(users)
        if len(told) == 1:
            raise ZeroDivisionError

    monkeypatch.setattr(permission_signals.permission_news, "publish", publish)
    permission_signals.tell(["1"])
    wait_until(lambda: not [one for one in threading.enumerate() if one.name == "collaborator-rights"])
    permission_signals.tell(["2"])
    wait_until(lambda: told == [["1"], ["2"]])
    assert "could not be told" in caplog.text
