"""The interview plan as it is read: rows, warnings, shares, and an even suggestion."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from panels import queries, services
from rubrics.services import retire_question
from tests.appointments.office import AT
from tests.panels.planned import assign, plan_questions, rows_of, use
from tests.panels.seated import accept, invite, make_person


@pytest.fixture
def criteria(panel):
    return plan_questions(panel.appointment)


def test_plan_holds_what_is_asked_aloud_in_its_order(panel, members, criteria):
    plan = queries.interview_plan(panel)
    assert [(one.exercise.name, [row.label for row in one.rows]) for one in plan.exercises] == [
        ("Presentation", ["1.4 Leading change"]),
        ("Station", ["1.1 Ensuring patient safety", "1.2 Acting with integrity"]),
        (
            "Panel interview",
            ["1.1 Ensuring patient safety", "1.2 Acting with integrity", "1.3 Managing people"],
        ),
    ]
    assert [row.nobody for row in plan.rows] == ["Any member", *["Nobody yet"] * 5]
    assert (plan.open_count, plan.own_count, plan.warned_count, plan.seen) == (5, 0, 0, "")


def test_plan_says_who_asks_and_how_much(panel, members, criteria):
    ce, md = members["CE"], members["MD"]
    assign(panel, {criteria[0]: ce, criteria[1]: md, criteria[2]: ce})
    plan = queries.interview_plan(panel, ce)
    assert [(row.member, row.is_own) for row in plan.rows] == [
        (None, False),
        (ce, True),
        (md, False),
        (ce, True),
        (None, False),
        (None, False),
    ]
    assert {share.member: share.count for share in plan.shares} == {
        member: {ce: 2, md: 1}.get(member, 0) for member in members.values()
    }
    assert (plan.open_count, plan.own_count) == (2, 2)


def test_plan_of_a_member_who_left(panel, members, criteria, officer):
    assign(panel, {criteria[0]: members["MD"]})
    services.stand_down(member=members["MD"], reason="Ill", by=officer, at=AT)
    plan = queries.interview_plan(panel)
    assert [row.has_left for row in plan.rows] == [False, True, False, False, False, False]
    assert members["MD"] not in plan.members
    assert plan.open_count == 5


def test_plan_warns_of_what_was_asked_lately(panel, members, criteria, officer):
    appointment = panel.appointment
    safety, integrity, _, _, people = criteria
    use(safety, appointment, date(2026, 3, 12))
    use(integrity, appointment, date(2025, 12, 7))
    use(people, appointment, date(2026, 3, 12), specialty="Stroke medicine")
    use(people, appointment, date(2026, 12, 8), reference=appointment.reference)
    retire_question(
        trust=appointment.trust, key=people.question.key, reason="Known.", by=officer, at=AT
    )
    said = "Asked for Acute internal medicine on 12 March 2026 (ATH-1901)."
    plan = queries.interview_plan(panel)
    assert [row.warnings for row in plan.rows] == [
        (),
        (said,),
        (),
        (said,),
        (),
        ("Retired from the question bank.",),
    ]
    assert plan.warned_count == 3


def test_even_plan_shares_by_seats_and_among_who_scores(panel, members, criteria, officer):
    services.change_member(
        member=members["LAY"],
        is_deputy=False,
        scores=False,
        put_forward_by="",
        has_specialty_accepted=False,
        by=officer,
        at=AT,
    )
    found = queries.even_plan(panel)
    assert [found[one].seat for one in criteria] == ["CE", "MD", "COLLEGE", "CONSULTANT", "COLLEGE"]
    assert set(found) == set(criteria)


def test_even_plan_keeps_what_is_chosen_and_replaces_who_left(panel, members, criteria, officer):
    assign(panel, {criteria[0]: members["LAY"], criteria[3]: members["MD"]})
    services.stand_down(member=members["MD"], reason="Ill", by=officer, at=AT)
    found = queries.even_plan(panel)
    assert found[criteria[0]] == members["LAY"]
    assert [found[one].seat for one in criteria] == ["LAY", "CE", "COLLEGE", "CONSULTANT", "LAY"]
    assign(panel, found)
    assert queries.interview_plan(panel).open_count == 0


def test_even_plan_of_an_empty_panel(panel, criteria):
    assert queries.even_plan(panel) == {}


def test_plan_costs_the_same_for_more_members_and_questions(panel, members, criteria):
    def cost():
        fresh = queries.panel_of(panel.appointment)
        with CaptureQueriesContext(connection) as captured:
            queries.interview_plan(fresh)
        return len(captured)

    assign(panel, {criteria[0]: members["CE"]})
    few = cost()
    for number in range(30):
        person = make_person(panel.appointment, f"P {number}", f"p{number}@mail.example")
        member = accept(invite(panel, person))
        assign(panel, {criteria[number % 5]: member})
        use(criteria[number % 5], panel.appointment, date(2026, 3, 1), reference=f"A-{number}")
    assert len(rows_of(panel)) == 6
    assert cost() == few
