"""The inspection of a model's change forms, row by row."""

from __future__ import annotations

import time
from typing import Any, Dict, Iterable, Iterator, List, Mapping, Optional, Tuple, Type

from django import forms
from django.conf import settings
from django.contrib.admin import ModelAdmin
from django.contrib.admin.sites import AdminSite, all_sites
from django.contrib.admin.sites import site as default_site
from django.contrib.admin.utils import quote
from django.db import models
from django.urls import NoReverseMatch, reverse

from ...access import identity
from ...guard.version import base as bases
from ...guard.version import reading as readings
from . import others, rows
from .controls import Part, controls_of, parts_of
from .findings import Conflict, Report, Row, Save
from .visit import Impossible, Log, Page, Visit, Visitor, undone, without_traces

OWN_FIELDS = 5
"""What our page posts besides, at most: base, member, token, draft, and what was shown before."""

SECONDS = 60
"""After this time no further conflict is tried."""


def inspect(
    model: Type[models.Model],
    user_name: Optional[str],
    most_rows: int,
    site_name: Optional[str],
    seconds: float = SECONDS,
) -> Report:
    """Open the change forms of some rows, save them untouched, and save them after another writer.

    Raises: Impossible: there is no admin, no row or no such user.
    """
    site = _site(model, site_name)
    model_admin = site._registry[model]
    visitor = Visitor(user_name, _shown_models(model, model_admin))
    report = Report(model._meta.label, site.name, visitor.title)
    deadline = time.monotonic() + seconds
    with without_traces():
        for pk, title, url in _sample(model, site, visitor, most_rows):
            log = Log()
            with log.listening(), Visit.begun(visitor) as visit:
                row = Row(str(pk), title, url)
                report.rows.append(row)
                try:
                    _inspect_row(row, visit, deadline)
                except Impossible as error:
                    row.problem = str(error)
                except Exception as error:  # of the project's own views: what plain Django would show as 500
                    row.problem = f"The page fails with {type(error).__name__}: {error}"
            row.notes += dict.fromkeys(log.faults)
            _add_reports(row, log)
    return report


def _site(model: Type[models.Model], name: Optional[str]) -> AdminSite:
    """Raises: Impossible: no admin site of this name, or none that has the model."""
    sites = sorted(all_sites, key=lambda site: site != default_site)  # it is a lazy object
    if name is not None:
        sites = [site for site in sites if site.name == name]
        if not sites:
            known = ", ".join(sorted(repr(site.name) for site in all_sites))
            raise Impossible(f"There is no admin site {name!r}. There are: {known}.")
    for site in sites:
        if model in site._registry:
            return site
    where = f"the admin site {name!r}" if name else "any admin site"
    raise Impossible(f"{model._meta.label} is not registered on {where}.")


def _shown_models(model: Type[models.Model], model_admin: ModelAdmin[Any]) -> List[Type[models.Model]]:
    """What the temporary user may edit: the model, its inherited children, and the rows of its inlines."""
    found = [model, *_children(model)]
    for inline in model_admin.inlines:
        found += [inline.model, *_children(inline.model)]
    return found


def _children(model: Type[models.Model]) -> Iterator[Type[models.Model]]:
    for child in model.__subclasses__():
        if not child._meta.abstract:
            yield child
        yield from _children(child)


