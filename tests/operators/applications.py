"""ASGI applications of the test project, each with one mistake."""

from __future__ import annotations

from channels.routing import ProtocolTypeRouter, URLRouter

from tests.project.asgi import application as sound
from tests.project.asgi import django_application, websocket_urlpatterns

_protocols = sound.application_mapping
without_static_files = ProtocolTypeRouter({**_protocols, "http": django_application})
without_routes = ProtocolTypeRouter({"http": _protocols["http"], "websocket": URLRouter([])})
without_sockets = _protocols["http"]
without_login = ProtocolTypeRouter({**_protocols, "websocket": URLRouter(websocket_urlpatterns)})
