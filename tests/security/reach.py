"""URLs of a project in which who may see an article is decided row by row. Servers are started with it."""

from __future__ import annotations

from typing import Any, Optional

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from django_admin_collaborator.utils import CollaborativeAdminMixin
from tests.project.newsroom.models import Article
from tests.project.sites import backoffice
from tests.project.urls import urlpatterns  # noqa: F401 (the rest is the same)

FAULTY = "Nobody knows who may see this"


class ReachAdmin(CollaborativeAdminMixin, admin.ModelAdmin):
    """Published articles are shown to nobody but superusers. Of the others each needs a permission of its own,
    unless somebody has it for all."""

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows = super().get_queryset(request)
        return rows if request.user.is_superuser else rows.exclude(status="published")

    def has_view_permission(self, request: HttpRequest, obj: Optional[Any] = None) -> bool:
        return self._has("view", request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Optional[Any] = None) -> bool:
        return self._has("change", request, obj)

    def _has(self, what: str, request: HttpRequest, obj: Optional[Any]) -> bool:
        if obj is not None and obj.title == FAULTY:
            raise RuntimeError("a fault of the project's own rule")
        name = f"newsroom.{what}_article"
        return request.user.has_perm(name) or (obj is not None and request.user.has_perm(name, obj))


for site in (admin.site, backoffice):
    site.unregister(Article)
    site.register(Article, ReachAdmin)
