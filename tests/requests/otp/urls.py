from __future__ import annotations

from django.contrib import admin
from django.urls import path
from django_otp.admin import OTPAdminSite

from django_admin_collaborator.utils import CollaborativeAdminMixin
from tests.project.newsroom.models import Memo

site = OTPAdminSite(name="otpadmin")


@admin.register(Memo, site=site)
class VaultAdmin(CollaborativeAdminMixin, admin.ModelAdmin):
    pass


urlpatterns = [path("admin/", site.urls)]
