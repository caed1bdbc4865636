"""The race: many people write the same rows through real workers, which are killed and frozen meanwhile."""

from __future__ import annotations

import random
import threading
import time
from typing import Any, Dict, List, Tuple

from django.contrib.auth import get_user_model
from django.db import connections
from django.db.models import F

from tests.guard.press.traced import Journal, Register, Slot
from tests.guard.race import oracle
from tests.guard.race.browser import Browser
from tests.guard.race.rows import Rows
from tests.guard.race.writers import Writer
from tests.support import people
from tests.support.servers import Server


class Race:
    """``people_count`` people write ``registers`` rows, their topics and two slots of each.

    pauses: least and most seconds between two disturbances.
    """

    def __init__(
        self,
        server: Server,
        people_count: int = 8,
        registers: int = 12,
        seed: int = 0,
        pauses: Tuple[float, float] = (1, 4),
    ) -> None:
        self.server = server
        self.pauses = pauses
        self.chance = random.Random(seed)
        users = get_user_model()._default_manager
        rows = Rows(registers)
        ports = [worker.port for worker in server.workers]
        self.writers = []
        for number in range(people_count):
            user = users.create_superuser(f"racer{number}", f"racer{number}@example.com", "secret")
            browser = Browser(ports, people.log_in(user).session_key)
            chance = random.Random(f"{seed}-{number}")
            self.writers.append(Writer(f"w{number}", user, browser, rows, chance))
        self.errors: List[str] = []
        self.disturbances: Dict[str, int] = {"killed": 0, "frozen": 0}
        self._is_over = threading.Event()

    def run(self, saves: int, seconds: float, disturb: bool = True) -> None:
        """Until so many saves were accepted, so many seconds have gone, or somebody could not go on."""
        threads = [threading.Thread(target=self._write, args=(writer,)) for writer in self.writers]
        for thread in threads:
            thread.start()
        deadline, next_disturbance = time.monotonic() + seconds, time.monotonic() + 2
        while time.monotonic() < deadline and self.save_count() < saves and not self.errors:
            time.sleep(0.2)
            if disturb and time.monotonic() > next_disturbance:
                self._disturb()
                next_disturbance = time.monotonic() + self.chance.uniform(*self.pauses)
        self._is_over.set()
        self.server.make_usable()
        for thread in threads:
            thread.join()

    def save_count(self) -> int:
        """Saves that people were told are done."""
        return sum(writer.saves for writer in self.writers)

    def accepted_count(self) -> int:
        """Tokens in those saves: a save can write a row, its topics and some of its slots."""
        return sum(len(writer.accepted) for writer in self.writers)

    def faults(self) -> List[str]:
        """What was lost; see ``oracle``."""
        writes = list(Journal.objects.order_by("pk").values_list("about", "seen", "token"))
        final: Dict[str, str] = {}
        for register in Register.objects.all():
            final.update(register.traces())
        self.errors += [
            f"{row.name}: {row.token} was saved with what is computed of {row.echo}"
            for model in (Register, Slot)
            for row in model._default_manager.exclude(echo=F("token"))
        ]
        accepted = {token for writer in self.writers for token in writer.accepted}
        return self.errors + oracle.faults(writes, final, accepted)

    def counts(self) -> Dict[str, int]:
        """Answers by method and status."""
        total: Dict[str, int] = {}
        for writer in self.writers:
            for what, count in writer.browser.counts.items():
                total[what] = total.get(what, 0) + count
        return dict(sorted(total.items()))

    def _write(self, writer: Writer) -> None:
        try:
            while not self._is_over.is_set():
                writer.write_once()
        except Exception as error:
            self.errors.append(f"{writer.name}: {error!r}")
            raise
        finally:
            connections.close_all()

    def _disturb(self) -> None:
        """Kill a worker and start it anew, or freeze it for a while."""
        worker: Any = self.chance.choice(self.server.workers)
        if self.chance.random() < 0.5:
            self.disturbances["killed"] += 1
            worker.kill()
            self._start_again(worker)
        else:
            self.disturbances["frozen"] += 1
            worker.freeze()
            time.sleep(self.chance.uniform(0.2, 2))
            worker.thaw()

    def _start_again(self, worker: Any) -> None:
        for _ in range(5):
            try:
                worker.start()
            except TimeoutError:
                continue  # a busy machine; the others race on meanwhile
            return
        self.errors.append("a worker does not start any more\n" + worker.log_tail())
