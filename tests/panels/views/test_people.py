"""The pages of the directory."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from panels.forms import QUESTIONS
from panels.models import Person
from tests.appointments.office import browser
from tests.panels.seated import invite, make_person

UNKNOWN = dict.fromkeys(QUESTIONS, "unknown")
TYPED = {"name": "Dr Aoife Ní Bhriain", "email": "aoife@mail.example", **UNKNOWN}


def test_people_shows_the_own_directory(appointment, officer, other_officer):
    make_person(appointment, "Siân Llewellyn", "sian@mail.example")
    url = reverse("panels:people")
    assert "Siân Llewellyn" in browser(officer).get(url).text
    elsewhere = browser(other_officer).get(url)
    assert (elsewhere.status_code, "Siân Llewellyn" in elsewhere.text) == (200, False)


def test_people_is_for_medical_staffing(appointment, auditor, members):
    person = members["CE"].person
    for user in (auditor, person.user):
        client = browser(user)
        for name, args in (("people", []), ("add_person", []), ("change_person", [person.pk])):
            assert client.get(reverse(f"panels:{name}", args=args)).status_code == 404


def test_people_takes_the_same_queries_at_1_and_30_rows(
    appointment, officer, django_assert_num_queries
):
    make_person(appointment, "Dr Number 0", "n0@mail.example")
    client, url = browser(officer), reverse("panels:people")
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    for number in range(1, 30):
        make_person(appointment, f"Dr Number {number}", f"n{number}@mail.example")
    with django_assert_num_queries(len(one)):
        page = client.get(url)
    assert page.text.count("Dr Number") == 30


@pytest.mark.parametrize("query", [{"text": "\x00"}, {"text": "x" * 3000}, {"page": "-5"}])
def test_people_with_a_strange_address_still_answers(appointment, officer, query):
    assert browser(officer).get(reverse("panels:people"), query).status_code == 200


def test_add_person_keeps_yes_no_and_not_known_apart(trust, officer):
    typed = TYPED | {"is_doctor": "yes", "is_dentist": "no", "works_in": "WALES",
                     "training_expires_on": "2027-05-31"}  # fmt: skip
    reply = browser(officer).post(reverse("panels:add_person"), typed)
    assert reply.url == reverse("panels:people")
    person = Person.objects.get()
    assert (person.trust, person.is_doctor, person.is_dentist, person.is_consultant) == (
        trust, True, False, None,
    )  # fmt: skip
    assert (person.works_in, str(person.training_expires_on)) == ("WALES", "2027-05-31")


def test_add_person_twice_says_who_is_there(trust, officer):
    client, url = browser(officer), reverse("panels:add_person")
    client.post(url, TYPED)
    page = client.post(url, TYPED)
    assert "Dr Aoife Ní Bhriain is already in the directory" in page.text
    assert Person.objects.count() == 1


def test_change_person_shows_what_is_recorded_and_saves(appointment, officer):
    person = make_person(appointment, "Siân", "sian@mail.example", is_doctor=True)
    client, url = browser(officer), reverse("panels:change_person", args=[person.pk])
    form = client.get(url).context["form"]
    assert [form.initial[name] for name in ("is_doctor", "is_dentist", "is_consultant")] == [
        "yes", "no", "unknown",
    ]  # fmt: skip
    client.post(url, TYPED | {"email": "sian@mail.example", "is_doctor": "no"})
    person.refresh_from_db()
    assert (person.name, person.is_doctor, person.is_dentist) == (TYPED["name"], False, None)


def test_change_person_of_another_trust(appointment, other_officer):
    person = make_person(appointment, "Siân", "sian@mail.example")
    url = reverse("panels:change_person", args=[person.pk])
    assert browser(other_officer).post(url, TYPED).status_code == 404
    person.refresh_from_db()
    assert person.name == "Siân"


def test_change_person_who_signs_in_keeps_the_address(panel, officer):
    person = make_person(panel.appointment, "Siân", "sian@mail.example")
    invite(panel, person)
    client, url = browser(officer), reverse("panels:change_person", args=[person.pk])
    assert "They sign in with this address, so it stays." in client.get(url).text
    client.post(url, TYPED | {"email": "thief@mail.example"})
    person.refresh_from_db()
    assert (person.name, person.email) == (TYPED["name"], "sian@mail.example")
