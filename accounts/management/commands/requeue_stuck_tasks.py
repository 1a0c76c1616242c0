"""Give tasks of workers that died back to the queue."""

from argparse import ArgumentTypeError
from datetime import timedelta

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from accounts.background import requeue_stuck


def minutes(text: str) -> int:
    """Read a number of minutes; at 0 a task that runs would be started a second time."""
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError("give whole minutes, 1 at least")
    return int(text)


class Command(BaseCommand):
    """For cron, every few minutes; harmless at any time and beside another one."""

    help = "Give letters and reports whose worker was killed back to the queue."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take how long a task may run before its worker counts as dead."""
        parser.add_argument("--older-than", type=minutes, default=15, metavar="MINUTES")

    def handle(self, *, older_than: int, **options) -> None:
        """Do it, and say how many."""
        requeued, given_up = requeue_stuck(
            older_than=timedelta(minutes=older_than), at=timezone.now()
        )
        self.stdout.write(f"{requeued} put back into the queue, {given_up} given up as failed.")
