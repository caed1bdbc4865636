"""``manage.py collaborator``: who edits, ending it, what is wrong, what is guarded, what is lacking, and erasing."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Dict, Iterator, List

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from ...operators import who_edits
from ...operators.doctor import address, layer, project, store
from ...operators.erase import erase
from ...operators.setup import run as run_setup
from ...operators.setup.source import NotPlain
from ...operators.who_edits import OpenObject
from ...rooms import lease_events
from ...rooms.store_choice import choose
from ...stores.base import StoreUnavailable

MEMORY = (
    "The rooms are in the memory of the process that serves the pages, where no command can see them. "
    "In the database or in Redis they can; the admin has a page, “Who edits”, that shows them in any case."
)


class Command(BaseCommand):
    help = "Shows who edits what, ends somebody's editing, finds out what is wrong, and shows what is guarded."
    requires_system_checks: List[str] = []  # the doctor tells what they find

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        status = actions.add_parser("status", help="who is in which object since when, who edits, and who waits")
        status.add_argument("--json", action="store_true", help="as JSON, for programs; moments are ISO 8601, UTC")
        release = actions.add_parser("release", help="end the editing of an object; its editor is told the reason")
        release.add_argument("model", metavar="APP.MODEL")
        release.add_argument("pk", metavar="PK")
        release.add_argument("--reason", required=True, help="what the editor and the history are told")
        erase = actions.add_parser("erase", help="erase the unsaved text and the talks that are kept of one user")
        erase.add_argument("user", metavar="USER", help="the primary key of the user, who may be gone already")
        inspect = actions.add_parser(
            "inspect", help="open change forms of a model, and say which controls are guarded; nothing is kept"
        )
        inspect.add_argument("model", metavar="APP.MODEL")
        inspect.add_argument("--user", help="who opens them; by default a temporary user who may do so")
        inspect.add_argument("--rows", type=int, default=5, help="how many rows, the oldest and the newest; 5")
        inspect.add_argument("--site", help="name of the admin site, where the model is on several")
        inspect.add_argument("--json", action="store_true", help="as JSON, for programs")
        setup = actions.add_parser("setup", help="say which lines the project lacks; --write makes them")
        run_setup.add_arguments(setup)
        doctor = actions.add_parser("doctor", help="try store, channel layer and address; 1 if something is wrong")
        doctor.add_argument("--url", help="the public address of the site, to open a page there as a person does")
        doctor.add_argument("--user", help="who opens it; by default a superuser")

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        if action in ("status", "release", "erase") and choose().kind == "memory":
            raise CommandError(MEMORY)
        try:
            getattr(self, action)(**options)
        except StoreUnavailable as error:
            raise CommandError(f"The lock service does not answer: {error}. Try: collaborator doctor") from error

    def status(self, json: bool, **options: Any) -> None:
        found = who_edits.open_objects()
        if json:
            self.stdout.write(_as_json(found))
            return
        for one in found:
            self.stdout.write(f"{one.label} {_safe(one.pk)}")
            for line in _lines(one):
                self.stdout.write("  " + line)
        self.stdout.write("{} open".format("1 object is" if len(found) == 1 else f"{len(found)} objects are"))

    def release(self, model: str, pk: str, reason: str, **options: Any) -> None:
        if not reason.strip():
            raise CommandError("The editor wants to know why: give a --reason.")
        found = _model(model)
        try:
            value = found._meta.pk.to_python(pk)
        except ValueError as error:
            raise CommandError(str(error)) from error
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        name = who_edits.release(found, value, reason.strip())
        if name is None:
            raise CommandError(f"Nobody edits {model} {pk}.")
        lease_events.wait()
        self.stdout.write(f"{_safe(name)} no longer edits {model} {pk}, and is told: {reason.strip()}")

    def erase(self, user: str, **options: Any) -> None:
        count = erase(user)
        self.stdout.write(f"Erased from {'1 text' if count == 1 else f'{count} texts'}.")

    def inspect(self, model: str, user: str, rows: int, site: str, json: bool, **options: Any) -> None:
        from ...operators import inspection  # it brings Django's test client

        if rows < 1:
            raise CommandError("Give --rows a number of at least 1.")
        try:
            report = inspection.inspect(_model(model), user, rows, site)
        except inspection.Impossible as error:
            raise CommandError(str(error)) from error
        if json:
            self.stdout.write(_as_text(report.as_json()))
        else:
            for line in report.lines():
                self.stdout.write(_safe(line))
        if not report.is_sound:
            raise CommandError("Something is not guarded, or an untouched save does not leave things as they are.")

    def setup(self, write: bool, models: List[str], asgi: str, redis: str, **options: Any) -> None:
        try:
            is_possible = run_setup.run(Path.cwd(), self.stdout.write, write, models, asgi, redis)
        except NotPlain as error:
            raise CommandError(str(error)) from error
        if not is_possible:
            raise CommandError("Not everything can be written by us.", returncode=1)

    def doctor(self, url: str, user: str, **options: Any) -> None:
        found = [*project.findings(), *store.findings(), *layer.findings(), *address.findings(url, user)]
        style = {"ok": self.style.SUCCESS, "warning": self.style.WARNING, "wrong": self.style.ERROR}
        for one in found:
            self.stdout.write(style[one.level](f"{one.level:8}") + f"{one.subject}: {one.text}")
            if one.remedy:
                self.stdout.write(f"        → {one.remedy}")
        wrong = sum(one.level == "wrong" for one in found)
        if wrong:
            raise CommandError("1 thing is wrong." if wrong == 1 else f"{wrong} things are wrong.", returncode=1)


def _model(label: str) -> Any:
    """Raises: CommandError: there is no such model."""
    if label.count(".") != 1:
        raise CommandError(f"{label!r} names no model: write APP.MODEL, such as newsroom.article.")
    try:
        return apps.get_model(label)
    except (LookupError, ValueError) as error:
        raise CommandError(str(error)) from error


def _lines(one: OpenObject) -> Iterator[str]:
    editor, waiting, here = one.people["editor"], one.people["waiting"], one.people["here"]
    if editor:
        yield f"edits    {_safe(editor['name'])}{', idle' if editor['idle'] else ''}, {_since(one, editor)}"
    for place, who in enumerate(waiting, start=1):
        yield f"waits    {place}. {_safe(who['name'])}, {_since(one, who)}"
    for who in here:
        state = ", connection lost" if who["away"] else ", idle" if who["idle"] else ""
        yield f"is here  {_safe(who['name'])}{state}, {_since(one, who)}"


def _since(one: OpenObject, who: Dict[str, Any]) -> str:
    minutes = int(max(0.0, one.now - who["since"]) // 60)
    return f"since {_moment(who['since']):%Y-%m-%d %H:%M:%S} UTC ({minutes} min)"


def _safe(text: str) -> str:
    """Without characters that a terminal would obey."""
    return "".join(sign if sign.isprintable() else "?" for sign in text)


def _as_text(found: Any) -> str:
    return json.dumps(found, indent=2, default=str)


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, timezone.utc)


def _as_json(found: List[OpenObject]) -> str:
    def in_words(who: Dict[str, Any]) -> Dict[str, Any]:
        return {k: _moment(v).isoformat() if k in ("since", "until") else v for k, v in who.items()}

    return json.dumps(
        [
            {
                "model": one.label,
                "pk": one.pk,
                "editor": one.people["editor"] and in_words(one.people["editor"]),
                "waiting": [in_words(who) for who in one.people["waiting"]],
                "here": [in_words(who) for who in one.people["here"]],
            }
            for one in found
        ],
        indent=2,
    )
