from django.db import models


class Text(models.Model):
    text = models.CharField(max_length=100)

    class Meta:
        abstract = True

    def __str__(self):
        return self.text


class Note(Text):
    pass


class Memo(Text):
    pass


class Poem(Text):
    pass


class Stamp(Text):
    pass
