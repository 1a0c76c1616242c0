"""Add a trust."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_slug
from django.utils import timezone

from accounts.models import Nation, Trust, TrustKind
from accounts.services import create_trust


class Command(BaseCommand):
    """The first step of an installation; `add_person` is the second."""

    help = "Add an employing body. Add its first administrator next, with add_person."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what a trust is."""
        parser.add_argument("slug", metavar="SLUG", help="its short name in addresses")
        parser.add_argument("--name", required=True)
        parser.add_argument("--nation", choices=Nation.values, default=Nation.ENGLAND)
        parser.add_argument("--kind", choices=TrustKind.values, default=TrustKind.NHS_TRUST)

    def handle(self, *, slug: str, name: str, nation: str, kind: str, **options) -> None:
        """Create it; raises CommandError for a slug that is taken or is none."""
        try:
            validate_slug(slug)
        except ValidationError as error:
            raise CommandError(f"{slug}: letters, figures and hyphens only.") from error
        if Trust.objects.filter(slug=slug).exists():
            raise CommandError(f"There is a trust called {slug} already.")
        create_trust(
            name=name,
            slug=slug,
            nation=Nation(nation),
            kind=TrustKind(kind),
            by=None,
            at=timezone.now(),
        )
        self.stdout.write(f"{name} was added as {slug}.")
