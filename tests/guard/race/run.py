"""The race: many people write the same rows through real workers, which are killed and frozen meanwhile."""

from __future__ import annotations

import random
import threading
import time
from typing import Any, Dict, List

from django.contrib.auth import get_user_model
from django.db import connections

from tests.guard.press.models import Journal, Register, Slot
from tests.guard.race import oracle
from tests.guard.race.browser import Browser
from tests.guard.race.writers import Writer
from tests.support import people
from tests.support.servers import Server


class Race:
    """``saves``: how many accepted writes to go for. ``people`` write ``registers`` rows with two slots each."""

    def __init__(self, server: Server, people_count: int = 8, registers: int = 12, seed: int = 0) -> None:
        self.server = server
        self.chance = random.Random(seed)
        users = get_user_model()._default_manager
        self.pks = []
        for _ in range(registers):
            register = Register.objects.create()
            Slot.objects.bulk_create([Slot(register=register), Slot(register=register)])
            self.pks.append(register.pk)
        ports = [worker.port for worker in server.workers]
        self.writers = []
        for number in range(people_count):
            user = users.create_superuser(f"racer{number}", f"racer{number}@example.com", "secret")
            browser = Browser(ports, people.log_in(user).session_key)
            chance = random.Random(f"{seed}-{number}")
            self.writers.append(Writer(f"w{number}", user, browser, self.pks, chance))
        self.errors: List[str] = []
        self._is_over = threading.Event()

    def run(self, saves: int, seconds: float, disturb: bool = True) -> None:
        threads = [threading.Thread(target=self._write, args=(writer,)) for writer in self.writers]
        for thread in threads:
            thread.start()
        deadline, next_disturbance = time.monotonic() + seconds, time.monotonic() + 2
        while time.monotonic() < deadline and self.accepted_count() < saves and not self.errors:
            time.sleep(0.2)
            if disturb and time.monotonic() > next_disturbance:
                self._disturb()
                next_disturbance = time.monotonic() + self.chance.uniform(1, 4)
        self._is_over.set()
        self.server.make_usable()
        for thread in threads:
            thread.join()

    def accepted_count(self) -> int:
        return sum(len(writer.accepted) for writer in self.writers)

    def faults(self) -> List[str]:
        """What was lost; see ``oracle``."""
        writes = list(Journal.objects.order_by("pk").values_list("about", "seen", "token"))
        final = {row.name: row.token for model in (Register, Slot) for row in model.objects.all()}
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
            worker.kill()
            worker.start()
        else:
            worker.freeze()
            time.sleep(self.chance.uniform(0.2, 2))
            worker.thaw()
