"""An open page is told which of its controls show a saved value in full; only those are filled with one."""

from __future__ import annotations

from typing import Any, List

from django import forms
from django.contrib.admin.sites import site

from tests.guard.conftest import both_databases
from tests.guard.newsdesk import Desk
from tests.guard.press.models import Section, Story
from tests.support.demo import configuration

pytestmark = both_databases


class Opaque(forms.Textarea):
    """As of a package whose script keeps the value outside of every control."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> str:
        return f'<textarea name="{name}"></textarea>'


def fillable(desk: Desk, obj: Any) -> List[str]:
    url = desk.open(obj).url
    response = desk.client.get(url, HTTP_X_COLLABORATOR_VALUES="1")
    return configuration(response.content.decode())["fillable"]


def use(monkeypatch: Any, **attributes: Any) -> None:
    for name, value in attributes.items():
        monkeypatch.setattr(site._registry[Story], name, value)


def test_controls_that_show_their_value_are_named(ada: Desk, story: Story) -> None:
    names = fillable(ada, story)
    assert {"title", "body", "section", "topics", "embargo_0", "passages-1-text", "links-0-url"} <= set(names)
    assert "passages-0-id" not in names


def test_a_control_whose_value_lies_elsewhere_is_not_named(ada: Desk, story: Story, monkeypatch: Any) -> None:
    class OpaqueForm(forms.ModelForm):
        class Meta:
            widgets = {"body": Opaque}

    use(monkeypatch, form=OpaqueForm)
    names = fillable(ada, story)
    assert "body" not in names
    assert "title" in names


def test_a_list_that_lacks_the_value_is_not_named(ada: Desk, story: Story, monkeypatch: Any) -> None:
    def only_sport(db_field: Any, request: Any, **options: Any) -> Any:
        field = db_field.formfield(**options)
        if db_field.name == "section":
            field.queryset = Section.objects.filter(name="Sport")
        return field

    use(monkeypatch, formfield_for_foreignkey=only_sport)
    assert "section" not in fillable(ada, story)


def test_a_page_that_is_opened_is_not_told(ada: Desk, story: Story) -> None:
    assert "fillable" not in configuration(ada.open(story).text)
