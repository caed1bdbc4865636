"""What our mixins are mixed into: type checkers have to know it. At run time the mixins have no base.

Methods and attributes that Django does not document are named here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin
    from django.forms.models import BaseModelForm, BaseModelFormSet
    from django.http import HttpResponse

    class Admin(ModelAdmin[Any]):
        def _changeform_view(self, *args: Any) -> HttpResponse: ...
        def _delete_view(self, *args: Any) -> HttpResponse: ...
        def _create_formsets(self, *args: Any) -> Any: ...

    class Form(BaseModelForm[Any]):
        _errors: Any

        def _clean_form(self) -> None: ...
        def _post_clean(self) -> None: ...
        def _get_validation_exclusions(self) -> Any: ...
        def _save_m2m(self) -> None: ...

    class FormSet(BaseModelFormSet[Any, Any]):
        _errors: Any

        def _existing_object(self, pk: Any) -> Any: ...

else:
    Admin = Form = FormSet = object
