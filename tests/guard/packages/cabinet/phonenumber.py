from __future__ import annotations

from django.contrib import admin
from django.db import models
from phonenumber_field.formfields import SplitPhoneNumberField
from phonenumber_field.modelfields import PhoneNumberField

from tests.guard.packages.case import case


class Caller(models.Model):
    title = models.CharField(max_length=100)
    phone = PhoneNumberField(blank=True)
    mobile = PhoneNumberField(blank=True)


class CallerAdmin(admin.ModelAdmin):
    def formfield_for_dbfield(self, db_field: object, request: object, **kwargs: object) -> object:
        if db_field.name == "mobile":
            return SplitPhoneNumberField(required=False)
        return super().formfield_for_dbfield(db_field, request, **kwargs)


case(
    "phonenumber",
    Caller,
    CallerAdmin,
    make=lambda: Caller.objects.create(title="Before", phone="+493012345678", mobile="+4915123456789"),
    typed={"title": "Mine"},
    others={
        "phone": lambda obj: Caller.objects.update(phone="+493087654321"),
        "mobile": lambda obj: Caller.objects.update(mobile="+4915187654321"),
    },
    same=[
        (lambda obj: Caller.objects.update(phone="+493087654321"), {"phone": "+493011111111"}, ("87654321",)),
        (lambda obj: Caller.objects.update(mobile="+4915187654321"), {"mobile_1": "015111111111"}, ("87654321",)),
    ],
)
