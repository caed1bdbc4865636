from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DjangoAdminCollaboratorConfig(AppConfig):
    name = "django_admin_collaborator"
    verbose_name = _("Admin collaborator")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import (
            checks,  # noqa: F401 (registers the system checks)
            database_checks,  # noqa: F401
            request_checks,  # noqa: F401
            rights_news,
        )

        rights_news.listen()
