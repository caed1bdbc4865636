from __future__ import annotations

from django.contrib import admin

from django_admin_collaborator.utils import CollaborativeAdminMixin
from tests.project.shop.models import Order_Item
from tests.project.sites import backoffice


@admin.register(Order_Item)
@admin.register(Order_Item, site=backoffice)
class ItemAdmin(CollaborativeAdminMixin, admin.ModelAdmin):
    pass
