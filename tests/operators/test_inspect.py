"""``manage.py collaborator inspect``: what the guard covers, tried on real pages, of which nothing stays."""

from __future__ import annotations

import itertools
import json
from datetime import date
from typing import Any, Dict

import django
import pytest
from django import forms
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.db import connections
from django.db.models.signals import post_save

from django_admin_collaborator.operators.inspection import others
from tests.guard.press.models import Everything, Passage, Story, Topic
from tests.operators.conftest import Set
from tests.project.newsroom.models import Article, Memo
from tests.support.people import staff

pytestmark = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)


def form_with(**attributes: Any) -> Any:
    """A form of stories with two of their fields, and what else is given."""
    meta = type("Meta", (), {"model": Story, "fields": ["title", "slug"]})
    return type("StoryForm", (forms.ModelForm,), {"Meta": meta, **attributes})


def test_everything_is_guarded(command: Any, story: Story) -> None:
    code, text = command("inspect", "press.Story")
    assert code == 0, text
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert f"{story.pk} “Budget” /admin/press/story/{story.pk}/change/" in lines
    assert "guarded title, slug, body, urgent, section, topics, embargo, price, picture" in lines
    assert "guarded passage: text, position" in lines
    assert "untouched An untouched save changes nothing that the page shows." in lines
    assert "refused title: 409, This story was changed while you had it open" in lines
    assert "Title: before “Budget”, theirs “Budget-another”, mine “mine Budget”" in lines
    assert "refused passage / text: 409, This story was changed while you had it open" in lines
    assert sum(line.startswith("refused") for line in lines) == 11
    assert any(line.startswith("It also writes press.Story") and "updated_at" in line for line in lines)


IN_MEMORY = "django.core.mail.backends.locmem.EmailBackend"
MAIL: Dict[str, Any] = {"EMAIL_BACKEND": IN_MEMORY}
if django.VERSION >= (6, 1):
    MAIL["MAILERS"] = {"default": {"BACKEND": IN_MEMORY}}


@pytest.mark.parametrize("name", list(MAIL))
def test_nothing_stays(command: Any, story: Story, settings: Any, name: str) -> None:
    setattr(settings, name, MAIL[name])
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.db"

    def receiver(**kwargs: Any) -> None:
        mail.send_mail("Saved", "", None, ["desk@example.com"])
        cache.set("a story", "was saved")

    def counts() -> Any:
        models = (Story, Passage, Topic, LogEntry, Session, get_user_model(), Story.topics.through)
        return [list(model._base_manager.order_by("pk").values()) for model in models]

    before = counts()
    post_save.connect(receiver, sender=Story)
    try:
        assert command("inspect", "press.Story")[0] == 0
    finally:
        post_save.disconnect(receiver, sender=Story)
    assert counts() == before
    assert getattr(mail, "outbox", []) == []
    assert cache.get("a story") is None


def test_a_database_that_does_not_answer_is_no_obstacle(
    command: Any, story: Story, admin_of_stories: Set, tmp_path: Any
) -> None:
    connections.databases["unreachable"] = {
        **connections["default"].settings_dict,
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(tmp_path / "no" / "such" / "folder"),
        "OPTIONS": {},
    }
    try:
        code, text = command("inspect", "press.Story")
    finally:
        del connections.databases["unreachable"], connections["unreachable"]
    assert code == 0, text


def test_a_control_that_cannot_be_read_is_named_with_its_reason(
    command: Any, story: Story, admin_of_stories: Set
) -> None:
    class Broken(forms.TextInput):
        def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
            if renderer is None:
                raise LookupError("no renderer")
            return super().render(name, value, attrs, renderer)

    admin_of_stories(form=form_with(slug=forms.CharField(widget=Broken)))
    code, text = command("inspect", "press.Story")
    assert code == 1
    assert "NOT GUARDED    slug: it cannot be read (LookupError: no renderer)" in text
    assert "guarded        title" in text
    assert "untouched      An untouched save changes nothing" in text
    assert "Something is wrong with 1 of them." in text


