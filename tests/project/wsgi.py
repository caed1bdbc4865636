"""The WSGI application; the static files are served too."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from tests.project.static_files import WSGIStaticFiles

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

application = WSGIStaticFiles(get_wsgi_application())
