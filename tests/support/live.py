"""The live view as a page has it in its configuration."""

from __future__ import annotations

import json
import re
import urllib.request
from typing import Any

from tests.support.people import Person
from tests.support.polls import collaborator_path


def configured(page: str) -> Any:
    """What the configuration of this page has of it; None where there is none."""
    block = re.search(r'<script id="admin-collaborator-config"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert block, page
    return json.loads(block[1]).get("live")


def proof(worker: Any, obj: Any, person: Person) -> str:
    """The controls that the change form of a running server shows this person, signed."""
    path = collaborator_path(obj)[: -len("collaborator/")]
    request = urllib.request.Request(worker.url(path), headers=person.headers())
    with urllib.request.urlopen(request) as response:
        return str(configured(response.read().decode())["shows"])
