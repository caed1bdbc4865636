"""Redis may be shared with others: nothing collides, what they plant is noticed, and nobody fills it through us."""

from __future__ import annotations

import json
import uuid

import pytest

from django_admin_collaborator import conf
from django_admin_collaborator.access import identity
from tests.project.members.models import Member
from tests.project.newsroom.models import Article, Author, Memo, Paragraph
from tests.sockets.conftest import granted, handshake_status
from tests.support.people import in_database, staff
from tests.support.sockets import edit_path, new_member

NO_PREFIX = {"ADMIN_COLLABORATOR_KEY_PREFIX": None}


@pytest.fixture
def prefix(settings, monkeypatch):
    """``prefix(database, **settings)``: the one that a project with these settings uses."""
    settings.ADMIN_COLLABORATOR_KEY_PREFIX = None
    database = settings.DATABASES["default"]
    monkeypatch.setitem(database, "NAME", "newsroom")

    def find(changed=(), **changes):
        for name, value in dict(changed).items():
            monkeypatch.setitem(database, name, value)
        for name, value in changes.items():
            setattr(settings, name, value)
        return conf.key_prefix()

    return find


def test_two_projects_have_two_prefixes_without_a_setting(prefix):
    found = [prefix(), prefix(ROOT_URLCONF="other.urls"), prefix({"NAME": "shop"})]
    assert len(set(found)) == 3
    assert all(one.startswith("admin-collaborator.") for one in found)


def test_all_processes_of_a_project_have_the_same_prefix(prefix):
    here = prefix()
    assert prefix(SECRET_KEY="changed", SECRET_KEY_FALLBACKS=["only for tests"]) == here
    assert prefix({"HOST": "127.0.0.1", "PORT": 6432}) == here
    assert prefix(ADMIN_COLLABORATOR_KEY_PREFIX="ours") == "ours"


def test_the_prefix_is_in_every_group_name(prefix):
    prefix()
    here = identity.group_name(identity.digest("rights"))
    prefix(ROOT_URLCONF="other.urls")
    assert identity.group_name(identity.digest("rights")) != here


async def test_two_projects_on_one_redis_do_not_meet_without_a_setting(serve, join, old_redis, article, ada, bob):
    for urlconf, person in (("tests.project.urls", ada), ("tests.security.reach", bob)):
        settings = {**NO_PREFIX, "ROOT_URLCONF": urlconf}
        worker = serve(redis_url=old_redis.url, settings=settings)[0]
        socket = await join(worker, article, person, member=new_member())
        assert (await socket.expect("welcome"))["room"]["people_count"] == 1
        await socket.send("claim_editor", timestamp=None, wait=True)
        await socket.expect("lease", timeout=4)


async def test_two_workers_of_one_project_meet_without_a_setting(serve, join, old_redis, article, ada, bob):
    server = serve(redis_url=old_redis.url, settings=NO_PREFIX, workers=2)
    await join(server[0], article, ada)
    other = await join(server[1], article, bob, member=new_member())
    assert (await other.expect("welcome"))["room"]["people_count"] == 2


async def test_what_is_refused_leaves_no_key_in_redis(serve, redis_server, article, ada):
    nobody = staff("Noel")
    memo, user = in_database(lambda: (Memo.objects.create(text="x"), Member.objects.create(handle="m")))
    absent = [Article(pk=pk) for pk in range(10**6, 10**6 + 30)] + [Author() for _ in range(10)]
    paths = [edit_path(obj) for obj in [*absent, memo, user, Paragraph(pk=1)]]
    paths += [f"/admin/collaboration/{app}/thing/{uuid.uuid4()}/" for app in ("nowhere", "newsroom", "auth")]
    paths += [f"/admin/collaboration/chat/admin_newsroom_article_{pk}_change/" for pk in range(10**6, 10**6 + 20)]
    worker = serve()[0]
    for path in paths:
        assert await handshake_status(worker, path, ada) == 403, path
    for person in (None, nobody):
        assert await handshake_status(worker, edit_path(article), person) == 403
    with redis_server.client() as client:
        assert list(client.scan_iter("*")) == []


ROOM_OF_A_NEIGHBOUR = {"revision": "r1", "room": json.dumps({"format": 1, "lease": {"holder": "mallory"}})}


@pytest.mark.parametrize(
    "plant",
    [
        lambda client, key: client.hset(key, mapping=ROOM_OF_A_NEIGHBOUR),
        lambda client, key: client.hset(key, mapping={"revision": "r1", "room": "[" * 100_000}),
        lambda client, key: client.hset(key, mapping={"revision": b"\xff\x00", "room": b"\xff\x00"}),
        lambda client, key: (client.delete(key), client.set(key, "a text")),
    ],
    ids=["half a room", "brackets", "bytes", "another type"],
)
async def test_what_a_neighbour_plants_is_no_room_and_the_log_says_so(
    serve, join, old_redis, article, ada, bob, plant
):
    worker = serve(redis_url=old_redis.url)[0]
    editor, viewer = await join(worker, article, ada, member=new_member()), await join(worker, article, bob)
    token = await granted(editor)
    before = len(worker.log_tail(10**8))
    with old_redis.client() as client:
        (key,) = client.scan_iter("admin-collaborator:room:" + identity.room_key(Article, article.pk))
        plant(client, key)
    await editor.send("heartbeat", n=1)
    assert (await editor.expect("alive", n=1))["lease_ms"] > 0
    await viewer.send("claim_editor", timestamp=None)
    await viewer.expect("error", code="lease_held")
    await editor.send("release_lock")
    await viewer.expect("lock_released")
    assert await granted(viewer) > token
    log = worker.log_tail(10**8)[before:]
    assert " ERROR django_admin_collaborator: " in log
    assert "Traceback" not in log
