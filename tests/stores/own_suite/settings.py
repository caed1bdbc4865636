"""A project as people have it, whose tests are run with the app installed.

SUITE_DATABASE: URL of the database. SUITE_STORE: path of the store; empty: whatever the package chooses.
"""

import os
from urllib.parse import urlsplit

url = urlsplit(os.environ["SUITE_DATABASE"])
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends." + ("sqlite3" if url.scheme == "sqlite" else "postgresql"),
        "NAME": url.path if url.scheme == "sqlite" else url.path.lstrip("/"),
        "USER": url.username or "",
        "HOST": url.hostname or "",
        "PORT": url.port or "",
        "ATOMIC_REQUESTS": True,
        "CONN_MAX_AGE": 60,
    }
}
ADMIN_COLLABORATOR_STORE = os.environ.get("SUITE_STORE") or None
ADMIN_COLLABORATOR_MODELS = "all"
ADMIN_COLLABORATOR_MISSING_BASE = "accept"
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
SECRET_KEY = "only for tests"
DEBUG = False
ALLOWED_HOSTS = ["*"]
USE_TZ = True
STATIC_URL = "/static/"
ROOT_URLCONF = "urls"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_admin_collaborator",
    "library",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
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
