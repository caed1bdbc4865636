"""The guard holds for admins that differ for each request, and for inlines and keys out of the ordinary."""

from __future__ import annotations

from typing import Any, List, Tuple

import pytest
from django.contrib import admin
from django.contrib.admin.sites import site
from django.db import connection, transaction
from django.http import HttpResponseRedirect

from tests.guard.conftest import every_database
from tests.guard.newsdesk import Desk
from tests.guard.press.models import Aside, Bureau, Dispatch, Passage, Story, Topic

pytestmark = every_database


def use(monkeypatch: Any, model: Any, **attributes: Any) -> None:
    for name, value in attributes.items():
        monkeypatch.setattr(site._registry[model], name, value)


class Ordered(admin.TabularInline):
    model = Passage
    extra = 0

    def get_formset(self, request: Any, obj: Any = None, **kwargs: Any) -> Any:
        return super().get_formset(request, obj, can_order=True, **kwargs)


def test_rows_that_can_be_put_in_order_keep_what_both_did(ada: Desk, story: Story, monkeypatch: Any) -> None:
    def save_formset(request: Any, form: Any, formset: Any, change: bool) -> None:
        formset.save()
        for position, row in enumerate(formset.ordered_forms):
            Passage.objects.filter(pk=row.instance.pk).update(position=position)

    use(monkeypatch, Story, inlines=[Ordered], save_formset=save_formset)
    form = ada.open(story)
    for row, order in enumerate("201"):
        form[f"passages-{row}-ORDER"] = order
    form["passages-0-text"] = "One of mine"
    story.passages.get(text="Two").delete()
    Passage.objects.create(story=story, text="Four", position=9)
    answer = form.save()
    assert answer.status == 409
    for row in answer.response.context_data["inline_admin_formsets"][0].formset.forms:
        # Django's own templates leave these controls out.
        answer[row.add_prefix("ORDER")] = str(row["ORDER"].value())
    assert answer.save().was_saved
    assert [passage.text for passage in story.passages.all()] == ["Three", "One of mine", "Four"]


def test_a_row_in_two_tables_is_part_of_the_base(ada: Desk, story: Story, monkeypatch: Any) -> None:
    class AsideInline(admin.StackedInline):
        model = Aside
        extra = 0

    use(monkeypatch, Story, inlines=[AsideInline])
    asides = [Aside.objects.create(story=story, text=text, author="Eve", position=9) for text in ("  A ", "B")]
    form = ada.open(story)
    Passage.objects.filter(pk=asides[1].pk).update(text="B of theirs")
    Aside.objects.filter(pk=asides[0].pk).update(reads=5)
    form["passages-0-author"] = "Ada"
    answer = form.save()
    assert answer.status == 409
    assert answer["passages-1-text"] == "B of theirs"
    assert answer.save().was_saved
    rows = list(Aside.objects.order_by("pk").values_list("text", "author", "reads"))
    assert rows == [("  A ", "Ada", 5), ("B of theirs", "Eve", 0)]


@pytest.mark.parametrize("options", [{}, {"raw_id_fields": ["bureau"]}, {"autocomplete_fields": ["bureau"]}])
def test_a_key_that_is_no_primary_key_is_part_of_the_base(ada: Desk, options: Any, monkeypatch: Any) -> None:
    use(monkeypatch, Bureau, search_fields=["city"])
    use(monkeypatch, Dispatch, **options)
    rome, oslo, kiel = (Bureau.objects.create(code=f"b/{city}", city=city) for city in ("Rome", "Oslo", "Kiel"))
    dispatch = Dispatch.objects.create(text="Before", bureau=rome)
    form, mine = ada.open(dispatch), ada.open(dispatch)
    Dispatch.objects.update(bureau=oslo)
    form["text"] = "Mine"
    answer = form.save()
    assert (answer.status, answer["bureau"]) == (409, oslo.code)
    assert answer.save().was_saved
    mine["bureau"] = kiel.code
    answer = mine.save()
    assert "Before Rome Theirs Oslo Mine Kiel" in answer.panel
    answer["_collaborator_take-bureau"] = "theirs"
    answer["_collaborator_take-text"] = "theirs"
    assert answer.save().was_saved
    assert Dispatch.objects.values_list("text", "bureau").get() == ("Mine", oslo.code)


