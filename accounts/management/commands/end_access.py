"""End somebody's access, or restore it."""

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import User
from accounts.services import change_access


class Command(BaseCommand):
    """For leavers, and for an account in the wrong hands."""

    help = "End a person's access at their next request, wherever they are signed in."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take who, and which way."""
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--restore", action="store_true", help="let the person in again")

    def handle(self, *, email: str, restore: bool, **options) -> None:
        """Change it; raises CommandError for an unknown address."""
        user = User.objects.filter(email=email.strip().lower()).first()
        if user is None:
            raise CommandError(f"Nobody signs in with {email}.")
        is_new = change_access(user=user, is_active=restore, by=None, at=timezone.now())
        words = "can sign in again" if restore else "has no access any more"
        self.stdout.write(f"{user.name} {words}." if is_new else "Nothing had to be changed.")
