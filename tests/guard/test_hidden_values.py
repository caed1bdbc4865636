"""What a form does not show is shown nowhere else; what was typed into a field that is gone is shown to be copied."""

from __future__ import annotations

import base64
import zlib
from typing import Any

import pytest
from django import forms
from django.contrib.admin.sites import site

from tests.guard.conftest import both_databases
from tests.guard.newsdesk import Desk, Form
from tests.guard.press.models import Passage, Section, Story

pytestmark = both_databases


class WriteOnly(forms.TextInput):
    """For a key that can be set and not be read."""

    def format_value(self, value: Any) -> str:
        return ""


class KeyForm(forms.ModelForm):
    class Meta:
        widgets = {"slug": WriteOnly(attrs={"data-collaborator-secret": ""})}


class PlainKeyForm(forms.ModelForm):
    class Meta:
        widgets = {"slug": WriteOnly}


def use(monkeypatch: Any, **attributes: Any) -> None:
    for name, value in attributes.items():
        monkeypatch.setattr(site._registry[Story], name, value)


def base_of(form: Form) -> str:
    packed = form["_collaborator_base"].rpartition(":")[0]
    return zlib.decompress(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)), -zlib.MAX_WBITS).decode()


@pytest.mark.parametrize("form_class", [KeyForm, PlainKeyForm])
def test_a_value_that_its_widget_hides_is_sent_nowhere(
    ada: Desk, story: Story, form_class: Any, monkeypatch: Any
) -> None:
    use(monkeypatch, form=form_class, inlines=[])
    Story.objects.update(slug="key-before")
    form = ada.open(story)
    assert "key-before" not in form.text
    assert "key-before" not in base_of(form)
    Story.objects.update(slug="key-of-theirs")
    form["title"] = "Mine"
    answer = form.save()
    assert answer.status == 409
    assert "Slug" in answer.panel
    for key in ("key-before", "key-of-theirs"):
        assert key not in answer.text
        assert key not in base_of(answer)


def test_a_key_that_nobody_typed_stays(ada: Desk, story: Story, monkeypatch: Any) -> None:
    use(monkeypatch, form=KeyForm)
    form = ada.open(story)
    form["title"] = "Mine"
    assert form.save().was_saved
    assert Story.objects.values_list("title", "slug").get() == ("Mine", "budget")


def test_a_target_that_the_reader_may_not_choose_is_not_named(ada: Desk, story: Story, monkeypatch: Any) -> None:
    def offered(db_field: Any, request: Any, **options: Any) -> Any:
        field = db_field.formfield(**options)
        if db_field.name == "section":
            field.queryset = Section.objects.exclude(name="Secret affairs")
        return field

    use(monkeypatch, formfield_for_foreignkey=offered)
    form = ada.open(story)
    secret = Section.objects.create(name="Secret affairs")
    Story.objects.update(section=secret)
    form["title"] = "Mine"
    answer = form.save()
    assert answer.status == 409
    assert "Secret affairs" not in answer.text
    assert "something you may not see" in answer.panel
    assert answer.save().was_saved
    assert Story.objects.get().section == secret


def test_what_was_typed_into_a_field_that_is_read_only_now_is_shown(
    ada: Desk, story: Story, monkeypatch: Any
) -> None:
    form = ada.open(story)
    form["slug"] = "typed-by-me"
    form["title"] = "Mine"
    use(monkeypatch, readonly_fields=["slug"])
    answer = form.save()
    assert (answer.status, answer.reason) == (409, "field-gone")
    assert "typed-by-me" in answer.panel
    assert answer["title"] == "Mine"
    assert Story.objects.get().title == "Budget"
    assert answer.save().was_saved
    assert Story.objects.values_list("title", "slug").get() == ("Mine", "budget")


def test_what_was_typed_into_an_inline_that_is_gone_is_shown(ada: Desk, story: Story, monkeypatch: Any) -> None:
    form = ada.open(story)
    form["passages-0-text"] = "Typed by me"
    form["title"] = "Mine"
    use(monkeypatch, inlines=[])
    answer = form.save()
    assert answer.status == 409
    assert "Typed by me" in answer.panel
    assert answer.save().was_saved
    assert Passage.objects.filter(text="One").exists()


def test_a_field_that_is_gone_and_was_left_alone_is_no_matter(ada: Desk, story: Story, monkeypatch: Any) -> None:
    form = ada.open(story)
    form["title"] = "Mine"
    use(monkeypatch, readonly_fields=["slug"], inlines=[])
    assert form.save().was_saved
