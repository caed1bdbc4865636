"""Checks of what a project writes itself: its admin classes and its settings."""

from __future__ import annotations

import pytest
from django import forms
from django.contrib import admin
from django.core.checks import ERROR, WARNING, run_checks
from django.db import models
from django.utils.translation import gettext_lazy

from django_admin_collaborator.checks.project import check_controls, check_mixin_comes_first
from django_admin_collaborator.utils import CollaborativeAdminMixin
from tests.checks.conftest import PREFIX
from tests.project.newsroom.models import Article, ArticleProxy, FeatureArticle, Memo, Paragraph


class VersionedAdmin(admin.ModelAdmin):
    """Stands for the base class of another package."""


class MixinSecond(admin.ModelAdmin, CollaborativeAdminMixin):
    pass


class MixinAfterAnotherPackage(VersionedAdmin, CollaborativeAdminMixin):
    pass


class MixinFirst(CollaborativeAdminMixin, VersionedAdmin):
    pass


class Notes:
    """A mixin of the project's own, which hides nothing."""


class MixinAfterAPlainMixin(Notes, CollaborativeAdminMixin, admin.ModelAdmin):
    pass


class Inherited(MixinFirst):
    pass


@pytest.fixture
def registered_for():
    """A function that registers an admin class on a site of its own, for as long as the test runs."""
    site = admin.AdminSite(name="checked")
    yield site.register
    admin.sites.all_sites.discard(site)


@pytest.fixture
def registered(registered_for):
    """The same for a model that is not guarded elsewhere."""
    return lambda admin_class: registered_for(Memo, admin_class)


@pytest.mark.parametrize(
    ("admin_class", "before"), [(MixinSecond, "ModelAdmin"), (MixinAfterAnotherPackage, "VersionedAdmin")]
)
def test_the_mixin_after_a_model_admin_is_an_error(found, registered, admin_class, before):
    registered(admin_class)
    message = found()["E003"]
    assert message.level == ERROR
    assert message.obj is admin_class
    assert f"class {admin_class.__name__}(CollaborativeAdminMixin, {before}" in message.hint


@pytest.mark.parametrize("admin_class", [MixinFirst, MixinAfterAPlainMixin, Inherited, VersionedAdmin])
def test_the_mixin_before_every_model_admin_is_fine(found, registered, admin_class):
    registered(admin_class)
    assert found() == {}


def test_the_admins_of_every_site_are_looked_at(registered):
    registered(MixinSecond)
    assert [message.obj for message in check_mixin_comes_first()] == [MixinSecond]


@pytest.mark.parametrize(("lease", "heartbeat"), [(23, 8), (30, 11), (0, 8), (30, 0), (30, -1), ("30", 8), (True, 8)])
def test_a_lease_shorter_than_three_heartbeats_is_an_error(found, settings, lease, heartbeat):
    settings.ADMIN_COLLABORATOR_LEASE_SECONDS = lease
    settings.ADMIN_COLLABORATOR_HEARTBEAT_SECONDS = heartbeat
    message = found()["E004"]
    assert message.level == ERROR
    assert f"{lease} s" in message.msg
    assert "ADMIN_COLLABORATOR_LEASE_SECONDS" in message.hint


@pytest.mark.parametrize(("lease", "heartbeat"), [(24, 8), (30, 10), (60, 8), (3.0, 0.5)])
def test_a_lease_of_three_heartbeats_is_fine(found, settings, lease, heartbeat):
    settings.ADMIN_COLLABORATOR_LEASE_SECONDS = lease
    settings.ADMIN_COLLABORATOR_HEARTBEAT_SECONDS = heartbeat
    assert found() == {}


@pytest.mark.parametrize("given", [["enable_chat"], "enable_chat", None])
def test_options_that_are_no_dictionary_are_an_error(found, settings, given):
    settings.ADMIN_COLLABORATOR_OPTIONS = given
    message = found()["E005"]
    assert message.level == ERROR
    assert "dictionary" in message.hint


@pytest.mark.parametrize(
    ("name", "word"), [("EQUAL_CHANGES", "refuse"), ("MISSING_BASE", "refuse"), ("EDIT_ON", "input")]
)
def test_a_setting_that_is_none_of_its_words_is_an_error(found, settings, name, word):
    setattr(settings, f"ADMIN_COLLABORATOR_{name}", "perhaps")
    message = found()["E007"]
    assert message.level == ERROR
    assert "'perhaps'" in message.msg
    assert repr(word) in message.hint


@pytest.mark.parametrize(("word", "is_known"), [("input", True), ("open", True), (None, True), ("typing", False)])
def test_what_begins_an_editing_in_one_admin_is_one_of_the_words_of_the_setting(
    found, registered_for, word, is_known
):
    class ArticleAdmin(CollaborativeAdminMixin, admin.ModelAdmin):
        collaborator_edit_on = word

    registered_for(Article, ArticleAdmin)
    assert ("E007" not in found()) == is_known


@pytest.mark.parametrize("seconds", [-1, 0, "long", True, None])
def test_a_time_without_input_that_means_nothing_is_an_error(found, settings, seconds):
    settings.ADMIN_COLLABORATOR_INPUT_FREE_SECONDS = seconds
    assert found()["E013"].level == ERROR
    settings.ADMIN_COLLABORATOR_INPUT_FREE_SECONDS = 0.5
    assert "E013" not in found()


