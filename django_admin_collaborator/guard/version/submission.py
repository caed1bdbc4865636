"""A POST whose rows of an inline are exchanged: rows that others deleted go, rows that they added come."""

from __future__ import annotations

import hashlib
import re
from typing import Any, Dict, Iterable, List, Optional

from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict

INITIAL = "initial-"
"""In front of the name of a field that brings along what it showed, as one whose default is computed does."""


class MergedPost:
    """What was posted, and its files, with rows exchanged. ``put_into`` makes it the request's own."""

    def __init__(self, data: QueryDict, files: MultiValueDict[str, Any]) -> None:
        self.data: QueryDict = data.copy()
        self.files: MultiValueDict[str, Any] = files.copy()
        self.is_changed = False

    def put_into(self, request: HttpRequest) -> None:
        request.POST = self.data  # type: ignore[assignment]  # Django's own cannot be written to
        vars(request)["_files"] = self.files

    def replace_rows(self, prefix: str, rows: Iterable[Row], initial: int) -> None:
        """Let the inline hold ``rows``, the first ``initial`` of them rows that exist."""
        rows = list(rows)
        for source in (self.data, self.files):
            for name in [name for name in source if _index_of(name, prefix) is not None]:
                del source[name]
        for index, row in enumerate(rows):
            for name, posted in row.data.items():
                lead = INITIAL if name.startswith(INITIAL) else ""
                self.data.setlist(f"{lead}{prefix}-{index}-{name[len(lead) :]}", posted)
            for name, files in row.files.items():
                self.files.setlist(f"{prefix}-{index}-{name}", files)
        self.data[f"{prefix}-TOTAL_FORMS"] = str(len(rows))
        self.data[f"{prefix}-INITIAL_FORMS"] = str(initial)

    def row(self, prefix: str, index: int) -> Row:
        """One row of an inline, as it was posted; names are without the row's own prefix."""
        start = f"{prefix}-{index}-"
        data, files = (
            {name.replace(start, "", 1): source.getlist(name) for name in source if _index_of(name, prefix) == index}
            for source in (self.data, self.files)
        )
        return Row(data, files)

    @staticmethod
    def existing_row(pk_name: str, pk: str) -> Row:
        """A row that is there and was not posted: nothing but its key."""
        return Row({pk_name: [pk]}, {})


class Row:
    """The posted data of one inline row, by name without prefix; ``INITIAL`` stays in front."""

    def __init__(self, data: Dict[str, List[str]], files: Dict[str, List[Any]]) -> None:
        self.data = data
        self.files = files

    def fingerprint(self) -> str:
        """The same for the same input, wherever the row stands in its inline."""
        typed = sorted(item for item in self.data.items() if not item[0].startswith(INITIAL))
        return hashlib.sha256(repr(typed).encode("utf-8", "replace")).hexdigest()[:16]


def _index_of(name: str, prefix: str) -> Optional[int]:
    """The row that a posted name belongs to. A second inline of a model is called ``prefix-2``: not ours."""
    found = re.match(
        rf"(?:{INITIAL})?{re.escape(prefix)}-(\d+)-(?!\d+-|__prefix__-|(?:TOTAL|INITIAL|MIN_NUM|MAX_NUM)_FORMS$)",
        name,
    )
    return int(found.group(1)) if found else None
