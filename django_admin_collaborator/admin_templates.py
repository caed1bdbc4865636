"""Put a template of ours around whatever template a view renders, theme and packages included.

The view's own template stays in ``response.template_name``, and may still be replaced there: django-reversion
does so after the view has returned.
"""

from __future__ import annotations

import re
from typing import Any, Callable, Iterable, Tuple, TypeVar
from urllib.parse import unquote

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.html import format_html_join

R = TypeVar("R")

PAGE = "django_admin_collaborator/page.html"
"""Around a change form."""
PART = "django_admin_collaborator/form_part.html"
"""What a change form has of ours inside."""
LIST = "django_admin_collaborator/conflict_notice.html"
"""Around a list, and around whatever else tells of a conflict above its content."""
INDEX = "django_admin_collaborator/site_index.html"
"""Around the index of an admin site."""


def wrap(response: R, template_name: str, **variables: Any) -> R:
    """Render the response with ``template_name``, which extends ``{{ collaborator_parent }}``, the view's own.

    Done again with the same template it only adds variables: each further layer of blocks would cost a
    millisecond and more.
    """
    if not isinstance(response, TemplateResponse) or response.is_rendered:
        return response
    response.context_data = {**(response.context_data or {}), **variables}
    if getattr(response, "_collaborator_template", "") == template_name:
        return response
    resolve = response.resolve_template

    def resolve_with_ours(template: Any) -> Any:
        response.context_data = {**(response.context_data or {}), "collaborator_parent": resolve(template)}
        return TemplateResponse.resolve_template(response, template_name)

    vars(response).update(_collaborator_template=template_name, resolve_template=resolve_with_ours)
    response.add_post_render_callback(_forget)
    return response


def _forget(response: Any) -> None:
    # A rendered response can be pickled into a cache, which a function of ours would prevent.
    response.__dict__.pop("resolve_template", None)


def add_to_forms(response: HttpResponse, fields: Iterable[Tuple[str, str]]) -> None:
    """Add hidden fields to the forms of a page of somebody else's, whatever template it has."""
    if response.status_code != 200 or "html" not in response.get("Content-Type", ""):
        return
    hidden = format_html_join("", '<input type="hidden" name="{}" value="{}">', fields)

    def add(rendered: HttpResponse) -> None:
        text = rendered.content.decode(rendered.charset)
        rendered.content = _POSTING.sub(lambda form: form[0] + hidden, text)

    if not hidden or response.streaming:
        return
    if isinstance(response, TemplateResponse) and not response.is_rendered:
        response.add_post_render_callback(add)
    else:
        add(response)


def complete(response: Any, path: str, form_id: str, is_inside: Callable[[], bool], part: Callable[[], str]) -> None:
    """Let what our template adds to a page belong to its form, whatever the page was made with.

    path: of the page. form_id: of the form in the admin's own templates, to which our template says that it belongs
    where it is not inside. part: what our template would add, for a page that was not made with it.
    """

    def add(rendered: Any) -> None:
        if is_inside() or rendered.streaming or "html" not in rendered.get("Content-Type", ""):
            return
        text = rendered.content.decode(rendered.charset)
        its_id = f'id="{form_id}"'
        is_beside = f'form="{form_id}"' in text
        form = _form_of(text, path)
        if form is None or (is_beside and its_id in text):
            return
        tag, own_id = form[0], _ID.search(form[0])
        if not is_beside:
            tag += part()
        elif own_id:
            text = text.replace(f'form="{form_id}"', f'form="{own_id[1]}"')
        else:
            tag = f"{tag[:-1]} {its_id}>"
        rendered.content = text.replace(form[0], tag, 1)

    if isinstance(response, TemplateResponse) and not response.is_rendered:
        response.add_post_render_callback(add)
    elif isinstance(response, HttpResponseBase):
        add(response)


def _form_of(text: str, path: str) -> Any:
    """The form of a page that is posted to the page itself."""
    for form in _POSTING.finditer(text):
        action = _ACTION.search(form[0])
        if action is None or unquote(action[1]) in ("", ".", path):
            return form
    return None


_POSTING = re.compile(r"""<form\b[^>]*\bmethod=["']?post\b[^>]*>""", re.IGNORECASE)
_ACTION = re.compile(r"""\baction=["']?(?:https?://[^/"'\s>]*)?([^"'\s>?#]*)""", re.IGNORECASE)
"""Its path."""
_ID = re.compile(r"""\bid=["']?([^"'\s>]+)""", re.IGNORECASE)
