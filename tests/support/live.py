"""What a page has in its configuration, of the live view and of objects that its form depends on."""

from __future__ import annotations

import json
import re
import urllib.request
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.support.people import Person
from tests.support.polls import collaborator_path


def configuration(page: str) -> Any:
    block = re.search(r'<script id="admin-collaborator-config"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert block, page
    return json.loads(block[1])


def configured(page: str) -> Any:
    """What the configuration of this page has of the live view; None where there is none."""
    return configuration(page).get("live")


def related(page: str) -> str:
    """What this page says of objects that its form depends on."""
    query = urlsplit(configuration(page)["socket_path"]).query
    return parse_qs(query).get("related", [""])[0]


def fetched(worker: Any, obj: Any, person: Person, mount: str = "/admin/") -> str:
    """The change form of a running server, as this person gets it."""
    path = collaborator_path(obj, mount)[: -len("collaborator/")]
    request = urllib.request.Request(worker.url(path), headers=person.headers())
    with urllib.request.urlopen(request) as response:
        return str(response.read().decode())


def proof(worker: Any, obj: Any, person: Person) -> str:
    """The controls that the change form of a running server shows this person, signed."""
    return str(configured(fetched(worker, obj, person))["shows"])
