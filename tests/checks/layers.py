"""Channel layers as projects write them."""

from __future__ import annotations

from typing import Any, Dict

from channels_redis.core import RedisChannelLayer


class OwnLayer(RedisChannelLayer):
    """A layer of the project's own."""


def host(**changes: Any) -> Dict[str, Any]:
    return {"address": "redis://redis.example:6379/0", "socket_timeout": None, **changes}


def layer(backend: str = "channels_redis.core.RedisChannelLayer", **config: Any) -> Dict[str, Any]:
    return {"default": {"BACKEND": backend, "CONFIG": {"hosts": [host()], **config}}}
