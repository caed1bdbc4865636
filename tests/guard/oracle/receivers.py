"""Signals of the models: they write down what they are told, and change rows themselves."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save

from tests.guard.oracle.models import Everything, Keyed, Label, Line, Order, Shelf, Token, Trace


def connect() -> None:
    for model in (Everything, Keyed, Line, Order, Shelf, Token):
        pre_save.connect(_before_save, sender=model)
        post_save.connect(_after_save, sender=model)
        post_delete.connect(_after_delete, sender=model)
    for field in (Order.labels, Line.labels, Everything.labels):
        m2m_changed.connect(_links_changed, sender=field.through)


def _before_save(sender: Any, instance: Any, **kwargs: Any) -> None:
    if sender is Everything:
        instance.counter += 1
        instance.stamp = f"{instance.slug} {instance.integer} {instance.kind}"


def _after_save(sender: Any, instance: Any, created: bool, update_fields: Any, using: str, **kwargs: Any) -> None:
    pk = "new" if created else instance.pk
    _note(f"{sender.__name__} {pk} was {'created' if created else 'saved'} {sorted(update_fields or [])}", using)
    if sender is Order and instance.shelf_id:
        shelf = Shelf.objects.using(using).get(pk=instance.shelf_id)
        Shelf.objects.using(using).filter(pk=shelf.pk).update(saves=shelf.saves + 1)


def _after_delete(sender: Any, instance: Any, using: str, **kwargs: Any) -> None:
    _note(f"{sender.__name__} {instance.pk} was deleted", using)


def _links_changed(sender: Any, instance: Any, action: str, pk_set: Any, using: str, **kwargs: Any) -> None:
    _note(f"{sender.__name__} {action} {sorted(pk_set or [])}", using)
    if action.startswith("post_") and isinstance(instance, Order):
        Order.objects.using(using).filter(pk=instance.pk).update(label_count=instance.labels.count())
        Label.objects.using(using).filter(pk__in=pk_set or []).update(uses=instance.pk)


def _note(event: str, using: str) -> None:
    Trace.objects.using(using).create(event=event[:400])
