"""What no change to a panel may go past: its lock, its end, and who still sits."""

from django.core.exceptions import PermissionDenied

from appointments.stages import CANDIDATES_CHANGE, Stage
from panels.models import SITTING, Member, Panel

PANEL_CHANGES = (*CANDIDATES_CHANGE, Stage.IN_SESSION)
"""Stages in which members join, answer, declare and leave: until every score is locked."""


class PanelHasFinished(PermissionDenied):
    """Every score is locked or the round is over, so the panel stays as it is."""


class OpenAlready(PermissionDenied):
    """Scoring is open, so this does not change any more."""


class NotSeated(PermissionDenied):
    """Somebody who declined or stood down does not sit."""


def locked(panel: Panel) -> Panel:
    """Return the panel as it stands now, its row locked until the transaction ends."""
    return (
        Panel.objects.select_for_update(of=("self",)).select_related("appointment").get(pk=panel.pk)
    )


def check_not_finished(panel: Panel) -> None:
    """Raise PanelHasFinished once the appointment has left the panel's hands."""
    stage = Stage(panel.appointment.stage)
    if stage not in PANEL_CHANGES:
        raise PanelHasFinished(f"This appointment is “{stage.words}”, so its panel stays as it is.")


def check_seated(member: Member) -> None:
    """Raise NotSeated unless the member is invited or sits, as the database has it now."""
    member.refresh_from_db(fields=["status", "seat", "is_chair"])
    if member.status not in SITTING:
        raise NotSeated(f"{member.person.name} does not sit on this panel.")
