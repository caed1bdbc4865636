"""A page belongs to the user that its request had, whoever is logged in."""

from __future__ import annotations

import asyncio

import pytest
from django.contrib.auth.models import Permission
from django.core.checks import run_checks

from tests.project.newsroom.models import Article
from tests.requests.impersonation.settings import IMPERSONATE
from tests.requests.pages import in_thread
from tests.support.people import staff


def work_as(desk, user):
    session = desk.client.session
    if user is None:
        del session["impersonate"]
    else:
        session["impersonate"] = user.pk
    session.save()
    return desk


@pytest.fixture
def cy(transactional_db):
    return staff("Cy Young", "newsroom.view_article", "newsroom.change_article").user


@pytest.fixture
def ada(desk, cy):
    return work_as(desk("ada"), cy)


@pytest.fixture
def page(ada):
    article = Article.objects.create(title="Budget")
    return ada.open(f"/admin/newsroom/article/{article.pk}/change/")


async def test_the_pages_user_has_the_lease_and_saves(page, dial, cy):
    line = await dial(page)
    token = await line.lease()
    assert (await line.hear("room"))["room"]["editor"]["user_id"] == cy.pk
    page["title"] = "Mine"
    assert await in_thread(page.save)(token) == 302


async def test_the_rights_of_the_pages_user_count(page, dial, cy):
    await in_thread(lambda: cy.user_permissions.remove(Permission.objects.get(codename="change_article")))()
    assert (await (await dial(page)).hear("welcome"))["may_edit"] is False


async def test_without_the_middleware_nobody_has_the_lease_and_the_save_is_not_refused(
    page, dial, settings, warnings
):
    settings.ADMIN_COLLABORATOR_REQUEST_MIDDLEWARE = None
    for _ in range(2):
        assert await (await dial(page)).ended() == 4410
    (warning,) = warnings()
    assert f"changes request.user in ADMIN_COLLABORATOR_REQUEST_MIDDLEWARE: {IMPERSONATE}." in warning
    assert page.config["messages"]["other_user"].startswith("Not protected by a lock: this page is for another user")
    page["title"] = "Mine"
    assert await in_thread(page.save)() == 302


async def test_who_works_as_themselves_again_leaves_the_others_page(page, dial, ada):
    line = await dial(page)
    await line.lease()
    await in_thread(work_as)(ada, None)
    assert await line.ended() == 4410


async def test_who_logs_out_is_sent_away(page, dial, ada):
    line = await dial(page)
    await line.lease()
    await in_thread(ada.client.logout)()
    assert await line.ended() == 4401


async def test_another_log_in_in_the_same_browser_is_told_apart(page, dial, desk, ada, settings):
    ben = await in_thread(desk)("ben")
    ada.client.cookies = ben.client.cookies
    assert await (await dial(page)).ended() == 4410


async def test_that_a_socket_is_looked_at_is_no_activity_of_a_person(page, dial, ada, settings):
    before = await in_thread(lambda: ada.client.session["seen"])()
    line = await dial(page)
    await line.lease()
    await asyncio.sleep(3 * settings.ADMIN_COLLABORATOR_RIGHTS_SECONDS)
    assert await in_thread(lambda: ada.client.session["seen"])() == before


def test_a_check_names_the_middleware_until_somebody_has_decided(settings):
    def found():
        return [
            one
            for one in run_checks(tags=["admin_collaborator"], databases=[])
            if one.id == "django_admin_collaborator.W008"
        ]

    assert not found()
    settings.ADMIN_COLLABORATOR_REQUEST_MIDDLEWARE = None
    (warning,) = found()
    assert IMPERSONATE in warning.msg
    settings.ADMIN_COLLABORATOR_REQUEST_MIDDLEWARE = []
    assert not found()
