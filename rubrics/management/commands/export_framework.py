"""Write a framework of a trust to a file."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from rubrics import services
from rubrics.faults import FileRefused
from rubrics.formats import FORMATS, format_of
from rubrics.management.trusts import chosen_trust
from rubrics.queries.exchange import exported_version


class Command(BaseCommand):
    """Write a framework's newest version, or the one asked for, to an .xlsx or .json file."""

    help = (
        "Write the newest version of a framework to a file: an Excel workbook when its name ends"
        " in .xlsx, JSON when it ends in .json."
    )

    def create_parser(self, prog_name: str, subcommand: str, **kwargs):
        """Let --version name a version of the framework, not of Django."""
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    def add_arguments(self, parser) -> None:
        """Name the framework and the file."""
        parser.add_argument("slug", help="the slug of the framework")
        parser.add_argument("file", type=Path, help="the file to write, .xlsx or .json")
        parser.add_argument("--trust", default="", help="the slug of the trust, if there are more")
        parser.add_argument("--version", type=int, help="the number of the version")

    def handle(self, *args, slug: str, file: Path, trust: str, version: int | None, **options):
        """Write the file and say which version is in it."""
        found = exported_version(chosen_trust(trust), slug, version)
        if found is None:
            which = f"version {version} of the framework" if version else "framework"
            raise CommandError(f"There is no {which} {slug}. Nothing was written.")
        try:
            file_format = format_of(file.name)
            with transaction.atomic():
                data = services.export_version(
                    version=found, file_format=file_format, by=None, at=timezone.now()
                )
                file.write_bytes(data)
        except FileRefused as refusal:
            raise CommandError(f"{refusal}\nNothing was written.") from refusal
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}. Nothing was written.") from error
        kind = FORMATS[file_format].name
        self.stdout.write(f"{found.framework.name}, {found}, is in {file} ({kind}).")
