"""The WebSocket routes, for ``URLRouter``. The prefix is read when this module is imported."""

from __future__ import annotations

from typing import Any, List

from django.apps import apps
from django.conf import settings
from django.urls import path, register_converter
from django.urls.converters import StringConverter

from . import conf
from .consumers import AdminCollaborationConsumer, ChatConsumer


class ChatAppModelConverter(StringConverter):
    """The name of a model whose app is labelled ``chat``; anything else there is the path of a page."""

    def to_python(self, value: str) -> str:
        try:
            apps.get_model("chat", value)
        except LookupError:
            raise ValueError(value) from None
        return value


register_converter(ChatAppModelConverter, "collaborator_chat_model")


def _routes(prefix: str) -> List[Any]:
    # A quoted primary key has no slash of its own, so a page path that begins like a model of an app named
    # "chat" is still told apart from one of its objects.
    return [
        path(
            f"{prefix}/chat/<collaborator_chat_model:model_name>/<str:object_id>/",
            AdminCollaborationConsumer.as_asgi(),
            {"app_label": "chat"},
        ),
        path(f"{prefix}/chat/<path:page_path>/", ChatConsumer.as_asgi()),
        path(f"{prefix}/<str:app_label>/<str:model_name>/<path:object_id>/", AdminCollaborationConsumer.as_asgi()),
    ]


websocket_urlpatterns = _routes(conf.websocket_prefix())

_script_name = (settings.FORCE_SCRIPT_NAME or "").strip("/")
if _script_name:
    # Django removes the sub-path of a page; of a socket nobody removes it where the proxy has left it in.
    websocket_urlpatterns += _routes(f"{_script_name}/{conf.websocket_prefix()}")