def test_a_control_that_differs_each_time_is_not_guarded(command: Any, story: Story, admin_of_stories: Set) -> None:
    numbers = itertools.count()
    admin_of_stories(form=form_with(nonce=forms.CharField(initial=lambda: next(numbers), required=False)))
    code, text = command("inspect", "press.Story")
    assert code == 1
    assert "NOT GUARDED    nonce: it differs each time that its form is made" in text


def test_a_control_of_no_form_is_not_guarded(command: Any, story: Story, admin_of_stories: Set) -> None:
    def render_change_form(request: Any, context: Any, *args: Any, **kwargs: Any) -> Any:
        response = type(model_admin).render_change_form(model_admin, request, context, *args, **kwargs)
        response.add_post_render_callback(_add_a_control)
        return response

    def _add_a_control(response: Any) -> None:
        response.content = response.content.replace(b"</form>", b'<input name="colour" value="red"></form>')

    model_admin = admin.site._registry[Story]
    admin_of_stories(form=form_with(), render_change_form=render_change_form)
    code, text = command("inspect", "press.Story")
    assert code == 1
    assert "NOT GUARDED    colour: it belongs to no field" in text


def test_an_untouched_save_that_changes_something(command: Any, story: Story, admin_of_stories: Set) -> None:
    def save_model(request: Any, obj: Any, form: Any, change: bool) -> None:
        obj.title += "!"
        obj.save()

    admin_of_stories(form=form_with(), save_model=save_model)
    code, text = command("inspect", "press.Story")
    assert code == 1
    assert f"An untouched save changes press.Story {story.pk}, title: from 'Budget' to 'Budget!'" in text
    assert Story.objects.get().title == "Budget"


def test_an_untouched_save_that_adds_a_row(command: Any, story: Story, admin_of_stories: Set) -> None:
    class Passages(admin.TabularInline):
        model = Passage
        extra = 0

    def save_related(request: Any, form: Any, formsets: Any, change: bool) -> None:
        type(model_admin).save_related(model_admin, request, form, formsets, change)
        Passage.objects.create(story=form.instance, text="By a program")

    model_admin = admin.site._registry[Story]
    admin_of_stories(form=form_with(), inlines=[Passages], save_related=save_related)
    code, text = command("inspect", "press.Story")
    assert code == 1
    assert "An untouched save changes press.Passage" in text
    assert "it is added" in text


def test_an_untouched_save_with_a_mistake(command: Any, story: Story, admin_of_stories: Set) -> None:
    Story.objects.update(slug="")
    admin_of_stories(form=form_with(slug=forms.CharField()))
    code, text = command("inspect", "press.Story")
    assert code == 1
    assert "An untouched save is not done: the form has mistakes: slug: This field is required." in text


def test_a_view_that_fails(command: Any, story: Story, admin_of_stories: Set) -> None:
    def get_fields(request: Any, obj: Any = None) -> Any:
        raise LookupError("no such layout")

    admin_of_stories(get_fields=get_fields)
    code, text = command("inspect", "press.Story")
    assert code == 1
    assert "NOT INSPECTED  The page fails with LookupError: no such layout" in text


def test_a_form_that_does_not_come_from_the_admin(command: Any, story: Story, admin_of_stories: Set) -> None:
    admin_of_stories(get_form=lambda request, obj=None, change=False, **kwargs: form_with())
    code, text = command("inspect", "press.Story")
    assert code == 1
    assert "FAULT          the form of press.Story is not guarded: its ModelAdmin makes the form without" in text


@pytest.mark.parametrize(("spare", "is_named"), [(-1, False), (0, True), (4, True), (5, False)])
def test_a_page_that_has_no_room_for_our_fields(
    command: Any, story: Story, admin_of_stories: Set, settings: Any, spare: int, is_named: bool
) -> None:
    """It posts a token, a title, a slug and a button, and no file."""
    admin_of_stories(form=form_with(), inlines=[], actions=None, fieldsets=[(None, {"fields": ["title", "slug"]})])
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 4 + spare
    code, text = command("inspect", "press.Story")
    wanted = "the page posts 4 fields and up to 5 of ours, and Django answers 400 to more than"
    assert (wanted in text) == is_named, text
    assert "set DATA_UPLOAD_MAX_NUMBER_FIELDS to 9 or more" in text or not is_named
    assert (code == 0) == (not is_named and spare > 0)


