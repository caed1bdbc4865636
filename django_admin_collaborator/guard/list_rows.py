"""The rows of an editable list as they were posted, each compared with its base and with its locked row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Mapping, Optional

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from . import compare, digest, display, snapshot
from .compare import Change
from .posted import field_changes

Entries = Mapping[str, str]


@dataclass
class PostedRow:
    """One row. ``kept``: its entries in the base; None if the base does not know it."""

    index: int
    pk: Any
    form: Any
    kept: Optional[Entries]

    @property
    def key(self) -> str:
        return str(self.pk)

    def changes(self, row: Any) -> Dict[str, Change]:
        """Compare with ``row``, the row as it is now."""
        names = [name for name in self.kept or self.form.fields if name in self.form.fields]
        names = [name for name in names if name != row._meta.pk.name]
        return field_changes(self.form, self.kept, snapshot.of_row(row, names, {}))

    def is_touched(self) -> bool:
        """Whether I changed anything in it; what the base does not know cannot be told apart yet."""
        if self.kept is None:
            return True
        before = {
            name: digest.kept_text(entry) or "" for name, entry in self.kept.items() if name in self.form.fields
        }
        changes = set(field_changes(self.form, self.kept, before).values())
        return bool(changes & {Change.MINE, Change.BOTH})

    def shown_for(self, row: Any) -> Any:
        """The row's form without input."""
        return type(self.form)(instance=row, prefix=self.form.prefix)

    def typed(self) -> str:
        """What was posted, for reading."""
        data = (self.form[name].data for name in self.form.fields if name != self.form._meta.model._meta.pk.name)
        return " · ".join(str(value) for value in data if value not in (None, "", False))

    def note(self, row: Any, who: str) -> str:
        """What to tell about a row that others have changed too."""
        parts = [_("Changed meanwhile by %s") % who]
        for name, change in self.changes(row).items():
            if change not in (Change.BOTH, Change.THEIRS):
                continue
            field = row._meta.get_field(name)
            label = display.label(field, self.form.fields[name])
            theirs = display.of_value(field, field.value_from_object(row))
            before = display.of_text(field, digest.kept_text(self.kept[name])) if self.kept else None
            if before is None:
                parts.append(_("%(label)s is now “%(theirs)s”") % {"label": label, "theirs": theirs})
            else:
                words = {"label": label, "before": before, "theirs": theirs}
                parts.append(_("%(label)s was “%(before)s” and is now “%(theirs)s”") % words)
        return ". ".join([*parts, _("Your values are kept here; save again to put them in place.")])

    def entries(self, row: Any) -> Dict[str, str]:
        """The base of this row, for somebody who is shown ``row``."""
        names = [name for name in self.form.fields if name != row._meta.pk.name]
        return {name: digest.entry(text) for name, text in snapshot.of_row(row, names, {}).items()}


def verdict(changes: Mapping[str, Change]) -> Change:
    """On a whole row: MINE can be saved, THEIRS is disjoint from it, BOTH needs a person."""
    found = set(changes.values())
    if Change.BOTH in found:
        return Change.BOTH
    if Change.MINE not in found:
        return Change.NONE
    return Change.THEIRS if Change.THEIRS in found else Change.MINE


def held_note(holder: str) -> str:
    return _("%s is editing this, so it was not saved.") % (holder or _("Somebody else"))


def read(formset: Any, base: Any) -> List[PostedRow]:
    """The rows of a bound formset. ``base`` is None when there is none to rely on."""
    kept = compare.entries_by_row(base) if base is not None else None
    pk_field = formset.model._meta.pk
    rows = []
    for index, form in enumerate(formset.initial_forms):
        try:
            pk = pk_field.to_python(form.data.get(form.add_prefix(pk_field.name), ""))
        except ValidationError:
            continue
        if pk is None:
            continue
        form.full_clean()
        rows.append(PostedRow(index, pk, form, kept.get(str(pk)) if kept is not None else None))
    return rows
