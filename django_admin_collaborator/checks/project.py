"""System checks: what would fail later is said at start-up, with the remedy."""

from __future__ import annotations

import string
from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple

from django.apps import apps
from django.conf import settings
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.sites import all_sites
from django.core.checks import CheckMessage, Error, Warning, register
from django.utils.module_loading import import_string

from .. import conf
from ..access.collaborative import Collaborative, collaborates
from ..conf import own_id
from ..rooms.store_choice import PATHS, configured
from ..transport import choice

CORE_LAYER = "channels_redis.core.RedisChannelLayer"


Check = Callable[[], Iterator[CheckMessage]]


def _check(function: Check, **options: Any) -> Callable[..., List[CheckMessage]]:
    def run(app_configs: Any = None, **kwargs: Any) -> List[CheckMessage]:
        return list(function())

    run.__name__ = function.__name__
    register(run, "admin_collaborator", **options)
    return run


def _slow_check(function: Check) -> Callable[..., List[CheckMessage]]:
    """One that runs under ``--deploy`` and in the doctor only."""
    return _check(function, deploy=True)


@_check
def check_store() -> Iterator[CheckMessage]:
    path, choice = conf.get("STORE"), configured()
    if choice.kind == "own":
        try:
            import_string(choice.where)
        except ImportError as error:
            yield Error(
                f"ADMIN_COLLABORATOR_STORE cannot be imported: {error}.",
                hint="Make it the path of a class, or remove it: " + ", ".join(map(repr, PATHS)) + ".",
                id=own_id("E008"),
            )
    elif choice.kind == "none":
        yield Error(
            f"There is no store: {choice.reason}.",
            hint=f"Correct {'ADMIN_COLLABORATOR_STORE' if path else 'ADMIN_COLLABORATOR_DATABASE'}.",
            id=own_id("E009"),
        )
    elif choice.kind == "memory" and not settings.DEBUG:
        yield Warning(
            f"Edit locks are kept in the memory of one process: {choice.reason}.",
            hint="With more than one worker process, keep the rooms in a database that all of them write to "
            "(ADMIN_COLLABORATOR_DATABASE), or set ADMIN_COLLABORATOR_REDIS_URL (or REDIS_URL). With exactly one, "
            "silence this check.",
            id=own_id("W001"),
        )


@_check
def check_channel_layer() -> Iterator[CheckMessage]:
    import redis

    major = int(redis.__version__.split(".")[0])
    for alias, layer in getattr(settings, "CHANNEL_LAYERS", {}).items():
        if major >= 8 and _is_core_layer(layer.get("BACKEND", "")) and not _waits_for_ever(layer):
            yield Warning(
                f"With redis-py {redis.__version__}, the channel layer {alias!r} loses what is sent to idle sockets.",
                hint="Nothing of ours needs it; if your project does, "
                "give each host as a dictionary with a time-out of None, for example "
                '{"address": "redis://127.0.0.1:6379/0", "socket_timeout": None}, or use '
                "channels_redis.pubsub.RedisPubSubChannelLayer, or redis-py < 8.",
                id=own_id("W014"),
            )


@_check
def check_channels_version() -> Iterator[CheckMessage]:
    import channels

    if channels.__version__ == "3.0.0":
        yield Error(
            "Channels 3.0.0 mixes up the sessions of its sockets, and messages get lost.",
            hint="Install Channels 3.0.1 or newer.",
            id=own_id("E002"),
        )


@_check
def check_mixin_comes_first() -> Iterator[CheckMessage]:
    for site in list(all_sites):
        for model_admin in site._registry.values():
            mro = type(model_admin).__mro__
            if Collaborative not in mro:
                continue
            before = mro[: mro.index(Collaborative)]
            hidden_by = [
                cls.__name__
                for cls in before
                if issubclass(cls, BaseModelAdmin) and not issubclass(cls, Collaborative)
            ]
            if hidden_by:
                name = type(model_admin).__name__
                yield Error(
                    f"{name} names CollaborativeAdminMixin after {hidden_by[0]}, which may skip it.",
                    hint=f"Write: class {name}(CollaborativeAdminMixin, {hidden_by[0]}, …).",
                    obj=type(model_admin),
                    id=own_id("E003"),
                )


