"""The admin that the stories are played in: every widget of the admin on one form, and saves that dawdle.

A server gets it by ``ROOT_URLCONF``. A title says what is special: the save of ``slow`` waits before the commit,
that of ``broken`` fails there, ``hardened`` has controls that nobody may change, and ``opaque`` one that cannot be
read.
"""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import quote

from django import forms
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import Storage
from django.core.signals import request_started
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from django_admin_collaborator.access.people import describe
from django_admin_collaborator.operators import who_edits
from django_admin_collaborator.utils import CollaborativeAdminMixin
from tests.project.newsroom.models import Article, Author, Category, Memo, Paragraph, Tag
from tests.project.urls import urlpatterns as project_urls

# A server outlives the tables: between two tests they are emptied, and content types get other keys.
request_started.connect(lambda **_: ContentType.objects.clear_cache(), weak=False)

SLOW_SECONDS = 2.5
STORAGE_SECONDS = 30.0
PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8">'
    '<path fill="#c2410c" d="M0 0h8v8H0z"/><circle cx="4" cy="4" r="3" fill="#fff"/></svg>'
)

site = admin.AdminSite(name="stories")


class ParagraphInline(admin.TabularInline):
    model = Paragraph
    extra = 1


class Opaque(forms.Textarea):
    """Shows what it cannot take back."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        raise LookupError("no palette")


class ArticleAdmin(CollaborativeAdminMixin, admin.ModelAdmin):
    fieldsets = [
        (None, {"fields": ["title", "status", "featured", "category", "author", "tags", "body"]}),
        (
            "Publication",
            {"classes": ["collapse"], "fields": ["published_on", "published_at", "attachment", "updated_at"]},
        ),
    ]
    list_display = ["title", "status"]
    list_editable = ["status"]
    autocomplete_fields = ["author"]
    filter_horizontal = ["tags"]
    radio_fields = {"status": admin.VERTICAL}
    readonly_fields = ["updated_at"]
    inlines = [ParagraphInline]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        if obj and obj.title == "hardened":
            form.base_fields["body"].widget.attrs["readonly"] = True
            form.base_fields["category"].disabled = True
        if obj and obj.title == "opaque":
            form.base_fields["body"].widget = Opaque()
        return form

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        # Called inside the transaction, after everything that could announce the save too early.
        response = super().response_change(request, obj)
        if obj.title.startswith("slow"):
            time.sleep(SLOW_SECONDS)
        if obj.title.startswith("broken"):
            raise RuntimeError("the save is rolled back")
        return response


class SearchableAdmin(CollaborativeAdminMixin, admin.ModelAdmin):
    search_fields = ["name"]


site.register(Article, ArticleAdmin)


class ParagraphAdmin(CollaborativeAdminMixin, admin.ModelAdmin):
    pass


site.register([Author, Tag, Category], SearchableAdmin)
site.register(Paragraph, ParagraphAdmin)
site.register(Memo)


class SlowStorage(Storage):
    """Takes longer to name an address than anybody in a test would wait for it."""

    def url(self, name: str | None) -> str:
        if name and name.startswith("slow"):
            time.sleep(STORAGE_SECONDS)
        return "/portraits/{}".format(quote(str(name)))


class Portrait:
    """What a file field gives: false without a file, and an address from its storage."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __bool__(self) -> bool:
        return bool(self.name)

    @property
    def url(self) -> str:
        return SlowStorage().url(self.name)


def portrait_of(user: Any) -> Any:
    """A file for most; none for Bob, an address for Cleo, and something hostile for Eve."""
    others = {"bob.brown": None, "cleo.crane": "/portraits/by-address.svg", "evil.eve": "javascript:alert(1)"}
    return others.get(user.username, Portrait(user.username + ".svg"))


get_user_model().portrait = property(portrait_of)


def portrait(request: HttpRequest, name: str) -> HttpResponse:
    if name.startswith("missing"):
        return HttpResponse(status=404)
    return HttpResponse(PICTURE, content_type="image/svg+xml")


@csrf_exempt
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """An operator ends the editing of an article."""
    who_edits.release(Article, pk, request.POST["reason"], by=describe(request.user))
    return HttpResponse()


@csrf_exempt
def erase(request: HttpRequest, pk: int) -> HttpResponse:
    """The article goes with something else that is deleted: nobody asks for the lease of this row."""
    Article.objects.get(pk=pk).delete()
    return HttpResponse()


urlpatterns = [
    *project_urls,
    path("release/<int:pk>", release),
    path("erase/<int:pk>", erase),
    path("portraits/<str:name>", portrait),
    path("stories/", site.urls),
]
