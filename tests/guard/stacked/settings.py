"""The test project with packages beside it whose admins are stacked with ours."""

from __future__ import annotations

from tests.settings import *  # noqa: F403
from tests.settings import INSTALLED_APPS

INSTALLED_APPS = [
    *INSTALLED_APPS,
    "reversion",
    "simple_history",
    "import_export",
    "guardian",
    "django_object_actions",
    "tests.guard.stacked.archive",
]
MIGRATION_MODULES = dict.fromkeys(
    ("admin", "auth", "contenttypes", "sessions", "reversion", "guardian", "simple_history")
)
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend", "guardian.backends.ObjectPermissionBackend"]
