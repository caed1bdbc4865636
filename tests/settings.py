"""Settings of the test project, for pytest and for the servers that tests start.

TEST_DATABASE_URL  sqlite:////path/to/file, postgresql://user@host:port/name or mysql://…; default: own SQLite file
TEST_REDIS_URL      the store is in Redis
TEST_STORE          path of the store; default: whatever the package chooses
TEST_CHANNEL_LAYER  none (default), memory, core or pubsub; the last two use TEST_REDIS_URL
TEST_USER_MODEL     ``handle``: a user model with a UUID key, without email and username; default: Django's
TEST_MEDIA_ROOT     where files are stored; default: an own folder of this process
TEST_CSP            the Content-Security-Policy of every answer
TEST_SETTINGS       JSON object of any further settings
"""

from __future__ import annotations

import json
import os
import tempfile
from urllib.parse import unquote, urlsplit

from django.db.backends.signals import connection_created
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError, TimeoutError


def database(url: str) -> dict:
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        path = unquote(parts.path)
        # ``timeout``: several processes write to one file.
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": path,
            "OPTIONS": {"timeout": 20},
            "TEST": {"NAME": path},
        }
    if parts.scheme == "mysql":
        try:
            import MySQLdb  # noqa: F401 (mysqlclient, where it is installed)
        except ImportError:
            import pymysql

            pymysql.version_info = (2, 2, 7, "final", 0)  # the oldest mysqlclient that no Django refuses
            pymysql.install_as_MySQLdb()
    return {
        "ENGINE": f"django.db.backends.{parts.scheme}",
        "NAME": parts.path.lstrip("/"),
        "USER": parts.username,
        "PASSWORD": parts.password or "",
        "HOST": parts.hostname,
        "PORT": parts.port,
        # Django 3.2 would say utf8, which has no emoji there.
        "OPTIONS": {"charset": "utf8mb4"} if parts.scheme == "mysql" else {},
    }


def _forget_power_cuts(connection, **_: object) -> None:
    """Nothing of a test has to survive one, and a SQLite that waits for the disk does so at each commit."""
    if connection.vendor == "sqlite":
        connection.connection.execute("PRAGMA synchronous=OFF")


connection_created.connect(_forget_power_cuts)


def channel_layers(kind: str, redis_url: str) -> dict:
    if kind == "none":
        return {}
    if kind == "memory":
        return {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    # What a host needs to outlive idle times and a restart of Redis with every redis-py; see docs/deployment.md.
    host = {
        "address": redis_url,
        "socket_timeout": None,
        "retry": Retry(ExponentialBackoff(cap=1, base=0.05), 5),
        "retry_on_error": [ConnectionError, TimeoutError],
    }
    backend = {
        "core": "channels_redis.core.RedisChannelLayer",
        "pubsub": "channels_redis.pubsub.RedisPubSubChannelLayer",
    }
    return {"default": {"BACKEND": backend[kind], "CONFIG": {"hosts": [host]}}}


def _own_sqlite_file() -> str:
    return "sqlite://" + os.path.join(tempfile.gettempdir(), f"admin-collaborator-{os.getpid()}.sqlite3")


DATABASES = {"default": database(os.environ.get("TEST_DATABASE_URL") or _own_sqlite_file())}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = os.environ.get("TEST_REDIS_URL") or None
ADMIN_COLLABORATOR_STORE = os.environ.get("TEST_STORE") or None
ADMIN_COLLABORATOR_KEY_PREFIX = "admin-collaborator"  # whatever the database of a test is called
CHANNEL_LAYERS = channel_layers(os.environ.get("TEST_CHANNEL_LAYER") or "none", REDIS_URL or "")

SECRET_KEY = "only for tests"
DEBUG = False
ALLOWED_HOSTS = ["*"]
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-us"
PARLER_LANGUAGES = {None: [{"code": "en"}, {"code": "de"}], "default": {"code": "en", "fallbacks": ["en"]}}
PARLER_ENABLE_CACHING = False  # it would outlive what a test rolls back, and each process has its own
STATIC_URL = "/static/"
# Not of the machine: a file that another run replaces or removes is a change that a save is refused for.
MEDIA_ROOT = os.environ.get("TEST_MEDIA_ROOT") or os.path.join(
    tempfile.gettempdir(), f"admin-collaborator-{os.getpid()}-media"
)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ROOT_URLCONF = "tests.project.urls"
ASGI_APPLICATION = "tests.project.asgi.application"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "parler",
    "django_admin_collaborator",
    "tests.project.members",
    "tests.project.newsroom",
    "tests.project.chat",
    "tests.project.shop",
    "tests.project.shop_order",
    "tests.guard.press",
    "tests.guard.oracle.apps.OracleConfig",
]
# Tables come straight from the models: it takes a tenth of the time, and these apps have no history.
MIGRATION_MODULES = dict.fromkeys(("admin", "auth", "contenttypes", "sessions"))
if os.environ.get("TEST_USER_MODEL") == "handle":
    AUTH_USER_MODEL = "members.Member"

MIDDLEWARE = [
    "tests.project.middleware.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
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
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": True},
        "django_admin_collaborator": {"handlers": ["stderr"], "level": "INFO", "propagate": True},
    },
}
CSP = os.environ.get("TEST_CSP") or None

globals().update(json.loads(os.environ.get("TEST_SETTINGS") or "{}"))
