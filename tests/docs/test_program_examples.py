"""The examples of programs in the documentation run, and do what the pages say."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.docs import pages
from tests.programs.conftest import Page
from tests.project.newsroom.models import Article
from tests.support.people import in_database, staff

NAMES = ("editing", "editing_async", "rest_api")


def test_the_nightly_import_publishes(run: Any, article: Article) -> None:
    run("editing")["publish"](article.pk)
    assert Article.objects.get().status == "published"


def test_the_block_runs_beside_an_event_loop(run: Any, article: Article) -> None:
    asyncio.run(run("editing_async")["view"](article, "Budget 2028"))
    assert Article.objects.get().title == "Budget 2028"


@pytest.fixture
def api(run: Any, article: Article, ada: Any) -> Any:
    """``api(method, person=…, …)``: an answer of the documented view."""
    from rest_framework.test import APIRequestFactory, force_authenticate

    view = run("rest_api")["ArticleView"].as_view()

    def call(method: str, person: Any = ada, base: str = "", **data: Any) -> Any:
        headers = {"HTTP_IF_MATCH": base} if base else {}
        request = getattr(APIRequestFactory(), method)("/", data, format="json", **headers)
        force_authenticate(request, person.user)
        return view(request, pk=article.pk)

    return call


def test_a_client_that_saw_the_newest_row_may_save(api: Any) -> None:
    base = api("get")["ETag"]
    answer = api("patch", base=base, title="Budget 2028")
    assert (answer.status_code, answer.data["title"]) == (200, "Budget 2028")
    assert answer["ETag"] == api("get")["ETag"] != base


def test_a_client_that_saw_an_older_row_is_told(api: Any) -> None:
    base = api("get")["ETag"]
    Article.objects.update(body="By others")
    answer = api("patch", base=base, title="Budget 2028")
    assert (answer.status_code, answer.data["code"]) == (409, "row_changed")
    assert Article.objects.get().title == "Budget 2027"


def test_who_comes_while_somebody_edits_is_told_who(api: Any, article: Article, bob: Any) -> None:
    Page(article, bob).claim()
    answer = api("put", title="Budget 2028")
    assert answer.status_code == 423
    shown = pages.read(pages.DOCS / "programs.md")
    assert all(f'"{key}":' in shown for key in answer.data)
    assert (answer.data["holder"], answer.data["user_id"]) == ("Bob Brown", bob.id)
    assert Article.objects.get().title == "Budget 2027"


def test_invalid_data_frees_the_object(api: Any) -> None:
    assert api("patch", status="nonsense").status_code == 400
    assert api("patch", title="Budget 2028").status_code == 200


def test_staff_without_the_right_is_refused(api: Any) -> None:
    person = in_database(lambda: staff("Cat Cole", "newsroom.view_article"))
    assert api("patch", person=person, title="Budget 2028").status_code == 403
    assert Article.objects.get().title == "Budget 2027"
