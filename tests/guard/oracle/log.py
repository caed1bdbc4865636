"""What the guard logs while sequences are played."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import Iterator, List

from django_admin_collaborator.guard.version import reading

FAULTS = ("is not guarded", "are not guarded", "could not compare", "opens without its lock")
FORM_FAILED = "cannot be shown again"
"""A form of the project's, which plain Django would fail over when it is posted."""

OURS = logging.getLogger("django_admin_collaborator")


class Log(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.records: List[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    def take(self) -> List[logging.LogRecord]:
        """The records since this was last called."""
        records, self.records = self.records, []
        return records


@contextmanager
def listening() -> Iterator[Log]:
    """Also to what the guard says but once in a process."""
    log = Log()
    OURS.addHandler(log)
    try:
        with reading.reporting_again():
            yield log
    finally:
        OURS.removeHandler(log)


@contextmanager
def silence_of_django() -> Iterator[None]:
    """What plain Django refuses or breaks is no news."""
    logger = logging.getLogger("django")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    yield
    logger.setLevel(level)


def text_of(record: logging.LogRecord) -> str:
    error = record.exc_info[1] if record.exc_info else None
    return f"{record.levelname} {record.getMessage()}" + (f" ({error!r})" if error else "")


def is_fault(record: logging.LogRecord) -> bool:
    """Whether the guard failed, or does without what it is for."""
    message = record.getMessage()
    if FORM_FAILED in message:
        return False
    return record.levelno >= logging.ERROR or any(words in message for words in FAULTS)
