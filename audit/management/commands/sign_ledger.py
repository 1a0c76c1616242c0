"""Sign the head of every chain."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from audit.heads import NoLedgerKey, keep_missing, sign_every_head
from audit.ledger import whole_milliseconds


class Command(BaseCommand):
    """Sign what the ledger says now; run it daily and copy the file off this machine."""

    help = "Sign the head of every chain and append it to ledger-heads.jsonl in QUORATE_DATA."

    def handle(self, **options) -> None:
        """Sign, and append heads that an earlier full disk kept out of the file."""
        now = whole_milliseconds(timezone.now())
        try:
            signed = sign_every_head(at=now)
        except NoLedgerKey as error:
            raise CommandError(str(error)) from error
        late = keep_missing()
        new = sum(head.signed_at == now for head in signed)
        self.stdout.write(f"Signed: {new}. Signed before and unchanged: {len(signed) - new}.")
        if late:
            self.stdout.write(f"Appended late to the file: {late}.")
        self.stdout.write(f"The signed heads are in {settings.LEDGER_ANCHORS}")
