"""Opening a panel: its composition is checked, kept, and never changes again."""

from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from accounts.models import User
from audit import ledger
from panels.composition import Composition, Moment
from panels.models import Panel
from panels.queries import composition_of
from panels.services.limits import OpenAlready, locked


class CompositionFails(ValueError):
    """The panel is not composed as its rules ask; `composition` says what is wrong."""

    def __init__(self, composition: Composition) -> None:
        super().__init__(composition.summary)
        self.composition = composition


@transaction.atomic
def open_panel(*, panel: Panel, by: User, at: datetime, override_reason: str = "") -> Panel:
    """Open a panel and keep the findings of its composition check with it.

    A reason overrides findings that would stop it, and stands beside them for ever. Raises
    CompositionFails without one, and OpenAlready.
    """
    if locked(panel).opened_at is not None:
        raise OpenAlready("This panel is open already.")
    composition = composition_of(panel, Moment.OPENING)
    reason = "" if composition.can_open else override_reason.strip()
    if not composition.can_open and not reason:
        raise CompositionFails(composition)
    panel.opened_at, panel.opened_by = at, by
    panel.composition = [asdict(finding) for finding in composition.findings]
    panel.override_reason = reason
    panel.save(update_fields=["opened_at", "opened_by", "composition", "override_reason"])
    ledger.record(
        chain=panel.appointment.chain,
        action="panel.opened",
        obj=panel,
        by=by,
        at=at,
        new={
            "rule_set": composition.rule_set,
            "blockers": [finding.rule for finding in composition.blockers],
            "is_overridden": bool(reason),
        },
        texts={"override_reason": reason},
    )
    return panel
