from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.i18n import JavaScriptCatalog

from tests.guard.packages.case import plain_site

urlpatterns = [
    path("jsi18n/", JavaScriptCatalog.as_view(), name="jsi18n"),
    path("admin/", admin.site.urls),
    path("plain/", plain_site.urls),
    *[path(f"{urls}/", include(urls)) for urls in settings.PACKAGE_URLS],
]
