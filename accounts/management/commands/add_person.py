"""Add somebody with roles in a trust."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.utils import timezone

from accounts.letters import password_link
from accounts.models import Role, Trust
from accounts.services import invite_staff


class Command(BaseCommand):
    """How the first trust administrator comes in; later ones are added on the page."""

    help = (
        "Add a person with roles in a trust and e-mail them a link to choose a password. "
        "For somebody who is there already it grants the roles."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take who, where and as what."""
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--name", required=True)
        parser.add_argument("--trust", required=True, metavar="SLUG")
        parser.add_argument(
            "--role", required=True, action="append", choices=Role.values, help="may be repeated"
        )
        parser.add_argument(
            "--show-link",
            action="store_true",
            help="print the link as well, for a machine that cannot send e-mail yet",
        )

    def handle(self, *, email: str, name: str, trust: str, role: list[str], **options) -> None:
        """Add the person; raises CommandError for an unknown trust or an unusable address."""
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(f"{email} is not an e-mail address.") from error
        found = Trust.objects.filter(slug=trust).first()
        if found is None:
            raise CommandError(f"There is no trust called {trust}. Add it with add_trust.")
        roles = [Role(one) for one in role]
        user = invite_staff(
            email=email, name=name, trust=found, roles=roles, by=None, at=timezone.now()
        )
        labels = ", ".join(one.label for one in roles)
        self.stdout.write(f"{user.name} ({user.email}) has these roles in {found}: {labels}.")
        if not user.has_usable_password():
            self.stdout.write("An e-mail with a link to choose a password is on its way.")
        if options["show_link"]:
            self.stdout.write(f"The link: {password_link(user)}")
