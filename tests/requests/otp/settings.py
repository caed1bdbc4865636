"""The test project behind an admin site that wants a second factor."""

from __future__ import annotations

from tests.settings import *  # noqa: F403
from tests.settings import INSTALLED_APPS, MIDDLEWARE

INSTALLED_APPS = [*INSTALLED_APPS, "django_otp", "django_otp.plugins.otp_static"]
MIGRATION_MODULES = dict.fromkeys(("admin", "auth", "contenttypes", "sessions", "otp_static"))
OTP_MIDDLEWARE = "django_otp.middleware.OTPMiddleware"
MIDDLEWARE = [*MIDDLEWARE, OTP_MIDDLEWARE]
ADMIN_COLLABORATOR_REQUEST_MIDDLEWARE = [OTP_MIDDLEWARE]
ADMIN_COLLABORATOR_RIGHTS_SECONDS = 0.3
ROOT_URLCONF = "tests.requests.otp.urls"