def _sample(
    model: Type[models.Model], site: AdminSite, visitor: Visitor, most_rows: int
) -> List[Tuple[Any, str, str]]:
    """(primary key, title, address) of the oldest and the newest rows that the list shows.

    Raises: Impossible: the list cannot be opened, or has no rows.
    """
    opts = model._meta
    try:
        url = reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist", current_app=site.name)
    except NoReverseMatch as error:
        raise Impossible(f"The admin site {site.name!r} has no address in the project's URLs.") from error
    with Log().listening(), Visit.begun(visitor) as visit:
        page = visit.get(url)
        changelist = page.context.get("cl")
        if changelist is None and page.status in (401, 403):
            raise Impossible(f"{visitor.title.capitalize()} may not open {url} (the answer is {page.status}).")
        if changelist is None and "login" in page.response.get("Location", ""):
            raise Impossible(f"{url} asks {visitor.title} to log in. Name a user who may open it with --user.")
        if changelist is not None:
            queryset = changelist.root_queryset
        else:
            queryset = site._registry[model].get_queryset(page.response.wsgi_request)
        found = []
        for obj in _ends(queryset, most_rows):
            name = f"admin:{opts.app_label}_{opts.model_name}_change"
            own = reverse(name, args=[quote(obj.pk)], current_app=site.name)
            found.append((obj.pk, str(obj), changelist.url_for_result(obj) if changelist is not None else own))
    if not found:
        raise Impossible(f"{opts.label} has no rows that {visitor.title} can see, so there is no form to open.")
    return found