@pytest.mark.parametrize("debug", [False, True])
def test_saves_that_are_accepted_unseen_are_for_tests_alone(found, settings, debug):
    settings.DEBUG = debug
    settings.ADMIN_COLLABORATOR_MISSING_BASE = "accept"
    assert ("W012" in found()) == (not debug)


def test_an_unknown_option_is_a_warning_that_names_the_known_ones(found, settings):
    settings.ADMIN_COLLABORATOR_OPTIONS = {"enable_chatt": False}
    message = found()["W003"]
    assert message.level == WARNING
    assert "'enable_chatt'" in message.msg
    assert "enable_chat," in message.hint


@pytest.mark.parametrize(
    ("key", "text", "remedy"),
    [
        ("viewer_mode_text", "{editor} is here.", "{editor_name}"),
        ("notification_message", "{editor_name} asks.", "{username}"),
        ("notification_message", gettext_lazy("User {name} asks."), "{username}"),
        ("editor_mode_text", "You edit, {username}.", "no placeholder"),
        ("viewer_mode_text", "{} is here.", "{editor_name}"),
        ("viewer_mode_text", "{editor_name is here.", "{editor_name}"),
    ],
)
def test_a_placeholder_that_is_never_filled_is_a_warning(found, settings, key, text, remedy):
    settings.ADMIN_COLLABORATOR_OPTIONS = {key: text}
    message = found()["W004"]
    assert message.level == WARNING
    assert repr(key) in message.msg
    assert remedy in message.hint


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("viewer_mode_text", "Locked."),
        ("viewer_mode_text", "{editor_name} is here; {editor_name} stays."),
        ("notification_message", gettext_lazy("User {username} is requesting the editors attention.")),
        ("editor_mode_text", "You edit."),
    ],
)
def test_texts_with_their_own_placeholder_or_none_are_fine(found, settings, key, text):
    settings.ADMIN_COLLABORATOR_OPTIONS = {key: text}
    assert found() == {}


class Unreadable(forms.TextInput):
    def render(self, *args, **kwargs):
        raise LookupError("no palette")


class AsksTheDatabase(forms.TextInput):
    def render(self, *args, **kwargs):
        raise LookupError(f"no palette for {Memo.objects.count()} memos")


def admin_of(widget):
    class Form(forms.ModelForm):
        text = forms.CharField(widget=widget)

    class MemoAdmin(CollaborativeAdminMixin, admin.ModelAdmin):
        form = Form

    return MemoAdmin


def unguarded():
    return [message for message in check_controls() if message.obj.__module__ == __name__]


def test_a_field_that_cannot_be_read_is_a_warning_under_deploy(found, registered):
    registered(admin_of(Unreadable))
    assert found() == {}, "it is slow"
    messages = run_checks(tags=["admin_collaborator"], include_deployment_checks=True, databases=[])
    assert PREFIX + "W009" in [message.id for message in messages]
    (message,) = unguarded()
    assert message.level == WARNING
    assert "'text' of newsroom.Memo is not guarded: it cannot be read (LookupError: no palette)." in message.msg
    assert "collaborator inspect newsroom.Memo" in message.hint


def test_a_field_in_the_rows_of_an_inline_is_looked_at(registered_for):
    class Rows(admin.TabularInline):
        model = Paragraph
        formfield_overrides = {models.TextField: {"widget": Unreadable}}

    class ArticleAdmin(CollaborativeAdminMixin, admin.ModelAdmin):
        inlines = [Rows]

    registered_for(Article, ArticleAdmin)
    assert ["'paragraph: " in message.msg for message in unguarded()] == [True]


@pytest.mark.parametrize("widget", [forms.TextInput, AsksTheDatabase])
def test_what_can_be_read_or_needs_the_database_is_no_warning(registered, widget, db):
    registered(admin_of(widget))
    assert unguarded() == []


def test_a_form_that_cannot_be_built_beforehand_is_no_warning(registered):
    class MemoAdmin(CollaborativeAdminMixin, admin.ModelAdmin):
        def get_form(self, request, obj=None, **kwargs):
            return request.tenant.form

    registered(MemoAdmin)
    assert unguarded() == []


class Plain(admin.ModelAdmin):
    pass


@pytest.mark.parametrize("model", [ArticleProxy, FeatureArticle])
def test_an_inherited_model_without_the_mixin_is_a_warning(found, registered_for, model):
    registered_for(Article, MixinFirst)
    registered_for(model, Plain)
    message = found()["W010"]
    assert message.level == WARNING
    assert message.obj is Plain
    assert f"the rows of newsroom.{model.__name__} are rows of newsroom.Article too" in message.msg
    assert "class Plain(CollaborativeAdminMixin" in message.hint


@pytest.mark.parametrize(
    ("parent", "child"),
    [(MixinFirst, MixinFirst), (Plain, Plain), (Plain, MixinFirst)],
    ids=["both", "none", "child"],
)
def test_an_inherited_model_is_fine_where_its_parent_is_not_guarded_or_it_is(found, registered_for, parent, child):
    registered_for(Article, parent)
    registered_for(FeatureArticle, child)
    assert found() == {}


@pytest.mark.parametrize("seconds", [-1, "long", True, None, 0.5])
def test_a_time_to_keep_chats_that_means_nothing_is_an_error(found, settings, seconds):
    settings.ADMIN_COLLABORATOR_CHAT_KEEP_SECONDS = seconds
    assert found()["E013"].level == ERROR
    settings.ADMIN_COLLABORATOR_CHAT_KEEP_SECONDS = 0
    assert "E013" not in found()
