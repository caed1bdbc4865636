"""Pages, static files and collaboration over HTTP alone, as most Django projects are served."""

from __future__ import annotations

import os

from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "example.settings")

# Static files are served here so that the demo is one program; in production a web server does that.
application = StaticFilesHandler(get_wsgi_application())
