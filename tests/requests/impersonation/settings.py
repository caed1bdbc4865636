"""The test project with a middleware that lets a superuser work as somebody else."""

from __future__ import annotations

from tests.settings import *  # noqa: F403
from tests.settings import MIDDLEWARE

IMPERSONATE = "tests.requests.impersonation.middleware.ImpersonateMiddleware"
MIDDLEWARE = [*MIDDLEWARE, IMPERSONATE, "tests.requests.impersonation.middleware.LastSeenMiddleware"]
ADMIN_COLLABORATOR_REQUEST_MIDDLEWARE = MIDDLEWARE
ADMIN_COLLABORATOR_RIGHTS_SECONDS = 0.3
