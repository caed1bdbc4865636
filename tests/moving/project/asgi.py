import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
django_application = get_asgi_application()

from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from desk.consumers import ArticleConsumer, DeskChat, VisitsConsumer  # noqa: E402
from django.urls import path  # noqa: E402

from django_admin_collaborator.routing import websocket_urlpatterns  # noqa: E402
from django_admin_collaborator.utils import get_admin_collaborator_websocket_connection_prefix_url  # noqa: E402

prefix = get_admin_collaborator_websocket_connection_prefix_url()
article = {"app_label": "desk", "model_name": "article"}
routes = [
    path(f"{prefix}/desk/article/<str:object_id>/", ArticleConsumer.as_asgi(), article),
    path(f"{prefix}/chat/<path:page_path>/", DeskChat.as_asgi()),
    path("office/visits/", VisitsConsumer.as_asgi()),
    *websocket_urlpatterns,
]
application = ProtocolTypeRouter(
    {"http": django_application, "websocket": AuthMiddlewareStack(URLRouter(routes))},
)
