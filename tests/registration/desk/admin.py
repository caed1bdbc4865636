from django.contrib import admin

from django_admin_collaborator.utils import CollaborativeAdminMixin
from tests.registration.desk.models import Memo


@admin.register(Memo)
class MemoAdmin(CollaborativeAdminMixin, admin.ModelAdmin):
    pass
