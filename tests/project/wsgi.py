"""The WSGI application; the static files are served too."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from tests.project.static_files import WSGIStaticFiles

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

application = WSGIStaticFiles(get_wsgi_application())
get_resolver().url_patterns  # noqa: B018 (loaded once, before gunicorn makes its workers of this process)