@_check
def check_models() -> Iterator[CheckMessage]:
    given = conf.get("MODELS")
    if not isinstance(given, (str, list, tuple, set)) or not all(isinstance(one, str) for one in given):
        yield Error(
            f"ADMIN_COLLABORATOR_MODELS is {given!r}, and has to be texts.",
            hint='Make it "all", or a list such as ["all", "-auth.Group"] or ["blog", "shop.Order"].',
            id=own_id("E010"),
        )
        return
    if not given or not apps.is_installed("django.contrib.admin"):
        return
    from .. import registration

    for label in registration.unknown_labels():
        yield Error(
            f"ADMIN_COLLABORATOR_MODELS has {label!r}, and there is no such app or model.",
            hint='Write "all", the label of an app such as "blog", or that of a model such as "blog.Entry"; '
            "a minus in front makes it an exception.",
            id=own_id("E010"),
        )
    for site in list(all_sites):
        for model, model_admin in site._registry.items():
            name, label = type(model_admin).__name__, model._meta.label
            if registration.has_both(model, model_admin):
                yield Warning(
                    f"{name} has CollaborativeAdminMixin, and ADMIN_COLLABORATOR_MODELS names {label} too.",
                    hint="One of them is enough: remove the other.",
                    obj=type(model_admin),
                    id=own_id("W015"),
                )
            elif model_admin in registration.left_alone:
                yield Warning(
                    f"{name} on the site {site.name!r} is left as it is, though ADMIN_COLLABORATOR_MODELS names "
                    f"{label}: {registration.left_alone[model_admin]}.",
                    hint=f'Its pages have no lock and no guard. Add "-{label}" to ADMIN_COLLABORATOR_MODELS to say '
                    "that this is known.",
                    obj=type(model_admin),
                    id=own_id("W016"),
                )


@_check
def check_inherited_rows() -> Iterator[CheckMessage]:
    """The rows of an inherited child or of a proxy are rows of the guarded model too, with a page of their own."""
    for site in list(all_sites):
        guarded = [model for model, model_admin in site._registry.items() if collaborates(model_admin)]
        for model, model_admin in site._registry.items():
            if collaborates(model_admin):
                continue
            parents = [parent for parent in guarded if issubclass(model, parent)]
            if parents:
                name, label = type(model_admin).__name__, model._meta.label
                yield Warning(
                    f"{name} has no CollaborativeAdminMixin, and the rows of {label} are rows of "
                    f"{parents[0]._meta.label} too: what is saved there is not guarded.",
                    hint=f"Write: class {name}(CollaborativeAdminMixin, …).",
                    obj=type(model_admin),
                    id=own_id("W010"),
                )


@_slow_check
def check_controls() -> Iterator[CheckMessage]:
    """Fields whose controls cannot be read in a form of a new object, found without the database."""
    from .unguarded import unguarded_fields

    for site in list(all_sites):
        for model_admin in site._registry.values():
            if collaborates(model_admin):
                label = model_admin.model._meta.label
                for name, reason in unguarded_fields(model_admin):
                    yield Warning(
                        f"The field {name!r} of {label} is not guarded: {reason}.",
                        hint=f"manage.py collaborator inspect {label} tries it with real rows.",
                        obj=type(model_admin),
                        id=own_id("W009"),
                    )


@_check
def check_timing() -> Iterator[CheckMessage]:
    lease, heartbeat = conf.get("LEASE_SECONDS"), conf.get("HEARTBEAT_SECONDS")
    numbers = all(isinstance(n, (int, float)) and not isinstance(n, bool) and n > 0 for n in (lease, heartbeat))
    if not numbers or lease < 3 * heartbeat:
        yield Error(
            f"A lease of {lease} s is shorter than three heartbeats of {heartbeat} s: editors would lose it.",
            hint="Make ADMIN_COLLABORATOR_LEASE_SECONDS at least three times ADMIN_COLLABORATOR_HEARTBEAT_SECONDS.",
            id=own_id("E004"),
        )


@_check
def check_seconds() -> Iterator[CheckMessage]:
    free = conf.get("INPUT_FREE_SECONDS")
    if not isinstance(free, (int, float)) or isinstance(free, bool) or free <= 0:
        yield Error(
            f"ADMIN_COLLABORATOR_INPUT_FREE_SECONDS is {free!r}, which is no number of seconds.",
            hint="Make it a number above 0.",
            id=own_id("E013"),
        )
    seconds = conf.get("CHAT_KEEP_SECONDS")
    if not isinstance(seconds, int) or isinstance(seconds, bool) or seconds < 0:
        yield Error(
            f"ADMIN_COLLABORATOR_CHAT_KEEP_SECONDS is {seconds!r}, which is no number of seconds.",
            hint="Make it a whole number; 0 keeps nothing of what is said.",
            id=own_id("E013"),
        )


@_check
def check_sessions() -> Iterator[CheckMessage]:
    if settings.SESSION_ENGINE == "django.contrib.sessions.backends.signed_cookies":
        yield Warning(
            "Sessions are in cookies, so no server knows that somebody has logged out: their WebSockets stay open "
            "until the page is left.",
            hint="Take another SESSION_ENGINE, or silence this check where that is fine. A changed password, and a "
            "user who is no longer active, end them all the same.",
            id=own_id("W018"),
        )


