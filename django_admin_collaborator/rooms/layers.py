"""The channel layer that carries what is said: the project's own, or one in this process when it has none."""

from __future__ import annotations

from typing import Any

from channels.layers import InMemoryChannelLayer, get_channel_layer

_in_process = InMemoryChannelLayer(capacity=1000)


def channel_layer(alias: str = "default") -> Any:
    return get_channel_layer(alias) or _in_process


class EmbeddedLayerMixin:
    """A consumer that also works where ``CHANNEL_LAYERS`` is not set.

    Channels assigns ``channel_layer`` once, before anything else, and asks whether it is None.
    """

    _given_layer: Any = None

    @property
    def channel_layer(self) -> Any:
        return self._given_layer or _in_process

    @channel_layer.setter
    def channel_layer(self, layer: Any) -> None:
        self._given_layer = layer
