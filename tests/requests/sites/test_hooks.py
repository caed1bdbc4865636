"""What the hooks of an admin ask of a page's request, a socket's request has."""

from __future__ import annotations

import pytest
from django.contrib.admin.utils import quote
from django.core.checks import run_checks

from django_admin_collaborator import editing
from django_admin_collaborator.access import page_request
from django_admin_collaborator.errors import NotAllowed
from tests.project.newsroom.models import Article, Category, Memo, Tag
from tests.requests.pages import in_thread
from tests.requests.sites import urls

DESK = "tests.requests.sites.middleware.DeskMiddleware"


@pytest.fixture
def ada(desk):
    return desk("ada")


@pytest.fixture
def ben(desk):
    return desk("ben")


@pytest.fixture
def memo(ada):
    return Memo.objects.create(text="testserver: buy paper")


async def test_the_site_of_the_host_needs_no_setting(ada, memo, dial):
    page = await in_thread(ada.open)(f"/admin/newsroom/memo/{memo.pk}/change/")
    line = await dial(page)
    token = await line.lease()
    page["text"] = "testserver: buy ink"
    assert await in_thread(page.save)(token) == 302


async def test_what_a_middleware_adds_is_there_once_the_middleware_is_named(ada, memo, dial, settings):
    page = await in_thread(ada.open)(f"/desks/newsroom/memo/{memo.pk}/change/")
    settings.ADMIN_COLLABORATOR_REQUEST_MIDDLEWARE = [DESK]
    await (await dial(page)).lease()


async def test_a_hook_of_the_admin_can_add_it_too(ada, memo, dial, monkeypatch):
    def add_desk(self, request):
        request.desk = "front"
        return request

    monkeypatch.setattr(urls.DeskAdmin, "get_collaborator_request", add_desk)
    page = await in_thread(ada.open)(f"/desks/newsroom/memo/{memo.pk}/change/")
    await (await dial(page)).lease()


async def test_without_either_the_page_is_told(ada, dial, warnings):
    memo = await in_thread(lambda: Memo.objects.create(text="of another host"))()
    page = await in_thread(ada.open)(f"/desks/newsroom/memo/{memo.pk}/change/")
    assert await (await dial(page)).ended() == 4411
    (warning,) = warnings()
    assert DESK in warning
    assert page.config["messages"]["unasked"].startswith("Not protected by a lock: what you may do here")


async def test_a_program_is_told_which_admin_could_not_be_asked(ada, memo):
    def edit():
        with editing.editing(memo, user=ada.user):
            pass

    with pytest.raises(NotAllowed, match=r"its admin could not be asked, (DeskAdmin|MemoOfSiteAdmin): "):
        await in_thread(edit)()


@pytest.mark.parametrize("name", ["closed", "broken"])
async def test_a_middleware_that_answers_itself_or_raises_lets_nobody_in(ada, memo, dial, settings, warnings, name):
    page = await in_thread(ada.open)(f"/admin/newsroom/memo/{memo.pk}/change/")
    settings.ADMIN_COLLABORATOR_REQUEST_MIDDLEWARE = ["tests.requests.sites.middleware." + name]
    for _ in range(2):
        assert await (await dial(page)).ended() == 4411
    (warning,) = warnings()
    assert "does not pass ADMIN_COLLABORATOR_REQUEST_MIDDLEWARE" in warning


async def test_the_address_of_the_page_is_resolved_as_for_the_page(ada, dial):
    tag = await in_thread(lambda: Tag.objects.create(name="Tax"))()
    page = await in_thread(ada.open)(f"/admin/newsroom/tag/{tag.pk}/change/")
    await (await dial(page)).lease()


async def test_an_object_is_found_as_get_object_finds_it(ada, ben, dial):
    category = await in_thread(lambda: Category.objects.create(name="Home_affairs"))()
    by_name = f"/admin/newsroom/category/{quote('Home_affairs')}/change/"
    page = await in_thread(ada.open)(by_name)
    line = await dial(page)
    token = await line.lease()
    for address in (by_name, f"/admin/newsroom/category/{category.pk}/change/?_to_field=id"):
        other = await in_thread(ben.open)(address)
        welcome = await (await dial(other)).hear("welcome")
        assert welcome["room"]["editor"]["name"] == "ada"
        chat = other.config["chat"]["socket_path"] + "&member=" + other.member
        await (await dial(other, path=chat)).hear("active_users")
    page["name"] = "Foreign"
    assert await in_thread(page.save)(token) == 302


async def test_a_program_edits_what_its_admin_finds_by_something_else(ada):
    def edit():
        category = Category.objects.create(name="Culture")
        with editing.editing(category, user=ada.user) as edit:
            category.name = "Arts"
            edit.save()
        return category.pk

    pk = await in_thread(edit)()
    assert await in_thread(lambda: Category.objects.get(pk=pk).name)() == "Arts"


async def test_the_admins_own_model_is_asked_and_not_the_objects_class(ada, dial):
    article = await in_thread(lambda: Article.objects.create(title="Budget"))()
    page = await in_thread(ada.open)(f"/admin/newsroom/articleproxy/{article.pk}/change/")
    assert page.config["form_id"] == "articleproxy_form"
    assert "/newsroom/articleproxy/" in page.config["socket_path"]
    await (await dial(page)).lease()


async def test_only_a_page_of_ours_is_told_why(ada, dial):
    memo = await in_thread(lambda: Memo.objects.create(text="of another host"))()
    page = await in_thread(ada.open)(f"/desks/newsroom/memo/{memo.pk}/change/")
    forged = page.config["socket_path"] + "x"
    assert (await dial(page, path=forged)).code == 403
    assert page_request.read_page("") is None
    assert page_request.read_page("e30:nonsense") is None


def test_checks_name_the_admin_and_the_middleware(settings):
    def found(number):
        return [
            one
            for one in run_checks(tags=["admin_collaborator"], databases=[])
            if one.id == "django_admin_collaborator." + number
        ]

    (warning,) = found("W007")
    assert "DeskAdmin on the site 'desks'" in warning.msg
    assert DESK in warning.hint
    assert not found("W008")
    settings.ADMIN_COLLABORATOR_REQUEST_MIDDLEWARE = [DESK]
    assert not found("W007")
    settings.ADMIN_COLLABORATOR_REQUEST_MIDDLEWARE = ["nowhere.Middleware"]
    assert "'nowhere.Middleware'" in found("E006")[0].msg
