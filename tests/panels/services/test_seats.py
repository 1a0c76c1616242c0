"""Convening, inviting and naming the chair."""

import pytest

from accounts.models import User
from appointments.stages import Stage
from panels import services
from panels.models import Member, Panel
from tests.appointments.office import AT, LATER, bring_to
from tests.panels.seated import accept, decide, declare, invite, make_panel, make_person
from tests.panels.services import ledger


def test_convene_panel_twice_is_one_panel(appointment):
    first = make_panel(appointment)
    before = ledger.count(appointment)
    assert make_panel(appointment) == first
    assert (Panel.objects.count(), ledger.count(appointment)) == (1, before)


def test_create_with_panel_makes_both(trust, officer):
    from tests.appointments.office import make_blueprint, vacancy

    made = services.create_with_panel(**vacancy(trust, officer, make_blueprint(trust)))
    assert Panel.objects.get().appointment == made
    assert ledger.last(made)[0] == "panel.convened"


def test_invite_member_lets_them_sign_in_and_records_it(panel):
    person = make_person(panel.appointment, "Siân", "sian@mail.example")
    member = invite(panel, person, "LAY", is_chair=True)
    assert User.objects.get(email="sian@mail.example") == member.person.user
    assert ledger.last(panel.appointment) == (
        "member.invited",
        None,
        {
            "person": f"person:{person.pk}",
            "seat": "LAY",
            "is_chair": True,
            "is_deputy": False,
            "scores": True,
            "put_forward_by": "",
            "has_specialty_accepted": False,
        },
    )


def test_invite_member_finds_the_user_who_exists(panel, officer):
    person = make_person(panel.appointment, "Priya Nair", "Officer@north.example")
    assert invite(panel, person).person.user == officer


def test_invite_member_deputy_only_in_a_seat(panel):
    person = make_person(panel.appointment, "Siân", "sian@mail.example")
    assert invite(panel, person, "", is_deputy=True).is_deputy is False


def test_invite_member_seat_the_rules_do_not_have(panel):
    person = make_person(panel.appointment, "Siân", "sian@mail.example")
    with pytest.raises(services.UnknownSeat):
        invite(panel, person, "JESTER")


def test_invite_member_seat_taken(panel, invited):
    person = make_person(panel.appointment, "Rajesh", "rajesh@mail.example")
    with pytest.raises(services.SeatTaken, match="Helen Adebayo"):
        invite(panel, person, "CE")


def test_invite_member_chair_taken(panel, invited):
    person = make_person(panel.appointment, "Rajesh", "rajesh@mail.example")
    with pytest.raises(services.ChairTaken, match="Siân Llewellyn"):
        invite(panel, person, is_chair=True)


def test_invite_member_already_there(panel, invited):
    with pytest.raises(services.OnPanelAlready, match="already on this panel"):
        invite(panel, invited["CE"].person)


def test_invite_member_from_another_trusts_directory(panel, other_trust, other_officer):
    from tests.appointments.office import make_appointment

    foreign = make_person(make_appointment(other_trust, other_officer), "Siân", "s@mail.example")
    with pytest.raises(services.OtherTrust):
        invite(panel, foreign)
    assert not Member.objects.exists()


def test_invite_member_again_after_declining_takes_another_seat(panel, invited):
    member = invited["CE"]
    services.respond(member=member, is_accepted=False, by=member.person.user, at=AT)
    again = invite(panel, member.person, at=LATER)
    assert (again.pk, again.seat, again.status) == (member.pk, "", "INVITED")
    assert (again.invited_at, again.responded_at) == (LATER, None)


def test_invite_member_again_after_an_interest_is_refused(panel, members, candidates):
    chair = members["LAY"].person.user
    decide(declare(members["CE"], candidates[0], "Married"), "STANDS_DOWN", chair)
    with pytest.raises(services.OnPanelAlready, match="stood down because of an interest"):
        invite(panel, members["CE"].person)


def test_invite_member_once_every_score_is_locked(panel, declared):
    bring_to_scored(panel.appointment)
    person = make_person(panel.appointment, "Rajesh", "rajesh@mail.example")
    with pytest.raises(services.PanelHasFinished, match="All scores locked"):
        invite(panel, person)


