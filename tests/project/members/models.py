"""A user model with a UUID key and neither email nor username; TEST_USER_MODEL=handle puts it to use."""

from __future__ import annotations

import uuid

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models


class MemberManager(BaseUserManager):
    def create_user(self, handle: str, password: str | None = None, **fields: object) -> Member:
        member = self.model(handle=handle, **fields)
        member.set_password(password)
        member.save(using=self._db)
        return member

    def create_superuser(self, handle: str, password: str | None = None, **fields: object) -> Member:
        return self.create_user(handle, password, is_staff=True, is_superuser=True, **fields)


class Member(AbstractBaseUser, PermissionsMixin):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    handle = models.CharField(max_length=60, unique=True)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    # Without these names Django's and this model's groups would clash while both are installed.
    groups = models.ManyToManyField("auth.Group", blank=True, related_name="members")
    user_permissions = models.ManyToManyField("auth.Permission", blank=True, related_name="members")

    USERNAME_FIELD = "handle"

    objects = MemberManager()

    def __str__(self) -> str:
        return self.handle
