from __future__ import annotations

import django
from django.contrib import admin

from django_admin_collaborator.utils import CollaborativeAdminMixin
from tests.guard.press.models import (
    Bureau,
    Dispatch,
    Everything,
    Link,
    LongRead,
    Passage,
    Section,
    Story,
    StoryProxy,
    Topic,
)
from tests.guard.press.traced import Register
from tests.guard.press.traced_admin import RegisterAdmin

if django.VERSION >= (6, 1):
    from django.contrib.admin.options import ActionLocation


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

    actions = ["make_urgent", "double_price", "count"]

    def make_urgent(self, request, queryset):
        queryset.update(urgent=True)

    if django.VERSION >= (6, 1):
        make_urgent = admin.action(location=list(ActionLocation))(make_urgent)

    def double_price(self, request, queryset):
        for story in queryset:
            story.price *= 2
            story.save()

    def count(self, request, queryset):
        self.message_user(request, f"{queryset.count()} stories")

    count.allowed_permissions = ["view"]


admin.site.register(Register, RegisterAdmin)


class PlainAdmin(CollaborativeAdminMixin, admin.ModelAdmin):
    pass


admin.site.register(Story, StoryAdmin)
admin.site.register([StoryProxy, LongRead, Everything, Section, Topic, Bureau, Dispatch], PlainAdmin)
