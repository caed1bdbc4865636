"""What a person reads when a save was not done: what happened, why, and what to do."""

from __future__ import annotations

from typing import Any, Dict

from ...page import configuration
from ...translation import gettext as _
from ...translation import gettext_lazy
from ..refusal import CONFLICT, Reason, Refusal
from ..write import Attempt
from .history import History


def of_refusal(attempt: Attempt, refusal: Refusal, deleting: bool = False) -> Dict[str, Any]:
    """``title`` and ``text`` for templates, with the status and a name for scripts."""
    reason = refusal.reason
    title, text = _TEXTS[reason]
    if deleting:
        text = _WHEN_DELETING.get(reason, _STILL_THERE)
    since = attempt.base.made_at if attempt.base is not None else None
    history = History(attempt.model, attempt.pk, attempt.user, since)
    who = history.author(is_deletion=reason is Reason.GONE).name if reason.status == CONFLICT else ""
    return _told(attempt.model, refusal, title, text, who)


def of_bulk(model: Any, refusal: Refusal) -> Dict[str, Any]:
    """The same for a write to several objects."""
    title, text = _BULK.get(refusal.reason, _BULK[Reason.BUSY])
    return _told(model, refusal, title, text)


def of_fault(model: Any, refusal: Refusal) -> Dict[str, Any]:
    """The same where no more is known of a write than what it was to."""
    return _told(model, refusal, *_TEXTS[refusal.reason])


def not_compared(model: Any) -> str:
    """That a fault of ours has kept a row from being saved."""
    return _(_TEXTS[Reason.NOT_COMPARED][0]) % {"object": str(model._meta.verbose_name)}


def _told(model: Any, refusal: Refusal, title: str, text: str, who: str = "") -> Dict[str, Any]:
    words = {
        "object": str(model._meta.verbose_name),
        "objects": str(model._meta.verbose_name_plural),
        "holder": refusal.holder or _("Somebody else"),
        "who": who,
        "changed": ", ".join(refusal.changed),
    }
    return {
        "status": refusal.reason.status,
        "reason": refusal.reason.label,
        "title": _(title) % words,
        "text": _(text) % words,
        "style": style(),
    }


def style() -> str:
    """The address of the style of what is told, which is there before any script, and without."""
    return configuration.parts().get("conflict", {}).get("style", "")


def of_save_as_new(model_admin: Any) -> Dict[str, Any]:
    """For a form that failed to be saved as new: Django shows its mistakes, we the button."""
    words = {"object": str(model_admin.opts.verbose_name)}
    return {
        "status": 200,
        "reason": "save-as-new",
        "title": _("This is going to be a new %(object)s") % words,
        "text": _("Please correct what is marked below, then save it as new."),
        "save_as_new": True,
        "style": style(),
    }


def _noop(text: str) -> str:
    """Marks a text for translation where it is not used yet."""
    return text


WITHOUT_LOCK = gettext_lazy("Done without a lock: the lock service does not answer.")

LOOK_AGAIN = gettext_lazy("Changed since you were asked, so look once more: %(names)s")

LEFT_OUT = {
    Reason.HELD: gettext_lazy("Left out, because somebody is editing them: %(names)s"),
    Reason.CHANGED: gettext_lazy("Left out, because they have changed since you were asked: %(names)s"),
}

_BULK = {
    Reason.CHANGED: (
        _noop("Some of these %(objects)s were changed while you had them open"),
        _noop("They were not saved; what you typed is still there. Look at the marked rows, then save again."),
    ),
    Reason.HELD: (
        _noop("Somebody is editing some of these %(objects)s"),
        _noop("Nothing was done. Wait until they have finished: %(changed)s"),
    ),
    Reason.AWAY: (
        _noop("The lock service does not answer"),
        _noop("Nothing was done, because nobody can say now whether somebody is editing these %(objects)s."),
    ),
    Reason.BUSY: (
        _noop("Some of these %(objects)s are being saved by somebody else at this moment"),
        _noop("Nothing was done. Try again in a moment."),
    ),
}

_WITHOUT_BASE = _noop(
    "So it cannot be told whether somebody else has changed them meanwhile. Nothing was "
    "saved where your values differ "
    "from what is saved; they are still there. Look at the marked rows, then save again."
)

