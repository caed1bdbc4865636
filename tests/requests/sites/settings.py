"""The test project with admins whose hooks ask for what middlewares add to a request."""

from __future__ import annotations

from tests.settings import *  # noqa: F403
from tests.settings import INSTALLED_APPS, MIDDLEWARE

INSTALLED_APPS = [*INSTALLED_APPS, "django.contrib.sites"]
MIGRATION_MODULES = dict.fromkeys(("admin", "auth", "contenttypes", "sessions", "sites"))
MIDDLEWARE = [
    *MIDDLEWARE,
    "django.contrib.sites.middleware.CurrentSiteMiddleware",
    "tests.requests.sites.middleware.DeskMiddleware",
]
ADMIN_COLLABORATOR_RIGHTS_SECONDS = 0.3
ROOT_URLCONF = "tests.requests.sites.urls"
