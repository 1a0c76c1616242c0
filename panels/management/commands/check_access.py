"""Tell whether every grant follows from a membership, and mend what does not."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from panels.access import find_drift
from panels.services import mend_access


class Command(BaseCommand):
    """Compare the grants held with those due; exit 1 when they differ and are not mended."""

    help = (
        "Compares what members of panels may see with what their memberships and declarations "
        "entitle them to. Exits 1 when anything differs, unless --mend puts it right."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--mend", action="store_true", help="give and take what differs")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["mend"]:
            given, taken = mend_access(by=None, at=timezone.now())
            words = ("given", "taken")
        else:
            given, taken = find_drift()
            words = ("missing", "not due")
        for word, grants in zip(words, (given, taken), strict=True):
            for grant in grants:
                self.stdout.write(f"{word}: {grant}")
        count = len(given) + len(taken)
        if count and not options["mend"]:
            things = "1 grant differs" if count == 1 else f"{count} grants differ"
            raise CommandError(f"{things}. To put it right: manage.py check_access --mend")
        self.stdout.write(f"{count} mended." if count else "Every grant is as it should be.")
