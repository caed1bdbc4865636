"""Whose page a chat is on: the objects and models that a path may mean, and whether somebody may see them.

Clients write ``_`` for the slashes of a path, so that it can be read in more than one way; each reading is a
page of its own. These functions ask the database: call them from a thread, never on the event loop.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any, Iterator, Mapping, Optional, Tuple

from . import identity, permissions
from .page_request import ask

OBJECT_PAGE = re.compile(r"((?:[^_]|_[0-9A-F]{2})+)_(?:change|history|delete)", re.DOTALL)
"""What follows the model's name in the path of a page of one object: its quoted key, and which page it is."""

MOST_READINGS = 20
"""A path that can be read in more ways is nobody's page, and would only make us ask the database."""


@dataclass(frozen=True)
class Place:
    """A page that somebody may see.

    key: of the chat's room. about: the room key of the object that the page shows; empty for every other page.
    """

    key: str
    about: str = ""


def find(user: Any, scope: Mapping[str, Any], page_path: str, model_hint: str = "") -> Optional[Place]:
    """The page that is meant, or None if ``user`` may not see it or its object is not there.

    model_hint: ``app_label.model_name`` of the model whose page it is, as our own page says it; it only matters
        for a path that can be read in two ways. A path that means no model's page is open to the whole staff.

    Raises: Unasked: a hook of the project's raised.
    """
    return ask(scope, user, partial(_find, page_path=page_path, model_hint=model_hint))


def _find(request: Any, page_path: str, model_hint: str) -> Optional[Place]:
    text = identity.page_text(page_path)
    readings = list(islice(_readings(text), MOST_READINGS + 1))
    if not readings:
        return Place(identity.page_key(text))
    if len(readings) > MOST_READINGS:
        return None
    for model, object_id in sorted(readings, key=lambda reading: _rank(reading[0], model_hint)):
        key = identity.page_key(text, model._meta.label_lower)
        if object_id is None:
            if permissions.may_see_model(request, model):
                return Place(key)
            continue
        about = permissions.key_of_visible(request, model, object_id)
        if about is not None:
            return Place(key, about)
    return None


def _readings(text: str) -> Iterator[Tuple[Any, Optional[str]]]:
    """The models whose page this may be, with the quoted key of an object; None for other pages of the model.

    Wherever the admin is mounted, its addresses go on with app label and model name.
    """
    bounded = f"_{text}_"
    for model in permissions.registered_models():
        for found in re.finditer(f"(?=_{model._meta.app_label}_{model._meta.model_name}_(.*))", bounded, re.DOTALL):
            page = OBJECT_PAGE.fullmatch(found[1][:-1])
            yield model, page[1] if page else None


def _rank(model: Any, hint: str) -> Tuple[bool, str]:
    label = model._meta.label_lower
    return label != hint.lower(), label
