"""A desk in the test client: opens a change form as a browser does, fills it in, and posts it."""

from __future__ import annotations

import copy
import html
import re
from typing import Any, Dict, List, Optional

from django.contrib.admin.utils import quote
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from django_admin_collaborator.guard.version.form_data import Controls


def desk(name: str) -> Desk:
    """A new superuser, logged in."""
    user = get_user_model()._default_manager.create_superuser(name, f"{name}@example.com", "secret")
    client = Client()
    client.force_login(user)
    return Desk(client, user)


class Desk:
    def __init__(self, client: Client, user: Any) -> None:
        self.client = client
        self.user = user

    def open(self, obj: Any, kind: str = "change") -> Form:
        opts = obj._meta
        url = reverse(f"admin:{opts.app_label}_{opts.model_name}_{kind}", args=[quote(obj.pk)])
        return self.get(url)

    def list(self, model: Any, query: str = "") -> Form:
        opts = model._meta
        return self.get(reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist") + query)

    def get(self, url: str) -> Form:
        response = self.client.get(url)
        assert response.status_code == 200, response.status_code
        return Form(self, url, response)

    def another_tab(self) -> Desk:
        return self


class Form:
    """A page with its form, filled in as the page came. Setting an item is typing."""

    def __init__(self, desk: Desk, url: str, response: Any) -> None:
        self.desk = desk
        self.url = url
        self.response = response
        self.text = response.content.decode()
        # What stands in a template is no control of the form.
        form = re.sub(r"<template.*?</template>", "", main_form(self.text), flags=re.S)
        self.data: Dict[str, Any] = dict(Controls(form).values)
        for name in [name for name in self.data if "__prefix__" in name]:
            del self.data[name]
        # Where the page asks, mine; a test that wants theirs, or to leave it open, says so.
        for name in re.findall(r'name="(_collaborator_take-[^"]+)" value="mine"', form):
            self.data.setdefault(html.unescape(name), ["mine"])

    def copy(self) -> Form:
        """The same page, to be filled in once more."""
        form = copy.copy(self)
        form.data = dict(self.data)
        return form

    def __setitem__(self, name: str, value: Any) -> None:
        self.data[name] = value if isinstance(value, list) else [value]

    def __getitem__(self, name: str) -> Any:
        return self.data[name][0]

    def __delitem__(self, name: str) -> None:
        self.data.pop(name, None)

    def save(self, button: str = "_save", **headers: Any) -> Form:
        """Post the form; the page of the answer."""
        return self.post({button: ["1"]})

    def post(self, more: Optional[Dict[str, List[Any]]] = None) -> Form:
        response = self.desk.client.post(self.url, {**self.data, **(more or {})})
        return Form(self.desk, self.url, response)

    @property
    def status(self) -> int:
        return int(self.response.status_code)

    @property
    def was_saved(self) -> bool:
        return self.status == 302

    @property
    def reason(self) -> str:
        """Why the save was refused, as the page names it for scripts."""
        found = re.search(r'data-collaborator-reason="([^"]+)"', self.text)
        return found.group(1) if found else ""

    @property
    def panel(self) -> str:
        """The text of what the page says about a refusal."""
        found = re.search(r'<section id="collaborator-conflict".*?</section>', self.text, re.DOTALL)
        return words(found.group(0)) if found else ""

    @property
    def errors(self) -> List[str]:
        """Mistakes that the page marks."""
        return [words(found) for found in re.findall(r'<ul class="errorlist.*?</ul>', self.text, re.DOTALL)]

    @property
    def messages(self) -> List[str]:
        """What the next page tells; only for an answer that redirects."""
        page = self.desk.client.get(self.response["Location"]).content.decode()
        found = re.search(r'<ul class="messagelist">.*?</ul>', page, re.DOTALL)
        return [words(item) for item in re.findall(r"<li.*?</li>", found.group(0), re.DOTALL)] if found else []


def main_form(page: str) -> str:
    """The form of the page that is not the log-out button's, nor the search's."""
    forms = re.findall(r"<form[^>]*method=\"post\".*?</form>", page, re.DOTALL)
    forms = [form for form in forms if 'id="logout-form"' not in form and 'action="/i18n' not in form]
    return forms[-1] if forms else ""


def words(markup: str) -> str:
    markup = re.sub(r"<script.*?</script>", " ", markup, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())
