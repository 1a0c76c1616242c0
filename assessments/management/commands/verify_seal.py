"""Tell whether a sealed recommendation still stands as it did when it was sealed."""

from django.core.management.base import BaseCommand, CommandError

from assessments.models import Recommendation
from assessments.services.decision import is_seal_good


class Command(BaseCommand):
    """verify_seal CODE"""

    help = "Recompute a seal from the database and compare it with the code printed on reports."

    def add_arguments(self, parser):
        parser.add_argument("code", help="the code as printed, for example ABCDE-23456")

    def handle(self, *args, code: str, **options):
        recommendation = (
            Recommendation.objects.select_related("panel__appointment__blueprint")
            .filter(code=code.strip().upper())
            .first()
        )
        if recommendation is None:
            raise CommandError(f"No recommendation was sealed with the code {code}.")
        if not is_seal_good(recommendation):
            raise CommandError(f"{code} does not hold: what was sealed has been changed since.")
        self.stdout.write(f"{code} holds: plan, scores and verdicts are as they were sealed.")
