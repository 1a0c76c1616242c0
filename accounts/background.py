"""Work that a worker process does: the one module that imports the task decorator.

Django 6 brings the same interface as `django.tasks`; then only the imports here change.

A worker that is killed outright leaves its task RUNNING. `requeue_stuck` gives such tasks back, so
that every task runs at least once, and may run twice: it has to be harmless then.
"""

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django_tasks import task
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

__all__ = ["requeue_stuck", "task"]

ATTEMPTS = 3
"""A task whose worker died this often is what kills them: it fails instead of going on."""


class WorkerDied(Exception):
    """The worker was killed while it ran this task, as often as ATTEMPTS says."""


def requeue_stuck(*, older_than: timedelta, at: datetime) -> tuple[int, int]:
    """Give tasks that have run for too long to be running back to the queue.

    Returns how many wait again and how many were given up. Each change is conditional on the very
    run that was seen, so several reapers, or a task that ends just now, do no harm.
    """
    requeued = given_up = 0
    stuck = DBTaskResult.objects.filter(
        status=TaskResultStatus.RUNNING, started_at__lt=at - older_than
    )
    for found in list(stuck.only("pk", "started_at", "worker_ids")):
        run = DBTaskResult.objects.filter(
            pk=found.pk, status=TaskResultStatus.RUNNING, started_at=found.started_at
        )
        if len(found.worker_ids) < ATTEMPTS:
            requeued += run.update(status=TaskResultStatus.READY)
        else:
            given_up += _give_up(run, at)
    return requeued, given_up


def _give_up(run: QuerySet[DBTaskResult], at: datetime) -> int:
    return run.update(
        status=TaskResultStatus.FAILED,
        finished_at=at,
        exception_class_path=f"{WorkerDied.__module__}.{WorkerDied.__qualname__}",
        traceback=f"Its worker died {ATTEMPTS} times, so nothing tries it any more.",
    )
