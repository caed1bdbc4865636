"""Our own texts of the page, by the keys that the scripts use.

The documented texts are options instead (``ADMIN_COLLABORATOR_OPTIONS``). frontend/messages.json has the same
English for the scripts' own tests; a test keeps the two equal.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Dict, Mapping, Optional

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from ..translation import gettext, is_translated
from ..translation import gettext_noop as _

ROOT = "django_admin_collaborator/root.html"
ROOT_OF_NEW = "django_admin_collaborator/root_of_new.html"
ENGLISH = mark_safe(' lang="en" dir="ltr"')
"""What our elements have on pages in a language that has no texts of ours."""

TEXTS: Dict[str, str] = {
    "connecting": _("Connecting…"),
    "waiting": _("Nobody else is editing. You become the editor in a moment…"),
    "waiting_offer": _("Nobody is editing. Somebody before you is asked first."),
    "reading": _("One moment: the saved values are being read…"),
    "confirming": _("One moment: it is being confirmed that you are still the editor…"),
    "own_other_tab": _("You are editing this in another tab. This one becomes editable when that one is closed."),
    "own_elsewhere": _("You are editing this in another tab."),
    "transfer_lease": _("Edit here"),
    "claim_editor": _("Edit now"),
    "withdraw_request": _("Withdraw"),
    "take_over": _("Take over"),
    "call_off": _("Call it off"),
    "stop_waiting": _("Leave the line"),
    "join_line": _("Wait in line"),
    "next_in_line": _("You are next."),
    "place_in_line": _("You are number {place} of {count} in line."),
    "offered": _("It is your turn. Are you there?"),
    "free": _("Nobody is editing."),
    "start_typing": _("Nobody is editing. Start typing to edit."),
    "typed_kept": _("What you typed is kept until it is your turn."),
    "is_editing": _("{name} is editing."),
    "idle_editor": _("{name} has been idle for a while. You can take over."),
    "answer_after_save": _("You can edit after the next save. {text}"),
    "answer_later": _("The answer: at {time}. {text}"),
    "answer_no": _("The answer: no. {text}"),
    "answer_unanswered": _("There was no answer: the editor is busy and goes on editing."),
    "withdrawn": _("You have withdrawn your question."),
    "asks": _("{name} asks to edit"),
    "others_one": _("{count} other waits."),
    "others_other": _("{count} others wait."),
    "promised_after_save": _("Promised to {name}: after my save"),
    "promised_later": _("Promised to {name}: {when}"),
    "save_now": _("Save now"),
    "idle_self": _("You have been idle for a while. Others may take over."),
    "kept": _("What you typed is kept."),
    "taking_soon": _("You take over in a moment. The editor has been told."),
    "taken_soon": _("{name} takes over in a few seconds. Save now. Reason: {reason}"),
    "lost_take_over": _("{to_name} has taken over. {kept} Reason: {reason}"),
    "lost_idle": _("You were idle, and {to_name} has taken over. {kept}"),
    "lost_request": _("{to_name} has asked to edit, and edits now. {kept}"),
    "lost_forced": _("An operator has ended your editing. {kept} Reason: {reason}"),
    "got_take_over": _("You have taken over from {from_name}."),
    "got_idle": _("You have taken over from {from_name}, who was idle."),
    "got_request": _("{from_name} was asked, and you edit now."),
    "changed": _("(changed by somebody else)"),
    "changed_by": _("Changed by {name}, {ago}."),
    "changed_ago": _("Changed by somebody else, {ago}."),
    "undo": _("Undo"),
    "observer": _("You may look at this, but not change it."),
    "reconnecting": _("Connection lost. Trying to reconnect…"),
    "offline": _("Connection lost. Trying to reconnect; you are still the editor."),
    "held_back": _("Saving has to wait until there is a connection again. You can go on typing."),
    "edit_unprotected": _("Edit without protection"),
    "unprotected": _(
        "Not protected by a lock: the lock service does not answer. You can edit, but others may be editing too."
    ),
    "unmigrated": _(
        "Not protected by a lock: its table is missing in the database."
        " Whoever runs this site has to run manage.py migrate."
    ),
    "other_user": _(
        "Not protected by a lock: this page is for another user than the one who is logged in. You can edit, but "
        "others may be editing too."
    ),
    "unguarded": _("Changes by others are not detected in: {fields}."),
    "unasked": _(
        "Not protected by a lock: what you may do here could not be found out; the server's log says why. You can "
        "edit, but others may be editing too."
    ),
    "login_required": _("You are no longer logged in. {kept}"),
    "log_in": _("Log in in a new tab"),
    "no_access": _("You may no longer see this object. {kept}"),
    "stopped": _("The server has ended the connection. Reload the page to go on."),
    "deleted": _("This object has been deleted. {kept}"),
    "values_changed": _("The saved values have changed meanwhile. {kept}"),
    "values_differ": _("What you typed differs from the saved values."),
    "values_failed": _("The saved values could not be loaded yet. Trying again…"),
    "load_saved": _("Load them"),
    "keep_mine": _("Keep mine"),
    "save_as_new": _("Save as new"),
    "draft_back": _("What you typed {time} had not been saved. It is in the form again."),
    "draft_not_kept": _(
        "What you type can no longer be kept in this browser: it is too long, or there is no room for it. Save soon."
    ),
    "draft_too_long": _(
        "{username} had typed something and not saved it. It is too long to show it here, and kept in their browser."
    ),
    "saved_by": _("Saved by {name} at {time}."),
    "saved_at": _("Saved at {time}."),
    "attention_too_soon": _("You asked a moment ago. You can ask again {when}."),
    "no_editor": _("Nobody is editing, so there was nobody to ask."),
    "people_here": _("{count} here: {names}"),
    "you": _("{name} (you)"),
    "state_editing": _("editing"),
    "state_viewing": _("viewing"),
    "state_idle": _("idle"),
    "updates_every": _("Updates every {duration}."),
    "live_websocket": _("Changes by others show at once, over a WebSocket."),
    "live_http": _("Changes by others show at once, over HTTP."),
    "faster_websocket": _(
        "Changes would show at once if a WebSocket got through to the server; that takes an ASGI server, and "
        "proxies that let it pass."
    ),
    "http_alone": _("The settings of this project allow HTTP alone."),
    "faster_redis": _("With Redis, changes would travel faster between server processes."),
    "store_redis": _("Who is here and who edits is kept in Redis."),
    "store_sql": _("Who is here and who edits is kept in the project's database."),
    "store_file": _("Who is here and who edits is kept in a file beside the project's database."),
    "store_memory": _("Who is here and who edits is kept in the memory of one server process."),
    "store_own": _("Who is here and who edits is kept in a store of the project's own."),
    "live_unsaved": _("Typed by {name}, not saved yet"),
    "live_typing": _("{name} is typing here"),
    "live_file": _("{name} has chosen a file that is not saved yet: {file}"),
    "pause_live": _("Pause live view"),
    "resume_live": _("Resume live view"),
    "list_editing": _("{name} is editing."),
    "list_idle": _("{name} is editing, and idle."),
    "list_here": _("Here: {names}."),
    "list_more": _("{count} more"),
    "list_you": _("{name} (you)"),
    "list_chosen": _("Being edited by others: {objects}."),
    "site_editing_one": _("{count} person editing"),
    "site_editing_other": _("{count} people editing"),
    "site_here_one": _("{count} person here"),
    "site_here_other": _("{count} people here"),
    "site_own": _("You have open:"),
    "site_edited": _("(editing)"),
    "chat_about": _("About {object}"),
    "chat_typing": _("{name} is typing…"),
    "chat_unread": _("New chat messages: {count}"),
    "chat_failed": _("The message was not sent."),
    "too_large": _("The message is too long."),
    "rate_limited": _("Too many messages. Wait a moment."),
}


def translated() -> Mapping[str, str]:
    """All texts in the language of the present request."""
    return {key: gettext(text) for key, text in TEXTS.items()}


def translated_for(prefix: str) -> Dict[str, str]:
    """Those texts whose key begins so."""
    return {key: gettext(text) for key, text in TEXTS.items() if key.startswith(prefix)}


def root() -> SafeString:
    """The root element, and the markup of everything that the scripts may show, in the request's language."""
    return _render(get_language()) if settings.DEBUG else _root(get_language())


def root_of_new() -> SafeString:
    """The same for the form of an object that is to be added, where nobody else is."""
    return _render(get_language(), ROOT_OF_NEW)


@lru_cache(maxsize=32)
def _root(language: Optional[str]) -> SafeString:
    # Thirty translated texts, the same on every page: rendering them takes a third of what a page of ours costs.
    return _render(language)


def _render(language: Optional[str], template: str = ROOT) -> SafeString:
    is_english = not (language or "en").startswith("en") and not is_translated()
    return render_to_string(template, {"attributes": ENGLISH if is_english else ""})
