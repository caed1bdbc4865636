"""Stories in an admin with widgets and rows of other packages, whichever are installed. A server gets it by
``ROOT_URLCONF``."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.core.signals import request_started
from django.http import HttpRequest
from django.urls import path

from django_admin_collaborator.utils import CollaborativeAdminMixin
from tests.guard.press.models import Everything
from tests.project.newsroom.models import Article, Paragraph
from tests.project.urls import urlpatterns as project_urls

# A server outlives the tables: between two tests they are emptied, and content types get other keys.
request_started.connect(lambda **_: ContentType.objects.clear_cache(), weak=False)

SCHEMA = {"type": "array", "items": {"type": "string"}}

site = admin.AdminSite(name="stories")


class EverythingForm(forms.ModelForm):
    class Meta:
        model = Everything
        fields = ["char", "email", "json"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "django_jsonform" in settings.INSTALLED_APPS:
            from django_jsonform.forms.fields import JSONFormField

            self.fields["json"] = JSONFormField(schema=SCHEMA, required=False)
        elif "django_admin_json_editor" in settings.INSTALLED_APPS:
            from django_admin_json_editor import JSONEditorWidget

            self.fields["json"].widget = JSONEditorWidget(dict(SCHEMA), collapsed=False)


@admin.register(Everything, site=site)
class EverythingAdmin(CollaborativeAdminMixin, admin.ModelAdmin):
    form = EverythingForm

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["email"] if obj and obj.integer else []  # closed by somebody else


if "adminsortable2" in settings.INSTALLED_APPS:
    from adminsortable2.admin import SortableAdminBase, SortableTabularInline

    class ParagraphInline(SortableTabularInline):
        model = Paragraph
        ordering = ["position"]
        extra = 0

    @admin.register(Article, site=site)
    class ArticleAdmin(CollaborativeAdminMixin, SortableAdminBase, admin.ModelAdmin):
        fields = ["title", "body"]
        inlines = [ParagraphInline]


urlpatterns = [*project_urls, path("stories/", site.urls)]
