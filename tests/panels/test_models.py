"""Each named rule of the database about panels, broken once."""

import pytest
from django.db import IntegrityError, transaction

from panels.models import Declaration, Member, Panel, Person, QuestionAssignment
from panels.services import open_panel
from rubrics.services import freeze_blueprint
from tests.appointments.office import AT
from tests.panels.planned import assign, plan_questions
from tests.panels.seated import declare, invite, make_person

COLUMNS = {
    "person_email_once_per_trust": "person_email_once_per_trust",
    "member_once_per_panel": "panels_member.panel_id, panels_member.person_id",
    "member_one_per_seat": "panels_member.panel_id, panels_member.seat",
    "member_one_chair": "panels_member.panel_id",
    "declaration_once_per_candidate": "panels_declaration.member_id",
    "question_assigned_once_per_panel": "panels_questionassignment.panel_id",
}
"""What SQLite names instead of the constraint."""


def breaks(constraint, action):
    with pytest.raises(IntegrityError) as failure, transaction.atomic():
        action()
    words = str(failure.value)
    return constraint in words or COLUMNS.get(constraint, constraint) in words


def test_constraint_person_email_once_per_trust(appointment):
    make_person(appointment, "Siân", "sian@mail.example")
    twin = Person(trust=appointment.trust, name="Other", email="SIAN@mail.example")
    assert breaks("person_email_once_per_trust", twin.save)


def test_constraint_panel_opened_by_someone(panel):
    rows = Panel.objects.all()
    assert breaks("panel_opened_by_someone", lambda: rows.update(opened_at=AT))


def test_constraint_member_once_per_panel(invited):
    member = invited["CE"]
    member.pk, member.seat = None, ""
    assert breaks("member_once_per_panel", member.save)


def test_constraint_member_one_per_seat(invited):
    rows = Member.objects.filter(pk=invited["CE"].pk)
    assert breaks("member_one_per_seat", lambda: rows.update(seat="MD"))


def test_constraint_member_one_per_seat_frees_the_seat_of_who_left(invited):
    Member.objects.filter(pk=invited["MD"].pk).update(status="STOOD_DOWN")
    assert Member.objects.filter(pk=invited["CE"].pk).update(seat="MD") == 1


def test_constraint_member_one_chair(invited):
    rows = Member.objects.filter(pk=invited["CE"].pk)
    assert breaks("member_one_chair", lambda: rows.update(is_chair=True))


def test_constraint_declaration_once_per_candidate(members, candidates):
    declaration = declare(members["CE"], candidates[0])
    declaration.pk = None
    assert breaks("declaration_once_per_candidate", declaration.save)


@pytest.mark.parametrize(
    "change",
    [
        {"has_interest": False, "outcome": ""},
        {"has_interest": False, "outcome": "STAYS"},
        {"has_interest": True, "outcome": "NONE"},
        {"has_interest": True, "statement": ""},
    ],
)
def test_constraint_declaration_interest_is_stated_and_decided(members, candidates, change):
    declare(members["CE"], candidates[0], "I trained them")
    rows = Declaration.objects.all()
    assert breaks("declaration_interest_is_stated_and_decided", lambda: rows.update(**change))


def test_constraint_question_assigned_once_per_panel(panel, members):
    criterion = plan_questions(panel.appointment)[0]
    assign(panel, {criterion: members["CE"]})
    twin = QuestionAssignment(panel=panel, criterion=criterion, member=members["MD"])
    assert breaks("question_assigned_once_per_panel", twin.save)


def test_interview_plan_never_changes_once_the_panel_is_open(panel, declared, officer):
    first, second = plan_questions(panel.appointment)[:2]
    assign(panel, {first: declared["CE"]})
    open_panel(panel=panel, by=officer, at=AT)
    stands = "an interview plan stands once scoring is open"
    rows = QuestionAssignment.objects.all()
    late = QuestionAssignment(panel=panel, criterion=second, member=declared["CE"])
    assert breaks(stands, lambda: rows.update(member=declared["MD"]))
    assert breaks(stands, late.save)
    freeze_blueprint(blueprint=panel.appointment.blueprint, by=officer, at=AT)
    assert breaks(stands, lambda: rows._raw_delete("default"))


def test_interview_plan_follows_its_blueprint_until_that_is_frozen(panel, declared, officer):
    first, second = plan_questions(panel.appointment)[:2]
    assign(panel, {first: declared["CE"], second: declared["MD"]})
    open_panel(panel=panel, by=officer, at=AT)
    first.delete()
    assert QuestionAssignment.objects.get().criterion == second


def test_opened_panel_never_changes(panel, declared, officer):
    open_panel(panel=panel, by=officer, at=AT)
    rows = Panel.objects.all()
    assert breaks("an opened panel never changes", lambda: rows.update(override_reason="x"))
    assert breaks("an opened panel never changes", lambda: rows._raw_delete("default"))


def test_members_held_by_ends_with_the_seat(panel, invited, appointment):
    member = invited["CE"]
    user = member.person.user
    assert Member.objects.held_by(user, appointment).get() == member
    Member.objects.filter(pk=member.pk).update(status="DECLINED")
    assert not Member.objects.held_by(user, appointment).exists()


def test_people_run_by_medical_staffing_of_their_trust(
    appointment, officer, other_officer, auditor
):
    person = make_person(appointment, "Siân", "sian@mail.example")
    assert Person.objects.run_by(officer).get() == person
    assert not Person.objects.run_by(other_officer).exists()
    assert not Person.objects.run_by(auditor).exists()


def test_member_of_two_panels_is_one_person(panel, trust, officer):
    from tests.appointments.office import make_appointment
    from tests.panels.seated import make_panel

    person = make_person(panel.appointment, "Siân", "sian@mail.example")
    second = make_panel(make_appointment(trust, officer, reference="N-2"))
    assert invite(panel, person).person == invite(second, person).person
