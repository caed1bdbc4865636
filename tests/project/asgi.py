"""The ASGI application; the static files are served too."""

from __future__ import annotations

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django_application = get_asgi_application()

# After the apps are loaded: Channels 3.0 imports models.
from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402

from django_admin_collaborator.routing import websocket_urlpatterns  # noqa: E402
from tests.project.static_files import ASGIStaticFiles  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": ASGIStaticFiles(django_application),
        "websocket": AuthMiddlewareStack(URLRouter(websocket_urlpatterns)),
    }
)
