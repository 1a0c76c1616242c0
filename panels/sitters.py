"""Rows of a panel as the values that the composition check reads."""

from collections.abc import Iterable

from django.utils import timezone

from panels.composition import Conflict, Nominator, Post, Sitter
from panels.models import Declaration, DeclarationOutcome, Member, MemberStatus, Panel, Person


def post_of(panel: Panel) -> Post:
    """Return what the rules ask about the post."""
    appointment = panel.appointment
    return Post(
        specialty=appointment.specialty,
        is_dental=appointment.is_dental,
        has_substantial_teaching=appointment.has_substantial_teaching,
        aac_on=timezone.localdate(appointment.aac_at),
        no_local_consultant_in_specialty=panel.has_no_local_consultant,
    )


def sitter_of(member: Member, conflict: Conflict | None) -> Sitter:
    """Return one member as somebody at the table.

    Whoever accepted counts as here; of whoever has not answered nobody knows.
    """
    person = member.person
    return Sitter(
        name=person.name,
        person=person.pk,
        seat=member.seat or None,
        is_deputy=member.is_deputy,
        is_chair=member.is_chair,
        is_present=True if member.status == MemberStatus.ACCEPTED else None,
        conflict=conflict,
        is_doctor=person.is_doctor,
        is_dentist=person.is_dentist,
        is_consultant=person.is_consultant,
        specialty=person.specialty or None,
        has_specialty_accepted_by_college=member.has_specialty_accepted,
        is_employed_by_body=person.is_employed_by_trust,
        nhs_employer=_nhs_employer(person),
        is_board_member=person.is_board_member,
        is_board_level=person.is_board_level,
        is_trust_chair=person.is_trust_chair,
        is_chief_executive=person.is_chief_executive,
        is_medical_director=person.is_medical_director,
        works_in_nation=person.get_works_in_display() or None,
        nominated_by=Nominator(member.put_forward_by) if member.put_forward_by else None,
        training_expires_on=person.training_expires_on,
    )


def _nhs_employer(person: Person) -> str | None:
    """Return the NHS body somebody works for: empty for none, None where nobody has recorded it."""
    if person.is_employed_in_nhs is None:
        return None
    return (person.employer or "an NHS body") if person.is_employed_in_nhs else ""


def conflict_of(
    member: Member, declarations: Iterable[Declaration], candidates: set[int]
) -> Conflict | None:
    """Return what a member's declarations on these candidates come to for the panel as a whole.

    Somebody who may score none of the candidates counts as stood down.
    """
    if member.status == MemberStatus.STOOD_DOWN:
        return Conflict.STANDS_DOWN
    found = {d.application_id: d for d in declarations if d.application_id in candidates}
    outcomes = {d.outcome for d in found.values()}
    if DeclarationOutcome.STANDS_DOWN in outcomes:
        return Conflict.STANDS_DOWN
    if "" in outcomes:
        return Conflict.DECLARED
    if not candidates or candidates - found.keys():
        return None
    if outcomes == {DeclarationOutcome.DOES_NOT_SCORE}:
        return Conflict.STANDS_DOWN
    return next(
        c for c in (Conflict.DOES_NOT_SCORE, Conflict.STAYS, Conflict.NONE) if c in outcomes
    )
