"""What a person chose for the fields that both sides changed: theirs, or mine, which is what the form holds.

Radio buttons, so that it needs no script. Each is named by a path that survives rows moving about:
``title``, ``paragraphs/7/text``, ``paragraphs/7`` for a whole row, ``paragraphs/+0f3a…`` for one that was
deleted and stands in the form as a new one.
"""

from __future__ import annotations

from typing import Any, List

from django.http import HttpRequest

from . import forms
from .merge import MergedPost
from .snapshot import Snapshot

NAME = "_collaborator_take-"
"""First part of the names of the radio buttons; their value is ``theirs`` or ``mine``."""


def apply(model_admin: Any, request: HttpRequest, now: Snapshot) -> None:
    """Put theirs into the POST wherever that was chosen."""
    paths = [name[len(NAME) :] for name, value in request.POST.items() if name.startswith(NAME) and value == "theirs"]
    if not paths:
        return
    post = MergedPost(request)
    shown = forms.form_without_input(model_admin, request, now.instance)
    for path in paths:
        if path in now.fields and path in shown.fields:
            post.take_theirs(shown, path)
    if any("/" in path for path in paths):
        for _, formset in forms.formsets(model_admin, request, now.instance):
            _apply_to_rows(post, formset, paths)
    post.put_into(request)


def _apply_to_rows(post: MergedPost, formset: Any, paths: List[str]) -> None:
    prefix = formset.prefix
    initial, total = post.counts(prefix)
    by_pk = {str(form.instance.pk): form for form in formset.initial_forms}
    for index in range(initial):
        pk = post.data.get(f"{prefix}-{index}-{formset.model._meta.pk.name}", "")
        form = by_pk.get(pk)
        if form is None:
            continue
        if f"{prefix}/{pk}" in paths:
            post.data.pop(f"{prefix}-{index}-DELETE", None)
        for name, _ in forms.guarded_fields(form):
            if f"{prefix}/{pk}/{name}" in paths or f"{prefix}/{pk}" in paths:
                post.take_theirs(form, name, prefix=f"{prefix}-{index}")
    rows = [post.row(prefix, index) for index in range(total)]
    kept = [row for index, row in enumerate(rows) if index < initial or f"{prefix}/+{row.fingerprint()}" not in paths]
    if len(kept) != len(rows):
        post.replace_rows(prefix, kept, initial)
