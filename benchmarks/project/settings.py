"""One project for both packages: whichever is installed serves it. BENCH_* says where things are."""

from __future__ import annotations

import json
import os
from urllib.parse import urlsplit

SECRET_KEY = "only for measuring"
DEBUG = False
ALLOWED_HOSTS = ["*"]
USE_TZ = True
STATIC_URL = "/static/"
ROOT_URLCONF = "urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
_database = urlsplit(os.environ["BENCH_DATABASE"])
if _database.scheme == "postgresql":
    _default = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _database.path.lstrip("/"),
        "USER": _database.username,
        "HOST": _database.hostname,
        "PORT": _database.port,
        "DISABLE_SERVER_SIDE_CURSORS": True,
    }
else:
    _default = {"ENGINE": "django.db.backends.sqlite3", "NAME": _database.path, "OPTIONS": {"timeout": 20}}
DATABASES = {"default": _default}
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "channels",
    "django_admin_collaborator",
    "desk",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
LOGGING = {"version": 1, "disable_existing_loggers": True}

# The documented installation page's configuration. BENCH_LAYER is empty where this package goes without a layer.
if os.environ.get("BENCH_REDIS"):
    ADMIN_COLLABORATOR_REDIS_URL = os.environ["BENCH_REDIS"]
    if os.environ.get("BENCH_LAYER"):
        CHANNEL_LAYERS = {
            "default": {
                "BACKEND": "channels_redis.core.RedisChannelLayer",
                "CONFIG": {"hosts": [os.environ["BENCH_REDIS"]], "capacity": 10_000},
            }
        }

globals().update(json.loads(os.environ.get("BENCH_SETTINGS") or "{}"))
