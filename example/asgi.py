"""Pages and static files over HTTP, collaboration over WebSockets."""

from __future__ import annotations

import os

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "example.settings")
django_application = get_asgi_application()

from django_admin_collaborator.routing import websocket_urlpatterns  # noqa: E402 (once the apps are loaded)

application = ProtocolTypeRouter(
    {
        # Static files are served here so that the demo is one program; in production a web server does that.
        "http": ASGIStaticFilesHandler(django_application),
        "websocket": AuthMiddlewareStack(URLRouter(websocket_urlpatterns)),
    }
)
