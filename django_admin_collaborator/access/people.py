"""A user as others see them: a name for any user model, and an avatar that never makes anybody wait."""

from __future__ import annotations

import asyncio
import logging
import re
from concurrent import futures
from dataclasses import replace
from typing import Any, Callable, Optional
from urllib.parse import urlsplit

from django.db import connections

from .. import conf
from ..core.room import Person, UserId
from ..core.transition import Message
from . import security_log

logger = logging.getLogger("django_admin_collaborator")

AVATAR_SECONDS = 2.0
"""A storage that needs longer to name a file's address is not waited for: initials are shown."""

GREATEST_SAFE_NUMBER = 2**53 - 1
"""Browsers read greater numbers wrongly, so such ids travel as text."""

_threads = futures.ThreadPoolExecutor(max_workers=4, thread_name_prefix="collaborator-avatar")


def describe(user: Any) -> Person:
    """The person without an avatar; no I/O."""
    email = _text(getattr(user, _email_field(user), ""))
    full_name = _text(user.get_full_name()) if hasattr(user, "get_full_name") else ""
    username = _text(user.get_username()) if hasattr(user, "get_username") else ""
    name = full_name or username or email or str(user)
    return Person(str(user.pk), wire_id(user.pk), email or name, _without_host(name), email)


def describe_in_chat(user: Any) -> Person:
    """The same person, whom the events of the chat call by their user name."""
    person = describe(user)
    username = _text(user.get_username()) if hasattr(user, "get_username") else ""
    return replace(person, label=username or person.label)


def wire_id(pk: Any) -> UserId:
    """A number stays a number in messages, everything else is text."""
    if isinstance(pk, int) and not isinstance(pk, bool) and abs(pk) <= GREATEST_SAFE_NUMBER:
        return pk
    return str(pk)


async def with_avatar(person: Person, user: Any) -> Person:
    """Add the address of the avatar, if the user has one and its storage answers in time."""
    field = conf.option("avatar_field")
    if not field:
        return person
    loop = asyncio.get_running_loop()
    try:
        url = await asyncio.wait_for(loop.run_in_executor(_threads, avatar_url, user, field), AVATAR_SECONDS)
    except asyncio.TimeoutError:
        logger.warning("the storage of avatars took more than %s s; initials are shown", AVATAR_SECONDS)
        return person
    return replace(person, avatar_url=url)


def avatar_in_time(user: Any) -> Optional[str]:
    """The same for synchronous code."""
    field = conf.option("avatar_field")
    if not field:
        return None
    try:
        return _threads.submit(avatar_url, user, field).result(AVATAR_SECONDS)
    except futures.TimeoutError:
        logger.warning("the storage of avatars took more than %s s; initials are shown", AVATAR_SECONDS)
        return None


def avatar_url(user: Any, field: str) -> Optional[str]:
    """A file field's address, or the text of a URL field. Only http, https and addresses of this site."""
    try:
        value = getattr(user, field, None)
        url = value.url if value and hasattr(value, "url") else value
        return safe_url(str(url)) if url else None
    except Exception as error:  # a storage of somebody else's may raise anything; an avatar is not worth a socket
        logger.warning("no avatar from the field %r: %s: %s", field, type(error).__name__, security_log.plain(error))
        return None
    finally:
        connections.close_all()


def safe_url(url: str) -> Optional[str]:
    """The address if a browser may show it as an image, else None."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    if not url.strip().isprintable():
        return None  # browsers leave out what cannot be seen, and may then read another scheme than we do
    if parts.scheme in ("http", "https") or (not parts.scheme and not url.lstrip().startswith("\\")):
        return url.strip()
    return None


def _email_field(user: Any) -> str:
    try:
        return str(type(user).get_email_field_name())
    except AttributeError:
        return "email"


def without_addresses(message: Message, person_with: Callable[[str], Optional[Person]]) -> Message:
    """The same as our own page is told it: people by name, and nobody's e-mail address.

    person_with: finds a person by the text of their id.
    """
    told = {field: value for field, value in message.items() if field not in ("email", "sender_email")}
    for field, whose in (("username", "user_id"), ("editor_name", "editor_id"), ("sender_name", "sender_id")):
        name = message.get(field)
        person = person_with(str(message.get(whose))) if name else None
        if person is not None and name == person.label:
            told[field] = person.name
        elif "@" in str(name):  # a project's own handler may have put another name there, which stays
            told[field] = person.name if person else _without_host(str(name))
    if "users" in message:
        told["users"] = [without_addresses(user, person_with) for user in message["users"]]
    return told


def _without_host(name: str) -> str:
    """What stands before the @ of a name that is an e-mail address, as where people log in by theirs."""
    return re.sub(r"^([^@\s]+)@[^@\s]+$", r"\1", name)


def _text(value: Any) -> str:
    return str(value).strip() if value else ""
