from __future__ import annotations

import recurrence
from django.db import models
from recurrence.fields import RecurrenceField

from tests.guard.packages.case import value_case


class Meeting(models.Model):
    title = models.CharField(max_length=100)
    value = RecurrenceField()


value_case(
    "recurrence",
    Meeting,
    recurrence.Recurrence(rrules=[recurrence.Rule(recurrence.WEEKLY)]),
    recurrence.Recurrence(rrules=[recurrence.Rule(recurrence.DAILY)]),
    {"value": "RRULE:FREQ=MONTHLY"},
    (),
)
