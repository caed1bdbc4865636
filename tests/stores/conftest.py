from __future__ import annotations

from typing import Any, Callable

import pytest

from django_admin_collaborator.rooms import announcements
from django_admin_collaborator.rooms.hub import Rooms
from django_admin_collaborator.stores.base import Store
from tests.core import profiles
from tests.stores.doubles import Layer, Watched
from tests.stores.makers import MAKERS

profiles.load()


@pytest.fixture(params=sorted(MAKERS))
def another_store(request: Any) -> Callable[[], Store]:
    """A function that gives a further way to the same kept rooms, as another process has it."""
    return MAKERS[request.param](request)


@pytest.fixture
def store(another_store: Callable[[], Store]) -> Store:
    return another_store()


@pytest.fixture
def layer(monkeypatch) -> Layer:
    layer = Layer()
    monkeypatch.setattr(announcements, "channel_layer", lambda: layer)
    return layer


@pytest.fixture
def watched(another_store) -> Watched:
    return Watched(another_store())


@pytest.fixture
def process(watched: Watched, layer: Layer) -> Rooms:
    """A process that serves sockets in the room called "room"."""
    rooms = Rooms(watched)
    rooms.serve("room")
    return rooms


@pytest.fixture
def other_process(another_store, layer: Layer) -> Rooms:
    rooms = Rooms(Watched(another_store()))
    rooms.serve("room")
    return rooms
