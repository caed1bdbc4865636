"""Unsaved text goes to the next editor only as far as that person's own form has a control for it."""

from __future__ import annotations

import logging

import pytest
from django import forms
from django.contrib import admin
from django.contrib.auth import get_user_model

from django_admin_collaborator.page import handover
from django_admin_collaborator.utils import CollaborativeAdminMixin
from tests.project.newsroom.models import Article, Paragraph
from tests.support.people import staff

RIGHTS = ("newsroom.view_article", "newsroom.change_article")
ROWS = ("newsroom.view_paragraph", "newsroom.change_paragraph", "newsroom.add_paragraph")


class WriteOnly(forms.TextInput):
    def format_value(self, value):
        return ""


class Paragraphs(admin.TabularInline):
    model = Paragraph
    fields = ("position", "text")

    def get_queryset(self, request):
        """Everybody but the chief sees only what is not secret."""
        rows = super().get_queryset(request)
        return rows if request.user.is_superuser else rows.exclude(text="Secret")


class Desk(CollaborativeAdminMixin, admin.ModelAdmin):
    inlines = [Paragraphs]
    hidden = WriteOnly()

    def get_fields(self, request, obj=None):
        return [
            "title",
            "status",
            "category",
            "published_at",
            "tags",
            *(["body"] if request.user.is_superuser else []),
        ]

    def get_readonly_fields(self, request, obj=None):
        return [] if request.user.is_superuser else ["featured"]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "title":
            kwargs["widget"] = self.hidden
        return super().formfield_for_dbfield(db_field, request, **kwargs)


@pytest.fixture
def article(database):
    article = Article.objects.create(title="Budget")
    for text in ("Open", "Secret", "Closing"):
        Paragraph.objects.create(article=article, text=text)
    return article


@pytest.fixture
def eve(database):
    return staff("Eve", *RIGHTS, *ROWS)


@pytest.fixture
def handed(article, monkeypatch):
    """``handed(person, values, rows)``: what this person is handed over, with ``Desk`` as the admin."""

    def told(person, values, rows=None, desk=Desk):
        monkeypatch.setitem(admin.site._registry, Article, desk(Article, admin.site))
        user = get_user_model().objects.get(pk=person.id)
        names = ("newsroom", "article", str(article.pk), "admin")
        return handover.readable(user, {}, names, values, rows or {})

    return told


def keys(article):
    """The hidden controls of the giver's rows, who sees all of them."""
    rows = Paragraph.objects.filter(article=article).order_by("pk")
    ids = {f"paragraphs-{number}-id": str(row.pk) for number, row in enumerate(rows)}
    return {"paragraphs-INITIAL_FORMS": str(len(ids)), **ids}


def test_fields_that_the_receivers_form_does_not_have_are_left_out(handed, ada, eve):
    values = {"body": "Typed", "status": "review", "category": "4", "tags": "a", "featured": "on", "invented": "x"}

    assert handed(eve, values) == {"status": "review", "category": "4", "tags": "a"}
    assert handed(ada, values)["body"] == "Typed"


def test_every_part_of_a_control_with_several_parts_is_handed_over(handed, eve):
    values = {"published_at_0": "2027-01-01", "published_at_1": "10:00", "published_at": "no control"}

    assert handed(eve, values) == {"published_at_0": "2027-01-01", "published_at_1": "10:00"}


@pytest.mark.parametrize(
    "widget",
    [
        WriteOnly(),
        forms.PasswordInput(),
        forms.PasswordInput(render_value=True),
        forms.TextInput({"data-collaborator-secret": ""}),
        forms.TextInput({"autocomplete": "new-password"}),
        forms.TextInput({"autocomplete": "cc-number"}),
    ],
    ids=["shows nothing", "password", "shown password", "marked", "new password", "card number"],
)
def test_a_control_that_holds_a_secret_is_left_out(handed, eve, widget):
    desk = type("Vault", (Desk,), {"hidden": widget})

    assert handed(eve, {"title": "A key", "status": "review"}, desk=desk) == {"status": "review"}


def test_rows_are_found_by_their_key_and_those_that_the_receiver_does_not_see_are_left_out(handed, article, eve):
    values = {"paragraphs-0-text": "First", "paragraphs-1-text": "Second", "paragraphs-2-text": "Third"}

    told = handed(eve, values, keys(article))

    assert told == {"paragraphs-0-text": "First", "paragraphs-1-text": "Third"}


def test_a_new_row_comes_behind_the_rows_that_the_receiver_sees(handed, article, ada, eve):
    values = {"paragraphs-3-text": "New", "paragraphs-4-text": "Newer", "paragraphs-4-nothing": "x"}

    assert handed(eve, values, keys(article)) == {"paragraphs-2-text": "New", "paragraphs-3-text": "Newer"}
    assert handed(ada, values, keys(article)) == {"paragraphs-3-text": "New", "paragraphs-4-text": "Newer"}


def test_rows_of_a_page_that_does_not_say_which_they_are_are_left_out(handed, ada):
    assert handed(ada, {"paragraphs-0-text": "First", "status": "review"}) == {"status": "review"}


def test_rows_that_the_receiver_may_only_look_at_are_left_out(handed, article, database):
    reader = staff("Rita", *RIGHTS, "newsroom.view_paragraph")
    values = {"paragraphs-0-text": "First", "paragraphs-3-text": "New", "status": "review"}

    assert handed(reader, values, keys(article)) == {"status": "review"}


def test_nothing_is_handed_over_where_the_form_cannot_be_built(handed, eve, caplog):
    class Broken(Desk):
        def get_form(self, request, obj=None, **kwargs):
            raise RuntimeError("a project's own fault")

    with caplog.at_level(logging.ERROR):
        assert handed(eve, {"status": "review"}, desk=Broken) == {}

    assert "could not be built" in caplog.text


def test_who_may_only_look_is_handed_nothing(handed, database):
    assert handed(staff("Vera", "newsroom.view_article"), {"status": "review"}) == {}
