"""The pages of the office, asked by everybody who might ask."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from appointments.models import Application, Appointment
from appointments.stages import Stage
from tests.appointments.office import (
    bring_to,
    browser,
    make_appointment,
    make_candidate,
    make_user,
    shortlist,
)

NEW = {
    "name": "Dr Łukasz Zieliński",
    "email": "l@mail.example",
    "gmc_number": "0012347",
    "registration": "CCT June 2026",
    "present_post": "Registrar, Cwm",
}


@pytest.fixture
def application(appointment):
    return make_candidate(appointment)


def address(name, appointment, application=None):
    args = [appointment.pk, application.pk] if application else [appointment.pk]
    return reverse(f"appointments:{name}", args=args)


def test_list_shows_the_trusts_own(appointment, other_officer, auditor):
    page = browser(auditor).get(reverse("appointments:list"))
    assert page.status_code == 200
    assert b"Consultant in acute medicine" in page.content
    elsewhere = browser(other_officer).get(reverse("appointments:list"))
    assert b"Consultant in acute medicine" not in elsewhere.content
    assert b"No appointments yet" in elsewhere.content


def test_list_is_for_the_office(appointment, trust):
    editor = make_user("Ed", "ed@north.example", trust, Role.FRAMEWORK_EDITOR)
    member = make_user("Member", "member@elsewhere.example")
    assert browser(editor).get(reverse("appointments:list")).status_code == 404
    assert browser(member).get(reverse("appointments:list")).status_code == 404


def test_list_names_no_candidate_to_anybody(application, officer, auditor):
    for user in (officer, auditor):
        page = browser(user).get(reverse("appointments:list"), {"text": "Rhys"})
        assert b"ap Rhys" not in page.content
        assert b"No appointment matches" in page.content


@pytest.mark.parametrize(
    "query",
    [
        {"officer": "x"}, {"officer": "9" * 30}, {"stage": "DROP"}, {"sort": "\x00"},
        {"page": "-1"}, {"page": "9" * 40}, {"text": "'; --"}, {"text": "a\x00b"},
        {"text": "x" * 5000}, {"specialty": "None"}, {"_connector": "OR"},
    ],
)  # fmt: skip
def test_list_with_a_strange_address_still_answers(appointment, officer, query):
    page = browser(officer).get(reverse("appointments:list"), query)
    assert page.status_code == 200


def test_list_offers_creation_to_medical_staffing_only(appointment, officer, chief_executive):
    link = reverse("panels:create_appointment").encode()
    assert link in browser(officer).get(reverse("appointments:list")).content
    assert link not in browser(chief_executive).get(reverse("appointments:list")).content


def test_list_takes_the_same_queries_at_1_and_30_rows(
    appointment, trust, officer, django_assert_num_queries
):
    client = browser(officer)
    client.get(reverse("appointments:list"))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("appointments:list"))
    for number in range(29):
        make_appointment(trust, officer, reference=f"X-{number}")
    with django_assert_num_queries(len(one)):
        page = client.get(reverse("appointments:list"))
    assert page.content.count(b"Consultant in acute medicine") == 30


def test_candidates_by_role(application, officer, chief_executive, auditor, other_officer):
    url = address("candidates", application.appointment)
    status = {
        user.email: browser(user).get(url).status_code
        for user in (officer, chief_executive, auditor, other_officer)
    }
    assert status == {
        "officer@north.example": 200,
        "ce@north.example": 200,
        "auditor@north.example": 404,
        "officer@south.example": 404,
    }


def test_candidates_chief_executive_changes_nothing(application, chief_executive):
    client = browser(chief_executive)
    page = client.get(address("candidates", application.appointment))
    assert "Dr Siân ap Rhys" in page.text
    assert "Shortlist or not" not in page.text
    assert "Next step" not in page.text
    for name in ("add_candidate", "decide_shortlist", "withdraw", "cancel"):
        row = application if name in ("decide_shortlist", "withdraw") else None
        assert client.get(address(name, application.appointment, row)).status_code == 404


def test_candidates_takes_the_same_queries_at_1_and_30_rows(
    application, officer, django_assert_num_queries
):
    client, url = browser(officer), address("candidates", application.appointment)
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    for number in range(29):
        make_candidate(application.appointment, f"Dr Number {number}", f"00200{number:02d}")
    with django_assert_num_queries(len(one)):
        page = client.get(url)
    assert page.content.count(b"Dr Number") >= 29


def test_add_candidate_once_and_again(appointment, officer):
    client, url = browser(officer), address("add_candidate", appointment)
    first = client.post(url, NEW)
    assert (first.status_code, first.url) == (302, address("candidates", appointment))
    again = client.post(url, NEW)
    assert again.status_code == 200
    assert "GMC number 0012347 is already on the list" in again.text
    assert Application.objects.count() == 1


def test_add_candidate_refused_keeps_what_was_typed(appointment, officer):
    page = browser(officer).post(address("add_candidate", appointment), {**NEW, "gmc_number": "12"})
    assert "A GMC number has exactly 7 digits" in page.text
    assert "Dr Łukasz Zieliński" in page.text
    assert page.text.count("<title>Error: ") == 1


def test_add_candidate_not_now_says_why(application, officer):
    shortlist(application)
    bring_to(application.appointment, Stage.IN_SESSION)
    page = browser(officer).get(address("add_candidate", application.appointment))
    assert page.status_code == 403
    assert "the list of candidates is closed" in page.text


def test_decide_shortlist_stores_the_decision(application, officer):
    url = address("decide_shortlist", application.appointment, application)
    page = browser(officer).post(url, {"is_shortlisted": "no", "reason": "No CCT"}, follow=True)
    application.refresh_from_db()
    assert (application.status, application.status_reason) == ("REJECTED", "No CCT")
    assert "Dr Siân ap Rhys is not shortlisted." in page.text


def test_decide_shortlist_application_of_another_appointment(
    application, trust, officer, other_trust, other_officer
):
    foreign = make_candidate(make_appointment(other_trust, other_officer))
    sibling = make_candidate(make_appointment(trust, officer, reference="N-9"), "Dr B", "0012399")
    for other in (foreign, sibling):
        url = address("decide_shortlist", application.appointment, other)
        assert browser(officer).post(url, {"is_shortlisted": "yes"}).status_code == 404
        other.refresh_from_db()
        assert other.status == "RECEIVED"


def test_withdraw_then_nothing_more_to_decide(application, officer):
    client = browser(officer)
    url = address("withdraw", application.appointment, application)
    assert "Say why the candidate withdrew" in client.post(url, {"reason": ""}).text
    client.post(url, {"reason": "Another post"})
    application.refresh_from_db()
    assert application.status == "WITHDRAWN"
    page = client.get(address("decide_shortlist", application.appointment, application))
    assert (page.status_code, "has withdrawn" in page.text) == (403, True)


def test_move_stage_takes_the_next_step_and_says_when_it_cannot(appointment, officer):
    client, url = browser(officer), address("move_stage", appointment)
    client.post(url, {"to": "ADVERTISED"})
    client.post(url, {"to": "ADVERTISED"})
    client.post(url, {"to": "SHORTLISTING"})
    page = client.post(url, {"to": "SHORTLISTED"}, follow=True)
    assert "Nobody is shortlisted yet. Nothing was changed." in page.text
    assert Appointment.objects.get().stage == Stage.SHORTLISTING


@pytest.mark.parametrize("to", ["IN_SESSION", "DECIDED", "CANCELLED", "", "x"])
def test_move_stage_leaves_the_other_steps_to_their_own_pages(appointment, officer, to):
    page = browser(officer).post(address("move_stage", appointment), {"to": to})
    assert page.status_code == 403
    assert Appointment.objects.get().stage == Stage.DRAFTED


def test_move_stage_by_get_is_refused(appointment, officer):
    assert browser(officer).get(address("move_stage", appointment)).status_code == 405


def test_cancel_needs_its_reason(appointment, officer):
    client, url = browser(officer), address("cancel", appointment)
    assert "Say why the appointment is cancelled" in client.post(url, {"reason": " "}).text
    assert client.post(url, {"reason": "No applicants"}).url == reverse("appointments:list")
    assert Appointment.objects.get().stage == Stage.CANCELLED
    assert client.post(url, {"reason": "Again"}).status_code == 403
