"""Prints what has become of each admin of the project, what a save does to another's, and what the checks say."""

import json
import re

import django

django.setup()

from django.contrib import admin  # noqa: E402
from django.contrib.admin.sites import all_sites  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.core.checks import run_checks  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402
from django.urls import get_resolver  # noqa: E402
from guardian.admin import GuardedModelAdmin  # noqa: E402

from django_admin_collaborator.access.collaborative import collaborates  # noqa: E402

get_resolver().url_patterns  # noqa: B018 (it imports the URLs, where the last admins are registered)


def conflict(model, field, value):
    """The status of a save whose page was opened before somebody else changed the row."""
    opts = model._meta
    row = model.objects.order_by("pk").first()
    url = f"/admin/{opts.app_label}/{opts.model_name}/{row.pk}/change/"
    page = client.get(url)
    form = page.context["adminform"].form
    posted = {name: "" if form[name].value() is None else form[name].value() for name in form.fields}
    hidden = re.findall(r'<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?', page.content.decode())
    model.objects.filter(pk=row.pk).update(**{field: value + " of another"})
    return client.post(url, {**posted, **dict(hidden), field: value}).status_code


setup_test_environment()
call_command("migrate", verbosity=0, run_syncdb=True)
client = Client()
client.force_login(get_user_model().objects.create_superuser("ada", "ada@example.com", "secret"))

from django.contrib.flatpages.models import FlatPage  # noqa: E402
from django.contrib.redirects.models import Redirect  # noqa: E402

from tests.registration.desk.models import Note  # noqa: E402

flat_page = FlatPage.objects.create(url="/about/", title="About")
flat_page.sites.add(1)
Redirect.objects.create(site_id=1, old_path="/old/", new_path="/new/")
Note.objects.create(text="Buy ink")

sites = {site.name: site._registry for site in all_sites}
print(
    json.dumps(
        {
            "on": sorted(
                f"{name}:{model._meta.label}"
                for name, registry in sites.items()
                for model, model_admin in registry.items()
                if collaborates(model_admin)
            ),
            "off": sorted(
                f"{name}:{model._meta.label}"
                for name, registry in sites.items()
                for model, model_admin in registry.items()
                if not collaborates(model_admin)
            ),
            "note": [
                type(admin.site._registry[Note]).__name__,
                isinstance(admin.site._registry[Note], GuardedModelAdmin),
                collaborates(GuardedModelAdmin(Note, admin.site)),
                sites["office"][Note].list_per_page,
            ],
            "conflicts": [
                conflict(FlatPage, "title", "About us"),
                conflict(Redirect, "new_path", "/newer/"),
                conflict(Note, "text", "Buy paper"),
            ],
            "checks": sorted(
                f"{message.id.rpartition('.')[2]} {message.msg}"
                for message in run_checks(tags=["admin_collaborator"])
                if message.id.endswith(("E003", "E010", "W015", "W016"))
            ),
        }
    )
)
