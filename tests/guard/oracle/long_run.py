"""How many sequences are played, and which of them a run that was broken off has still to play.

``ORACLE_SEQUENCES=5000`` makes a long run. What has passed is noted in ``.oracle/``, apart for each state of the
package's code; what has failed is noted beside it, and played again by the next run.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any, Callable, List

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.core.profiles import PROFILE
from tests.guard.oracle import log, mutations
from tests.guard.oracle.sides import Difference

ROOT = Path(__file__).resolve().parents[3]
CHUNK = 25
SHORT = 100
LONG = int(os.environ.get("ORACLE_SEQUENCES") or 0)


def chunks(what: str) -> List[Any]:
    """Numbers of the chunks that are still to be played. The matrix plays the first of them."""
    numbers = range(-(-(LONG or SHORT) // CHUNK))
    left = [number for number in numbers if not (LONG and _note(what, number).exists())]
    return [pytest.param(number, marks=[pytest.mark.slow] if number else []) for number in left]


def run(play: Callable[[Any], None], what: str, number: int, most: int = CHUNK) -> None:
    """Play a chunk of sequences; each number has others.

    Raises: Difference: also where all is as it has to be, and the guard has logged that it failed.
    """
    options: Any = {
        "max_examples": min(most, 10) if PROFILE == "few" else most,
        "database": None,
        "deadline": None,
        "suppress_health_check": list(HealthCheck),
        "phases": [Phase.generate] if mutations.NAME else [Phase.generate, Phase.shrink],
        "print_blob": False,
        "report_multiple_bugs": False,  # else the note of a chunk with two of them has neither
    }

    @seed(f"{what} {number}")
    @settings(**options)
    @given(st.data())
    def play_once(data: Any) -> None:
        with log.listening() as heard:
            play(data.draw)
        faults = [log.text_of(record) for record in heard.take() if log.is_fault(record)]
        if faults:
            raise Difference("\n".join(["the guard has logged", *faults]))

    if not LONG:
        return play_once()
    note = _note(what, number)
    note.parent.mkdir(parents=True, exist_ok=True)
    try:
        play_once()
    except BaseException as error:
        notes = "\n".join(getattr(error, "__notes__", ()))
        note.with_suffix(".failed").write_text(f"{error}\n{notes}\n", encoding="utf-8")
        raise
    if note.with_suffix(".failed").exists():
        note.with_suffix(".failed").unlink()
    note.write_text(f"{CHUNK} sequences\n", encoding="utf-8")
    return None


def _note(what: str, number: int) -> Path:
    return ROOT / ".oracle" / _state() / f"{what}-{number:04}"


def _state() -> str:
    """A name for the code as it is."""
    digest = hashlib.sha256(mutations.NAME.encode())
    for folder in (ROOT / "django_admin_collaborator", Path(__file__).parent):
        for path in sorted(folder.rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
