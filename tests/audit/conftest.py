"""Ledgers to read and to tamper with."""

import pytest
from django.db import connection, transaction

from audit import ledger
from tests.audit.tampering import AT


@pytest.fixture(autouse=True)
def _checks_hold_again(request):
    """Let SQLite check constraints again after a test that had it look away."""
    yield
    if connection.vendor == "sqlite" and connection.connection is not None:
        connection.connection.execute("PRAGMA ignore_check_constraints=OFF")


@pytest.fixture
def write():
    """Append entries to a chain as services do."""

    def write_entries(chain: str, count: int = 1, **fields) -> None:
        for number in range(count):
            with transaction.atomic():
                ledger.record(
                    **{
                        "chain": chain,
                        "action": "score.saved",
                        "obj": f"score:{number}",
                        "by": None,
                        "at": AT,
                        "old": {"value": number},
                        "new": {"value": number + 1, "weight": 2},
                        "texts": {"evidence": f"Said so {number}"},
                        "reason": "typed",
                    }
                    | fields
                )

    return write_entries
