"""Answering an invitation, and leaving."""

from datetime import timedelta

from django.urls import reverse

from appointments.models import Appointment
from panels.models import Member
from tests.appointments.office import AT, browser, make_appointment
from tests.panels.seated import invite, make_panel, make_person


def url_of(appointment):
    return reverse("panels:respond", args=[appointment.pk])


def test_respond_shows_what_one_is_asked_and_no_candidate(appointment, invited, candidates):
    page = browser(invited["LAY"].person.user).get(url_of(appointment))
    assert page.status_code == 200
    for words in ("Consultant in acute medicine, North NHS Trust",
                  "Tuesday 8 December 2026, 9:30am", "Boardroom",
                  "Lay member, and you take the chair"):  # fmt: skip
        assert words in page.text
    assert "Okafor" not in page.text


def test_respond_yes_leads_to_the_declarations(appointment, invited):
    client = browser(invited["CE"].person.user)
    reply = client.post(url_of(appointment), {"is_accepted": "yes"})
    assert reply.url == reverse("panels:declarations", args=[appointment.pk])
    assert Member.objects.get(pk=invited["CE"].pk).status == "ACCEPTED"
    assert client.post(url_of(appointment), {"is_accepted": "no"}).url == reply.url
    assert Member.objects.get(pk=invited["CE"].pk).status == "ACCEPTED"


def test_respond_no_closes_the_appointment(appointment, invited):
    client = browser(invited["CE"].person.user)
    assert client.post(url_of(appointment), {"is_accepted": "no"}).url == reverse("home")
    assert Member.objects.get(pk=invited["CE"].pk).status == "DECLINED"
    assert client.get(url_of(appointment)).status_code == 404


def test_respond_nothing_chosen(appointment, invited):
    page = browser(invited["CE"].person.user).post(url_of(appointment), {})
    assert "Say whether you can sit on this panel." in page.text
    assert Member.objects.get(pk=invited["CE"].pk).status == "INVITED"


def test_respond_is_not_for_others(appointment, invited, trust, officer, other_officer):
    other = make_panel(make_appointment(trust, officer, reference="N-2"))
    elsewhere = invite(other, make_person(appointment, "R", "r@mail.example"))
    for user in (officer, other_officer, elsewhere.person.user):
        assert browser(user).get(url_of(appointment)).status_code == 404


def test_respond_after_members_have_left(appointment, invited):
    Appointment.objects.update(members_leave_at=AT - timedelta(days=400))
    assert browser(invited["CE"].person.user).get(url_of(appointment)).status_code == 404


def test_respond_asks_a_stranger_to_sign_in(client, appointment, invited):
    reply = client.get(url_of(appointment))
    assert (reply.status_code, reply.url.split("?")[0]) == (302, reverse("account_login"))


def test_stand_down_says_what_it_would_do(appointment, members, officer):
    url = reverse("panels:stand_down", args=[appointment.pk, members["COLLEGE"].pk])
    client = browser(officer)
    text = client.get(url).text
    assert "The college assessor&#x27;s seat is empty." in text
    assert "Not quorate: 4 of 5 core seats" in text
    assert "Say why this member leaves the panel." in client.post(url, {"reason": ""}).text
    client.post(url, {"reason": "Train"})
    assert Member.objects.get(pk=members["COLLEGE"].pk).status == "STOOD_DOWN"
    assert client.post(url, {"reason": "Train"}).status_code == 404
