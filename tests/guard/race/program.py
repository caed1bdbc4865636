"""A program of the project that writes too, in another process than the admin, under a lock of its own."""

from __future__ import annotations

import random

from django.db import OperationalError, transaction

from tests.guard.press.traced import DELETED, Journal, Register, Word, token_of_links
from tests.guard.race.hand import TOPICS_AT_ONCE


def write(pk: int, token: str, topics: list[int], chance: random.Random, may_delete: bool) -> str:
    """Returns the token that was written; "" if nothing was."""
    try:
        with transaction.atomic():
            Register.objects.filter(pk=pk).update(filler="left alone")  # a lock, on SQLite too
            register = Register.objects.filter(pk=pk).first()
            return _write(register, token, topics, chance, may_delete) if register else ""
    except OperationalError:
        return ""


def _write(register: Register, token: str, topics: list[int], chance: random.Random, may_delete: bool) -> str:
    way = chance.choice(["save", "update", "topics", "word", "delete"])
    if way == "delete" and may_delete:
        register.note_deletion(token)
        register.delete()
        return DELETED + token
    if way == "topics":
        before = register.topics_seen = register.token_of_topics()
        Register.objects.filter(pk=register.pk).update(topics_seen=before)
        register.topics.set(chance.sample(topics, TOPICS_AT_ONCE))
        register.note_topics(before)
        return token_of_links(register.topics.values_list("pk", flat=True))
    if way == "word":
        word = chance.choice(list(Word.objects.filter(master=register)))
        word.word_seen, word.word_token = word.word_token, token
        word.save()
        return token
    seen = register.token
    if way == "update":
        Register.objects.filter(pk=register.pk).update(seen=seen, token=token, echo=token)
        Journal.objects.create(about=register.name, seen=seen, token=token)
        return token
    register.seen, register.token = seen, token
    register.clean()
    register.save()
    return token
