"""The mixin comes first in the bases; nothing else is needed."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.contrib.auth.admin import UserAdmin
from django.db import models

from django_admin_collaborator.utils import CollaborativeAdminMixin

from .models import Article, Author, Paragraph, Person, Picture, Section, Tag

admin.site.site_header = "The Harbour Post"
admin.site.site_title = "The Harbour Post"
admin.site.index_title = "Newsroom"


class ParagraphInline(admin.StackedInline):
    model = Paragraph
    extra = 0
    formfield_overrides = {models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 4})}}


class PictureInline(admin.TabularInline):
    model = Picture
    extra = 1
    formfield_overrides = {models.CharField: {"widget": forms.TextInput(attrs={"size": 20})}}


class ArticleForm(forms.ModelForm):
    class Meta:
        widgets = {
            "headline": AdminTextInputWidget(attrs={"class": "vLargeTextField"}),
            "standfirst": AdminTextareaWidget(attrs={"rows": 3}),
        }


@admin.register(Article)
class ArticleAdmin(CollaborativeAdminMixin, admin.ModelAdmin):
    form = ArticleForm
    list_display = ["headline", "section", "status", "publish_at", "front_page"]
    list_filter = ["status", "section"]
    search_fields = ["headline", "standfirst"]
    date_hierarchy = "publish_at"
    prepopulated_fields = {"slug": ["headline"]}
    autocomplete_fields = ["tags"]
    filter_horizontal = ["authors"]
    radio_fields = {"status": admin.HORIZONTAL}
    readonly_fields = ["updated_at"]
    fieldsets = [
        (None, {"fields": ["headline", "standfirst", "section", "status", "updated_at"]}),
        ("By and about", {"fields": ["authors", "tags"]}),
        ("Placement", {"classes": ["collapse"], "fields": ["slug", "publish_at", "front_page"]}),
    ]
    inlines = [ParagraphInline, PictureInline]


@admin.register(Author)
class AuthorAdmin(CollaborativeAdminMixin, admin.ModelAdmin):
    list_display = ["name", "beat", "email"]
    search_fields = ["name", "beat"]


@admin.register(Tag)
class TagAdmin(CollaborativeAdminMixin, admin.ModelAdmin):
    list_display = ["name", "note"]
    search_fields = ["name"]

    def get_readonly_fields(self, request, obj=None):
        # A changed primary key would be another row.
        return ["name"] if obj else []


@admin.register(Section)
class SectionAdmin(CollaborativeAdminMixin, admin.ModelAdmin):
    list_display = ["name", "position"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(Person)
class PersonAdmin(CollaborativeAdminMixin, UserAdmin):
    fieldsets = [*UserAdmin.fieldsets, ("Portrait", {"fields": ["portrait"]})]
