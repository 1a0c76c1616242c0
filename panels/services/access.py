"""Putting right grants that drifted from the memberships they follow from."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from audit import ledger
from panels.access import Grant, mend_drift


@transaction.atomic
def mend_access(*, by: User | None, at: datetime) -> tuple[list[Grant], list[Grant]]:
    """Give every grant that is missing and take every one that is not due."""
    given, taken = mend_drift()
    if given or taken:
        ledger.record(
            chain="access",
            action="access.mended",
            obj="grants",
            by=by,
            at=at,
            new={"given": [str(grant) for grant in given], "taken": [str(g) for g in taken]},
        )
    return given, taken
