"""A project as 0.4.5's own pages have people make it, with settings, texts and addresses of its own."""

import os

from django_admin_collaborator.defaults import DEFAULT_ADMIN_COLLABORATOR_OPTIONS

SECRET_KEY = "only for tests"
DEBUG = False
ALLOWED_HOSTS = ["*"]
USE_TZ = True
STATIC_URL = "/static/"
MEDIA_URL = "/media/"
ROOT_URLCONF = "urls"
AUTH_USER_MODEL = "desk.Writer"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["BENCH_DATABASE"]}}
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
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
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [{"address": os.environ["BENCH_REDIS"], "socket_timeout": None}]},
    }
}

ADMIN_COLLABORATOR_REDIS_URL = os.environ["BENCH_REDIS"]
ADMIN_COLLABORATOR_ADMIN_URL = "office"
ADMIN_COLLABORATOR_WEBSOCKET_CONNECTION_PREFIX_URL = "office/live"
ADMIN_COLLABORATOR_REDIS_MAX_RETRIES = 2
ADMIN_COLLABORATOR_REDIS_RETRY_DELAY = 0.1
ADMIN_COLLABORATOR_REDIS_SOCKET_TIMEOUT = 3
ADMIN_COLLABORATOR_REDIS_MAX_CONNECTIONS = 8
ADMIN_COLLABORATOR_OPTIONS = {
    **DEFAULT_ADMIN_COLLABORATOR_OPTIONS,
    "viewer_mode_text": "At work here: {editor_name}.",
    "avatar_field": "portrait",
    "notification_request_interval": 30,
}
