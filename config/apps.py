"""The composition root as a Django app, so that its system checks and template tags are found."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Register the checks that refuse an unsafe production."""

    name = "config"

    def ready(self) -> None:
        """Load the system checks."""
        from config import checks  # noqa: F401  (registers on import)
