from __future__ import annotations

from django.contrib import admin

from desk.models import Article
from django_admin_collaborator.utils import CollaborativeAdminMixin


@admin.register(Article)
class ArticleAdmin(CollaborativeAdminMixin, admin.ModelAdmin):
    pass
