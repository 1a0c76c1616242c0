"""The panel's page and who is asked to sit."""

from datetime import timedelta

import pytest
from django.urls import reverse

from appointments.models import Appointment
from appointments.stages import Stage
from panels import services
from panels.models import Member, Panel
from tests.appointments.office import AT, bring_to, browser, make_appointment
from tests.panels.seated import accept, declare, invite, make_panel, make_person


def address(name, appointment, member=None):
    args = [appointment.pk, member.pk] if member else [appointment.pk]
    return reverse(f"panels:{name}", args=args)


def test_panel_by_who_asks(appointment, members, officer, auditor, other_officer):
    url = address("panel", appointment)
    people = [officer, auditor, members["LAY"].person.user, members["CE"].person.user,
              other_officer]  # fmt: skip
    assert [browser(user).get(url).status_code for user in people] == [200, 200, 200, 404, 404]


def test_panel_shows_no_candidate_and_no_statement(
    appointment, members, candidates, officer, auditor
):
    declare(members["MD"], candidates[0], "We were married in Leeds")
    for user in (officer, auditor):
        page = browser(user).get(address("panel", appointment))
        assert "Declared for 1 of 2 candidates" in page.text
        for secret in ("Okafor", "Nguyễn", "Leeds"):
            assert secret not in page.text


def test_panel_words_of_the_check(appointment, invited, officer):
    services.stand_down(member=invited["COLLEGE"], reason="Ill", by=officer, at=AT)
    text = browser(officer).get(address("panel", appointment)).text
    assert "2 things stop this Advisory Appointments Committee." in text
    assert "Mr Ngũgĩ Kamau has stood down, so the college assessor&#x27;s seat is empty." in text
    assert "Ask the college or faculty for an assessor" in text
    assert "Not yet confirmed in law: check before you rely on it." in text


def test_panel_auditor_can_change_nothing(appointment, members, auditor):
    client, member = browser(auditor), members["CE"]
    text = client.get(address("panel", appointment)).text
    assert "Take off" not in text
    assert "Fill this seat" not in text
    before = list(Member.objects.order_by("pk").values())
    for name in ("invite", "local_consultant", "convene"):
        assert client.post(address(name, appointment)).status_code == 404
    for name in ("name_chair", "stand_down", "change_member"):
        data = {"reason": "x"}
        assert client.post(address(name, appointment, member), data).status_code == 404
    assert list(Member.objects.order_by("pk").values()) == before


def test_panel_not_convened_yet(appointment, officer, auditor):
    url = address("panel", appointment)
    assert "Convene the panel" not in browser(auditor).get(url).text
    client = browser(officer)
    assert "Convene the panel" in client.get(url).text
    for _ in range(2):
        assert client.post(address("convene", appointment)).url == url
    assert Panel.objects.get().appointment == appointment


def test_panel_after_members_have_left_is_closed_to_the_chair(appointment, members):
    chair = browser(members["LAY"].person.user)
    assert chair.get(address("panel", appointment)).status_code == 200
    Appointment.objects.update(members_leave_at=AT - timedelta(days=400))
    assert chair.get(address("panel", appointment)).status_code == 404


def test_invite_fills_the_seat(panel, appointment, officer):
    person = make_person(appointment, "Helen", "helen@mail.example")
    url = address("invite", appointment) + "?seat=CE"
    page = browser(officer).post(url, {"person": person.pk, "scores": "on"}, follow=True)
    assert "Helen is invited by email to helen@mail.example." in page.text
    member = Member.objects.get()
    assert (member.seat, member.is_deputy, member.scores) == ("CE", False, True)


def test_invite_shows_the_letter_before_it_goes(panel, appointment, officer):
    text = browser(officer).get(address("invite", appointment) + "?seat=COLLEGE").text
    assert "Dear [name]," in text
    assert "You would sit as college assessor." in text


@pytest.mark.parametrize(
    ("seat", "asked"),
    [
        ("COLLEGE", {"person", "put_forward_by", "has_specialty_accepted", "is_chair", "scores"}),
        ("CE", {"person", "is_deputy", "is_chair", "scores"}),
        ("CONSULTANT", {"person", "is_chair", "scores"}),
        ("", {"person", "is_chair", "scores"}),
    ],
)
def test_invite_asks_only_what_the_seat_needs(panel, appointment, officer, seat, asked):
    page = browser(officer).get(address("invite", appointment), {"seat": seat} if seat else {})
    assert set(page.context["form"].fields) == asked


def test_invite_seat_that_does_not_exist(panel, appointment, officer):
    assert browser(officer).get(address("invite", appointment) + "?seat=KING").status_code == 404


