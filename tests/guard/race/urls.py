"""The admin of the race's rows alone: a page without other models' links is made in three quarters of the time."""

from __future__ import annotations

from django.contrib.admin import AdminSite
from django.urls import path

from tests.guard.press.traced import Register
from tests.guard.press.traced_admin import RegisterAdmin
from tests.project.urls import ready

site = AdminSite()
site.register(Register, RegisterAdmin)
urlpatterns = [path("ready/", ready), path("admin/", site.urls)]
