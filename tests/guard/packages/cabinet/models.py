"""Each shelf has its models, its admins and its cases."""

from __future__ import annotations

from importlib import import_module

from django.conf import settings

for shelf in settings.SHELVES:
    import_module(f"tests.guard.packages.cabinet.{shelf}")
