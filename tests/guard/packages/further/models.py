"""The shelves whose packages are installed here."""

from __future__ import annotations

from importlib import import_module

from django.conf import settings

for shelf in settings.FURTHER:
    import_module(f"tests.guard.packages.further.{shelf}")
