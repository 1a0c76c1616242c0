"""The hub of one appointment: what each person sees there and what they can do next."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import QuerySet

from accounts.models import Role, User
from accounts.policies import has_role, trust_ids
from appointments.models import OFFICE, Application, Appointment
from assessments.models import CandidateReport
from assessments.policies import RESULT_STAGES
from assessments.queries.outcome import is_everyone_locked
from panels.models import Member, MemberStatus, Panel
from panels.queries import member_of, panel_of


def visible_appointments(user: User, *, at: datetime) -> QuerySet[Appointment]:
    """Return the appointments a person may open, with their trust and officer."""
    return Appointment.objects.visible_to(user, at=at).select_related(
        "trust", "officer", "blueprint__version"
    )


def visible_reports(user: User) -> QuerySet[CandidateReport]:
    """Return the reports that the office of a trust may open."""
    return CandidateReport.objects.filter(
        application__appointment__trust__in=trust_ids(user, *OFFICE)
    ).select_related(
        "application__appointment__trust",
        "application__appointment__officer",
        "application__appointment__blueprint__version",
        "application__candidate",
        "released_by",
    )


@dataclass(frozen=True)
class Standing:
    """How one person stands to one appointment."""

    appointment: Appointment
    panel: Panel | None
    member: Member | None
    is_staffing: bool
    is_chief_executive: bool
    is_office: bool

    @property
    def is_member(self) -> bool:
        """Whether they accepted to sit."""
        return self.member is not None and self.member.status == MemberStatus.ACCEPTED

    @property
    def is_chair(self) -> bool:
        """Whether they chair the panel."""
        return self.is_member and self.member.is_chair

    @cached_property
    def is_everyone_locked(self) -> bool:
        """Whether every score that counts is locked."""
        return self.panel is not None and is_everyone_locked(self.panel)

    @property
    def is_scored(self) -> bool:
        """Whether scoring is over too, so that nobody can come back to the table and score."""
        return self.appointment.stage in RESULT_STAGES and self.is_everyone_locked


def standing_of(user: User, appointment: Appointment) -> Standing:
    """Read how a person stands to an appointment they may open."""
    return Standing(
        appointment=appointment,
        panel=panel_of(appointment),
        member=member_of(user, appointment),
        is_staffing=has_role(user, appointment.trust_id, Role.MEDICAL_STAFFING),
        is_chief_executive=has_role(user, appointment.trust_id, Role.CHIEF_EXECUTIVE),
        is_office=has_role(user, appointment.trust_id, *OFFICE),
    )


def candidates_for(user: User, appointment: Appointment, *, at: datetime) -> list[Application]:
    """Return the candidates of an appointment that a person may see, in their order."""
    return list(
        Application.objects.visible_to(user, at=at)
        .filter(appointment=appointment)
        .select_related("candidate")
        .order_by("position")
    )
