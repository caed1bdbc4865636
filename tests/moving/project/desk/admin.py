from django.contrib import admin

from desk.models import Article, Note
from django_admin_collaborator.utils import CollaborativeAdminMixin


@admin.register(Article, Note)
class DeskAdmin(CollaborativeAdminMixin, admin.ModelAdmin):
    pass
