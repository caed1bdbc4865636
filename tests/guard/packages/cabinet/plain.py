"""Admins that need no other package, and are as seldom what one table's form is."""

from __future__ import annotations

from datetime import datetime, timezone
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group, User
from django.db import connection, models
from django.db.models.signals import post_migrate

from tests.guard.packages.case import case


def person(name: str) -> User:
    # The form shows no microseconds.
    joined = datetime(2020, 1, 1, tzinfo=timezone.utc)
    return User.objects.get_or_create(username=name, defaults={"date_joined": joined})[0]


class Team(Group):
    class Meta:
        proxy = True


def admin_of_members(name: str) -> Any:
    """A group's form in which its members are chosen, by a field called ``name``."""

    class MembersForm(forms.ModelForm):
        class Meta:
            fields = ["name"]

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            if self.instance.pk:
                self.fields[name].initial = self.instance.user_set.all()

        def _save_m2m(self) -> None:
            super()._save_m2m()
            self.instance.user_set.set(self.cleaned_data[name])

    field = forms.ModelMultipleChoiceField(User.objects.order_by("pk"), required=False)
    form = type("Form", (MembersForm,), {name: field})
    return type("MembersAdmin", (admin.ModelAdmin,), {"form": form, "fields": ["name", name]})


def make_group(model: Any) -> Group:
    group = model.objects.create(name="Before")
    group.user_set.add(person("carl"))
    person("dora")
    return group


# ``user`` is also the name of a relation to the model, which is no field of it.
for model, field in [(Group, "people"), (Team, "user")]:
    case(
        f"group-{field}",
        model,
        admin_of_members(field),
        make=partial(make_group, model),
        typed={"name": "Mine"},
        others={
            "member-added": lambda obj: obj.user_set.add(person("dora")),
            "member-removed": lambda obj: obj.user_set.clear(),
        },
        same=[(lambda obj: obj.user_set.add(person("dora")), {field: []}, ("dora",))],
    )


def log_in(obj: User) -> None:
    User.objects.filter(pk=obj.pk).update(last_login=datetime(2030, 1, 1, tzinfo=timezone.utc))


case(
    "user",
    User,
    UserAdmin,
    make=lambda: person("carl"),
    typed={"first_name": "Mine"},
    others={
        "last_name": lambda obj: User.objects.filter(pk=obj.pk).update(last_name="Theirs"),
        "group": lambda obj: obj.groups.add(Group.objects.create(name="Theirs")),
    },
    written_by_machines={"last_login": log_in},
    same=[
        (
            lambda obj: User.objects.filter(pk=obj.pk).update(last_name="Theirs"),
            {"last_name": "Mine"},
            ("Theirs", "Mine"),
        )
    ],
)


class Booking(models.Model):
    shop = models.CharField(max_length=100)
    amount = models.IntegerField()


class Turnover(models.Model):
    """The bookings of a shop, from a view."""

    shop = models.CharField(max_length=100, primary_key=True)
    amount = models.IntegerField()

    class Meta:
        managed = False
        db_table = "cabinet_turnover"


class TurnoverAdmin(admin.ModelAdmin):
    readonly_fields = ["shop"]

    def save_model(self, request: Any, obj: Turnover, form: Any, change: bool) -> None:
        """Book the difference."""
        difference = obj.amount - Turnover.objects.get(pk=obj.pk).amount
        if difference:
            Booking.objects.create(shop=obj.shop, amount=difference)

    def delete_model(self, request: Any, obj: Turnover) -> None:
        Booking.objects.filter(shop=obj.shop).delete()


def make_view(**kwargs: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP VIEW IF EXISTS cabinet_turnover")
        cursor.execute(
            "CREATE VIEW cabinet_turnover AS SELECT shop, SUM(amount) AS amount FROM cabinet_booking GROUP BY shop"
        )


post_migrate.connect(make_view, dispatch_uid="cabinet_turnover")


def make_turnover() -> Turnover:
    Booking.objects.create(shop="North", amount=3)
    Booking.objects.create(shop="North", amount=4)
    return Turnover.objects.get()


case(
    "view",
    Turnover,
    TurnoverAdmin,
    make=make_turnover,
    typed={"amount": "10"},
    others={},
    same=[(lambda obj: Booking.objects.create(shop="North", amount=1), {"amount": "10"}, ("8", "10"))],
)


class InSight(models.Manager):
    def get_queryset(self) -> Any:
        return super().get_queryset().filter(is_deleted=False)


class Letter(models.Model):
    title = models.CharField(max_length=100)
    note = models.CharField(max_length=100, blank=True)
    is_deleted = models.BooleanField(default=False, editable=False)

    objects = InSight()
    everything = models.Manager()  # noqa: DJ012 (a manager, no field)


case(
    "soft-deletion",
    Letter,
    admin.ModelAdmin,
    make=lambda: Letter.objects.create(title="Before"),
    typed={"title": "Mine"},
    others={"note": lambda obj: Letter.objects.update(note="Theirs")},
    same=[(lambda obj: Letter.objects.update(title="Theirs"), {"title": "Mine"}, ("Theirs", "Mine"))],
)


class Post(models.Model):
    title = models.CharField(max_length=100)
    note = models.CharField(max_length=100, blank=True)
    slug = models.SlugField(unique=True)


class PostAdmin(admin.ModelAdmin):
    def get_object(self, request: Any, object_id: str, from_field: Any = None) -> Any:
        return super().get_object(request, object_id, "slug")


case(
    "slug",
    Post,
    PostAdmin,
    make=lambda: Post.objects.create(title="Before", slug="the-post"),
    typed={"title": "Mine"},
    others={"note": lambda obj: Post.objects.update(note="Theirs")},
    same=[(lambda obj: Post.objects.update(title="Theirs"), {"title": "Mine"}, ("Theirs", "Mine"))],
    key=lambda obj: obj.slug,
)