def test_invite_twice_sends_one_letter(panel, appointment, officer, mailoutbox):
    person = make_person(appointment, "Helen", "helen@mail.example")
    client, url = browser(officer), address("invite", appointment) + "?seat=CE"
    client.post(url, {"person": person.pk})
    page = client.post(url, {"person": person.pk})
    assert page.status_code == 200
    assert (Member.objects.count(), len(mailoutbox)) == (1, 1)


def test_invite_taken_seat_says_so(panel, appointment, officer, invited, mailoutbox):
    mailoutbox.clear()
    person = make_person(appointment, "Rajesh", "r@mail.example")
    page = browser(officer).post(address("invite", appointment) + "?seat=CE", {"person": person.pk})
    assert "Helen Adebayo is already put down for this seat. Nothing was sent." in page.text
    assert mailoutbox == []


def test_invite_somebody_of_another_trust_by_a_forged_id(
    panel, appointment, officer, other_trust, other_officer
):
    foreign = make_person(make_appointment(other_trust, other_officer), "F", "f@mail.example")
    page = browser(officer).post(address("invite", appointment), {"person": foreign.pk})
    assert set(page.context["form"].errors) == {"person"}
    assert not Member.objects.exists()


@pytest.mark.parametrize("pk", ["999999", "9" * 30])
def test_ids_that_nothing_has(panel, appointment, officer, pk):
    client = browser(officer)
    for path in (f"{pk}/panel/", f"{appointment.pk}/panel/members/{pk}/", f"{pk}/candidates/",
                 f"{appointment.pk}/panel/interests/{pk}/"):  # fmt: skip
        assert client.get(f"/appointments/{path}").status_code == 404
    form = client.post(address("invite", appointment), {"person": pk}).context["form"]
    assert set(form.errors) == {"person"}


def test_name_chair_by_button(appointment, members, officer):
    url = address("name_chair", appointment, members["CE"])
    page = browser(officer).post(url, follow=True)
    assert "Helen Adebayo is the chair." in page.text
    assert Member.objects.get(is_chair=True) == members["CE"]


def test_member_of_another_panel_by_a_forged_id(panel, appointment, members, trust, officer):
    other = make_panel(make_appointment(trust, officer, reference="N-2"))
    theirs = invite(other, make_person(appointment, "R", "r@mail.example"))
    client = browser(officer)
    for name in ("name_chair", "stand_down", "change_member"):
        reply = client.post(address(name, appointment, theirs), {"reason": "x"})
        assert reply.status_code == 404
    theirs.refresh_from_db()
    assert (theirs.is_chair, theirs.status) == (False, "INVITED")


def test_change_member_records_who_put_them_forward(panel, appointment, officer):
    person = make_person(appointment, "Ngũgĩ", "n@mail.example")
    member = invite(panel, person, "COLLEGE")
    url = address("change_member", appointment, member)
    data = {"put_forward_by": "COLLEGE", "has_specialty_accepted": "on"}
    assert browser(officer).post(url, data).url == address("panel", appointment)
    member.refresh_from_db()
    assert (member.put_forward_by, member.has_specialty_accepted, member.scores) == (
        "COLLEGE", True, False,
    )  # fmt: skip


def test_change_member_once_open_says_why_not(panel, appointment, declared, officer):
    services.open_panel(panel=panel, by=officer, at=AT)
    page = browser(officer).get(address("change_member", appointment, declared["CE"]))
    assert (page.status_code, "Scoring is open" in page.text) == (403, True)


def test_local_consultant_recorded_and_taken_back(panel, appointment, officer):
    client, url = browser(officer), address("local_consultant", appointment)
    client.post(url, {"is_none": "yes"})
    assert Panel.objects.get().has_no_local_consultant is True
    assert "One is available after all" in client.get(address("panel", appointment)).text
    client.post(url, {"is_none": "no"})
    assert Panel.objects.get().has_no_local_consultant is False


def test_panel_finished_changes_nothing_and_says_why(appointment, declared, officer):
    from appointments.services import move_stage

    for to in (Stage.IN_SESSION, Stage.SCORED):
        move_stage(appointment=appointment, to=to, by=officer, at=AT)
    client = browser(officer)
    page = client.get(address("invite", appointment))
    assert (page.status_code, "the panel stays as it is" in page.text) == (403, True)
    assert "Take off" not in client.get(address("panel", appointment)).text


def test_buttons_answer_to_post_only(appointment, members, officer):
    client = browser(officer)
    for url in (
        address("name_chair", appointment, members["CE"]),
        address("local_consultant", appointment),
        address("convene", appointment),
    ):
        assert client.get(url).status_code == 405


def test_panel_early_stage_shows_how_it_is_put_together(appointment, invited, officer):
    bring_to(appointment, Stage.ADVERTISED)
    accept(invited["CE"])
    text = browser(officer).get(address("panel", appointment)).text
    assert "As it is put together so far, with everybody who is invited." in text
