from __future__ import annotations

from django.db import models
from nested_inline.admin import NestedModelAdmin, NestedStackedInline, NestedTabularInline

from tests.guard.packages.case import case


class House(models.Model):
    title = models.CharField(max_length=100)


class Floor(models.Model):
    house = models.ForeignKey(House, related_name="floors", on_delete=models.CASCADE)
    text = models.CharField(max_length=100)


class Room(models.Model):
    floor = models.ForeignKey(Floor, related_name="rooms", on_delete=models.CASCADE)
    text = models.CharField(max_length=100)
    note = models.CharField(max_length=100, blank=True)


class RoomInline(NestedTabularInline):
    model = Room
    extra = 0


class FloorInline(NestedStackedInline):
    model = Floor
    extra = 0
    inlines = [RoomInline]


class HouseAdmin(NestedModelAdmin):
    inlines = [FloorInline]


def make() -> House:
    house = House.objects.create(title="Before")
    for name in ("One", "Two"):
        floor = Floor.objects.create(house=house, text=name)
        for number in range(2):
            Room.objects.create(floor=floor, text=f"{name} {number}")
    return house


def change(room: str) -> object:
    return lambda obj: Room.objects.filter(text=room).update(note="Theirs")


case(
    "nested_inline",
    House,
    HouseAdmin,
    make=make,
    typed={"title": "Mine", "floors-1-rooms-0-text": "Mine"},
    others={
        "row": lambda obj: obj.floors.filter(text="One").update(text="Theirs"),
        "row-of-a-row": change("One 1"),
        "the-same-row-of-a-row": change("Two 0"),
    },
    same=[(change("Two 0"), {"floors-1-rooms-0-note": "Mine"}, ("Theirs", "Mine"))],
)
