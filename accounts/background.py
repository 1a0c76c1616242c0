"""Work that a worker process does: the one module that imports the task decorator.

Django 6 brings the same interface as `django.tasks`; then only this line changes.
"""

from django_tasks import task

__all__ = ["task"]
