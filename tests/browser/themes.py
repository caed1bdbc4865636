"""The admin themes that stories are played in, and the server that has one."""

from __future__ import annotations

from typing import Callable, Dict, List

from tests import settings as project
from tests.support.servers import Server

THEMES: Dict[str, List[str]] = {
    "unfold": ["unfold"],
    "jazzmin": ["jazzmin"],
    "grappelli": ["grappelli"],
    "admin-interface": ["admin_interface", "colorfield"],
    "daisy": ["django_daisy", "django.contrib.humanize"],
}
"""A theme, and the apps that it needs before the admin's."""

WITH_TABS = """
from admin_interface.models import Theme
from django.db import connection
if Theme._meta.db_table not in connection.introspection.table_names():
    with connection.schema_editor() as editor:
        editor.create_model(Theme)
Theme.objects.update_or_create(defaults={"show_inlines_as_tabs": True})
"""
"""This theme is kept in a table, and with its tabs it differs most from Django's own pages."""


def themed(serve: Callable[..., Server], theme: str) -> Server:
    """One process with the store in memory, whose admin has this theme; "": Django's own."""
    if not theme:
        return serve(store="memory", settings={"ROOT_URLCONF": "tests.browser.newsroom"})
    apps = [*THEMES[theme], *project.INSTALLED_APPS]
    server = serve(store="memory", settings={"ROOT_URLCONF": "tests.browser.themed", "INSTALLED_APPS": apps})
    if theme == "admin-interface":
        server.run(WITH_TABS)
    return server
