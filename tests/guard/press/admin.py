from __future__ import annotations

from django.contrib import admin

from django_admin_collaborator.utils import CollaborativeAdminMixin
from tests.guard.press.models import Everything, Link, LongRead, Passage, Section, Story, StoryProxy, Topic


class PassageInline(admin.TabularInline):
    model = Passage
    extra = 1


class LinkInline(admin.StackedInline):
    model = Link
    extra = 0


class StoryAdmin(CollaborativeAdminMixin, admin.ModelAdmin):
    inlines = [PassageInline, LinkInline]
    list_display = ["id", "title", "urgent", "price"]
    list_editable = ["title", "urgent", "price"]
    ordering = ["pk"]
    save_as = True


class PlainAdmin(CollaborativeAdminMixin, admin.ModelAdmin):
    pass


admin.site.register(Story, StoryAdmin)
admin.site.register([StoryProxy, LongRead, Everything, Section, Topic], PlainAdmin)
