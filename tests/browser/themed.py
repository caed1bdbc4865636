"""The same articles in an admin theme, whichever is installed. A server gets it by ``ROOT_URLCONF``."""

from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from django_admin_collaborator.utils import CollaborativeAdminMixin
from tests.project.newsroom.models import Article, Paragraph
from tests.project.urls import urlpatterns as project_urls

if "unfold" in settings.INSTALLED_APPS:
    from unfold.admin import ModelAdmin, TabularInline
    from unfold.sites import UnfoldAdminSite as Site
else:
    from django.contrib.admin import AdminSite as Site
    from django.contrib.admin import ModelAdmin, TabularInline

site = Site(name="stories")


class ParagraphInline(TabularInline):
    model = Paragraph
    extra = 1


@admin.register(Article, site=site)
class ArticleAdmin(CollaborativeAdminMixin, ModelAdmin):
    list_display = ["title", "status"]
    list_editable = ["status"]
    fields = ["title", "status", "featured", "category", "published_on", "body"]
    inlines = [ParagraphInline]


urlpatterns = [*project_urls, path("stories/", site.urls)]
if "grappelli" in settings.INSTALLED_APPS:
    urlpatterns.append(path("grappelli/", include("grappelli.urls")))
