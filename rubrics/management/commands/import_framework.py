"""Read a framework from a file into a trust."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from rubrics import services
from rubrics.faults import FileRefused
from rubrics.formats import read_file
from rubrics.management.trusts import chosen_trust
from rubrics.models import VersionStatus
from rubrics.queries.exchange import NEW_FRAMEWORK, REPLACES_DRAFT, UNCHANGED

WORDS = {
    NEW_FRAMEWORK: "is a new framework, as a draft",
    REPLACES_DRAFT: "was a draft and says now what the file says",
    UNCHANGED: "says all this already; nothing was changed",
}


class Command(BaseCommand):
    """Import a framework as a draft, or publish it at once; a file is taken whole or not at all."""

    help = (
        "Read a framework from an .xlsx or .json file into a trust as a draft, or publish it at"
        " once. A file is taken whole or not at all; every problem in it is named."
    )

    def add_arguments(self, parser) -> None:
        """Name the file."""
        parser.add_argument("file", type=Path, help="the file to read, .xlsx or .json")
        parser.add_argument("--trust", default="", help="the slug of the trust, if there are more")
        parser.add_argument("--publish", action="store_true", help="publish the draft")

    def handle(self, *args, file: Path, trust: str, publish: bool, **options) -> None:
        """Import, publish if asked, and say what was done."""
        at = timezone.now()
        into = chosen_trust(trust)
        try:
            reading = read_file(file.name, file.read_bytes())
            with transaction.atomic():
                done = services.import_framework(
                    trust=into, text=reading.text, file_name=file.name, by=None, at=at
                )
                version = done.version
                if publish and version.status == VersionStatus.DRAFT:
                    version = services.publish_version(version=version, by=None, at=at)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}. Nothing was imported.") from error
        except (FileRefused, services.NameTaken, services.VersionIncomplete) as error:
            raise CommandError(f"{error}\nNothing was imported.") from error
        self._say(done.plan, version, reading.notes)

    def _say(self, plan, version, notes: tuple[str, ...]) -> None:
        for note in notes:
            self.stdout.write(note)
        follows = f"is a new draft after {plan.base}"
        self.stdout.write(
            f"{version.framework.name}, {version}, {WORDS.get(plan.outcome, follows)}."
        )
        for tally in plan.tallies:
            self.stdout.write(
                f"  {tally.word}: {tally.total} ({tally.added} added, {tally.removed} removed,"
                f" {tally.moved} moved, {tally.reworded} reworded)"
            )
        for line in plan.missing:
            self.stdout.write(f"  Missing: {line}")
        self.stdout.write(f"It is {version.get_status_display().lower()}.")
