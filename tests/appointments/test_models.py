"""Each named rule of the database, broken once; and who sees what."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from guardian.shortcuts import assign_perm

from appointments.models import Application, Appointment, Candidate
from tests.appointments.office import AT, make_candidate, make_user, shortlist


def breaks(constraint, action):
    with pytest.raises(IntegrityError) as failure, transaction.atomic():
        action()
    return constraint in str(failure.value) or "UNIQUE constraint failed" in str(failure.value)


def test_constraint_appointment_reference_once_per_trust(appointment):
    appointment.pk = None
    assert breaks("appointment_reference_once_per_trust", appointment.save)


def test_constraint_appointment_posts_at_least_one(appointment):
    rows = Appointment.objects.all()
    assert breaks("appointment_posts_at_least_one", lambda: rows.update(posts=0))


def test_constraint_candidate_gmc_number_once_per_trust(appointment, trust):
    make_candidate(appointment)
    twin = Candidate(trust=trust, name="Other", email="o@mail.example", gmc_number="0012345")
    assert breaks("candidate_gmc_number_once_per_trust", twin.save)


def test_constraint_application_once_per_candidate(appointment):
    application = make_candidate(appointment)
    application.pk, application.position = None, 2
    assert breaks("application_once_per_candidate", application.save)


def test_constraint_application_position_once(appointment):
    make_candidate(appointment)
    second = make_candidate(appointment, "Dr Ngũgĩ Kamau", "0012346")
    rows = Application.objects.filter(pk=second.pk)
    assert breaks("application_position_once", lambda: rows.update(position=1))


@pytest.mark.parametrize("status", ["REJECTED", "WITHDRAWN"])
def test_constraint_application_ends_with_reason(appointment, status):
    make_candidate(appointment)
    rows = Application.objects.all()
    assert breaks("application_ends_with_reason", lambda: rows.update(status=status))


def test_visible_to_by_role_in_the_own_trust_only(
    appointment, officer, chief_executive, auditor, other_officer
):
    make_candidate(appointment)
    seen = {
        user.email: (
            Appointment.objects.visible_to(user, at=AT).count(),
            Application.objects.visible_to(user, at=AT).count(),
        )
        for user in (officer, chief_executive, auditor, other_officer)
    }
    assert seen == {
        "officer@north.example": (1, 1),
        "ce@north.example": (1, 1),
        "auditor@north.example": (1, 0),
        "officer@south.example": (0, 0),
    }


def test_visible_to_member_ends_at_the_moment_set(appointment):
    member = make_user("Mr Ngũgĩ Kamau", "member@elsewhere.example")
    application = make_candidate(appointment)
    shortlist(application)
    assign_perm("view_appointment", member, appointment)
    assign_perm("view_application", member, application)
    assign_perm("score_application", member, application)
    Appointment.objects.update(members_leave_at=AT)
    before = AT - timedelta(seconds=1)

    def seen(at):
        return (
            Appointment.objects.visible_to(member, at=at).count(),
            Application.objects.visible_to(member, at=at).count(),
            Application.objects.scored_by(member, at=at).count(),
        )

    assert (seen(before), seen(AT)) == ((1, 1, 1), (0, 0, 0))


def test_visible_to_member_only_while_the_candidate_is_shortlisted(appointment):
    member = make_user("Mr Ngũgĩ Kamau", "member@elsewhere.example")
    application = make_candidate(appointment)
    assign_perm("view_application", member, application)
    assert not Application.objects.visible_to(member, at=AT).exists()
    shortlist(application)
    assert Application.objects.visible_to(member, at=AT).get() == application
    shortlist(application, False, "Entered by mistake")
    assert not Application.objects.visible_to(member, at=AT).exists()
