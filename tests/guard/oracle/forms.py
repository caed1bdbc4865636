"""Forms as projects write them: they depend on row, user and state, compute, and have fields without a column."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from tests.guard.oracle.models import Label, Shelf, Trace, now


class Suggesting(forms.ModelForm):
    """Shows a value that the row does not have."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "summary" in self.fields and not self.instance.summary:
            self.initial["summary"] = f"Suggested: {self.instance.title}"


class Disabling(forms.ModelForm):
    """What can be changed depends on the row."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.status == "published":
            for name in {"title", "qty", "labels"} & set(self.fields):
                self.fields[name].disabled = True


class Limiting(forms.ModelForm):
    """What can be chosen does not always include what the row has."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "status" in self.fields:
            self.fields["status"].choices = [("draft", "Draft"), ("review", "Review")]
        if "labels" in self.fields:
            self.fields["labels"].queryset = Label.objects.filter(is_hidden=False)
        if "shelf" in self.fields:
            self.fields["shelf"].queryset = Shelf.objects.filter(is_open=True)


class Computing(forms.ModelForm):
    """``clean()`` changes what is saved, and validates across fields."""

    def clean(self) -> Any:
        data = super().clean()
        if data.get("title"):
            data["title"] = data["title"].replace("Another", "One more")
        if "summary" in data and not data["summary"]:
            data["summary"] = "Nothing of {}".format([data.get(name) for name in ("qty", "price", "status", "title")])
        if data.get("price") == -1:
            raise ValidationError("A negative price is no price.")
        return data

    def clean_qty(self) -> Any:
        return min(self.cleaned_data["qty"], 1000)


class Extra(forms.ModelForm):
    """Fields without a column: one from another row, one that nobody stores, one that is always another."""

    shelf_name = forms.CharField(required=False)
    comment = forms.CharField(required=False, widget=forms.Textarea)
    opened_at = forms.DateTimeField(required=False, initial=now, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shelf = getattr(self.instance, "shelf", None)
        self.fields["shelf_name"].initial = shelf.name if shelf else ""

    def save(self, commit: bool = True) -> Any:
        name, shelf = self.cleaned_data["shelf_name"], self.instance.shelf
        if shelf and name:
            Shelf.objects.filter(pk=shelf.pk).update(name=name)
        if self.cleaned_data["comment"]:
            Trace.objects.create(event=f"comment {self.cleaned_data['comment']!r}")
        return super().save(commit)


class Linking(forms.ModelForm):
    """Saves links in its own way."""

    def _save_m2m(self) -> None:
        super()._save_m2m()
        if "labels" in self.cleaned_data:
            self.instance.labels.add(1)
            Trace.objects.create(event=f"linked {sorted(label.pk for label in self.cleaned_data['labels'])}")


class Coarse(forms.ModelForm):
    """Widgets that show less than the row has."""

    class Meta:
        widgets = {
            "published_at": forms.DateTimeInput(format="%Y-%m-%d %H:%M"),
            "summary": forms.TextInput(),
            "text": forms.TextInput(),
        }


class Rounding(forms.NumberInput):
    def format_value(self, value: Any) -> Any:
        try:
            return f"{float(value):.1f}"
        except (TypeError, ValueError):
            return value


class RoundingForm(forms.ModelForm):
    class Meta:
        widgets = {
            "moment": forms.DateTimeInput(format="%Y-%m-%d"),
            "float": Rounding(),
            "decimal": Rounding(),
            "text": forms.TextInput(),
        }


class OddWidgets(forms.ModelForm):
    """Widgets and fields that people declare themselves."""

    class Meta:
        widgets = {
            "date": forms.SelectDateWidget(years=range(2019, 2023)),
            "kind": forms.RadioSelect(),
            "labels": forms.CheckboxSelectMultiple(),
            "time": forms.TimeInput(format="%H:%M"),
            "maybe": forms.NullBooleanSelect(),
            "integer": forms.TextInput(),
            "email": forms.Textarea(),
            "url": forms.HiddenInput(),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in {"char", "text"} & set(self.fields):
            self.fields[name].strip = False
        for name in {"float", "moment", "slug"} & set(self.fields):
            self.fields[name].show_hidden_initial = True


class TypedControls(forms.ModelForm):
    """Controls of which browsers know what can stand in them."""

    class Meta:
        widgets = {
            "date": forms.DateInput(attrs={"type": "date"}),
            "time": forms.TimeInput(attrs={"type": "time"}),
            "slug": forms.TextInput(attrs={"type": "color"}),
            "decimal": forms.TextInput(attrs={"type": "number"}),
            "char": forms.TextInput(attrs={"type": "email"}),
            "kind": forms.Select(attrs={"disabled": True}),
        }


class Beginning(forms.ModelForm):
    """Takes along a moment, without its microseconds, that nobody is to change."""

    begins = forms.DateTimeField(widget=forms.DateTimeInput(attrs={"type": "hidden"}))


class WholeSet(forms.BaseInlineFormSet):
    """Validates its rows together."""

    def clean(self) -> None:
        super().clean()
        if sum(form.cleaned_data.get("qty") or 0 for form in self.forms if hasattr(form, "cleaned_data")) > 50:
            raise ValidationError("More than fifty.")


class LockedLine(forms.ModelForm):
    """Of one row, the text cannot be changed; of another, it can."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.locked and "text" in self.fields:
            self.fields["text"].disabled = True


class PickyLine(forms.ModelForm):
    """A row with other widgets than the others, and one that is prefilled."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.locked:
            self.fields["price"].widget = forms.HiddenInput()
            self.fields["sku"] = forms.ChoiceField(choices=[("s1", "One"), ("s2", "Two")])
        elif self.instance.pk and not self.instance.text:
            self.initial["text"] = "prefilled"

    def clean_text(self) -> str:
        return self.cleaned_data["text"].replace("typed", "read")


ORDER_FORMS = (Suggesting, Disabling, Limiting, Computing, Extra, Linking, Coarse)
LINE_FORMS = (LockedLine, PickyLine)
