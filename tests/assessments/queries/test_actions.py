"""The one next thing for each person at each point of the way."""

from datetime import timedelta

import pytest

from appointments.services import add_candidate, decide_shortlist, move_stage, withdraw_application
from appointments.stages import Stage
from assessments.models import CandidateReport
from assessments.queries.actions import (
    decisions_for,
    hub_actions,
    member_actions,
    staffing_actions,
)
from assessments.services.reports import release_report, review_report
from panels.services import declare, stand_down
from tests.assessments import worlds
from tests.assessments.worlds import AT, fill, fill_member, lock, make_world

pytestmark = pytest.mark.django_db


def tasks(actions):
    return [(action.task, action.name, action.is_urgent) for action in actions]


def of_member(world, member, at=AT):
    return tasks(member_actions(world.user(member), at=at))


def of_staffing(world, at=AT):
    return tasks(staffing_actions(world.officer, at=at))


def test_member_actions_from_the_invitation_to_the_recommendation():
    world = make_world(1, 1, is_declared=False)
    member = worlds.invite(world, "New", "new@north.example", answers=False)
    invited = member_actions(member.person.user, at=AT)
    assert tasks(invited) == [("Answer the invitation", "panels:respond", False)]
    assert invited[0].url == f"/appointments/{world.appointment.pk}/panel/respond/"
    assert of_member(world, 0) == [("Declare interests", "panels:declarations", False)]
    worlds.declare_none(world, 0)
    assert of_member(world, 0) == []
    worlds.open_world(world)
    (score,) = member_actions(world.user(0), at=AT)
    sheet = world.sheet()
    assert (score.task, score.pk, score.is_urgent) == ("Score Dr Amara Okafor", sheet.pk, True)
    fill(sheet, 4)
    assert of_member(world, 0) == [("Review and lock", "assessments:review", True)]
    lock(world, 0)
    assert of_member(world, 0) == [("Record the recommendation", "assessments:recommend", False)]
    recommendation = worlds.make_recommendation(world)
    assert of_member(world, 0) == []
    worlds.make_decision(recommendation, world)
    assert of_member(world, 0) == []


def test_member_actions_chair_decides_on_others_interests_but_not_on_their_own():
    world = make_world(2, 1, is_declared=False)
    for member in (0, 1):
        declare(
            member=world.members[member],
            application=world.applications[0],
            has_interest=True,
            statement="We share a practice.",
            by=world.user(member),
            at=AT,
        )
    decide = ("Decide on declared interests", "panels:interests", False)
    assert of_member(world, 0) == [decide]
    assert of_member(world, 1) == []
    other = make_world(1, 1, slug="south", is_declared=False)
    declare(
        member=other.members[0],
        application=other.applications[0],
        has_interest=True,
        statement="We share a practice.",
        by=other.user(0),
        at=AT,
    )
    assert of_member(other, 0) == []


def test_member_actions_do_not_ask_about_candidates_who_are_not_shortlisted():
    world = make_world(1, 1, is_open=False, is_declared=False)
    rejected = add_candidate(
        appointment=world.appointment,
        name="Dr Ioana Ștefănescu",
        email="x@mail.example",
        gmc_number="0019999",
        registration="",
        present_post="",
        by=world.officer,
        at=AT,
    )
    decide_shortlist(
        application=rejected, is_shortlisted=False, reason="No CCT.", by=world.officer, at=AT
    )
    worlds.declare_none(world, 0)
    assert of_member(world, 0) == []


def test_member_actions_skip_a_withdrawn_candidate_and_end_with_the_place():
    world = make_world(2, 2)
    withdraw_application(
        application=world.applications[0], reason="Withdrew.", by=world.officer, at=AT
    )
    assert of_member(world, 1)[0][0] == "Score Dr Łukasz Zieliński"
    stand_down(member=world.members[1], reason="Ill.", by=world.officer, at=AT)
    assert of_member(world, 1) == []


def test_member_actions_end_with_a_cancelled_appointment_and_with_access():
    world = make_world(2, 1)
    move_stage(
        appointment=world.appointment, to=Stage.CANCELLED, by=world.officer, at=AT, reason="Cuts"
    )
    assert of_member(world, 0) == []
    other = worlds.decided_world(slug="south")
    assert of_member(other, 0, at=AT + timedelta(days=2)) == []


def test_staffing_actions_from_planning_to_the_last_report():
    world = make_world(1, 0, is_open=False)
    assert of_staffing(world) == [("Finish the shortlist", "appointments:candidates", False)]
    worlds.apply(world, 1)
    assert of_staffing(world, at=AT - timedelta(days=1)) == [
        ("Open scoring", "assessments:open_scoring", False)
    ]
    assert of_staffing(world) == [("Open scoring", "assessments:open_scoring", True)]
    worlds.declare_none(world, 0)
    worlds.open_world(world)
    assert of_staffing(world) == [("See who has locked", "assessments:appointment", True)]
    fill_member(world, 0, 4)
    lock(world, 0)
    waiting = ("Waiting for the chair’s recommendation", "assessments:outcome", False)
    assert of_staffing(world) == [waiting]
    recommendation = worlds.make_recommendation(world)
    assert of_staffing(world) == []
    decide = [("Decide on the recommendation", "assessments:decide", True)]
    assert tasks(decisions_for(world.chief_executive, at=AT)) == decide
    assert decisions_for(world.officer, at=AT) == []
    worlds.make_decision(recommendation, world)
    assert decisions_for(world.chief_executive, at=AT) == []
    assert of_staffing(world) == [("Review and release reports", "assessments:appointment", False)]
    report = CandidateReport.objects.get()
    review_report(
        report=report,
        version=0,
        strengths="Open.",
        next_steps="Shadow.",
        evidence={},
        by=world.officer,
        at=AT,
    )
    release_report(report=report, by=world.officer, at=AT)
    assert of_staffing(world) == []


def test_actions_are_sorted_by_the_day_of_the_panel_and_stay_in_the_trust():
    world = make_world(1, 1)
    other = make_world(1, 1, slug="south")
    late = worlds.make_appointment(world.trust, world.officer, world.blueprint, "N-200")
    late.aac_at = AT - timedelta(days=3)
    late.save(update_fields=["aac_at"])
    found = staffing_actions(world.officer, at=AT)
    assert [action.appointment for action in found] == [late, world.appointment]
    assert other.appointment not in [action.appointment for action in found]
    assert [a.appointment for a in hub_actions(world.officer, late, at=AT)] == [late]


def test_hub_actions_do_not_point_to_the_page_they_stand_on():
    world = make_world(1, 1)
    appointment = world.appointment
    appointment.refresh_from_db()
    assert hub_actions(world.officer, appointment, at=AT) == []
    assert [a.task for a in hub_actions(world.user(0), appointment, at=AT)] == [
        "Score Dr Amara Okafor"
    ]
