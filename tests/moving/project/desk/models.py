from django.contrib.auth.models import AbstractUser
from django.db import models


class Writer(AbstractUser):
    portrait = models.FileField(upload_to="portraits", blank=True)


class Article(models.Model):
    title = models.CharField(max_length=200)
    updated_at = models.DateTimeField(auto_now=True)


class Note(models.Model):
    text = models.TextField()
