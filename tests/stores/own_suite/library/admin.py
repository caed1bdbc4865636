from django.contrib import admin

from django_admin_collaborator.utils import CollaborativeAdminMixin
from library.models import Book


@admin.register(Book)
class BookAdmin(CollaborativeAdminMixin, admin.ModelAdmin):
    pass
