"""Load a framework of the starter library into a trust."""

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.models import Trust
from rubrics import library, services
from rubrics.models import VersionStatus


class Command(BaseCommand):
    """Load a framework of the starter library as a draft; loading it again changes nothing."""

    help = (
        "Load a framework of the starter library into a trust as a draft, or publish it at once."
        " Loading the same words again changes nothing."
    )

    def add_arguments(self, parser) -> None:
        """Name the framework and the trust."""
        parser.add_argument("slug", choices=library.available(), help="the framework to load")
        parser.add_argument("--trust", required=True, help="the slug of the trust")
        parser.add_argument("--publish", action="store_true", help="publish it if it is a draft")

    def handle(self, *args, slug: str, trust: str, publish: bool, **options) -> None:
        """Load, publish if asked, and say what was done."""
        at = timezone.now()
        try:
            with transaction.atomic():
                version = services.load_library(
                    trust=Trust.objects.get(slug=trust),
                    path=library.available()[slug],
                    by=None,
                    at=at,
                )
                if publish and version.status == VersionStatus.DRAFT:
                    version = services.publish_version(version=version, by=None, at=at)
        except Trust.DoesNotExist as error:
            raise CommandError(f"There is no trust {trust}. Nothing was loaded.") from error
        except (library.LibraryError, services.VersionIncomplete) as error:
            raise CommandError(f"{error}\nNothing was loaded.") from error
        self.stdout.write(
            f"{version.framework.name}, {version}, is {version.get_status_display().lower()}"
            f" in {version.framework.trust}."
        )
