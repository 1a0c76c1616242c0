"""Verify the ledger and the heads that were signed."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.verify import Findings, UnusableAnchor, read_anchors, verify

HELP = """Verify that no ledger entry was changed, removed, inserted or moved.

Exits with 0 when everything holds, with 1 at any fault, with 2 when an anchor file cannot be used.
"""


class Command(BaseCommand):
    """Say what was verified, and name the first bad entry of each chain."""

    help = HELP

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a file of signed heads that was kept off this machine."""
        parser.add_argument(
            "--anchor",
            type=Path,
            metavar="FILE",
            help="signed heads kept off this machine; the file in QUORATE_DATA is always read",
        )

    def handle(self, *, anchor: Path | None, **options) -> None:
        """Verify every chain; raises CommandError at any fault."""
        files = [settings.LEDGER_ANCHORS] if settings.LEDGER_ANCHORS.exists() else []
        files += [anchor] if anchor else []
        try:
            anchors = [signed for file in files for signed in read_anchors(file)]
        except UnusableAnchor as error:
            raise CommandError(str(error), returncode=2) from error
        findings = verify(anchors)
        self._say(findings)
        if findings.faults:
            raise CommandError(f"The ledger does not hold. Faults: {len(findings.faults)}.")
        self.stdout.write(self.style.SUCCESS("The ledger holds."))

    def _say(self, findings: Findings) -> None:
        self.stdout.write(
            f"Verified: chains {findings.chains}, entries {findings.entries},"
            f" signed heads {findings.signed_heads}, heads kept in files {findings.anchors}."
        )
        for fault in findings.faults:
            self.stdout.write(self.style.ERROR(str(fault)))
