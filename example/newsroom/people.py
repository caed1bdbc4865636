"""Who works here. Passwords and names are printed when the demo starts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Tuple

from django.contrib.auth.models import Group, Permission
from django.templatetags.static import static

from .models import Person

CONTENT_MODELS = ("article", "author", "paragraph", "picture", "section", "tag")


@dataclass(frozen=True)
class Colleague:
    username: str
    first_name: str
    last_name: str
    email: str
    portrait: str  # path among the static files, or nothing
    may: str
    group: str = ""

    @property
    def password(self) -> str:
        return "harbour-" + self.username


COLLEAGUES = (
    Colleague("maren", "Maren", "Holt", "maren.holt@harbour-post.example", "newsroom/maren.svg", "do everything"),
    Colleague("tomasz", "Tomasz", "Wilk", "tomasz.wilk@harbour-post.example", "", "edit what we publish", "Editors"),
    Colleague("yuki", "Yuki", "Tanaka", "", "", "look, but not edit", "Interns"),  # without an email too
)
ACTIONS = {"Editors": ("view", "add", "change", "delete"), "Interns": ("view",)}


def add_people() -> None:
    groups = {name: _group(name, actions) for name, actions in ACTIONS.items()}
    for colleague in COLLEAGUES:
        person = Person.objects.create_user(
            colleague.username,
            colleague.email,
            colleague.password,
            first_name=colleague.first_name,
            last_name=colleague.last_name,
            portrait=static(colleague.portrait) if colleague.portrait else "",
            is_staff=True,
            is_superuser=not colleague.group,
        )
        if colleague.group:
            person.groups.add(groups[colleague.group])


def _group(name: str, actions: Tuple[str, ...]) -> Group:
    group = Group.objects.create(name=name)
    codenames = [f"{action}_{model}" for action in actions for model in CONTENT_MODELS]
    group.permissions.set(Permission.objects.filter(content_type__app_label="newsroom", codename__in=codenames))
    return group
