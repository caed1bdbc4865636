from __future__ import annotations

from django.contrib import admin

from django_admin_collaborator.utils import CollaborativeAdminMixin
from tests.project.shop_order.models import Item
from tests.project.sites import backoffice


@admin.register(Item)
@admin.register(Item, site=backoffice)
class ItemAdmin(CollaborativeAdminMixin, admin.ModelAdmin):
    pass
