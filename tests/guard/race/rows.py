"""The rows that are raced for: some are deleted, others come, and about as many remain."""

from __future__ import annotations

import random

from tests.guard.press.models import Topic
from tests.guard.press.traced import LANGUAGES, Register, Slot, Word

TOPICS = 60


class Rows:
    def __init__(self, count: int) -> None:
        self.count = count
        self.topics = [Topic.objects.create(name=f"Topic {number}").pk for number in range(TOPICS)]
        self._pks = [self._create() for _ in range(count)]

    def any(self, chance: random.Random) -> int:
        """Of the rows that this side knows of; it may be gone."""
        return chance.choice(list(self._pks))

    def are_enough(self) -> bool:
        return len(self._pks) >= self.count

    def pages(self, size: int) -> int:
        return -(-len(self._pks) // size)

    def add(self, pk: int) -> None:
        self._pks = [*self._pks, pk]

    def forget(self, pk: int) -> None:
        self._pks = [other for other in self._pks if other != pk] or [self._create()]

    def _create(self) -> int:
        register = Register.objects.create()
        Word.objects.bulk_create([Word(master=register, language_code=language) for language in LANGUAGES])
        Slot.objects.bulk_create([Slot(register=register), Slot(register=register)])
        return int(register.pk)