def test_changes_that_are_merged(command: Any, story: Story, admin_of_stories: Set, settings: Any) -> None:
    settings.ADMIN_COLLABORATOR_MERGE_DISJOINT = True
    admin_of_stories(form=form_with(), fields=["urgent"])
    code, text = command("inspect", "press.Story")
    assert code == 0, text
    assert "merged         urgent" in text


def test_an_admin_without_the_mixin(command: Any, database: str) -> None:
    Memo.objects.create(text="Buy milk")
    code, text = command("inspect", "newsroom.Memo")
    assert code == 1
    assert "the page carries no base, so no admin with CollaborativeAdminMixin made it" in text
    assert "untouched      An untouched save changes nothing" in text


def test_the_oldest_and_the_newest_rows(command: Any, database: str) -> None:
    topics = [Topic.objects.create(name=f"Topic {number}") for number in range(7)]
    code, text = command("inspect", "press.Topic", "--rows", "3")
    assert code == 0, text
    opened = [line.split()[0] for line in text.splitlines() if "/change/" in line]
    assert opened == [str(topics[index].pk) for index in (0, 1, 6)]


def test_another_site(command: Any, article: Article) -> None:
    code, text = command("inspect", "newsroom.Article", "--site", "backoffice")
    assert code == 0, text
    assert f"/backoffice/newsroom/article/{article.pk}/change/" in text


def test_of_several_sites_the_default_one_is_opened(command: Any, story: Story) -> None:
    sites = [admin.AdminSite(name=f"site-{number}") for number in range(9)]
    for site in sites:
        site.register(Story)
    code, text = command("inspect", "press.Story")
    assert code == 0, text
    assert "press.Story on the admin site 'admin'" in text


@pytest.mark.parametrize("value", [date.max, date.min])
def test_another_value_is_found_at_the_ends_of_time(database: str, value: date) -> None:
    row = Everything.objects.create(date=value)
    assert others.change(row, Everything._meta.get_field("date"), "default")
    assert Everything.objects.get().date != value


def test_a_user_that_is_named(command: Any, article: Article) -> None:
    staff("Vera", "newsroom.view_article")
    staff("Carl", "newsroom.view_article", "newsroom.change_article")
    staff("Nora")
    code, text = command("inspect", "newsroom.Article", "--user", "carl")
    assert code == 0, text
    assert "paragraph" not in text
    code, text = command("inspect", "newsroom.Article", "--user", "vera")
    assert (code, "NOT INSPECTED  This user may only view it." in text) == (1, True)
    code, text = command("inspect", "newsroom.Article", "--user", "nora")
    assert (code, "may not open" in text) == (1, True)
    assert not LogEntry.objects.exists()
    assert set(get_user_model().objects.values_list("last_login", flat=True)) != {None}


def test_a_program_reads_it(command: Any, story: Story, admin_of_stories: Set) -> None:
    admin_of_stories(form=form_with())
    code, text = command("inspect", "press.Story", "--json")
    found = json.loads(text[: text.rindex("}") + 1])
    assert found["model"] == "press.Story"
    assert found["is_sound"] is (code == 0)
    (row,) = found["rows"]
    assert row["controls"][0] == {"name": "title", "form": "", "reason": ""}
    (item,) = row["conflicts"][0]["items"]
    assert (item["before"], item["theirs"], item["mine"]) == ("Budget", "Budget-another", "mine Budget")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["press"], "names no model"),
        (["press.Nothing"], "doesn't have a 'Nothing' model"),
        (["press.Passage"], "press.Passage is not registered on any admin site."),
        (["press.Story"], "press.Story has no rows that a temporary user"),
        (["press.Story", "--rows", "0"], "at least 1"),
        (["press.Story", "--site", "office"], "There is no admin site 'office'. There are: "),
        (["press.Story", "--site", "backoffice"], "not registered on the admin site 'backoffice'"),
        (["press.Story", "--user", "nobody"], "There is no user 'nobody'."),
    ],
)
def test_what_cannot_be_inspected_is_said_in_a_sentence(
    command: Any, database: str, arguments: Any, sentence: str
) -> None:
    code, text = command("inspect", *arguments)
    assert code == 1
    assert sentence in text
