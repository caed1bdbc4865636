"""One admin of another package: registered twice, with the mixin and without, and what happens to it in the tests.

A further package costs a line in ``settings.SHELVES`` and a module in ``cabinet`` that calls ``case``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Callable, Collection, Dict, List, Tuple

from django.contrib import admin
from django.urls import reverse

from django_admin_collaborator.utils import CollaborativeAdminMixin
from tests.guard.newsdesk import Desk, Form

plain_site = admin.AdminSite(name="plain")

CASES: Dict[str, Case] = {}


@dataclass
class Case:
    name: str
    make: Callable[[], Any]
    """Makes the object as it stands before anybody opens it."""
    typed: Dict[str, Any]
    """What I enter: values, or functions that give them, by the names of controls."""
    others: Dict[str, Callable[[Any], Any]]
    """What somebody else commits meanwhile, in fields that I do not touch: changes by their names."""
    same: List[Tuple[Callable[[Any], Any], Dict[str, Any], Tuple[str, ...]]] = field(default_factory=list)
    """(what somebody else commits, what I enter in the same field, words that the page has to show)."""
    written_by_machines: Dict[str, Callable[[Any], Any]] = field(default_factory=dict)
    """As ``others``, of columns that nobody edits: they may not get in my way."""
    script: Callable[[Form], None] = lambda form: None
    """Does what the package's JavaScript does to a page that was just loaded."""
    refuses_itself: bool = False
    """The package refuses a stale form with an error of its own. It may do so where ours would merge."""
    not_compared: Collection[str] = ()
    """Apps, tables, and columns as table.column, whose values are others each time."""
    is_reported: bool = False
    """A control of its form differs each time, which the log says."""
    key: Callable[[Any], Any] = lambda obj: obj.pk

    def url(self, obj: Any, site: str, view: str) -> str:
        opts = obj._meta
        return reverse(f"{site}:{opts.app_label}_{opts.model_name}_{view}", args=[self.key(obj)])

    def open(self, desk: Desk, obj: Any, site: str = "admin") -> Form:
        form = desk.get(self.url(obj, site, "change"))
        self.script(form)
        return form

    def commit(self, change: Callable[[Any], Any], obj: Any) -> None:
        change(type(obj)._base_manager.get(pk=obj.pk))

    def save(self, form: Form) -> Form:
        answer = form.save()
        self.script(answer)
        return answer


_registrations: List[Tuple[Any, Any]] = []


def register(model: Any, model_admin: Any) -> None:
    """On both sites, on the default one with the mixin; done by ``cabinet.admin``, after Django's own admins.

    model_admin: the class, or a function that imports it then.
    """
    _registrations.append((model, model_admin))


def case(name: str, model: Any, model_admin: Any, **parts: Any) -> None:
    register(model, model_admin)
    CASES[name] = Case(name, **parts)


def value_case(
    name: str, model: Any, before: Any, theirs: Any, mine: Dict[str, Any], words: Tuple[str, ...] = (), **parts: Any
) -> None:
    """The case of a model that has a ``title``, and the package's field as ``value``.

    before, theirs: values of the field. mine: what I enter there. words: of them, which the page has to show.
    """

    def change(obj: Any) -> None:
        obj.value = theirs
        obj.save()

    case(
        name,
        model,
        parts.pop("model_admin", admin.ModelAdmin),
        make=lambda: model._base_manager.create(title="Before", value=before),
        typed={"title": "Mine"},
        others={"value": change},
        same=[(change, mine, words)],
        **parts,
    )


def register_all() -> None:
    for model, model_admin in _registrations:
        if not isinstance(model_admin, type):
            model_admin = model_admin()
        if admin.site.is_registered(model):
            admin.site.unregister(model)
        guarded = type(f"Guarded{model_admin.__name__}", (CollaborativeAdminMixin, model_admin), {})
        admin.site.register(model, guarded)
        plain_site.register(model, model_admin)
