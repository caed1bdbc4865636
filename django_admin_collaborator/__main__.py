"""``python -m django_admin_collaborator setup``, which works before the app is one of INSTALLED_APPS."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import List, Optional

from .operators.setup import project, run, source


def main(arguments: Optional[List[str]] = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m django_admin_collaborator")
    commands = parser.add_subparsers(dest="command", required=True)
    setup = commands.add_parser("setup", help="say which lines a project lacks; --write makes them")
    setup.add_argument("--project", default=".", metavar="FOLDER", help="where manage.py is; by default here")
    setup.add_argument("--settings", default="", metavar="MODULE", help="by default those that manage.py names")
    run.add_arguments(setup)
    options = vars(parser.parse_args(arguments))
    del options["command"]
    folder = Path(options.pop("project")).resolve()
    try:
        project.load(folder, options.pop("settings"))
        is_possible = run.run(folder, print, **options)
    except (project.Unfit, source.NotPlain) as error:
        print(error, file=sys.stderr)
        return 1
    return 0 if is_possible else 1


if __name__ == "__main__":
    sys.exit(main())