def _ends(queryset: models.QuerySet[Any], most: int) -> List[models.Model]:
    ordered = queryset.order_by("pk")
    oldest = list(ordered[: (most + 1) // 2])
    seen = {obj.pk for obj in oldest}
    newest = [obj for obj in ordered.reverse()[:most] if obj.pk not in seen][: most - len(oldest)]
    return [*oldest, *reversed(newest)]


def _inspect_row(row: Row, visit: Visit, deadline: float) -> None:
    page, again = visit.get(row.url), visit.get(row.url)
    if page.status != 200 or page.context.get("adminform") is None:
        where = f", to {page.response['Location']}" if page.response.get("Location") else ""
        raise Impossible(f"The change form does not open: the answer is {page.status}{where}.")
    if not page.context.get("has_change_permission", True):
        raise Impossible("This user may only view it.")
    obj = page.context.get("original") or page.context["adminform"].form.instance
    model_admin, request = page.context["adminform"].model_admin, page.response.wsgi_request
    base = _base_of(page, visit.user, obj, identity.realm_in(model_admin, request, obj))
    parts = parts_of(page, obj, base)
    row.controls = controls_of(page, again, obj, base)
    using = identity.database_of(model_admin, request, obj)
    row.notes += _too_many_fields(page)
    row.save = _untouched(visit, row.url, page, parts, using)
    if base is not None:
        row.conflicts = list(_conflicts(visit, row, page, parts, using, deadline))


def _too_many_fields(page: Page) -> List[str]:
    """Whether the page posts more fields than Django takes, and would not without those of ours."""
    most, fields = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS, page.form.values
    if most is None:
        return []
    if (page.form.attributes.get("enctype") or "").lower() == "multipart/form-data":
        most += 2  # as many more does Django take there
    plain = sum(len(values) for name, values in fields.items() if name != bases.FIELD) + 1  # its button
    if not plain <= most < plain + OWN_FIELDS:
        return []
    wanted = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + plain + OWN_FIELDS - most
    return [
        f"the page posts {plain} fields and up to {OWN_FIELDS} of ours, and Django answers 400 to more than {most}; "
        f"set DATA_UPLOAD_MAX_NUMBER_FIELDS to {wanted} or more"
    ]


def _base_of(page: Page, user: Any, obj: models.Model, realm: str) -> Optional[bases.Base]:
    if page.base_text is None:
        return None
    try:
        return bases.verify(page.base_text, identity.user_name(user), identity.object_name(type(obj), obj.pk, realm))
    except bases.BaseProblem:
        return None


def _untouched(visit: Visit, url: str, page: Page, parts: List[Part], using: str) -> Save:
    """Post what the page has, as a browser would if nobody touched it."""
    instances = [part.form.instance for part in parts]
    with undone():
        before = rows.read(instances, using)
        try:
            answer = visit.post(url, _with_button(page))
        except Exception as error:  # of the project's own code
            return Save(problem=f"it fails with {type(error).__name__}: {error}")
        if answer.status != 302:
            return Save(problem=answer.problem)
        after = rows.read(instances, using)
    return _judged(rows.differences(before, after), rows.shown_columns(parts))


def _judged(differences: Iterable[Tuple[rows.Key, str, str]], shown: Mapping[rows.Key, List[str]]) -> Save:
    """Tell what the page shows from what nobody can see there: times of changes, and records of a history."""
    save = Save()
    models_shown = {label for label, _ in shown}
    for key, column, text in differences:
        if column:
            is_shown = column in shown[key] if key in shown else True  # of a row behind a control without a column
        else:
            is_shown = key[0] in models_shown or not text.endswith(rows.ADDED)
        (save.changed if is_shown else save.beside).append(text)
    return save


def _with_button(page: Page) -> Dict[str, List[str]]:
    return {**page.form.values, "_save": ["1"]}


def _conflicts(
    visit: Visit, row: Row, page: Page, parts: List[Part], using: str, deadline: float
) -> Iterator[Conflict]:
    """What a save meets after another writer: for each guarded field that has a column, once for each set of rows."""
    guarded = {(control.form, control.name) for control in row.controls if not control.reason}
    tried = set()
    for part in parts:
        for name in part.readings:
            where = (part.title, name)
            if where not in guarded or where in tried:
                continue
            tried.add(where)
            title = f"{part.title} / {name}" if part.title else name
            field = readings.column_field(part.form, name)
            if field is None:
                yield Conflict(title, "not tried", "no column is behind it; what its control shows is compared")
            elif time.monotonic() > deadline:
                yield Conflict(title, "not tried", "the time for this inspection is over")
            else:
                yield _conflict(visit, row.url, page, part, name, field, title, using)


def _conflict(
    visit: Visit, url: str, page: Page, part: Part, name: str, field: Any, title: str, using: str
) -> Conflict:
    instance = part.form.instance
    result = Conflict(title, "not tried", "no other value was found that the database takes")
    with undone():
        if not others.change(instance, field, using):
            return result
        theirs = rows.read([instance], using)
        try:
            answer = visit.post(url, {**_with_button(page), **_typed(page, part.form, name)})
        except Exception as error:  # of the project's own code, or of a value that its fields do not take
            result.note = f"the save fails with {type(error).__name__}: {error}"
            return result
        if answer.refusal:
            result.outcome, result.note = "refused", f"{answer.status}, {answer.refusal.get('title', '')}"
            result.items = _items(answer)
        elif answer.status == 302:
            differences = rows.differences(theirs, rows.read([instance], using))
            lost = [text for _, column, text in differences if column in ("", field.attname)]
            result.outcome = "overwritten" if lost else "merged"
            result.note = "; ".join(lost)
        else:
            result.note = answer.problem
    return result


def _typed(page: Page, form: Any, name: str) -> Dict[str, List[str]]:
    """What a person enters into the same field, where that is text; any other control stays untouched."""
    control = form.add_prefix(name)
    values = page.form.values.get(control, [])
    if type(form.fields[name]) is not forms.CharField or len(values) != 1:
        return {}
    most = form.fields[name].max_length or 100
    return {control: [f"mine {values[0]}"[:most]]}


def _items(answer: Page) -> List[Dict[str, Optional[str]]]:
    changes = answer.refusal.get("changes")
    if changes is None:
        return []
    names = ("label", "before", "theirs", "mine", "note")
    return [
        {name: None if getattr(item, name) is None else str(getattr(item, name)) for name in names}
        for item in (*changes.both, *changes.theirs, *changes.mine)
    ]


def _add_reports(row: Row, log: Log) -> None:
    """What the guard itself reported as not guarded, where the page alone did not show it."""
    known = {(control.name, control.reason) for control in row.controls}
    for name, label, reason in log.unguarded:
        if not any(control == name and told for control, told in known):
            known.add((name, reason))
            row.notes.append(
                f"the form of {label} is not guarded: {reason}" if name == "*" else f"{label}, {name}: {reason}"
            )
