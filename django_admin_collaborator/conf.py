"""Every setting: its name, default, unit and meaning. Read when used, so that tests and tenants can change it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Dict, Mapping, Optional, Tuple

from django.conf import Settings, settings
from django.utils.functional import Promise

from .translation import gettext
from .translation import gettext_noop as _


@dataclass(frozen=True)
class Setting:
    """One entry of settings.py. ``doc`` gives unit and meaning, as docs/settings.md prints it."""

    name: str
    default: Any
    doc: str


APP = "django_admin_collaborator"
DOCS = "https://github.com/Brktrlw/django-admin-collaborator/blob/HEAD/docs/"
_PREFIX = "ADMIN_COLLABORATOR_"

SETTINGS: Mapping[str, Setting] = {
    setting.name: setting
    for setting in (
        Setting(
            _PREFIX + "MODELS",
            (),
            "Models whose admins get the mixin without a change of their classes: `all`, or labels of apps and "
            "models; one with `-` in front is an exception.",
        ),
        Setting(
            _PREFIX + "STORE",
            None,
            "Path of the class that keeps the rooms. Unset: Redis where it has an address, else SQL.",
        ),
        Setting(_PREFIX + "DATABASE", "default", "Which of `DATABASES` has the rooms, when they are in SQL."),
        Setting(_PREFIX + "REDIS_URL", None, "Where Redis is. Unset: `REDIS_URL`, else there is none."),
        Setting(
            _PREFIX + "ADMIN_URL",
            "admin",
            "Where the admin is mounted. Kept for older settings files: any address works without it.",
        ),
        Setting(
            _PREFIX + "WEBSOCKET_CONNECTION_PREFIX_URL",
            "admin/collaboration",
            "First part of the WebSocket routes, without slashes around it.",
        ),
        Setting(_PREFIX + "REDIS_MAX_RETRIES", 3, "How often a failed Redis operation is tried again."),
        Setting(_PREFIX + "REDIS_RETRY_DELAY", 0.5, "Pause before the first retry, in seconds; doubles each time."),
        Setting(_PREFIX + "REDIS_SOCKET_TIMEOUT", 5, "How long Redis may take to connect or answer, in seconds."),
        Setting(_PREFIX + "REDIS_MAX_CONNECTIONS", 10, "Connections in the pool of one process."),
        Setting(
            _PREFIX + "KEY_PREFIX",
            None,
            "First part of every Redis key; part of the digest in every group name. Unset: one of the project's own.",
        ),
        Setting(_PREFIX + "LEASE_SECONDS", 30, "How long a silent editor stays the editor, in seconds."),
        Setting(
            _PREFIX + "HEARTBEAT_SECONDS",
            8,
            "How often the server asks every page for a sign of life, in seconds.",
        ),
        Setting(
            _PREFIX + "IDLE_SECONDS",
            600,
            "How long without input before somebody is shown as idle, and others may take over, in seconds.",
        ),
        Setting(
            _PREFIX + "ANSWER_SECONDS",
            60,
            "Seconds that an editor may take to answer who asks to edit; after them an idle one's lease passes on.",
        ),
        Setting(_PREFIX + "TAKEOVER_SECONDS", 10, "How long before a take-over the editor is told, in seconds."),
        Setting(
            _PREFIX + "EDIT_ON",
            "open",
            "What begins an editing: `open`ing a form that nobody edits, or the first `input` in it. "
            "`ModelAdmin.collaborator_edit_on` is for one admin.",
        ),
        Setting(
            _PREFIX + "INPUT_FREE_SECONDS",
            20,
            "With `input`: how long an editor without unsaved input stays the editor, in seconds.",
        ),
        Setting(
            _PREFIX + "MERGE_DISJOINT",
            False,
            "Merge changes that two people made to different fields without showing them first.",
        ),
        Setting(
            _PREFIX + "EQUAL_CHANGES",
            "refuse-numbers",
            "Two people made the same change: `accept`, `refuse`, or `refuse-numbers`, where each may have counted.",
        ),
        Setting(
            _PREFIX + "MACHINE_FIELDS",
            (),
            "Fields that programs write, such as `shop.Order.synced_at`: no conflict where nobody typed into them. "
            "`last_login` of users is one by itself.",
        ),
        Setting(
            _PREFIX + "MISSING_BASE",
            "refuse",
            "What becomes of a save whose page was never fetched. `accept` is for a project's own tests.",
        ),
        Setting(
            _PREFIX + "REFUSE_WITHOUT_LOCK_SERVICE",
            False,
            "Refuse saves while the lock service does not answer, instead of relying on the comparison alone.",
        ),
        Setting(
            _PREFIX + "PARTIAL_BULK",
            True,
            "In actions and editable lists: do what can be done and name the rest. False: all or nothing.",
        ),
        Setting(
            _PREFIX + "UNGUARDED_ACTIONS",
            ("export_admin_action",),
            "Names of admin actions that only read, and so need not leave out what others edit.",
        ),
        Setting(
            _PREFIX + "ALLOWED_ORIGINS",
            (),
            "Origins that may open sockets, besides the site's own and `CSRF_TRUSTED_ORIGINS`.",
        ),
        Setting(
            _PREFIX + "REQUEST_MIDDLEWARE",
            None,
            "Middlewares that the request of a socket passes before an admin is asked, in the order of `MIDDLEWARE`.",
        ),
        Setting(
            _PREFIX + "TENANT",
            None,
            "Path of a function `(connection, model)` that names a tenant. Unset: `connection.schema_name`, if any.",
        ),
        Setting(
            _PREFIX + "TRANSPORTS",
            None,
            "How a page may talk to the server, what it prefers first. "
            'Unset: `("websocket", "http")`, without `http` where the project has consumers of its own.',
        ),
        Setting(
            _PREFIX + "HELD_REQUESTS",
            100,
            "How many requests of pages without a WebSocket one process of an ASGI server keeps until there is news.",
        ),
        Setting(
            _PREFIX + "LISTS",
            True,
            "Show in each row of a list who is there. `ModelAdmin.collaborator_list = False` is for one list.",
        ),
        Setting(
            _PREFIX + "INDEX",
            True,
            "Say on the index and in the sidebar how many people are in each model. "
            "`ModelAdmin.collaborator_index = False` is for one model.",
        ),
        Setting(
            _PREFIX + "LIVE_VIEW",
            True,
            "Show what an editor types to those who have the form open, in fields that their own form shows. "
            "`ModelAdmin.collaborator_live = False` is for one admin.",
        ),
        Setting(
            _PREFIX + "RELATED",
            True,
            "Tell an editor who edits a row of an inline, what contains the form, what is chosen in it, or what has "
            "chosen it. `ModelAdmin.collaborator_related = False` is for one admin.",
        ),
        Setting(_PREFIX + "SOCKETS_PER_USER", 200, "Sockets of one user in one process."),
        Setting(
            _PREFIX + "HANDSHAKES_PER_USER",
            10,
            "Sockets that one user may open per second in one process, after `SOCKETS_PER_USER` at once.",
        ),
        Setting(
            _PREFIX + "PENDING_HANDSHAKES",
            1000,
            "Handshakes that one process decides at the same time; further ones are refused.",
        ),
        Setting(
            _PREFIX + "MESSAGES_PER_SOCKET", 50, "Messages per second of one socket; ten seconds' worth at once."
        ),
        Setting(
            _PREFIX + "MESSAGES_PER_USER",
            200,
            "Messages per second of all sockets of one user in one process; ten seconds' worth at once.",
        ),
        Setting(
            _PREFIX + "RIGHTS_SECONDS",
            10,
            "How often the rights of everybody connected are looked up, in seconds.",
        ),
        Setting(_PREFIX + "LARGEST_FRAME", 262144, "Bytes that one message of a client may have."),
        Setting(
            _PREFIX + "DRAFTS",
            True,
            "Keep unsaved text in the browser, and offer it back when it was lost. `server`: keep it in the store "
            "too, for the person's other devices and for the next editor.",
        ),
        Setting(
            _PREFIX + "CHAT_KEEP_SECONDS",
            86400,
            "How long a chat about an object is kept, in seconds; one in private for an hour at most. 0: not at all.",
        ),
        Setting(_PREFIX + "OPTIONS", {}, "Texts and switches of the page; its keys are listed below."),
    )
}

OPTIONS: Mapping[str, Any] = {
    "editor_mode_text": _("You are in editor mode."),
    "viewer_mode_text": _("This page is being edited by {editor_name}. You cannot make changes until they leave."),
    "claiming_editor_text": _("The editor has left. The page will refresh shortly to allow editing."),
    "avatar_field": None,
    "notification_request_interval": 15,
    "notification_message": _("User {username} is requesting the editors attention."),
    "notification_button_text": _("Request Editor Attention"),
    "notification_request_sent_text": _("Request sent."),
    "enable_chat": True,
    "chat_user_list_title": _("Online Users"),
    "chat_empty_state_text": _("No other users online"),
    "chat_start_conversation_text": _("No messages yet. Start the conversation!"),
    "chat_input_placeholder": _("Type a message..."),
    "chat_online_status_text": _("Online"),
    "chat_offline_status_text": _("Offline"),
    "chat_offline_placeholder": _("User is offline. Messages cannot be sent."),
    "chat_cannot_send_message": _("Cannot send message. User is offline."),
}

PAGE_TEXTS: Mapping[str, str] = {
    "editor_mode_text": _("You are editing."),
    "viewer_mode_text": _("{editor_name} is editing."),
    "claiming_editor_text": _("It is your turn. The saved values are being read…"),
    "notification_message": _("{username} asks to edit."),
    "notification_button_text": _("Ask to edit"),
}
"""What the page says instead of a documented default that is long or not quite true, unless the key is set."""

PLACEHOLDERS: Mapping[str, str] = {"viewer_mode_text": "editor_name", "notification_message": "username"}
"""Which texts have a placeholder, and which one."""


def own_id(number: str) -> str:
    """The id of a system check of ours."""
    return f"{APP}.{number}"


def get(name: str) -> Any:
    """The value of ``ADMIN_COLLABORATOR_<name>``, or its default."""
    setting = SETTINGS[_PREFIX + name]
    known: Any = object.__getattribute__(settings, "__dict__")["_wrapped"]
    if type(known) is Settings:  # it has all that is set; what is not would cost an exception
        return known.__dict__.get(setting.name, setting.default)
    return getattr(settings, setting.name, setting.default)


def options() -> Dict[str, Any]:
    """All of ``ADMIN_COLLABORATOR_OPTIONS``, defaults filled in. Lazy translations stay lazy."""
    return {**OPTIONS, **(get("OPTIONS") or {})}


def own_options() -> Dict[str, Any]:
    """What the project itself has in ``ADMIN_COLLABORATOR_OPTIONS``, lazy texts in the request's language."""
    given = get("OPTIONS") or {}
    return {key: str(value) if isinstance(value, Promise) else value for key, value in given.items()}