CHOICES: Dict[str, Tuple[Any, ...]] = {
    "EQUAL_CHANGES": ("accept", "refuse", "refuse-numbers"),
    "MISSING_BASE": ("refuse", "accept"),
    "LISTS": (True, False),
    "INDEX": (True, False),
    "DRAFTS": (True, False, "server"),
    "EDIT_ON": ("open", "input"),
    "LIVE_VIEW": (True, False),
    "RELATED": (True, False),
}
"""Settings that are one of a few words."""


@_check
def check_words() -> Iterator[CheckMessage]:
    for name, words in CHOICES.items():
        if conf.get(name) not in words:
            yield Error(
                f"ADMIN_COLLABORATOR_{name} is {conf.get(name)!r}, which means nothing.",
                hint="Make it one of: " + ", ".join(map(repr, words)) + ".",
                id=own_id("E007"),
            )
    for site in list(all_sites):
        for model_admin in site._registry.values():
            word = getattr(model_admin, "collaborator_edit_on", None)
            if collaborates(model_admin) and word is not None and word not in CHOICES["EDIT_ON"]:
                yield Error(
                    f"collaborator_edit_on of {type(model_admin).__name__} is {word!r}, which means nothing.",
                    hint="Make it one of: " + ", ".join(map(repr, CHOICES["EDIT_ON"])) + ", or remove it.",
                    obj=type(model_admin),
                    id=own_id("E007"),
                )
    if conf.get("MISSING_BASE") == "accept" and not settings.DEBUG:
        yield Warning(
            "Saves whose page was never fetched are accepted unseen.",
            hint="Remove ADMIN_COLLABORATOR_MISSING_BASE where people use the site: it is for tests.",
            id=own_id("W012"),
        )


@_check
def check_options() -> Iterator[CheckMessage]:
    given = conf.get("OPTIONS")
    if not isinstance(given, dict):
        yield Error(
            f"ADMIN_COLLABORATOR_OPTIONS is a {type(given).__name__}.",
            hint="Make it a dictionary.",
            id=own_id("E005"),
        )
        return
    for key in given:
        if key not in conf.OPTIONS:
            yield Warning(
                f"ADMIN_COLLABORATOR_OPTIONS has a key {key!r} that means nothing.",
                hint="Known keys: " + ", ".join(sorted(conf.OPTIONS)) + ".",
                id=own_id("W003"),
            )
        elif conf.OPTIONS[key] is not None and not isinstance(conf.OPTIONS[key], (bool, int)):
            yield from _check_placeholders(key, str(given[key]))


@_check
def check_asgi() -> Iterator[CheckMessage]:
    if choice.HTTP in choice.transports():
        return  # pages take part without one
    source = _asgi_source()
    if source is None:
        yield Warning(
            "ADMIN_COLLABORATOR_TRANSPORTS allows WebSockets alone, and there is no ASGI application, so nobody gets "
            "a lock.",
            hint="Allow “http” too, or run: manage.py collaborator setup --asgi uvicorn. Saves are guarded anyway.",
            id=own_id("W005"),
        )
    elif not any(word in source for word in ("websocket", "channels", "routing")):
        yield Warning(
            "ADMIN_COLLABORATOR_TRANSPORTS allows WebSockets alone, and the ASGI application does not seem to route "
            "them, so nobody gets a lock.",
            hint="Give it the routes of the sockets: manage.py collaborator setup --asgi uvicorn.",
            id=own_id("W005"),
        )


def _check_placeholders(key: str, text: str) -> Iterator[CheckMessage]:
    known = conf.PLACEHOLDERS.get(key)
    try:
        names = [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
    except ValueError:
        names = ["{…"]
    for name in names:
        if name != known:
            yield Warning(
                f"The text {key!r} of ADMIN_COLLABORATOR_OPTIONS has a placeholder {{{name}}} that is never filled.",
                hint=f"Use {{{known}}}." if known else "This text has no placeholder.",
                id=own_id("W004"),
            )


def _is_core_layer(backend: str) -> bool:
    if not backend or backend.startswith("channels.layers."):
        return False
    try:
        return issubclass(import_string(backend), import_string(CORE_LAYER))
    except (ImportError, TypeError):
        return False


def _waits_for_ever(layer: Any) -> bool:
    hosts = layer.get("CONFIG", {}).get("hosts")
    return bool(hosts) and all(isinstance(h, dict) and h.get("socket_timeout", 5) is None for h in hosts)


def _asgi_source() -> Optional[str]:
    """The text of the module with the ASGI application."""
    found = filter(None, map(choice.source_of, choice.asgi_modules()))
    return next((text for _, text in found), None)
