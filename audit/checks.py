"""The system check that the database holds frozen rows: `check --deploy --database default`."""

from django.core.checks import Error, Tags, register
from django.db import connections

from audit.triggers import faults


@register(Tags.database, deploy=True)
def frozen_rows_are_held(app_configs, databases=None, **kwargs) -> list[Error]:
    """Report each trigger that is missing, switched off or changed.

    Only a deployment check, or `migrate`, which makes triggers anew, would refuse to run.
    """
    return [
        Error(
            f"The database no longer holds frozen rows: {words}.",
            hint="Find out who did this, run verify_ledger, then run migrate: it makes them anew.",
            id="quorate.E010",
        )
        for alias in databases or ()
        for words in faults(connections[alias])
    ]
