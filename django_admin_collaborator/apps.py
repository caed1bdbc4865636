from __future__ import annotations

from django.apps import AppConfig, apps

from .translation import gettext_lazy as _


class DjangoAdminCollaboratorConfig(AppConfig):
    name = "django_admin_collaborator"
    verbose_name = _("Working together")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import conf
        from .checks import (
            databases,  # noqa: F401 (registers the system checks)
            project,  # noqa: F401
            requests,  # noqa: F401
            transports,  # noqa: F401
        )
        from .rooms import store_choice
        from .transport import permission_signals, quiet

        permission_signals.listen()
        if store_choice.is_the_only_process():
            quiet.hush()
        if conf.get("MODELS") and apps.is_installed("django.contrib.admin"):
            from . import registration

            registration.extend_registered()
