"""The last place where projects register admins: after every app is ready."""

from django.contrib import admin
from django.urls import path
from guardian.admin import GuardedModelAdmin
from simple_history.admin import SimpleHistoryAdmin

from tests.registration.desk.models import Memo, Note, Poem, Stamp


@admin.register(Note)
class NoteAdmin(SimpleHistoryAdmin, GuardedModelAdmin):
    list_display = ("text",)


class Unmixable(type(admin.ModelAdmin)):
    """A metaclass that makes one class only."""

    def __new__(cls, name, bases, namespace):
        if any(isinstance(base, cls) for base in bases):
            raise RuntimeError("there is one PoemAdmin")
        return super().__new__(cls, name, bases, namespace)


@admin.register(Poem)
class PoemAdmin(admin.ModelAdmin, metaclass=Unmixable):
    pass


office = admin.AdminSite(name="office")
office.register([Note, Memo], NoteAdmin, list_per_page=7)
office.register(Stamp)
urlpatterns = [path("admin/", admin.site.urls), path("office/", office.urls)]
