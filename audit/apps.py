"""The ledger as a Django app."""

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate

from audit.triggers import DELETE, UPDATE, FrozenRows, freeze, install


def install_triggers(using: str, **kwargs) -> None:
    """Make the triggers anew when a migration has run."""
    install(connections[using])


class AuditConfig(AppConfig):
    """Freeze the ledger's own rows and install everybody's triggers after migrations."""

    name = "audit"

    def ready(self) -> None:
        """List the ledger's frozen rows."""
        freeze(
            FrozenRows("audit_entry", (UPDATE, DELETE), "ledger entries never change"),
            FrozenRows("audit_signedhead", (UPDATE, DELETE), "signed heads never change"),
            FrozenRows("audit_chain", (DELETE,), "a chain is never removed"),
            FrozenRows(
                "audit_chain",
                (UPDATE,),
                "a chain only grows by one entry",
                "NOT (NEW.sequence = OLD.sequence + 1"
                " OR (NEW.sequence = OLD.sequence AND NEW.hash = OLD.hash))",
            ),
        )
        post_migrate.connect(install_triggers, sender=self, dispatch_uid="audit.install_triggers")
