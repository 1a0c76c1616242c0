"""What a test asks of the ledger."""

import json

from audit.models import Entry


def last(appointment) -> tuple[str, dict | None, dict | None]:
    """Return the newest entry of an appointment's chain: action, old and new."""
    entry = Entry.objects.filter(chain_id=appointment.chain).order_by("-sequence").first()
    return entry.action, json.loads(entry.old or "null"), json.loads(entry.new or "null")


def count(appointment) -> int:
    """Return how long an appointment's chain is."""
    return Entry.objects.filter(chain_id=appointment.chain).count()
