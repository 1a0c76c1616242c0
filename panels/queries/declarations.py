"""Declarations as members, the office and the chair see them."""

from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.models import User
from appointments.models import Application, Appointment
from appointments.policies import can_run
from panels.models import Declaration, Member, MemberStatus, Panel
from panels.policies import is_chair
from panels.queries.seats import candidate_ids, members_at_table


@dataclass(frozen=True)
class DeclarationRow:
    """One candidate of the shortlist and what a member has declared about them, if anything."""

    application: Application
    declaration: Declaration | None

    @property
    def is_decided(self) -> bool:
        """Whether the chair has decided, so that the member no longer changes it."""
        return self.declaration is not None and self.declaration.decided_at is not None


def declaration_rows(member: Member) -> list[DeclarationRow]:
    """Return every candidate of the shortlist with the member's own declaration."""
    made = {d.application_id: d for d in member.declarations.all()}
    shortlist = member.panel.appointment.applications.to_be_assessed()
    return [
        DeclarationRow(application, made.get(application.pk))
        for application in shortlist.select_related("candidate").order_by("position")
    ]


def undeclared(panel: Panel) -> list[Member]:
    """Return the sitting members with a candidate on whom their interests are not settled."""
    candidates = candidate_ids(panel)
    accepted = [
        member for member in members_at_table(panel) if member.status == MemberStatus.ACCEPTED
    ]
    return [member for member in accepted if candidates - _settled(member)]


def _settled(member: Member) -> set[int]:
    return {d.application_id for d in member.declarations.all() if d.outcome}


def interests_of(appointment: Appointment) -> QuerySet[Declaration]:
    """Return every declared interest with its member and candidate."""
    return (
        Declaration.objects.filter(member__panel__appointment=appointment, has_interest=True)
        .select_related("member__person", "member__panel__appointment", "application__candidate")
        .order_by("member__position", "application__position")
    )


def interests_to_decide(user: User, appointment: Appointment) -> list[Declaration]:
    """Return the interests that this person decides about, decided or not (policies.can_decide)."""
    decides_for_members = is_chair(user, appointment)
    decides_for_chair = can_run(user, appointment)
    return [
        declaration
        for declaration in interests_of(appointment).exclude(member__person__user=user)
        if (decides_for_chair if declaration.member.is_chair else decides_for_members)
    ]
