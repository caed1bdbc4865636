"""Settings of the newsroom. What the package needs is marked; the rest is what every project has."""

from __future__ import annotations

import os
from pathlib import Path

from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError, TimeoutError

CHECKOUT = Path(__file__).resolve().parent.parent
FOLDER = Path(os.environ.get("NEWSROOM_FOLDER") or CHECKOUT / ".demo")

SECRET_KEY = "the passwords of this newsroom are public too"
DEBUG = True
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-gb"
STATIC_URL = "/static/"
ROOT_URLCONF = "example.urls"
AUTH_USER_MODEL = "newsroom.Person"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(FOLDER / "newsroom.sqlite3"),
        "OPTIONS": {"timeout": 20},  # seconds that one writer waits for another
    }
}

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",  # the package needs these two
    "django_admin_collaborator",
    "example.newsroom",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
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

# The package: sockets need ASGI, see asgi.py. All other settings have defaults.
ASGI_APPLICATION = "example.asgi.application"
ADMIN_COLLABORATOR_OPTIONS = {"avatar_field": "portrait"}

# One process needs nothing more. Several share a Redis, for edit locks and for what is said.
REDIS_URL = os.environ.get("NEWSROOM_REDIS_URL")
if REDIS_URL:
    ADMIN_COLLABORATOR_REDIS_URL = REDIS_URL
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {
                "hosts": [
                    {
                        "address": REDIS_URL,
                        "socket_timeout": None,  # a quiet connection is not a dead one
                        "retry": Retry(ExponentialBackoff(cap=1, base=0.05), 5),
                        "retry_on_error": [ConnectionError, TimeoutError],  # outlives a restart of Redis
                    }
                ]
            },
        }
    }