def test_rows_that_point_at_a_code_are_part_of_the_base(ada: Desk, monkeypatch: Any) -> None:
    class DispatchInline(admin.TabularInline):
        model = Dispatch
        extra = 1

    use(monkeypatch, Bureau, inlines=[DispatchInline])
    rome = Bureau.objects.create(code="rome", city="Rome")
    two = [Dispatch.objects.create(text=text, bureau=rome) for text in ("One", "Two")][1]
    form = ada.open(rome)
    Dispatch.objects.filter(pk=two.pk).update(text="Two of theirs")
    form["dispatch_set-0-text"] = "One of mine"
    form["dispatch_set-2-text"] = "Three"
    answer = form.save()
    assert answer.status == 409
    assert answer.save().was_saved
    assert [row.text for row in rome.dispatch_set.order_by("pk")] == ["One of mine", "Two of theirs", "Three"]


def test_a_popup_that_names_a_row_by_another_field_is_guarded(ada: Desk) -> None:
    rome = Bureau.objects.create(code="b/rome", city="Rome")
    Dispatch.objects.create(text="One", bureau=rome)
    url = f"/admin/press/bureau/{admin.utils.quote(rome.code)}/change/?_popup=1&_to_field=code"
    form = ada.get(url)
    Bureau.objects.update(city="Roma")
    form["city"] = "Rom"
    answer = form.save()
    assert (answer.status, answer["_to_field"], answer["city"]) == (409, "code", "Rom")
    assert answer.save().status == 200
    assert Bureau.objects.get().city == "Rom"


DIFFERENT: List[Tuple[str, Any, Any]] = [
    ("get_fields", ["title"], ["title", "slug"]),
    ("get_fieldsets", [(None, {"fields": ["title"]})], [(None, {"fields": ["title", "slug"]})]),
    ("get_readonly_fields", ["slug"], []),
    ("get_exclude", ["slug"], []),
]


@pytest.mark.parametrize(("hook", "less", "more"), DIFFERENT, ids=[hook for hook, _, _ in DIFFERENT])
def test_a_field_that_the_page_did_not_have_is_not_written_unseen(
    ada: Desk, ben: Desk, story: Story, hook: str, less: Any, more: Any, monkeypatch: Any
) -> None:
    """As ben sees it; or as ada does, as soon as the request or the row is another."""
    use(monkeypatch, Story, **{hook: lambda request, obj=None: less if request.user == ada.user else more})
    form = ada.open(story)
    assert "slug" not in form.data
    Story.objects.update(slug="theirs")
    use(monkeypatch, Story, **{hook: lambda request, obj=None: more})
    form["title"] = "Mine"
    form["slug"] = "mine"
    answer = form.save()
    assert (answer.status, answer.reason) == (409, "base-missing")
    assert "Theirs theirs Mine mine" in answer.panel
    assert Story.objects.values_list("title", "slug").get() == ("Budget", "theirs")
    assert answer.save().was_saved
    assert Story.objects.values_list("title", "slug").get() == ("Mine", "mine")


@pytest.mark.parametrize(("hook", "less", "more"), DIFFERENT, ids=[hook for hook, _, _ in DIFFERENT])
def test_a_field_that_the_page_lost_is_left_alone(
    ada: Desk, story: Story, hook: str, less: Any, more: Any, monkeypatch: Any
) -> None:
    use(monkeypatch, Story, **{hook: lambda request, obj=None: less if obj and obj.urgent else more})
    form = ada.open(story)
    Story.objects.update(slug="theirs", urgent=True)
    form["title"] = "Mine"
    form["slug"] = "mine"
    answer = form.save()
    assert answer.status == 409
    assert answer.save().was_saved
    assert Story.objects.values_list("title", "slug").get() == ("Mine", "theirs")


@pytest.mark.parametrize("calls_super", [True, False])
def test_an_inline_that_the_page_did_not_have_is_not_written_unseen(
    ada: Desk, story: Story, calls_super: bool, monkeypatch: Any
) -> None:
    """Nor where the project saves the rows itself."""
    model_admin = site._registry[Story]
    inlines = model_admin.inlines
    if not calls_super:
        use(monkeypatch, Story, save_formset=lambda request, form, formset, change: formset.save())
    use(monkeypatch, Story, inlines=[])
    form = ada.open(story)
    use(monkeypatch, Story, inlines=inlines)
    rows = ada.open(story)
    form.data.update({name: value for name, value in rows.data.items() if name.startswith(("passages", "links"))})
    Passage.objects.filter(position=0).update(text="One of theirs")
    form["passages-0-text"] = "One of mine"
    answer = form.save()
    assert (answer.status, answer.reason) == (409, "base-missing")
    assert story.passages.first().text == "One of theirs"
    assert answer.save().was_saved
    assert story.passages.first().text == "One of mine"


