"""Who has locked what: for the chair and medical staffing, never a value."""

from collections import defaultdict
from dataclasses import dataclass

from appointments.models import Application
from assessments.models import ScoreSheet
from panels.models import Member, Panel

NOT_STARTED, STARTED, LOCKED = "Not started", "In progress", "Locked"


@dataclass(frozen=True)
class ProgressRow:
    """One candidate across the members; a member who does not score them has an empty cell."""

    application: Application
    members: tuple[Member, ...]
    cells: tuple[str, ...]

    @property
    def named(self) -> tuple[tuple[str, str], ...]:
        """Each cell with the name of its member."""
        names = (member.person.name for member in self.members)
        return tuple(zip(names, self.cells, strict=True))


@dataclass(frozen=True)
class Progress:
    """The board of a panel: candidates by members."""

    members: tuple[Member, ...]
    rows: tuple[ProgressRow, ...]
    locked: int
    total: int

    @property
    def waiting_for(self) -> tuple[str, ...]:
        """The members with a sheet that is not locked."""
        return tuple(
            member.person.name
            for position, member in enumerate(self.members)
            if any(row.cells[position] not in ("", LOCKED) for row in self.rows)
        )


def progress_of(panel: Panel) -> Progress:
    """Read who has locked what, in a fixed number of queries."""
    sheets = (
        ScoreSheet.objects.of_panel(panel)
        .select_related("member__person", "application__candidate")
        .prefetch_related("scores")
        .order_by("application__position", "member__position")
    )
    states: dict[tuple[int, int], list[str]] = defaultdict(list)
    members, applications = {}, {}
    for sheet in sheets:
        members[sheet.member_id] = sheet.member
        applications[sheet.application_id] = sheet.application
        states[sheet.application_id, sheet.member_id].append(_state(sheet))
    ordered = sorted(members.values(), key=lambda member: member.position)
    rows = tuple(
        ProgressRow(
            application,
            tuple(ordered),
            tuple(_together(states.get((application.pk, member.pk), [])) for member in ordered),
        )
        for application in applications.values()
    )
    locked = sum(state == LOCKED for cell in states.values() for state in cell)
    return Progress(tuple(ordered), rows, locked, sum(map(len, states.values())))


def _state(sheet: ScoreSheet) -> str:
    if sheet.locked_at:
        return LOCKED
    return STARTED if sheet.scores.all() else NOT_STARTED


def _together(states: list[str]) -> str:
    """Say in one word where a member stands with all the sheets of one candidate."""
    if len(set(states)) > 1:
        return STARTED
    return states[0] if states else ""
