"""The net under what a page is given: a fault of ours leaves the page as Django has made it."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import Any, Iterator

logger = logging.getLogger("django_admin_collaborator")


@contextmanager
def logged(model: Any) -> Iterator[None]:
    """Log whatever is raised in this block, and go on behind it."""
    try:
        yield
    except Exception:
        logger.exception("a page of %s opens without its lock", model._meta.label)