@pytest.mark.parametrize("calls_super", [True, False])
def test_spaces_of_a_row_that_i_left_alone_stay(ada: Desk, story: Story, calls_super: bool, monkeypatch: Any) -> None:
    if not calls_super:
        use(monkeypatch, Story, save_formset=lambda request, form, formset, change: formset.save())
    Passage.objects.filter(position=0).update(text="  One\n ")
    form = ada.open(story)
    form["passages-0-position"] = "7"
    assert form.save().was_saved
    assert story.passages.get(position=7).text == "  One\n "


def test_an_old_row_of_an_inline_from_a_replica_is_not_written_back(
    ada: Desk, story: Story, monkeypatch: Any
) -> None:
    """As if the inline's own reading came from a database that lags behind."""

    class AsideInline(admin.StackedInline):
        model = Aside
        extra = 0

        def get_queryset(self, request: Any) -> Any:
            rows = super().get_queryset(request)
            if request.method == "POST":
                rows = rows.all()
                iterate = rows._iterable_class

                class Lagging(iterate):  # type: ignore[valid-type, misc]
                    def __iter__(self) -> Any:
                        for row in super().__iter__():
                            row.reads = 0
                            yield row

                rows._iterable_class = Lagging
            return rows

    use(monkeypatch, Story, inlines=[AsideInline])
    Aside.objects.create(story=story, text="A", reads=7)
    form = ada.open(story)
    form["passages-0-text"] = "B"
    assert form.save().was_saved
    assert Aside.objects.values_list("text", "reads").get() == ("B", 7)


def test_all_is_one_transaction_where_the_project_wants_it(ada: Desk, story: Story, monkeypatch: Any) -> None:
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
    form = ada.open(story)
    form["title"], form["passages-0-text"] = "Mine", "One of mine"
    form["topics"] = [str(Topic.objects.get(name="Food").pk)]
    Story.objects.update(slug="theirs")
    Passage.objects.filter(position=1).update(text="Two of theirs")
    story.topics.clear()
    answer = form.save()
    assert answer.status == 409
    assert answer.save().was_saved
    story.refresh_from_db()
    assert (story.title, story.slug) == ("Mine", "theirs")
    assert [row.text for row in story.passages.all()] == ["One of mine", "Two of theirs", "Three"]
    assert [topic.name for topic in story.topics.all()] == ["Food"]


class Deletable(admin.TabularInline):
    model = Passage
    extra = 0

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return False


def test_rows_that_can_only_be_deleted_are_part_of_the_base(ada: Desk, story: Story, monkeypatch: Any) -> None:
    use(monkeypatch, Story, inlines=[Deletable])
    form = ada.open(story)
    Passage.objects.filter(text="Two").update(text="Two of theirs")
    form["passages-1-DELETE"] = "on"
    answer = form.save()
    assert answer.status == 409
    assert story.passages.count() == 3
    assert answer.save().was_saved
    assert [passage.text for passage in story.passages.all()] == ["One", "Three"]


def test_a_button_of_a_package_that_posts_to_the_change_form_works(ada: Desk, story: Story, monkeypatch: Any) -> None:
    """Its view reads the object in a transaction of its own, and there is no form of ours."""
    before = admin.ModelAdmin.change_view

    def change_view(self: Any, request: Any, object_id: str, *args: Any, **kwargs: Any) -> Any:
        if "_publish" not in request.POST:
            return before(self, request, object_id, *args, **kwargs)
        with transaction.atomic():
            Story.objects.filter(pk=self.get_object(request, object_id).pk).update(urgent=True)
        return HttpResponseRedirect("..")

    monkeypatch.setattr(admin.ModelAdmin, "change_view", change_view)
    answer = ada.client.post(ada.open(story).url, {"_publish": "1"})
    assert answer.status_code == 302
    assert Story.objects.get().urgent
