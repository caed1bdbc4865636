"""What a form depends on is signed into its page, and who edits that is told to whoever may see it."""

from __future__ import annotations

import logging
from typing import Any, Callable, List, Tuple

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from django_admin_collaborator.access import related_rows
from django_admin_collaborator.rooms import open_rooms, sync
from django_admin_collaborator.stores.fallback import UnavailableStore
from tests.browser.newsroom import site
from tests.polls.test_held import waiting
from tests.project.newsroom.models import Article, Author, Category, Paragraph, Tag
from tests.support.live import fetched, related
from tests.support.people import Person, staff
from tests.support.polls import PollingTab, collaborator_path, needs_holding, over_client, over_http
from tests.support.processes import wait_until

MOUNT = "/stories/"
Open = Callable[..., PollingTab]


@pytest.fixture(autouse=True)
def _our_urls(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.browser.newsroom"
    open_rooms.forget()


@pytest.fixture
def story(database: str) -> Article:
    article = Article.objects.create(title="Budget", category=Category.objects.create(name="City"))
    article.paragraphs.create(text="Intro")
    return article


@pytest.fixture
def opened(database: str) -> Open:
    """A function (person, object) that gives a tab whose page was fetched."""

    def make(person: Person, obj: Any, language: str = "en") -> PollingTab:
        browser = Client(HTTP_ACCEPT_LANGUAGE=language)
        browser.force_login(person.user)
        path = collaborator_path(obj, MOUNT)
        page = browser.get(path[: -len("collaborator/")]).content.decode()
        return PollingTab(obj, person.user, over_client(browser, path), mount=MOUNT, related=related(page))

    return make


def rows(tab: PollingTab) -> List[Tuple[str, str, str]]:
    known = related_rows.read(tab.related)
    return [row[:3] for row in known.rows] if known else []


def choosers(tab: PollingTab) -> List[Tuple[str, str, str]]:
    known = related_rows.read(tab.related)
    return [(*one,) for one in known.choosers] if known else []


def heard(tab: PollingTab) -> List[str]:
    """What this tab has been told since it was asked last."""
    texts = [message["text"] for message in tab.heard if message["type"] == "related"]
    tab.heard.clear()
    return texts


def told(tab: PollingTab) -> List[str]:
    """What the next request of this tab is told."""
    heard(tab)
    tab.tick()
    return heard(tab)


def told_of_now(tab: PollingTab) -> List[str]:
    """The same, when all rooms have been looked at since a moment ago."""
    open_rooms.forget()
    return told(tab)


def test_a_page_names_what_contains_it_what_is_chosen_and_what_it_contains(opened: Open, story: Article, ada: Person):
    paragraph = story.paragraphs.get()
    assert rows(opened(ada, story)) == [
        ("chosen", "newsroom.category", str(story.category_id)),
        ("contained", "newsroom.paragraph", str(paragraph.pk)),
    ]
    assert rows(opened(ada, paragraph)) == [("contains", "newsroom.article", str(story.pk))]
    assert rows(opened(ada, story.category)) == []


def test_a_page_names_the_foreign_keys_by_which_its_object_may_be_chosen(opened: Open, story: Article, ada: Person):
    category = opened(ada, story.category)
    assert choosers(category) == [("newsroom.article", "", "category")]
    assert choosers(opened(ada, story)) == [], "its paragraphs are rows of its form"
    eve = staff("Eve", "newsroom.change_category")
    assert choosers(opened(eve, story.category)) == [], "its articles are shown to somebody else"


def test_a_page_names_what_is_chosen_in_a_field_with_several(opened: Open, story: Article, ada: Person):
    tags = [Tag.objects.create(name=name) for name in ("sea", "city")]
    story.tags.set(tags)
    assert {row for row in rows(opened(ada, story)) if row[1] == "newsroom.tag"} == {
        ("chosen", "newsroom.tag", str(tag.pk)) for tag in tags
    }
    assert choosers(opened(ada, tags[0])) == [("newsroom.article", "", "tags")]


def test_a_page_names_nothing_whose_admin_its_person_may_not_see(opened: Open, story: Article):
    eve = staff("Eve", "newsroom.change_article", "newsroom.view_paragraph")
    assert [row[1] for row in rows(opened(eve, story))] == ["newsroom.paragraph"]
    fay = staff("Fay", "newsroom.view_article", "newsroom.view_paragraph")
    assert opened(fay, story).related == "", "who cannot save is told nothing"


def test_no_query_is_made_for_it(opened: Open, story: Article, ada: Person, settings: Any):
    story.author = Author.objects.create(name="Nellie Bly")
    story.save()
    story.tags.add(Tag.objects.create(name="sea"))
    for number in range(20):
        story.paragraphs.create(text=f"Paragraph {number}")
    with CaptureQueriesContext(connections["default"]) as queries:
        assert len(rows(opened(ada, story))) == 24
    settings.ADMIN_COLLABORATOR_RELATED = False
    with CaptureQueriesContext(connections["default"]) as without:
        assert opened(ada, story).related == ""
    assert len(queries) == len(without)


def test_an_admin_can_leave_it_out(opened: Open, story: Article, ada: Person, monkeypatch: Any):
    monkeypatch.setattr(site._registry[Article], "collaborator_related", False, raising=False)
    assert opened(ada, story).related == ""


def test_what_does_not_fit_into_an_address_is_left_out_at_the_end():
    keys = [f"{number:x}" * 8 for number in range(4000)]
    groups = {("chosen", "newsroom.category", ""): ["7"], ("contained", "newsroom.tag", ""): keys}
    text = related_rows.sign(related_rows.RelatedRows("1", "key", "2", "en", [], []), groups)
    assert len(text) <= related_rows.MOST_LETTERS
    known = related_rows.read(text)
    assert known
    assert known.rows[0][:3] == ("chosen", "newsroom.category", "7")
    assert 10 < len(known.rows) < 4000


def test_of_very_many_foreign_keys_as_many_are_named_as_fit_and_beside_a_very_long_key_none():
    many = [
        related_rows.Chooser(f"{number * 7919:x}{number * 104729:x}.model", "", f"{number:x}by")
        for number in range(900)
    ]
    about = related_rows.RelatedRows("1", "key", "2", "en", [], many)
    text = related_rows.sign(about, {("chosen", "newsroom.category", ""): ["7"]})
    known = related_rows.read(text)
    assert known
    assert len(text) <= related_rows.MOST_LETTERS
    assert 10 < len(known.choosers) < 900
    long_key = "".join(chr(0x4E00 + number * 37 % 20000) for number in range(2000))
    assert related_rows.sign(about._replace(pk=long_key), {}) == ""


def test_both_editors_are_told_until_one_leaves(opened: Open, story: Article, ada: Person, bob: Person):
    first, second = opened(ada, story), opened(bob, story.paragraphs.get(), language="de")
    first.become_editor()
    assert heard(first) == []
    second.become_editor()
    (text,) = filter(None, heard(second))
    assert text.startswith("Ada Lovelace bearbeitet article „Budget“")
    assert told(first) == ["Bob Brown is editing the paragraph “Intro” in a page of its own."]
    assert told(first) == []
    first.open()
    assert heard(first) == ["Bob Brown is editing the paragraph “Intro” in a page of its own."], "it is told again"
    second.leave()
    wait_until(lambda: told(first) == [""], 5)


def test_who_edits_what_is_chosen_is_told_of_the_forms_that_chose_it(
    opened: Open, story: Article, ada: Person, bob: Person
):
    elsewhere = opened(ada, Article.objects.create(title="Weather"))
    elsewhere.become_editor()
    first, second = opened(ada, story), opened(bob, story.category)
    second.become_editor()
    assert heard(second) == [], "what another form has chosen is nothing to this one"
    first.become_editor()
    assert told_of_now(second) == ["Ada Lovelace is editing the article “Budget”, in which this is chosen."]
    assert told(second) == []
    elsewhere.leave()
    assert told_of_now(second) == [], "no other words, no word"
    first.leave()
    wait_until(lambda: told_of_now(second) == [""], 5)


def test_who_edits_one_of_several_that_are_chosen_is_told_and_so_is_who_chose_it(
    opened: Open, story: Article, ada: Person, bob: Person
):
    chosen, other = Tag.objects.create(name="sea"), Tag.objects.create(name="city")
    story.tags.add(chosen)
    first, second, third = opened(ada, story), opened(bob, chosen), opened(bob, other)
    second.become_editor()
    third.become_editor()
    assert heard(second) == heard(third) == []
    first.become_editor()
    assert heard(first)[-1] == "Bob Brown is editing the tag “sea”, which is chosen here."
    assert told_of_now(second) == ["Ada Lovelace is editing the article “Budget”, in which this is chosen."]
    assert told_of_now(third) == [], "which has not been chosen"


def test_who_does_not_edit_is_told_nothing_and_oneself_is_nobody_else(
    opened: Open, story: Article, ada: Person, bob: Person
):
    opened(bob, story.category).become_editor()
    opened(ada, story.paragraphs.get()).become_editor()
    first, second = opened(ada, story), opened(ada, story)
    second.open()
    assert heard(second) == []
    first.become_editor()
    assert heard(first)[-1] == "Bob Brown is editing the category “City”, which is chosen here."


def test_an_object_that_one_may_not_see_is_not_named(
    opened: Open, story: Article, ada: Person, bob: Person, monkeypatch: Any
):
    secret = story.paragraphs.create(text="Secret")
    shown = type(site._registry[Paragraph])

    def may_see(self: Any, request: Any, obj: Any = None) -> bool:
        return obj is None or obj.text != "Secret" or request.user.pk != ada.user.pk

    monkeypatch.setattr(shown, "has_view_or_change_permission", may_see)
    first = opened(ada, story)
    first.become_editor()
    opened(bob, secret).become_editor()
    assert heard(first) == []
    assert told(first) == [], "an empty word would say that something is edited"


def test_a_text_of_somebody_elses_page_proves_nothing(
    opened: Open, story: Article, ada: Person, bob: Person, caplog: Any
):
    opened(bob, story.category).become_editor()
    first = opened(ada, story)
    first.related = opened(bob, story).related
    with caplog.at_level(logging.WARNING, "django_admin_collaborator"):
        first.become_editor()
    assert "event=forged-related" in caplog.text
    assert heard(first) == []


def test_without_a_store_nothing_is_told(opened: Open, story: Article, ada: Person, bob: Person, monkeypatch: Any):
    first = opened(ada, story)
    first.become_editor()
    monkeypatch.setattr(sync, "open_store", lambda: UnavailableStore("it is away"))
    assert told(first) == []


@needs_holding
def test_a_held_request_ends_when_somebody_edits_a_row(serve: Any, story: Article, ada: Person, bob: Person):
    worker = serve(store="sql", settings={"ROOT_URLCONF": "tests.browser.newsroom"})[0]

    def tab(person: Person, obj: Any) -> PollingTab:
        send = over_http(worker.port, collaborator_path(obj, MOUNT), person)
        given = related(fetched(worker, obj, person, MOUNT))
        return PollingTab(obj, person.user, send, mount=MOUNT, related=given)

    first, second = tab(ada, story), tab(bob, story.paragraphs.get())
    first.become_editor()
    second.become_editor()
    second.leave()
    wait_until(lambda: told(first) == [""], 5)
    assert (first.poll(hold=20), first.next_ms) == ([], 0), "the next one will be held"
    results: List[Any] = []
    thread = waiting(worker, first, results)
    second.become_editor()
    thread.join(5)
    assert results, "long before its time is over"
    _, status, body = results[0]
    assert (status, body) == (200, b""), "it ends without a word, and the page asks again"
    assert told(first) == ["Bob Brown is editing the paragraph “Intro” in a page of its own."]
