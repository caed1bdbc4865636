from __future__ import annotations

from django.contrib import admin
from django_object_actions import DjangoObjectActions
from guardian.admin import GuardedModelAdmin
from import_export.admin import ImportExportModelAdmin
from reversion.admin import VersionAdmin
from simple_history.admin import SimpleHistoryAdmin

from django_admin_collaborator.utils import CollaborativeAdminMixin
from tests.guard.stacked.archive.models import Chapter, Figure, Minutes, Report


class ChapterInline(admin.TabularInline):
    model = Chapter
    extra = 0


@admin.register(Report)
class ReportAdmin(CollaborativeAdminMixin, GuardedModelAdmin, VersionAdmin):
    inlines = [ChapterInline]
    list_display = ["id", "title"]
    list_editable = ["title"]


@admin.register(Minutes)
class MinutesAdmin(CollaborativeAdminMixin, SimpleHistoryAdmin):
    pass


@admin.register(Figure)
class FigureAdmin(CollaborativeAdminMixin, DjangoObjectActions, ImportExportModelAdmin):
    change_actions = ["double"]

    def double(self, request, obj):
        obj.number *= 2
        obj.save()
