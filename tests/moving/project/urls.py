from django.contrib import admin
from django.http import HttpResponse
from django.urls import path

urlpatterns = [path("ready/", lambda request: HttpResponse("yes")), path("office/", admin.site.urls)]
