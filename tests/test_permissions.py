"""The permissions come by a migration that makes no table."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.db import connection


@pytest.mark.django_db
def test_the_permissions_are_there_and_no_table_is() -> None:
    found = Permission.objects.filter(content_type__app_label="django_admin_collaborator")
    assert set(found.values_list("codename", flat=True)) == {"take_over_editing", "release_editing", "view_editing"}
    assert "django_admin_collaborator_editing" not in connection.introspection.table_names()


@pytest.mark.django_db
def test_the_migration_is_that_of_the_model() -> None:
    call_command("makemigrations", "django_admin_collaborator", check=True, dry_run=True, verbosity=0)