def bring_to_scored(appointment):
    from appointments.services import move_stage

    for to in (Stage.IN_SESSION, Stage.SCORED):
        move_stage(appointment=appointment, to=to, by=appointment.officer, at=AT)


def test_name_chair_swaps_and_says_who_was(panel, members, officer):
    services.name_chair(member=members["CE"], by=officer, at=AT)
    chairs = Member.objects.filter(is_chair=True)
    assert list(chairs) == [members["CE"]]
    assert ledger.last(panel.appointment) == (
        "panel.chair_named",
        {"chair": f"member:{members['LAY'].pk}"},
        {"chair": f"member:{members['CE'].pk}"},
    )


def test_name_chair_again_changes_nothing(panel, members, officer):
    before = ledger.count(panel.appointment)
    services.name_chair(member=members["LAY"], by=officer, at=AT)
    assert ledger.count(panel.appointment) == before


def test_name_chair_somebody_who_declined(panel, invited, officer):
    member = invited["CE"]
    services.respond(member=member, is_accepted=False, by=member.person.user, at=AT)
    with pytest.raises(services.NotSeated):
        services.name_chair(member=member, by=officer, at=AT)


def test_change_member_before_opening_only(panel, declared, officer):
    change = {
        "is_deputy": True, "scores": False, "put_forward_by": "", "has_specialty_accepted": False,
    }  # fmt: skip
    services.change_member(member=declared["CE"], **change, by=officer, at=AT)
    action, old, new = ledger.last(panel.appointment)
    assert (action, new) == ("member.changed", change)
    assert (old["is_deputy"], old["scores"]) == (False, True)
    services.change_member(
        member=declared["CE"], **{**change, "is_deputy": False}, by=officer, at=AT
    )
    services.open_panel(panel=panel, by=officer, at=AT)
    with pytest.raises(services.OpenAlready):
        services.change_member(member=declared["CE"], **change, by=officer, at=AT)


def test_record_local_consultant_once(panel, officer, appointment):
    for _ in range(2):
        services.record_local_consultant(panel=panel, is_none=True, by=officer, at=AT)
    assert Panel.objects.get().has_no_local_consultant is True
    assert ledger.count(appointment) == 3
    assert ledger.last(appointment)[0] == "panel.local_consultant_recorded"


def test_respond_records_the_answer(panel, invited):
    accept(invited["CE"])
    assert ledger.last(panel.appointment) == (
        "member.responded",
        {"status": "INVITED"},
        {"status": "ACCEPTED"},
    )
    before = ledger.count(panel.appointment)
    accept(invited["CE"])
    assert ledger.count(panel.appointment) == before


def test_respond_otherwise_than_before(invited):
    member = accept(invited["CE"])
    with pytest.raises(services.AnsweredAlready):
        services.respond(member=member, is_accepted=False, by=member.person.user, at=LATER)


def test_respond_after_the_round_is_cancelled(panel, invited, officer, appointment):
    from appointments.services import move_stage

    move_stage(appointment=appointment, to=Stage.CANCELLED, by=officer, at=AT, reason="None")
    with pytest.raises(services.PanelHasFinished, match="Cancelled"):
        accept(invited["CE"])


def test_stand_down_needs_its_reason_and_keeps_it_from_the_ledger(panel, members, officer):
    with pytest.raises(services.ReasonMissing):
        services.stand_down(member=members["CE"], reason=" ", by=officer, at=AT)
    services.stand_down(member=members["CE"], reason="Broken leg", by=officer, at=AT)
    action, old, new = ledger.last(panel.appointment)
    assert (action, old) == ("member.stood_down", {"status": "ACCEPTED"})
    assert new.keys() == {"status", "reason_digest"}
    with pytest.raises(services.NotSeated):
        services.stand_down(member=members["CE"], reason="Again", by=officer, at=AT)


def test_stand_down_stage_before_everything(appointment, panel, invited, officer):
    bring_to(appointment, Stage.ADVERTISED)
    services.stand_down(member=invited["CE"], reason="By mistake", by=officer, at=AT)
    assert Member.objects.get(pk=invited["CE"].pk).status == "STOOD_DOWN"
