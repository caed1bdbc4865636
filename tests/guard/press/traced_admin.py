"""The admin of the rows of the race, with every way to write that Django has."""

from __future__ import annotations

import re
from typing import Any, Dict

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from parler.admin import TranslatableAdmin
from parler.forms import TranslatableModelForm

from django_admin_collaborator.utils import CollaborativeAdminMixin
from tests.guard.press.traced import Register, Slot


def traces_on(page: str) -> Dict[str, str]:
    """Names and tokens that a confirmation page shows."""
    return dict(re.findall(r"((?:register|slot|topics|word) \d+): ([\w.,-]+)", page))


class OtherForEachRow(forms.ModelForm):
    """Of every second row one field cannot be changed; of the others it has another widget."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "filler" in self.fields and (self.instance.pk or 0) % 2:
            self.fields["filler"].disabled = True
        elif "filler" in self.fields:
            self.fields["filler"].widget = forms.Textarea()


class RegisterForm(OtherForEachRow, TranslatableModelForm):
    pass


class SlotInline(admin.TabularInline):
    model = Slot
    form = OtherForEachRow
    extra = 0


class RegisterAdmin(CollaborativeAdminMixin, TranslatableAdmin):
    form = RegisterForm
    inlines = [SlotInline]
    raw_id_fields = ["topics"]
    list_display = ["id", "token", "seen"]
    list_editable = ["token", "seen"]
    list_per_page = 10
    ordering = ["pk"]
    actions = ["write"]
    save_as = True

    def write(self, request, queryset):
        """Reads, changes and saves, as many actions do."""
        for register in queryset:
            register.seen, register.token = register.token, f"{request.POST['token']}-{register.pk}"
            register.clean()
            register.save()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        before = form.instance.token_of_topics()
        super().save_related(request, form, formsets, change)
        form.instance.note_topics(before)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        to_delete, *others = super().get_deleted_objects(objs, request)
        topics = [f"{register.name_of_topics}: {register.token_of_topics()}" for register in objs]
        return ([*to_delete, topics], *others)

    def delete_model(self, request: HttpRequest, obj: Register) -> None:
        # The confirmation says what its page had shown.
        obj.note_deletion(request.POST["token"], request.POST.dict())
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for register in queryset:
            register.note_deletion(request.POST["token"], request.POST.dict())
        super().delete_queryset(request, queryset)
