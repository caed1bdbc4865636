"""The test project with the demo's newsroom, and its user model, in place of its own."""

from __future__ import annotations

from tests.settings import *  # noqa: F403
from tests.settings import INSTALLED_APPS

INSTALLED_APPS = ["example.newsroom" if app == "tests.project.newsroom" else app for app in INSTALLED_APPS]
MIGRATION_MODULES = dict.fromkeys(("admin", "auth", "contenttypes", "sessions", "newsroom"))
AUTH_USER_MODEL = "newsroom.Person"
ADMIN_COLLABORATOR_OPTIONS = {"avatar_field": "portrait"}
