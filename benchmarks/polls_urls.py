"""The addresses of the test project, and of a view that only authenticates."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import path

from tests.project.urls import urlpatterns as project


@login_required
def bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=204)


urlpatterns = [path("bare/", bare), *project]
