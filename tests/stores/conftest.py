from __future__ import annotations

from typing import Any, Callable

import pytest

from django_admin_collaborator.stores.base import Store
from tests.core import profiles
from tests.stores.makers import MAKERS

profiles.load()


@pytest.fixture(params=sorted(MAKERS))
def another_store(request: Any) -> Callable[[], Store]:
    """A function that gives a further way to the same kept rooms, as another process has it."""
    return MAKERS[request.param](request)


@pytest.fixture
def store(another_store: Callable[[], Store]) -> Store:
    return another_store()
