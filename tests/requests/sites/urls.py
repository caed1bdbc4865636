from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.urls import path

from django_admin_collaborator.utils import CollaborativeAdminMixin
from tests.project.newsroom.admin import SimpleAdmin  # noqa: F401 (registers what is taken back below)
from tests.project.newsroom.models import Article, ArticleProxy, Category, Memo, Tag
from tests.project.sites import backoffice

site = admin.AdminSite(name="hooks")


@admin.register(Memo, site=site)
class MemoOfSiteAdmin(CollaborativeAdminMixin, admin.ModelAdmin):
    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).filter(text__startswith=request.site.domain)


class DeskAdmin(CollaborativeAdminMixin, admin.ModelAdmin):
    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return bool(request.desk == "front" and super().has_change_permission(request, obj))


desks = admin.AdminSite(name="desks")
desks.register(Memo, DeskAdmin)


@admin.register(Tag, site=site)
class TagAtItsAddressAdmin(CollaborativeAdminMixin, admin.ModelAdmin):
    def get_queryset(self, request: Any) -> Any:
        match = request.resolver_match
        queryset = super().get_queryset(request)
        return queryset.filter(pk=match.kwargs["object_id"]) if match.url_name.endswith("_change") else queryset


@admin.register(Category, site=site)
class CategoryByNameAdmin(CollaborativeAdminMixin, admin.ModelAdmin):
    def get_object(self, request: Any, object_id: str, from_field: Any = None) -> Any:
        return super().get_object(request, object_id, from_field or "name")

    def to_field_allowed(self, request: Any, to_field: str) -> bool:
        return True


@admin.register(ArticleProxy, site=site)
class ProxyAdmin(CollaborativeAdminMixin, admin.ModelAdmin):
    """Shows instances of another class than its own model."""

    def get_object(self, request: Any, object_id: str, from_field: Any = None) -> Any:
        return Article.objects.filter(pk=object_id).first()


# Their objects are to be found by nothing else.
for other in (admin.site, backoffice):
    other.unregister(Category)

urlpatterns = [path("admin/", site.urls), path("desks/", desks.urls), path("default/", admin.site.urls)]
