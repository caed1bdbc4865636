"""``python -m benchmarks.false_conflicts``: how many saves are refused although nobody else has saved meanwhile.

Three people take turns at two objects, one of them with every field that Django has, and type whatever is valid.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.false_conflicts", description=__doc__)
    parser.add_argument("--saves", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TEST_DATABASE_URL"] = f"sqlite://{folder}/saves.sqlite3"
        django.setup()
        from tests.guard.newsdesk import desk
        from tests.guard.press.models import Everything, Passage, Story
        from tests.guard.test_sequential import save_in_turn
        from tests.support import databases

        databases.create_tables()
        people = [desk(name) for name in ("carl", "dora", "emil")]
        story = Story.objects.create(title="Story")
        for text in ("One", "Two", "Three"):
            Passage.objects.create(story=story, text=text)
        save_in_turn(people, [story, Everything.objects.create()], options.saves, random.Random(options.seed))
    print(f"{options.saves} saves one after the other, no conflict")


if __name__ == "__main__":
    main()
