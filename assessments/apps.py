"""The assessments app."""

from django.apps import AppConfig

from audit.triggers import freeze


class AssessmentsConfig(AppConfig):
    """List the rows that the database must hold still."""

    name = "assessments"

    def ready(self) -> None:
        """Register this app's frozen rows."""
        from assessments.triggers import RULES

        freeze(*RULES)
