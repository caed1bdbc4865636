"""The two admin sites of the test project: ``admin.site`` under /admin/, and this one."""

from __future__ import annotations

from django.contrib import admin

backoffice = admin.AdminSite(name="backoffice")
