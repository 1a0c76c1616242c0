"""Assigning questions: who may ask, until when, and what the ledger says."""

import pytest

from appointments.services import move_stage
from appointments.stages import Stage
from panels import queries, services
from panels.models import QuestionAssignment
from rubrics.models import Criterion
from tests.appointments.office import AT, make_appointment
from tests.panels.planned import assign, plan_questions
from tests.panels.seated import invite, make_panel, make_person
from tests.panels.services import ledger


@pytest.fixture
def criteria(panel):
    return plan_questions(panel.appointment)


def assigned():
    return dict(QuestionAssignment.objects.values_list("criterion", "member"))


def test_assign_questions_writes_the_plan_and_its_row(panel, members, criteria):
    first, second, *_ = criteria
    plan = assign(panel, {first: members["CE"], second: members["MD"]})
    assert plan == {first.pk: members["CE"].pk, second.pk: members["MD"].pk} == assigned()
    assert ledger.last(panel.appointment) == (
        "plan.questions_assigned",
        {},
        {
            f"criterion:{first.pk}": f"member:{members['CE'].pk}",
            f"criterion:{second.pk}": f"member:{members['MD'].pk}",
        },
    )


def test_assign_questions_changes_takes_back_and_leaves_the_rest(panel, members, criteria):
    first, second, third, *_ = criteria
    assign(panel, {first: members["CE"], second: members["MD"], third: members["LAY"]})
    kept = QuestionAssignment.objects.get(criterion=third).pk
    assign(panel, {first: members["LAY"], second: None})
    assert assigned() == {first.pk: members["LAY"].pk, third.pk: members["LAY"].pk}
    assert QuestionAssignment.objects.get(criterion=third).pk == kept
    action, old, new = ledger.last(panel.appointment)
    assert (action, len(old), len(new)) == ("plan.questions_assigned", 3, 2)


def test_assign_questions_the_same_again_leaves_no_row(panel, members, criteria):
    assign(panel, {criteria[0]: members["CE"]})
    before = ledger.count(panel.appointment)
    assign(panel, {criteria[0]: members["CE"], criteria[1]: None})
    assert ledger.count(panel.appointment) == before


def test_assign_questions_to_somebody_invited(panel, invited, criteria):
    assign(panel, {criteria[0]: invited["CE"]})
    assert assigned() == {criteria[0].pk: invited["CE"].pk}


def test_assign_questions_to_who_left_or_sits_elsewhere(panel, members, criteria, officer, trust):
    services.stand_down(member=members["MD"], reason="Ill", by=officer, at=AT)
    other = make_panel(make_appointment(trust, officer, reference="N-2"))
    elsewhere = invite(other, make_person(panel.appointment, "Siân", "sian@mail.example"))
    for member in (members["MD"], elsewhere):
        with pytest.raises(services.NotSeated, match="Choose somebody who sits on this panel"):
            assign(panel, {criteria[0]: members["CE"], criteria[1]: member})
    assert assigned() == {}


def test_assign_questions_that_are_not_asked_here(panel, members, criteria):
    sifted = Criterion.objects.get(exercise__kind="SHORTLISTING")
    foreign = Criterion(pk=sifted.pk + 999)
    for criterion in (sifted, foreign):
        with pytest.raises(services.NotOnPlan):
            assign(panel, {criteria[0]: members["CE"], criterion: members["CE"]})
    assert assigned() == {}


def test_assign_questions_stands_once_scoring_is_open(panel, declared, criteria, officer):
    assign(panel, {criteria[0]: declared["CE"]})
    services.open_panel(panel=panel, by=officer, at=AT)
    with pytest.raises(services.OpenAlready, match="the interview plan stands"):
        assign(panel, {criteria[0]: declared["MD"]})
    assert assigned() == {criteria[0].pk: declared["CE"].pk}


def test_assign_questions_after_the_panel_has_finished(panel, members, candidates, criteria):
    for stage in (Stage.IN_SESSION, Stage.SCORED):
        move_stage(appointment=panel.appointment, to=stage, by=None, at=AT)
    with pytest.raises(services.PanelHasFinished):
        assign(panel, {criteria[0]: members["CE"]})


def test_assign_questions_seen_before_somebody_changed_them(panel, members, criteria):
    seen = queries.interview_plan(panel).seen
    assign(panel, {criteria[0]: members["CE"]}, seen=seen)
    with pytest.raises(services.PlanChanged):
        assign(panel, {criteria[0]: members["MD"]}, seen=seen)
    assert assigned() == {criteria[0].pk: members["CE"].pk}
    assign(panel, {criteria[0]: members["MD"]}, seen=queries.interview_plan(panel).seen)
    assert assigned() == {criteria[0].pk: members["MD"].pk}


def test_assignments_of_a_criterion_that_leaves_the_blueprint_go_with_it(panel, members, criteria):
    assign(panel, {criteria[0]: members["CE"], criteria[1]: members["CE"]})
    criteria[0].delete()
    assert assigned() == {criteria[1].pk: members["CE"].pk}
