"""Put a template of ours around whatever template a view renders, theme and packages included.

The view's own template stays in ``response.template_name``, and may still be replaced there: django-reversion
does so after the view has returned.
"""

from __future__ import annotations

from typing import Any, Dict

from django.template.response import TemplateResponse


def wrap(response: Any, template_name: str, variable: str, values: Dict[str, Any]) -> Any:
    """Render the response with ``template_name``, which extends ``{{ variable.parent }}``, the view's own.

    Can be done more than once; the last one is the outermost.
    """
    if not isinstance(response, TemplateResponse) or response.is_rendered:
        return response
    resolve = response.resolve_template

    def resolve_with_ours(template: Any) -> Any:
        own = {variable: {**values, "parent": resolve(template)}}
        response.context_data = {**(response.context_data or {}), **own}
        return TemplateResponse.resolve_template(response, template_name)

    response.resolve_template = resolve_with_ours
    response.add_post_render_callback(_forget)
    return response


def _forget(response: Any) -> None:
    # A rendered response can be pickled into a cache, which a function of ours would prevent.
    response.__dict__.pop("resolve_template", None)
