"""The test project once for each tenant, in PostgreSQL schemas, with users and sessions of their own."""

from __future__ import annotations

from tests.settings import *  # noqa: F403
from tests.settings import DATABASES, INSTALLED_APPS, MIDDLEWARE

DATABASES = {"default": {**DATABASES["default"], "ENGINE": "django_tenants.postgresql_backend"}}
DATABASE_ROUTERS = ["django_tenants.routers.TenantSyncRouter"]
TENANT_APPS = INSTALLED_APPS
SHARED_APPS = ["django_tenants", "tests.requests.tenants.houses", *INSTALLED_APPS]
INSTALLED_APPS = SHARED_APPS
TENANT_MODEL = "houses.House"
TENANT_DOMAIN_MODEL = "houses.Domain"
TENANT_MIDDLEWARE = "django_tenants.middleware.main.TenantMainMiddleware"
MIDDLEWARE = [TENANT_MIDDLEWARE, *MIDDLEWARE]
ADMIN_COLLABORATOR_REQUEST_MIDDLEWARE = [TENANT_MIDDLEWARE]
ADMIN_COLLABORATOR_RIGHTS_SECONDS = 0.3
