"""The stacked packages, and admins of Django and of a project that collaborate as ADMIN_COLLABORATOR_MODELS says."""

from __future__ import annotations

from tests.guard.stacked.settings import *  # noqa: F403
from tests.guard.stacked.settings import INSTALLED_APPS, MIGRATION_MODULES

INSTALLED_APPS = [*INSTALLED_APPS, "django.contrib.sites", "tests.registration.desk"]
MIGRATION_MODULES = {**MIGRATION_MODULES, "sites": None}
ADMIN_COLLABORATOR_MODELS = "all"
ROOT_URLCONF = "tests.registration.urls"
SITE_ID = 1