_BULK[Reason.BASE_MISSING] = (_noop("This list did not say which %(objects)s it was made from"), _WITHOUT_BASE)
_BULK[Reason.BASE_OLD] = (_noop("This list was opened before the site was updated"), _WITHOUT_BASE)
_BULK[Reason.BASE_FORGED] = (_noop("This list was not made for you"), _WITHOUT_BASE)

_STILL_THERE = _noop("Nothing was deleted. Try again in a moment.")


def of_second_look(names: str, is_changed: bool) -> str:
    """What a page says that asks for the confirmation of an action once more. is_changed: because of others."""
    return LOOK_AGAIN % {"names": names} if is_changed else f"{_(_NOT_YET)} {names}"


_NOT_YET = _noop("Nothing was deleted yet. Look at it once more, then confirm again.")

_WHEN_DELETING = {
    Reason.HELD: _noop("Nothing was deleted. Ask %(holder)s first, or wait until they have finished."),
    Reason.OWN_TAB: _noop("Nothing was deleted. Close the other tab first."),
    Reason.CHANGED: _noop(
        "After you were asked, it was changed by %(who)s (%(changed)s). Nothing was deleted yet. "
        "Look at it once more, then confirm again."
    ),
    Reason.BASE_MISSING: _NOT_YET,
    Reason.BASE_OLD: _NOT_YET,
    Reason.BASE_FORGED: _NOT_YET,
}

_TEXTS = {
    Reason.HELD: (
        _noop("%(holder)s is editing this %(object)s"),
        _noop(
            "Nothing was saved. Everything that you typed is still in the form below: "
            "save again when %(holder)s has finished, or ask them to let you."
        ),
    ),
    Reason.OWN_TAB: (
        _noop("You are editing this %(object)s in another tab"),
        _noop(
            "Nothing was saved. Everything that you typed is still in the form below: "
            "close the other tab, or save there, and then save here again."
        ),
    ),
    Reason.AWAY: (
        _noop("The lock service does not answer"),
        _noop(
            "Nothing was saved, because nobody can say now whether somebody else is editing this %(object)s. "
            "Everything that you typed is still in the form below: save again in a moment."
        ),
    ),
    Reason.BUSY: (
        _noop("This %(object)s is being saved by somebody else at this moment"),
        _noop("Nothing was saved. Everything that you typed is still in the form below: save again in a moment."),
    ),
    Reason.CHANGED: (
        _noop("This %(object)s was changed while you had it open"),
        _noop(
            "After you opened it, it was changed by %(who)s. Nothing was saved yet, and everything that you typed is "
            "still in the form below. Look at the changes, then save again."
        ),
    ),
    Reason.GONE: (
        _noop("This %(object)s has been deleted"),
        _noop(
            "After you opened it, it was deleted by %(who)s. Everything that you typed is still in the form below: "
            "you can save it as a new %(object)s."
        ),
    ),
    Reason.BASE_MISSING: (
        _noop("This form did not say which %(object)s it was made from"),
        _noop(
            "So it cannot be told whether somebody else has changed it meanwhile. Nothing was saved yet, and "
            "everything that you typed is still in the form below. Where it differs from what is saved, you see "
            "both: look at them, then save again."
        ),
    ),
}
_TEXTS[Reason.NOT_COMPARED] = (
    _noop("A part of this %(object)s could not be compared"),
    _noop(
        "A fault of this site, and nobody's doing: it cannot be told whether the marked part has been changed since "
        "you opened it. Nothing was saved yet, and everything that you typed is still in the form below. Look at "
        "it, then save again; the site's log says more."
    ),
)
_BULK[Reason.NOT_COMPARED] = _TEXTS[Reason.NOT_COMPARED]
_TEXTS[Reason.UNDECIDED] = (
    _noop("There is something left to decide"),
    _noop(
        "Nothing was saved yet, and everything that you typed is still in the form below. "
        "Choose theirs or mine where nothing is chosen, then save again."
    ),
)
_TEXTS[Reason.LOST] = (
    _noop("This form no longer has a field that you typed into"),
    _noop("Nothing was saved yet. What you typed there is shown to be copied; save again to save the rest."),
)
_TEXTS[Reason.BASE_OLD] = (
    _noop("This form was opened before the site was updated"),
    _TEXTS[Reason.BASE_MISSING][1],
)
_TEXTS[Reason.BASE_FORGED] = (
    _noop("This form does not belong to you and this %(object)s"),
    _TEXTS[Reason.BASE_MISSING][1],
)
