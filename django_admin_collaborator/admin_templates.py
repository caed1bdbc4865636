"""Put a template of ours around whatever template a view renders, theme and packages included.

The view's own template stays in ``response.template_name``, and may still be replaced there: django-reversion
does so after the view has returned.
"""

from __future__ import annotations

import logging
import re
from functools import partial
from typing import Any, Callable, Iterable, Optional, Tuple, TypeVar
from urllib.parse import unquote

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.html import format_html_join

from . import faults

logger = logging.getLogger("django_admin_collaborator")

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
    if getattr(response, "_collaborator_template", "") != template_name:
        vars(response)["_collaborator_template"] = template_name
        _put_into_net(response)
    return response


def draw_otherwise(response: R, otherwise: Callable[[], str]) -> R:
    """Where the template of this response cannot be drawn, whoever's fault that is, draw ``otherwise``."""
    if isinstance(response, TemplateResponse) and not response.is_rendered:
        vars(response)["_collaborator_otherwise"] = otherwise
        _put_into_net(response)
    return response


def _put_into_net(response: TemplateResponse) -> None:
    if "resolve_template" not in vars(response):
        vars(response)["resolve_template"] = partial(_Drawing, response, response.resolve_template)
        _change_when_rendered(response, _forget)


class _Drawing:
    """What a response has in place of its template: ours around it, and a net under both."""

    def __init__(self, response: Any, resolve: Callable[[Any], Any], template: Any) -> None:
        self._response, self._resolve, self._template = response, resolve, template

    def render(self, context: Any, request: Any = None) -> str:
        notes = vars(self._response)
        try:
            return self._rendered(notes.get("_collaborator_template"), context, request)
        except Exception as error:
            fault = error
        otherwise = notes.get("_collaborator_otherwise")
        notes["_collaborator_is_plain"], notes["_collaborator_is_other"] = True, otherwise is not None
        # What the view's own template raises by itself is raised without us, too.
        page = otherwise() if otherwise is not None else self._rendered("", context, request)
        is_ours = otherwise is None or faults.is_ours(fault)
        text = (
            "a page could not be drawn with what is ours: %s" if is_ours else "the form at %s cannot be shown again"
        )
        logger.error(text, getattr(request, "path", ""), exc_info=fault)
        return page

    def _rendered(self, template_name: Optional[str], context: Any, request: Any) -> str:
        own = self._resolve(self._template)
        if not template_name:
            return str(own.render(context, request))
        ours = TemplateResponse.resolve_template(self._response, template_name)
        return str(ours.render({**(context or {}), "collaborator_parent": own}, request))


def _forget(response: Any) -> None:
    # A rendered response can be pickled into a cache, which a function of ours would prevent.
    for name in ("resolve_template", "_collaborator_otherwise"):
        response.__dict__.pop(name, None)


def add_to_forms(response: Any, fields: Iterable[Tuple[str, str]], path: str = "") -> None:
    """Add hidden fields to the forms of a page of somebody else's, whatever template it has.

    path: of the page, where only forms that are posted to the page itself are to have them.
    """
    if response.streaming or "html" not in response.get("Content-Type", ""):
        return
    hidden = format_html_join("", '<input type="hidden" name="{}" value="{}">', fields)

    def add(rendered: HttpResponse) -> None:
        text = rendered.content.decode(rendered.charset)
        rendered.content = _POSTING.sub(
            lambda form: form[0] + hidden if not path or _is_posted_to(form[0], path) else form[0], text
        )

    if hidden:
        _change_when_rendered(response, add)


def complete(response: Any, path: str, form_id: str, is_inside: Callable[[], bool], part: Callable[[], str]) -> None:
    """Let what our template adds to a page belong to its form, whatever the page was made with.

    path: of the page. form_id: of the form in the admin's own templates, to which our template says that it belongs
    where it is not inside. part: what our template would add, for a page that was not made with it.
    """

    def add(rendered: Any) -> None:
        is_plain = getattr(rendered, "_collaborator_is_plain", False)
        if (is_inside() and not is_plain) or getattr(rendered, "_collaborator_is_other", False):
            return
        if rendered.streaming or "html" not in rendered.get("Content-Type", ""):
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

    _change_when_rendered(response, add)


def _change_when_rendered(response: Any, act: Callable[[Any], None]) -> None:
    """Let ``act`` change the page. Where it cannot, the page stays as it was rendered."""

    def act_in_net(rendered: Any) -> None:
        with faults.logged("a page lacks something that is ours"):
            act(rendered)

    if isinstance(response, TemplateResponse) and not response.is_rendered:
        response.add_post_render_callback(act_in_net)
    elif isinstance(response, HttpResponseBase):
        act_in_net(response)


def _form_of(text: str, path: str) -> Any:
    """The form of a page that is posted to the page itself."""
    return next((form for form in _POSTING.finditer(text) if _is_posted_to(form[0], path)), None)


def _is_posted_to(form: str, path: str) -> bool:
    action = _ACTION.search(form)
    return action is None or unquote(action[1]) in ("", ".", path)


_POSTING = re.compile(r"""<form\b[^>]*\bmethod=["']?post\b[^>]*>""", re.IGNORECASE)
_ACTION = re.compile(r"""\baction=["']?(?:https?://[^/"'\s>]*)?([^"'\s>?#]*)""", re.IGNORECASE)
"""Its path."""
_ID = re.compile(r"""\bid=["']?([^"'\s>]+)""", re.IGNORECASE)
