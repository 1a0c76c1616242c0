"""Who sits on a panel, who scores, and how it is composed, each in a fixed number of queries."""

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from appointments.models import Application, Appointment
from panels.access import SETTLED
from panels.composition import Composition, Finding, Moment, Sitter, check
from panels.models import Declaration, Member, MemberStatus, Panel
from panels.rulesets import load
from panels.sitters import conflict_of, post_of, sitter_of


def panel_of(appointment: Appointment) -> Panel | None:
    """Return the panel of an appointment, if it has been convened."""
    return (
        Panel.objects.filter(appointment=appointment).select_related("appointment__trust").first()
    )


def member_of(user: User, appointment: Appointment) -> Member | None:
    """Return somebody's own place on a panel while they are invited or sit."""
    return (
        Member.objects.held_by(user, appointment)
        .select_related("person", "panel__appointment__trust")
        .first()
    )


def sitting_members(panel: Panel) -> QuerySet[Member]:
    """Return the members invited or accepted, in the order in which they were invited."""
    return panel.members.sitting().select_related("person").order_by("position")


def members_who_score(panel: Panel, application: Application) -> QuerySet[Member]:
    """Return the members who score this candidate: sitting, scoring and free of conflict."""
    settled = Declaration.objects.filter(
        member=OuterRef("pk"), application=application, outcome__in=SETTLED
    )
    return (
        panel.members.accepted()
        .filter(Exists(settled), scores=True)
        .select_related("person")
        .order_by("position")
    )


def composition_of(panel: Panel, moment: Moment, without: Member | None = None) -> Composition:
    """Check a panel against its rule set; `without` asks what would follow if a member left."""
    return check(
        load(panel.appointment.rule_set_key), sitters_of(panel, without), post_of(panel), moment
    )


def sitters_of(panel: Panel, without: Member | None = None) -> list[Sitter]:
    """Return everybody at the table, those who stood down marked as such."""
    candidates = candidate_ids(panel)
    return [
        sitter_of(member, conflict_of(member, member.declarations.all(), candidates))
        for member in members_at_table(panel)
        if without is None or member.pk != without.pk
    ]


def effect_of_leaving(member: Member) -> list[Finding]:
    """Return what would stop the panel if this member did not sit and does not stop it now."""
    panel = member.panel
    stopping = {finding.rule for finding in composition_of(panel, Moment.OPENING).blockers}
    after = composition_of(panel, Moment.OPENING, without=member)
    return [finding for finding in after.blockers if finding.rule not in stopping]


def members_at_table(panel: Panel) -> QuerySet[Member]:
    """Return everybody but those who declined, with what they declared."""
    return (
        panel.members.exclude(status=MemberStatus.DECLINED)
        .select_related("person")
        .prefetch_related("declarations")
        .order_by("position")
    )


def candidate_ids(panel: Panel) -> set[int]:
    """Return the applications on the shortlist."""
    applications = panel.appointment.applications.to_be_assessed()
    return set(applications.values_list("pk", flat=True))
