from __future__ import annotations

from adminsortable2.admin import SortableAdminBase, SortableTabularInline
from django.contrib import admin
from django.db import models

from tests.guard.packages.case import case


class Playlist(models.Model):
    title = models.CharField(max_length=100)
    note = models.CharField(max_length=100, blank=True)


class Song(models.Model):
    playlist = models.ForeignKey(Playlist, related_name="songs", on_delete=models.CASCADE)
    text = models.CharField(max_length=100)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position"]


class SongInline(SortableTabularInline):
    model = Song
    extra = 1


class PlaylistAdmin(SortableAdminBase, admin.ModelAdmin):
    inlines = [SongInline]


def make() -> Playlist:
    playlist = Playlist.objects.create(title="Before")
    for position, text in enumerate(["One", "Two", "Three"], 1):
        Song.objects.create(playlist=playlist, text=text, position=position)
    return playlist


def turn(obj: Playlist) -> None:
    for song in obj.songs.all():
        Song.objects.filter(pk=song.pk).update(position=4 - song.position)


case(
    "sortable",
    Playlist,
    PlaylistAdmin,
    make=make,
    typed={"title": "Mine", "songs-1-text": "Mine"},
    others={
        "note": lambda obj: Playlist.objects.update(note="Theirs"),
        "order": turn,
        "row": lambda obj: obj.songs.filter(text="One").update(text="Theirs"),
        "row-deleted": lambda obj: obj.songs.filter(text="Three").delete(),
    },
    same=[
        (
            lambda obj: obj.songs.filter(text="Two").update(text="Theirs"),
            {"songs-1-text": "Mine"},
            ("Theirs", "Mine"),
        )
    ],
)
