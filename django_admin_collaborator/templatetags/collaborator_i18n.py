"""``{% translate %}`` and ``{% blocktranslate %}`` as Django has them, in the context of our texts."""

from __future__ import annotations

from typing import Any

from django import template
from django.templatetags import i18n

from ..translation import CONTEXT

register = template.Library()


@register.tag
def translate(parser: Any, token: Any) -> Any:
    return _in_context(parser, i18n.do_translate(parser, token))


@register.tag
def blocktranslate(parser: Any, token: Any) -> Any:
    return _in_context(parser, i18n.do_block_translate(parser, token))


def _in_context(parser: Any, node: Any) -> Any:
    node.message_context = parser.compile_filter(f'"{CONTEXT}"')
    return node
