"""Make the tables, people with a session each, and objects; prints them as JSON."""

import json
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")

import django

django.setup()

from desk.models import Article, Note, Writer  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402


def session_of(number):
    writer = Writer.objects.create(
        username=f"writer{number}",
        email=f"writer{number}@example.com",
        first_name="Writer",
        last_name=f"Number {number}",
        portrait=f"portraits/{number}.png" if number == 0 else "",
        is_staff=True,
        is_superuser=True,
    )
    client = Client()
    client.force_login(writer)
    return client.cookies["sessionid"].value


call_command("migrate", run_syncdb=True, verbosity=0)
sessions = [session_of(number) for number in range(int(sys.argv[1]))]
articles = [Article.objects.create(title=f"Article {number}").pk for number in range(int(sys.argv[2]))]
Note.objects.create(text="A note")
print(json.dumps({"sessions": sessions, "articles": articles}))
