"""The interview plan's page: who may share out, who may look, and until when."""

from datetime import date

import pytest
from django.urls import reverse

from appointments.services import move_stage
from appointments.stages import Stage
from panels import queries, services
from panels.models import QuestionAssignment
from tests.appointments.office import AT, browser
from tests.panels.planned import assign, plan_questions, use


@pytest.fixture
def criteria(panel):
    return plan_questions(panel.appointment)


def address(appointment):
    return reverse("panels:interview_plan", args=[appointment.pk])


def choices(panel, **people):
    """Return what the form sends: by the number of the criterion, the number of the member."""
    plan = queries.interview_plan(panel)
    sent = {f"asks_{row.criterion.pk}": "" for row in plan.rows}
    return sent | {"seen": plan.seen} | people


def assigned():
    return dict(QuestionAssignment.objects.values_list("criterion", "member"))


def test_plan_by_who_asks(appointment, invited, members, criteria, officer, auditor, other_officer):
    people = [officer, auditor, members["LAY"].person.user, members["CE"].person.user]
    pages = [browser(user).get(address(appointment)) for user in people]
    assert [page.status_code for page in pages] == [200] * 4
    assert ['name="asks_' in page.text for page in pages] == [True, False, True, False]
    assert browser(other_officer).get(address(appointment)).status_code == 404


def test_plan_before_the_invitation_is_answered(appointment, invited, criteria):
    page = browser(invited["CE"].person.user).get(address(appointment))
    assert page.status_code == 403
    assert "Answer the invitation first; then you see who asks what." in page.text


def test_plan_after_standing_down_is_gone(appointment, members, criteria, officer):
    services.stand_down(member=members["CE"], reason="Ill", by=officer, at=AT)
    assert browser(members["CE"].person.user).get(address(appointment)).status_code == 404


def test_plan_without_a_panel(appointment, officer):
    assert browser(officer).get(address(appointment)).status_code == 404


def test_plan_member_sees_their_own_turns_and_no_candidate(
    appointment, panel, members, candidates, criteria
):
    assign(panel, {criteria[0]: members["CE"], criteria[1]: members["MD"]})
    use(criteria[0], appointment, date(2026, 3, 12))
    text = browser(members["CE"].person.user).get(address(appointment)).text
    assert "You ask 1 question." in text
    assert "3 questions have nobody to ask them yet." in text
    assert "What would you do about ensuring patient safety?" in text
    for hidden in ("Okafor", "Nguyễn", "ATH-1901", "<select"):
        assert hidden not in text


def test_plan_warns_whoever_plans(appointment, panel, members, criteria, officer, auditor):
    use(criteria[0], appointment, date(2026, 3, 12))
    for user in (officer, members["LAY"].person.user, auditor):
        text = browser(user).get(address(appointment)).text
        assert "Asked for Acute internal medicine on 12 March 2026 (ATH-1901)." in text
    blueprint = reverse("rubrics:blueprint", args=[appointment.blueprint_id])
    links = [
        blueprint in browser(user).get(address(appointment)).text
        for user in (officer, members["LAY"].person.user)
    ]
    assert links == [True, False]


def test_plan_saved_by_the_officer_and_by_the_chair(appointment, panel, members, criteria, officer):
    first, second = criteria[:2]
    people = {f"asks_{first.pk}": members["CE"].pk, f"asks_{second.pk}": members["MD"].pk}
    page = browser(officer).post(address(appointment), choices(panel, **people), follow=True)
    assert "The interview plan is saved." in page.text
    assert assigned() == {first.pk: members["CE"].pk, second.pk: members["MD"].pk}
    people = {f"asks_{first.pk}": members["CE"].pk}
    chair = browser(members["LAY"].person.user)
    chair.post(address(appointment), choices(panel, **people))
    assert assigned() == {first.pk: members["CE"].pk}


def test_plan_shared_out_is_suggested_and_not_saved(appointment, panel, members, criteria, officer):
    client = browser(officer)
    assert "?share=evenly" in client.get(address(appointment)).text
    page = client.get(f"{address(appointment)}?share=evenly")
    assert "Nothing is saved until you save the plan." in page.text
    chosen = {one.pk: page.context["form"][f"asks_{one.pk}"].value() for one in criteria}
    assert chosen == {one.pk: who.pk for one, who in queries.even_plan(panel).items()}
    assert assigned() == {}
    client.post(
        address(appointment), choices(panel, **{f"asks_{pk}": who for pk, who in chosen.items()})
    )
    assert assigned() == chosen
    assert "?share=evenly" not in client.get(address(appointment)).text


def test_plan_changed_meanwhile_keeps_the_choices(appointment, panel, members, criteria, officer):
    sent = choices(panel, **{f"asks_{criteria[0].pk}": members["CE"].pk})
    assign(panel, {criteria[1]: members["MD"]})
    client = browser(officer)
    page = client.post(address(appointment), sent)
    assert "Somebody else changed the plan while you had it open." in page.text
    assert page.context["form"][f"asks_{criteria[0].pk}"].value() == str(members["CE"].pk)
    assert assigned() == {criteria[1].pk: members["MD"].pk}
    again = sent | {"seen": page.context["form"]["seen"].value()}
    client.post(address(appointment), again)
    assert assigned() == {criteria[0].pk: members["CE"].pk}


@pytest.mark.parametrize("sent", ["99999999", "x", "-1", "1e3"])
def test_plan_with_somebody_who_does_not_sit(appointment, panel, members, criteria, officer, sent):
    page = browser(officer).post(
        address(appointment), choices(panel, **{f"asks_{criteria[0].pk}": sent})
    )
    assert "Choose somebody who sits on the panel for 1.1 Ensuring patient safety." in page.text
    assert assigned() == {}


def test_plan_says_whose_turn_falls_free(appointment, panel, members, criteria, officer):
    assign(panel, {criteria[0]: members["MD"]})
    services.stand_down(member=members["MD"], reason="Ill", by=officer, at=AT)
    text = browser(officer).get(address(appointment)).text
    assert "Dr Łukasz Wiśniewski was to ask and has left the panel." in text
    assert "Has left the panel" in browser(members["CE"].person.user).get(address(appointment)).text


def test_plan_of_members_and_overseers_is_to_read(appointment, panel, members, criteria, auditor):
    for user in (members["CE"].person.user, auditor):
        page = browser(user).post(address(appointment), choices(panel))
        assert page.status_code == 403
        assert "Medical staffing and the chair share out the questions." in page.text


def test_plan_stands_once_scoring_is_open(appointment, panel, declared, criteria, officer):
    assign(panel, {criteria[0]: declared["CE"]})
    services.open_panel(panel=panel, by=officer, at=AT)
    client = browser(officer)
    assert 'name="asks_' not in client.get(address(appointment)).text
    page = client.post(address(appointment), choices(panel))
    assert page.status_code == 403
    assert "Scoring is open, so the interview plan stands." in page.text
    assert assigned() == {criteria[0].pk: declared["CE"].pk}


def test_plan_of_a_finished_panel(appointment, panel, members, candidates, criteria, officer):
    for stage in (Stage.IN_SESSION, Stage.SCORED):
        move_stage(appointment=appointment, to=stage, by=None, at=AT)
    page = browser(officer).post(address(appointment), choices(panel))
    assert page.status_code == 403
    assert "This panel has finished, so its interview plan stays as it is." in page.text


def test_panel_page_leads_to_the_plan(appointment, members, officer):
    page = browser(officer).get(reverse("panels:panel", args=[appointment.pk]))
    assert address(appointment) in page.text
