from __future__ import annotations

import os
import threading

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.i18n import JavaScriptCatalog

from django_admin_collaborator.transport import held
from tests.project.sites import backoffice


def ready(request: HttpRequest) -> HttpResponse:
    """Says which process answers; asked until a server is up, and to measure an unrelated request."""
    about = {"pid": os.getpid(), "threads": threading.active_count(), "held": held._held}
    return JsonResponse(about)


urlpatterns = [
    path("ready/", ready),
    path("jsi18n/", JavaScriptCatalog.as_view(), name="jsi18n"),
    path("admin/", admin.site.urls),
    path("backoffice/", backoffice.urls),
]
