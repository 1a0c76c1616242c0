"""The ledger's writer, for pages that read it."""

from tests.audit.conftest import write

__all__ = ["write"]
