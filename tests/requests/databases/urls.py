from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.urls import path

from django_admin_collaborator.admin import EditingAdmin
from django_admin_collaborator.models import Editing
from django_admin_collaborator.utils import CollaborativeAdminMixin
from tests.project.newsroom.models import Memo

site = admin.AdminSite(name="present")
archive = admin.AdminSite(name="archive")


@admin.register(Memo, site=site)
class MemoAdmin(CollaborativeAdminMixin, admin.ModelAdmin):
    pass


@admin.register(Memo, site=archive)
class ArchivedMemoAdmin(CollaborativeAdminMixin, admin.ModelAdmin):
    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).using("archive")


for one in (site, archive):
    one.register(Editing, EditingAdmin)

urlpatterns = [path("admin/", site.urls), path("archive/", archive.urls)]
