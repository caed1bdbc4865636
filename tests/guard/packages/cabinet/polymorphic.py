from __future__ import annotations

from django.contrib import admin
from django.db import models
from polymorphic.admin import (
    PolymorphicChildModelAdmin,
    PolymorphicInlineSupportMixin,
    PolymorphicParentModelAdmin,
    StackedPolymorphicInline,
)
from polymorphic.models import PolymorphicModel

from tests.guard.packages.case import case


class Project(PolymorphicModel):
    title = models.CharField(max_length=100)
    note = models.CharField(max_length=100, blank=True)


class ArtProject(Project):
    artist = models.CharField(max_length=100)


class ProjectAdmin(PolymorphicParentModelAdmin):
    base_model = Project
    child_models = [ArtProject]


class ArtProjectAdmin(PolymorphicChildModelAdmin):
    base_model = Project


class Trip(models.Model):
    title = models.CharField(max_length=100)


class Leg(PolymorphicModel):
    trip = models.ForeignKey(Trip, related_name="legs", on_delete=models.CASCADE)
    note = models.CharField(max_length=100, blank=True)


class Flight(Leg):
    number = models.CharField(max_length=100)
    seat = models.CharField(max_length=100, blank=True)


class Ride(Leg):
    plate = models.CharField(max_length=100)


class FlightInline(StackedPolymorphicInline.Child):
    model = Flight


class RideInline(StackedPolymorphicInline.Child):
    model = Ride


class LegInline(StackedPolymorphicInline):
    model = Leg
    child_inlines = [FlightInline, RideInline]


class OneKindInline(StackedPolymorphicInline):
    model = Leg
    child_inlines = [FlightInline]


class TripAdmin(PolymorphicInlineSupportMixin, admin.ModelAdmin):
    inlines = [LegInline]


class Route(Trip):
    class Meta:
        proxy = True


class RouteAdmin(PolymorphicInlineSupportMixin, admin.ModelAdmin):
    inlines = [OneKindInline]


def make_project() -> Project:
    return Project.objects.get(pk=ArtProject.objects.create(title="Before", artist="Artist").pk)


def make_trip(model: object = Trip) -> Trip:
    trip = model.objects.create(title="Before")
    Flight.objects.create(trip_id=trip.pk, number="LH 1")
    if model is Trip:
        Ride.objects.create(trip=trip, plate="B 1")
    return trip


def change_project(obj: Project) -> None:
    ArtProject.objects.update(artist="Theirs")


case(
    "polymorphic-child",
    ArtProject,
    ArtProjectAdmin,
    make=make_project,
    typed={"title": "Mine"},
    others={"artist": change_project, "note": lambda obj: ArtProject.objects.update(note="Theirs")},
    same=[(change_project, {"artist": "Mine"}, ("Theirs", "Mine"))],
)
case(
    "polymorphic-parent",
    Project,
    ProjectAdmin,
    make=lambda: Project.objects.non_polymorphic().get(pk=make_project().pk),
    typed={"title": "Mine"},
    others={"artist": change_project, "note": lambda obj: Project.objects.update(note="Theirs")},
    same=[(change_project, {"artist": "Mine"}, ("Theirs", "Mine"))],
)
ROWS = {
    "note-of-a-row": lambda obj: Leg.objects.update(note="Theirs"),
    "column-of-a-kind": lambda obj: Flight.objects.update(seat="Theirs"),
    "row-added": lambda obj: Flight.objects.create(trip_id=obj.pk, number="LH 2"),
    "row-deleted": lambda obj: Leg.objects.all().delete(),
}
case(
    "polymorphic-inline",
    Trip,
    TripAdmin,
    make=make_trip,
    typed={"title": "Mine"},
    others={**ROWS, "column-of-the-other-kind": lambda obj: Ride.objects.update(plate="Theirs")},
    same=[(lambda obj: Ride.objects.update(plate="Theirs"), {"legs-1-plate": "Mine"}, ("Theirs", "Mine"))],
)
case(
    "polymorphic-inline-of-one-kind",
    Route,
    RouteAdmin,
    make=lambda: make_trip(Route),
    typed={"title": "Mine"},
    others=ROWS,
    same=[(lambda obj: Flight.objects.update(seat="Theirs"), {"legs-0-seat": "Mine"}, ("Theirs", "Mine"))],
)
