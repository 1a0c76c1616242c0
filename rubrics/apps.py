"""The rubrics app."""

from django.apps import AppConfig

from audit.triggers import freeze


class RubricsConfig(AppConfig):
    """List the rows that the database must hold still."""

    name = "rubrics"

    def ready(self) -> None:
        """Register this app's frozen rows."""
        from rubrics.triggers import RULES

        freeze(*RULES)
