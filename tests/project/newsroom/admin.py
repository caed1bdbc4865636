from __future__ import annotations

from django.contrib import admin

from django_admin_collaborator.utils import CollaborativeAdminMixin
from tests.project.newsroom.models import (
    Article,
    ArticleProxy,
    Author,
    Category,
    FeatureArticle,
    Memo,
    Paragraph,
    Tag,
)
from tests.project.sites import backoffice


class ParagraphInline(admin.TabularInline):
    model = Paragraph
    extra = 1


@admin.register(Article)
@admin.register(Article, site=backoffice)
class ArticleAdmin(CollaborativeAdminMixin, admin.ModelAdmin):
    list_display = ("title", "status", "featured")
    filter_horizontal = ("tags",)
    readonly_fields = ("updated_at",)
    inlines = [ParagraphInline]


@admin.register(ArticleProxy, FeatureArticle)
class ArticleKindAdmin(CollaborativeAdminMixin, admin.ModelAdmin):
    pass


@admin.register(Author, Tag, Category)
@admin.register(Author, Tag, Category, site=backoffice)
class SimpleAdmin(CollaborativeAdminMixin, admin.ModelAdmin):
    save_as = True


@admin.register(Memo)
class MemoAdmin(admin.ModelAdmin):
    pass
