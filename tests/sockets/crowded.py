"""The test project's application, with rooms that are too large to travel from thirty people on."""

from __future__ import annotations

from django_admin_collaborator import announcing
from tests.project.asgi import application

announcing.LARGEST_TOLD_ROOM = 1000

__all__ = ["application"]
