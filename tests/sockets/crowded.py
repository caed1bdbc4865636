"""The test project's application, with rooms that are too large to travel from thirty people on."""

from __future__ import annotations

from django_admin_collaborator.rooms import announcements
from tests.project.asgi import application

announcements.LARGEST_TOLD_ROOM = 1000

__all__ = ["application"]
