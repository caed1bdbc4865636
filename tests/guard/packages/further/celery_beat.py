from __future__ import annotations

from django_celery_beat.admin import PeriodicTaskAdmin
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from tests.guard.packages.case import case


def make() -> PeriodicTask:
    interval = IntervalSchedule.objects.create(every=5, period="minutes")
    IntervalSchedule.objects.create(every=7, period="days")
    return PeriodicTask.objects.create(name="Before", task="tests.task", interval=interval, args='["one"]')


def run(obj: PeriodicTask) -> None:
    """As the beat itself does."""
    PeriodicTask.objects.filter(pk=obj.pk).update(last_run_at="2030-01-01T00:00:00Z", total_run_count=9)


case(
    "celery_beat",
    PeriodicTask,
    PeriodicTaskAdmin,
    make=make,
    typed={"name": "Mine"},
    others={
        "interval": lambda obj: PeriodicTask.objects.update(interval=IntervalSchedule.objects.get(every=7)),
        "description": lambda obj: PeriodicTask.objects.update(description="Theirs"),
    },
    written_by_machines={"last_run_at": run},
    same=[(lambda obj: PeriodicTask.objects.update(args='["theirs"]'), {"args": '["mine"]'}, ("theirs", "mine"))],
    not_compared={"django_celery_beat_periodictask.date_changed", "django_celery_beat_periodictasks"},
)
