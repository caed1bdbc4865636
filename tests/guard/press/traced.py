"""Rows of the race: whoever writes a token says which token they had before their eyes, and a journal keeps both."""

from __future__ import annotations

from typing import Any, Dict, Iterable, Mapping, Optional

from django.db import models
from parler.fields import TranslationsForeignKey
from parler.models import TranslatableModel, TranslatedFieldsModel

START = "start"
DELETED = "deleted "
LANGUAGES = ("en", "de")


class Journal(models.Model):
    """What was committed, written in the transaction of the save itself."""

    about = models.CharField(max_length=40, db_index=True)
    seen = models.CharField(max_length=100)
    token = models.CharField(max_length=100)

    class Meta:
        app_label = "press"


class Journaled:
    """Writes a token that was changed into the journal. ``PREFIX``: of the columns of the token and what was seen."""

    PREFIX = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.loaded_token = START if self.pk is None else self._token

    def __str__(self) -> str:
        return f"{self.name}: {self._token}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        if self._token != self.loaded_token:
            seen = getattr(self, self.PREFIX + "seen")
            Journal.objects.create(about=self.name, seen=seen, token=self._token)
            self.loaded_token = self._token

    @property
    def _token(self) -> str:
        return getattr(self, self.PREFIX + "token")

    @property
    def name(self) -> str:
        return f"{self._meta.model_name} {self.pk}"


class Traced(Journaled, models.Model):
    """``seen``: the token that whoever wrote ``token`` had before their eyes. ``echo``: computed of the token."""

    token = models.CharField(max_length=40, default=START)
    seen = models.CharField(max_length=40, blank=True)
    echo = models.CharField(max_length=40, default=START, editable=False)
    filler = models.CharField(max_length=40, default="left alone")

    class Meta:
        abstract = True
        app_label = "press"

    def clean(self) -> None:
        self.echo = self.token


class Register(Traced, TranslatableModel):
    """Written through forms, lists, actions and by programs. The token of its topics are their primary keys."""

    topics = models.ManyToManyField("press.Topic", blank=True, related_name="+")
    topics_seen = models.CharField(max_length=100, blank=True)

    class Meta:
        app_label = "press"

    @property
    def name_of_topics(self) -> str:
        return f"topics {self.pk}"

    def token_of_topics(self) -> str:
        links = Register.topics.through.objects.filter(register=self)
        return token_of_links(links.values_list("topic_id", flat=True))

    def note_topics(self, before: str) -> None:
        """Write into the journal that the topics were changed, if they were."""
        token = self.token_of_topics()
        if token != before:
            Journal.objects.create(about=self.name_of_topics, seen=self.topics_seen, token=token)

    def traces(self) -> Dict[str, str]:
        """The tokens of the row, its topics, its words and its slots, by their names."""
        words = {word.name: word.word_token for word in Word.objects.filter(master=self)}
        slots = {slot.name: slot.token for slot in self.slots.all()}
        return {self.name: self.token, self.name_of_topics: self.token_of_topics(), **words, **slots}

    def note_deletion(self, token: str, shown: Optional[Mapping[str, str]] = None) -> None:
        """Write into the journal what is about to be deleted. ``shown``: by default what there is."""
        traces = self.traces()
        Journal.objects.bulk_create(
            Journal(about=name, seen=(traces if shown is None else shown).get(name, ""), token=DELETED + token)
            for name in traces
        )


class Word(Journaled, TranslatedFieldsModel):
    """What a register says in one language: the form of a register shows it, and it is another row."""

    PREFIX = "word_"

    master = TranslationsForeignKey(Register, related_name="translations", null=True, on_delete=models.CASCADE)
    word_token = models.CharField(max_length=40, default=START)
    word_seen = models.CharField(max_length=40, blank=True)

    class Meta:
        app_label = "press"
        unique_together = [("language_code", "master")]


class Slot(Traced):
    """Written through an inline."""

    register = models.ForeignKey(Register, related_name="slots", on_delete=models.CASCADE)

    class Meta:
        app_label = "press"
        ordering = ["pk"]


def token_of_links(keys: Iterable[Any]) -> str:
    return ",".join(str(key) for key in sorted(int(key) for key in keys)) or START
