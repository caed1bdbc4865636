from __future__ import annotations

from django.contrib import admin

from tests.project.members.models import Member

admin.site.register(Member)
