"""The ledger as a Django app."""

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate

from audit.triggers import DELETE, UPDATE, FrozenRows, freeze, install

GROWS = (
    "NEW.sequence = OLD.sequence + 1 AND NEW.salt = OLD.salt AND EXISTS ("
    "SELECT 1 FROM audit_entry WHERE chain_id = NEW.key AND sequence = NEW.sequence"
    " AND previous_hash = OLD.hash AND hash = NEW.hash)"
)
IS_ERASED = (
    "NEW.sequence = OLD.sequence AND NEW.hash = OLD.hash AND (NEW.salt = OLD.salt OR NEW.salt = '')"
)
"""A chain's salt may be erased, so that no digest in it can be matched to a text again."""

RULES = (
    FrozenRows("audit_entry", (UPDATE, DELETE), "ledger entries never change"),
    FrozenRows("audit_signedhead", (UPDATE, DELETE), "signed heads never change"),
    FrozenRows("audit_chain", (DELETE,), "a chain is never removed"),
    FrozenRows(
        "audit_chain",
        (UPDATE,),
        "a chain only grows by one entry",
        f"NOT (NEW.key = OLD.key AND (({GROWS}) OR ({IS_ERASED})))",
    ),
)


def install_triggers(using: str, **kwargs) -> None:
    """Make the triggers anew when a migration has run."""
    install(connections[using])


class AuditConfig(AppConfig):
    """Freeze the ledger's own rows and install everybody's triggers after migrations."""

    name = "audit"

    def ready(self) -> None:
        """List the ledger's frozen rows and load the system check."""
        from audit import checks  # noqa: F401  (registers on import)

        freeze(*RULES)
        post_migrate.connect(install_triggers, sender=self, dispatch_uid="audit.install_triggers")
