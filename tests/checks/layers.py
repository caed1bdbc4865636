"""A channel layer of a project's own."""

from __future__ import annotations

from channels_redis.core import RedisChannelLayer


class OwnLayer(RedisChannelLayer):
    pass
