"""The panels app."""

from django.apps import AppConfig

from audit.triggers import freeze


class PanelsConfig(AppConfig):
    """List the rows that the database must hold still."""

    name = "panels"

    def ready(self) -> None:
        """Register this app's frozen rows."""
        from panels.triggers import RULES

        freeze(*RULES)
