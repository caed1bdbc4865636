"""The test project with a second database, whose rows have the same primary keys."""

from __future__ import annotations

import os
import tempfile

from tests.settings import *  # noqa: F403
from tests.settings import DATABASES, database

_folder = tempfile.gettempdir()
DATABASES = {
    **DATABASES,
    "archive": database("sqlite://" + os.path.join(_folder, f"admin-collaborator-{os.getpid()}-archive.sqlite3")),
    "again": {**DATABASES["default"], "TEST": {"MIRROR": "default"}},
}
ROOT_URLCONF = "tests.requests.databases.urls"
