"""The admin of the stories below a language, with static files of their collected names.

A server gets it by ``ROOT_URLCONF``.
"""

from __future__ import annotations

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import path
from django.views.static import serve

from tests.browser.newsroom import site
from tests.project.urls import urlpatterns as project_urls

urlpatterns = [
    *project_urls,
    path("static/<path:path>", serve, {"document_root": settings.STATIC_ROOT}),
    *i18n_patterns(path("stories/", site.urls)),
]
