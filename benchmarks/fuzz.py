"""``./dev fuzz``: a coverage-guided fuzzer over parser and core, then its kind of frames at a live server.

Prints how many messages it was, how much memory they left behind, and who is still there; ends with an error at
the first traceback, with the seed that makes it.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Dict, List

FRAMES_OF_AN_INPUT = 32
"""Of what the fuzzer has chosen; where its choices end, chance goes on that is always the same."""
WARM_UP = 0.1
"""The share of the messages after which memory is first looked at."""


def memory_mib() -> float:
    gc.collect()
    return int(Path("/proc/self/status").read_text().split("VmRSS:")[1].split()[0]) / 1024


def guided(total: int, folder: str) -> None:
    """In this process, which the fuzzer ends."""
    import atheris

    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    os.environ["TEST_DATABASE_URL"] = f"sqlite:///{folder}/fuzz.sqlite3"
    with atheris.instrument_imports(include=["django_admin_collaborator"]):
        import django

        django.setup()
        import django_admin_collaborator.routing  # noqa: F401 (the consumers, and all that they import)
    from benchmarks import fuzz_target

    loop = asyncio.new_event_loop()
    users, article = people_and_article()
    paths = (f"/admin/collaboration/newsroom/article/{article.pk}/", "/admin/collaboration/chat/admin/")
    target = fuzz_target.Target(loop.run_until_complete(fuzz_target.seats(users, *paths)))
    known: Dict[str, Any] = {"started": time.monotonic(), "warm": 0.0, "told": 0}

    def one_input(data: bytes) -> None:
        chance = Chance(atheris.FuzzedDataProvider(data))
        loop.run_until_complete(target.feed(chance, FRAMES_OF_AN_INPUT))
        if not known["warm"] and target.messages >= total * WARM_UP:
            known["warm"] = memory_mib()
        if target.messages >= known["told"] + total // 100:
            known["told"] = target.messages
            growth = memory_mib() - (known["warm"] or memory_mib())
            report("so far", target.messages, known["started"], growth)
        if target.messages >= total:
            loop.run_until_complete(target.leave())
            report("guided, in one process", target.messages, known["started"], memory_mib() - known["warm"])
            print(f"still there: {loop.run_until_complete(still_there(article))}", flush=True)
            os._exit(0)  # the fuzzer would go on for ever

    corpus = Path(folder, "corpus")
    corpus.mkdir()
    for seed in range(200):
        chance = random.Random(seed)
        (corpus / str(seed)).write_bytes(bytes(chance.getrandbits(8) for _ in range(256)))
    options = [
        "-max_len=512",
        "-verbosity=0",
        "-rss_limit_mb=0",
        "-report_slow_units=600",
        f"-artifact_prefix={folder}/",
    ]
    atheris.Setup([sys.argv[0], str(corpus), *options], one_input)
    atheris.Fuzz()


class Chance(random.Random):
    """Chance as the fuzzer wills it; when that has run out, always the same."""

    def __init__(self, given: Any) -> None:
        super().__init__(0)
        self.given = given

    def random(self) -> float:
        return self.given.ConsumeProbability() * 0.999999 if self.given.remaining_bytes() else super().random()

    def getrandbits(self, bits: int) -> int:
        size = (bits + 7) // 8
        if self.given.remaining_bytes() < size:
            return super().getrandbits(bits)
        return int(self.given.ConsumeUInt(size)) & ((1 << bits) - 1)


def people_and_article() -> Any:
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.core.management import call_command

    from tests.project.newsroom.models import Article

    for name in ("MESSAGES_PER_SOCKET", "MESSAGES_PER_USER", "HANDSHAKES_PER_USER"):
        setattr(settings, "ADMIN_COLLABORATOR_" + name, 10**9)
    call_command("migrate", run_syncdb=True, verbosity=0)
    make = get_user_model().objects.create_superuser
    users = [make(name, f"{name}@example.com", "secret") for name in ("ada", "bob")]
    return users, Article.objects.create(title="Budget 2027")


async def still_there(article: Any) -> List[str]:
    """Members of the object's room a moment after all have left."""
    from django_admin_collaborator.access import identity
    from django_admin_collaborator.rooms import hub

    await asyncio.sleep(10)
    room = await hub.current().read(identity.room_key(type(article), article.pk))
    return sorted(room.members)


def report(what: str, messages: int, started: float, growth_mib: float) -> None:
    seconds = time.monotonic() - started
    print(
        f"{what}: {messages:,} messages in {seconds:.0f} s, {growth_mib:+.1f} MiB after the first tenth", flush=True
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="./dev fuzz", description=__doc__)
    parser.add_argument("--messages", type=int, default=1_000_000, help="for the guided fuzzer")
    parser.add_argument("--live", type=int, default=100_000, help="messages for the live server; 0 leaves it out")
    arguments = parser.parse_args()
    if arguments.live:
        from benchmarks import fuzz_live

        fuzz_live.run(arguments.live)
    with tempfile.TemporaryDirectory(prefix="collaborator-fuzz-") as folder:
        guided(arguments.messages, folder)


if __name__ == "__main__":
    main()
