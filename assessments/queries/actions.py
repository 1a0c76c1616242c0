"""What needs a person now: one line an appointment, each with the one thing to do next.

Each function reads in a fixed number of queries, however many appointments there are.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from accounts.models import Role, User
from accounts.policies import trust_ids
from appointments.models import ApplicationStatus, Appointment
from appointments.stages import Stage
from assessments.models import CandidateReport, ScoreSheet
from panels.models import Declaration, Member, MemberStatus, Panel
from rubrics.models import Criterion


@dataclass(frozen=True)
class Action:
    """One thing to do about one appointment."""

    appointment: Appointment
    task: str
    name: str
    pk: int
    is_urgent: bool = False

    @property
    def url(self) -> str:
        """Where it is done."""
        return reverse(self.name, args=[self.pk])


def member_actions(
    user: User, *, at: datetime, appointment: Appointment | None = None
) -> list[Action]:
    """Return what a person has to do as a member of panels, the soonest panel first."""
    members = (
        Member.objects.sitting()
        .filter(
            Q(panel__appointment__members_leave_at__isnull=True)
            | Q(panel__appointment__members_leave_at__gt=at),
            person__user=user,
        )
        .exclude(panel__appointment__stage__in=[Stage.CLOSED, Stage.CANCELLED])
        .select_related("panel__appointment")
        .order_by("panel__appointment__aac_at", "pk")
    )
    if appointment is not None:
        members = members.filter(panel__appointment=appointment)
    members = list(members)
    undeclared = _undeclared(members)
    undecided = _undecided(members)
    sheets = _open_sheets(members)
    actions = []
    for member in members:
        actions += _of_member(member, undeclared, undecided, sheets[member.pk])
    return actions


def _of_member(
    member: Member, undeclared: dict[int, int], undecided: set[int], sheets: list[ScoreSheet]
) -> list[Action]:
    appointment = member.panel.appointment
    if member.status == MemberStatus.INVITED:
        return [Action(appointment, "Answer the invitation", "panels:respond", appointment.pk)]
    actions = []
    if undeclared.get(member.pk):
        actions.append(
            Action(appointment, "Declare interests", "panels:declarations", appointment.pk)
        )
    if member.is_chair and member.panel_id in undecided:
        actions.append(
            Action(appointment, "Decide on declared interests", "panels:interests", appointment.pk)
        )
    unfinished = next((sheet for sheet in sheets if sheet.done < sheet.asked), None)
    if unfinished:
        who = f"Score {unfinished.application.candidate.name}"
        actions.append(Action(appointment, who, "assessments:sheet", unfinished.pk, is_urgent=True))
    elif sheets:
        actions.append(
            Action(appointment, "Review and lock", "assessments:review", appointment.pk, True)
        )
    if member.is_chair and appointment.stage == Stage.SCORED:
        actions.append(
            Action(
                appointment, "Record the recommendation", "assessments:recommend", appointment.pk
            )
        )
    return actions


def _undeclared(members: list[Member]) -> dict[int, int]:
    """Count, per member, the candidates on whom they have said nothing yet."""
    said = Declaration.objects.filter(member=OuterRef("pk"), application=OuterRef("candidate"))
    rows = (
        Member.objects.filter(
            pk__in=[member.pk for member in members], status=MemberStatus.ACCEPTED
        )
        .filter(panel__appointment__applications__status=ApplicationStatus.SHORTLISTED)
        .annotate(candidate=F("panel__appointment__applications"))
        .filter(~Exists(said))
        .values_list("pk", flat=True)
    )
    counts: dict[int, int] = defaultdict(int)
    for pk in rows:
        counts[pk] += 1
    return counts


def _undecided(members: list[Member]) -> set[int]:
    """Return the panels with an interest that waits for the chair; their own do not."""
    return set(
        Declaration.objects.filter(
            member__panel__in=[member.panel_id for member in members if member.is_chair],
            member__is_chair=False,
            has_interest=True,
            outcome="",
        ).values_list("member__panel_id", flat=True)
    )


def _open_sheets(members: list[Member]) -> dict[int, list[ScoreSheet]]:
    """Return the open sheets per member with how many criteria are asked and done."""
    asked = Criterion.objects.filter(exercise=OuterRef("exercise"))
    sheets = (
        ScoreSheet.objects.counted()
        .filter(member__in=members, locked_at=None)
        .annotate(
            asked=_count(asked),
            done=Count(
                "scores",
                filter=Q(scores__value__isnull=False) | Q(scores__is_not_assessed=True),
            ),
        )
        .select_related("application__candidate")
        .order_by("exercise__position", "application__position")
    )
    grouped: dict[int, list[ScoreSheet]] = defaultdict(list)
    for sheet in sheets:
        grouped[sheet.member_id].append(sheet)
    return grouped


def _count(rows: QuerySet) -> Subquery:
    counted = rows.order_by().values("exercise").annotate(n=Count("pk")).values("n")
    return Subquery(counted)


def decisions_for(
    user: User, *, at: datetime, appointment: Appointment | None = None
) -> list[Action]:
    """Return the recommendations that wait for a chief executive, the oldest panel first."""
    waiting = Appointment.objects.filter(
        trust__in=trust_ids(user, Role.CHIEF_EXECUTIVE), stage=Stage.RECOMMENDED
    ).order_by("aac_at", "pk")
    if appointment is not None:
        waiting = waiting.filter(pk=appointment.pk)
    return [
        Action(one, "Decide on the recommendation", "assessments:decide", one.pk, is_urgent=True)
        for one in waiting
    ]


STAFFING_TASKS = {
    Stage.DRAFTED: ("Plan and advertise", "appointments:candidates"),
    Stage.ADVERTISED: ("Enter candidates", "appointments:candidates"),
    Stage.SHORTLISTING: ("Finish the shortlist", "appointments:candidates"),
    Stage.IN_SESSION: ("See who has locked", "assessments:appointment"),
    Stage.SCORED: ("Waiting for the chair’s recommendation", "assessments:outcome"),
}


def staffing_actions(
    user: User, *, at: datetime, appointment: Appointment | None = None
) -> list[Action]:
    """Return what medical staffing have to do, the soonest panel first."""
    unreleased = CandidateReport.objects.filter(
        application__appointment=OuterRef("pk"), released_at=None
    )
    rows = (
        Appointment.objects.run_by(user)
        .exclude(stage__in=[Stage.CLOSED, Stage.CANCELLED, Stage.RECOMMENDED])
        .annotate(
            has_panel=Exists(Panel.objects.filter(appointment=OuterRef("pk"))),
            has_unreleased=Exists(unreleased),
        )
        .order_by("aac_at", "pk")
    )
    if appointment is not None:
        rows = rows.filter(pk=appointment.pk)
    return [action for one in rows for action in _of_staffing(one, at)]


def _of_staffing(one: Appointment, at: datetime) -> list[Action]:
    if one.stage == Stage.DECIDED:
        if not one.has_unreleased:
            return []
        return [Action(one, "Review and release reports", "assessments:appointment", one.pk)]
    if one.stage == Stage.SHORTLISTED:
        if not one.has_panel:
            return [Action(one, "Convene the panel", "panels:panel", one.pk)]
        is_due = one.aac_at.date() <= at.date()
        return [Action(one, "Open scoring", "assessments:open_scoring", one.pk, is_due)]
    task, name = STAFFING_TASKS[Stage(one.stage)]
    return [Action(one, task, name, one.pk, is_urgent=one.stage == Stage.IN_SESSION)]


def hub_actions(user: User, appointment: Appointment, *, at: datetime) -> list[Action]:
    """Return everything one person has to do about one appointment."""
    return [
        action
        for find in (member_actions, decisions_for, staffing_actions)
        for action in find(user, at=at, appointment=appointment)
        if action.name != "assessments:appointment"
    ]