def translated_options() -> Dict[str, Any]:
    """All options for a browser: the project's own texts as they are, ours in the request's language."""
    ours = {**OPTIONS, **PAGE_TEXTS}
    defaults = {key: gettext(value) if isinstance(value, str) else value for key, value in ours.items()}
    return {**defaults, **own_options()}


def option(name: str) -> Any:
    given = get("OPTIONS") or {}
    return given[name] if name in given else OPTIONS[name]


def redis_url() -> Optional[Any]:
    """The address of Redis, or None when the memory of one process is enough."""
    return get("REDIS_URL") or getattr(settings, "REDIS_URL", None) or None


def key_prefix() -> str:
    """What tells this project's keys and groups from those of its neighbours in Redis."""
    given = get("KEY_PREFIX")
    if given:
        return str(given)
    database = settings.DATABASES.get("default", {})
    return _own_prefix(str(settings.ROOT_URLCONF), str(database.get("NAME", "")), _search_path(database))


@lru_cache(maxsize=8)
def _own_prefix(urlconf: str, database_name: str, search_path: str) -> str:
    # What all processes of a project have alike: not the secret key, which is changed while they run, nor the
    # database's host, which may have one name here and another there.
    text = json.dumps([urlconf, database_name, *filter(None, [search_path])])
    return "admin-collaborator." + hashlib.sha256(text.encode()).hexdigest()[:12]


def database_address(database: Mapping[str, Any]) -> Tuple[str, ...]:
    """What is the same for two entries of ``DATABASES`` that mean one database."""
    return (*(str(database.get(name) or "") for name in ("ENGINE", "NAME", "HOST", "PORT")), _search_path(database))


def _search_path(database: Mapping[str, Any]) -> str:
    """The option by which PostgreSQL keeps two projects in two schemas of one database."""
    options = str((database.get("OPTIONS") or {}).get("options") or "")
    return options if "search_path" in options else ""


def websocket_prefix() -> str:
    return str(get("WEBSOCKET_CONNECTION_PREFIX_URL")).strip("/")
