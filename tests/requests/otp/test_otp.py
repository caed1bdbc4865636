"""An admin site whose ``has_permission`` asks what only a middleware knows."""

from __future__ import annotations

import pytest
from django.core.checks import run_checks
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_static.models import StaticDevice

from tests.project.newsroom.models import Memo
from tests.requests.pages import in_thread

MIDDLEWARE = "django_otp.middleware.OTPMiddleware"


def verified(desk):
    """Give the session of this browser the second factor."""
    device = StaticDevice.objects.create(user=desk.user, name="card")
    session = desk.client.session
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.save()
    return desk


@pytest.fixture
def page(desk):
    memo = Memo.objects.create(text="Budget")
    return verified(desk("ada")).open(f"/admin/newsroom/memo/{memo.pk}/change/")


async def test_who_is_verified_gets_the_lease_and_saves_with_it(page, dial):
    line = await dial(page)
    token = await line.lease()
    page["text"] = "Mine"
    assert await in_thread(page.save)(token) == 302


async def test_who_is_no_longer_verified_is_sent_away(page, dial):
    line = await dial(page)
    await line.lease()
    await in_thread(lambda: StaticDevice.objects.all().delete())()
    assert await line.ended() == 4403


async def test_who_is_logged_out_is_sent_away(page, dial):
    line = await dial(page)
    await line.lease()
    await in_thread(page.desk.client.logout)()
    assert await line.ended() == 4401


async def test_without_the_middleware_the_page_is_told_and_the_log_says_once_what_to_set(
    page, dial, settings, warnings
):
    settings.ADMIN_COLLABORATOR_REQUEST_MIDDLEWARE = None
    for _ in range(3):
        assert await (await dial(page)).ended() == 4411
    (warning,) = warnings()
    assert "VaultAdmin" in warning
    assert "'User' object has no attribute 'is_verified'" in warning
    assert f"Name the middleware that adds it in ADMIN_COLLABORATOR_REQUEST_MIDDLEWARE: {MIDDLEWARE}." in warning


async def test_who_does_not_come_from_the_page_is_refused_in_the_handshake(page, dial, settings):
    settings.ADMIN_COLLABORATOR_REQUEST_MIDDLEWARE = None
    bare = page.config["socket_path"].partition("?")[0]
    assert (await dial(page, path=bare)).code == 403
    other = await in_thread(lambda: Memo.objects.create(text="Other"))()
    elsewhere = page.config["socket_path"].replace(f"/{other.pk - 1}/", f"/{other.pk}/")
    assert (await dial(page, path=elsewhere)).code == 403


async def test_an_open_socket_is_told_too(page, dial, settings):
    line = await dial(page)
    await line.lease()
    settings.ADMIN_COLLABORATOR_REQUEST_MIDDLEWARE = None
    assert await line.ended() == 4411


def test_a_check_says_what_to_set(settings):
    assert not [
        one
        for one in run_checks(tags=["admin_collaborator"], databases=[])
        if one.id == "django_admin_collaborator.W007"
    ]
    settings.ADMIN_COLLABORATOR_REQUEST_MIDDLEWARE = None
    (warning,) = [
        one
        for one in run_checks(tags=["admin_collaborator"], databases=[])
        if one.id == "django_admin_collaborator.W007"
    ]
    assert "VaultAdmin" in warning.msg
    assert MIDDLEWARE in warning.hint
