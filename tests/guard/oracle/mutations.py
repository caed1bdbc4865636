"""``python -m tests.guard.oracle.mutations``: break each rule of the guard once; the oracle has to find it.

Each mutation runs the sequences in a process of its own, without shrinking, until one of them differs.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import Any, Callable, Dict, List, Tuple

NAME = os.environ.get("ORACLE_MUTATION") or ""

Mutation = Callable[[Any], None]


def _import(module: str) -> Any:
    return __import__(f"django_admin_collaborator.guard.{module}", fromlist=["*"])


def replace(place: str, value: Any) -> Mutation:
    """Put ``value`` in place of "folder/module.name" or "folder/module.class.name"."""

    def mutate(monkeypatch: Any) -> None:
        module, _, path = place.partition(".")
        target = _import(module.replace("/", "."))
        *owners, name = path.split(".")
        for owner in owners:
            target = getattr(target, owner)
        assert hasattr(target, name), place
        monkeypatch.setattr(target, name, value)

    return mutate


def _writes_back(monkeypatch: Any) -> None:
    """As a guard that puts untouched values back after the model has cleaned itself."""
    form = _import("version.guarded_forms").GuardedForm
    clean = form._post_clean

    def post_clean(self: Any) -> None:
        before = {name: self.instance.__dict__.get(name) for name in self.fields}
        clean(self)
        for name, value in before.items():
            if name not in self.changed_data and name in self.instance.__dict__:
                self.instance.__dict__[name] = value

    monkeypatch.setattr(form, "_post_clean", post_clean)


def _believes_changed_data(self: Any, name: str, reading: Any) -> bool:
    return name not in self.form.changed_data


def _validates_what_is_left_out(self: Any) -> Any:
    return super(_import("version.guarded_forms").GuardedForm, self)._get_validation_exclusions()


def _saves_all_links(self: Any) -> None:
    super(_import("version.guarded_forms").GuardedForm, self)._save_m2m()


def _asks_no_permission(monkeypatch: Any) -> None:
    saving = _import("save")
    begin = saving.begin

    def without(model_admin: Any, *arguments: Any, **options: Any) -> Any:
        class Allowing:
            def __getattr__(self, name: str) -> Any:
                if name.startswith("has_"):
                    return lambda *args: True
                return getattr(model_admin, name)

        return begin(Allowing(), *arguments, **options)

    monkeypatch.setattr(saving, "begin", without)


ALONE, OTHERS, LEASES = "test_oracle.py", "test_other_writers.py", "test_leases.py"

PICKY = "test_oracle.py::test_a_person_alone_finds_no_difference_in_values_that_no_form_shows"
"""Where only some rows of some admins tell."""

COMPUTING = "test_other_writers.py::test_a_form_computes_with_what_others_wrote"

MUTATIONS: Dict[str, Tuple[str, Mutation]] = {
    # A conflicting save is refused.
    "no-comparison": (OTHERS, replace("write.Attempt._decide", lambda self: None)),
    "base-always-matches": (OTHERS, replace("version/base.Base.matches", lambda *arguments: True)),
    "base-never-matches": (ALONE, replace("version/base.Base.matches", lambda *arguments: False)),
    "rows-come-and-go-unseen": (OTHERS, replace("version/rowsets.RowSet.compare_keys", lambda self, base: None)),
    "rows-are-not-compared": (OTHERS, replace("version/rowsets.compared", lambda *arguments, **options: None)),
    "always-merges": (OTHERS, replace("write.Attempt.merges", True)),
    "list-rows-always-mine": (
        OTHERS,
        replace("views/list_rows.verdict", lambda *arguments: _import("version.compare").Change.MINE),
    ),
    "deletions-unseen": (OTHERS, replace("version/confirmation.compared", lambda *arguments: ([], []))),
    "volatile-controls-compared": (ALONE, replace("version/reading.is_volatile", lambda *arguments: False)),
    # A value that nobody entered is never written, and nothing else is left out.
    "writes-back-after-clean": (ALONE, _writes_back),
    "nothing-is-left-out": (ALONE, replace("version/examination.Examination._is_kept", lambda *arguments: False)),
    "computed-values-are-left-out": (
        ALONE,
        replace("version/form_input.is_computed", lambda *args: False),
    ),
    "believes-changed-data": (
        ALONE,
        replace("version/examination.Examination._is_untouched", _believes_changed_data),
    ),
    "all-links-are-saved": (ALONE, replace("version/guarded_forms.GuardedForm._save_m2m", _saves_all_links)),
    "left-out-is-not-validated": (
        PICKY,
        replace("version/guarded_forms.GuardedForm._get_validation_exclusions", _validates_what_is_left_out),
    ),
    "line-ends-are-input": (ALONE, replace("version/shapes._normal", lambda raw: raw)),
    "one-line-inputs-keep-line-ends": (ALONE, replace("version/shapes._as_browsers_send", lambda widget, text: text)),
    "hidden-choices-count-as-touched": (PICKY, replace("version/shapes.lacks", lambda *args: False)),
    # A refusal shows what is stored and what was typed, and has a way on.
    "refusal-shows-old-values": (OTHERS, replace("version/examination.Examination.keep_shown", lambda self: None)),
    "refusal-has-the-old-base": (OTHERS, replace("conflict/responses.base_text", lambda attempt: attempt.base_text)),
    "theirs-is-not-taken": (
        COMPUTING,
        replace("version/examination.Examination._put_theirs", lambda self, name: None),
    ),
    # While another person holds the lease, nobody else saves.
    "leases-are-not-asked": (LEASES, replace("turn.Turn.ask", lambda self: None)),
    # Permissions first.
    "no-permission-asked": (ALONE, _asks_no_permission),
}


def apply(monkeypatch: Any) -> None:
    """Break the rule that the environment names, if it names one."""
    if NAME:
        MUTATIONS[NAME][1](monkeypatch)


def main(names: List[str]) -> int:
    survivors = []
    for name in names or list(MUTATIONS):
        started = time.monotonic()
        found = _is_found(name)
        print(f"{name}: {'found' if found else 'NOT FOUND'} after {time.monotonic() - started:.0f} s", flush=True)
        survivors += [] if found else [name]
    return 1 if survivors else 0


def _is_found(name: str) -> bool:
    sequences = os.environ.get("ORACLE_SEQUENCES", "400")
    environment = {**os.environ, "ORACLE_MUTATION": name, "ORACLE_SEQUENCES": sequences}
    path = os.path.join(os.path.dirname(__file__), MUTATIONS[name][0])
    command = [sys.executable, "-m", "pytest", path, "-q", "-x", "-p", "no:rerunfailures", "-p", "no:cacheprovider"]
    run = subprocess.run([*command, "-k", "not plain"], env=environment, capture_output=True, check=False)
    return run.returncode == 1 and b"Difference" in run.stdout


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
