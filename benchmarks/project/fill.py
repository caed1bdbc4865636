"""Make the tables, ``people`` with a session each, and ``articles``; prints them as JSON.

They are staff whose group may view and change articles: for superusers no permission is ever looked up.
"""

from __future__ import annotations

import json
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")

import django

django.setup()

from desk.models import Article  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.contrib.auth.models import Group, Permission  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402
from django.test import Client  # noqa: E402


@transaction.atomic
def fill(people: int, articles: int) -> dict:
    desk = Group.objects.create(name="desk")
    desk.permissions.set(Permission.objects.filter(codename__in=["view_article", "change_article"]))
    cookies = []
    for number in range(people):
        user = get_user_model().objects.create(
            username=f"person-{number}",
            email=f"person-{number}@example.com",
            first_name="Person",
            last_name=str(number),
            is_staff=True,
        )
        user.groups.add(desk)
        client = Client()
        client.force_login(user)
        cookies.append(client.cookies["sessionid"].value)
    rows = [Article.objects.create(title=f"Article {number}").pk for number in range(articles)]
    return {"sessions": cookies, "articles": rows}


call_command("migrate", run_syncdb=True, verbosity=0)
print(json.dumps(fill(int(sys.argv[1]), int(sys.argv[2]))))
