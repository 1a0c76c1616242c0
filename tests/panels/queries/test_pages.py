"""The panel's page and the directory as read models."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Nation
from appointments.stages import Stage
from panels import queries, services
from panels.composition import Moment
from panels.models import Panel
from panels.queries.directory import DOES_NOT_FIT, FITS, UNKNOWN
from panels.rulesets import load
from tests.appointments.office import AT, bring_to, make_trust
from tests.panels.seated import decide, declare, invite, make_person


def fresh(panel):
    return queries.panel_of(panel.appointment)


@pytest.mark.parametrize(
    ("nation", "first"),
    [
        (Nation.ENGLAND, "england_nhs_trust"),
        (Nation.WALES, "wales"),
        (Nation.SCOTLAND, "scotland_2009"),
        (Nation.NORTHERN_IRELAND, "northern_ireland_1996"),
    ],
)
def test_rule_sets_of_the_trusts_nation_its_own_kind_first(db, nation, first):
    keys = [key for key, _ in queries.rule_sets_of(make_trust(nation=nation))]
    assert keys[0] == first
    assert {load(key).nation for key in keys} == {nation.label}


def test_panel_page_seats_and_who_fills_them(panel, invited):
    services.respond(member=invited["MD"], is_accepted=False, by=invited["MD"].person.user, at=AT)
    extra = invite(panel, make_person(panel.appointment, "Rajesh", "r@mail.example"))
    page = queries.panel_page(fresh(panel))
    filled = {seat.code: seat.place and seat.place.member.person.name for seat in page.seats}
    assert filled == {
        "LAY": "Siân Llewellyn", "COLLEGE": "Mr Ngũgĩ Kamau", "CE": "Helen Adebayo", "MD": None,
        "CONSULTANT": "Dr 歐陽志明", "UNIV": None,
    }  # fmt: skip
    assert [(place.member, place.seat) for place in page.additional] == [
        (extra, "Additional member")
    ]
    assert [(place.member.person.name, place.status_words) for place in page.gone] == [
        ("Dr Łukasz Wiśniewski", "Declined")
    ]
    assert [seat.short for seat in page.seats] == ["LM", "CA", "CE", "MD", "LC", "UM"]


def test_panel_page_unconfirmed_rules_say_so(panel, invited):
    check = queries.panel_page(fresh(panel)).check
    noted = [tick for tick in (*check.stopping, *check.warning, *check.holding)
             if "Not yet confirmed in law: check" in tick.source]  # fmt: skip
    found = {
        finding.words for finding in queries.composition_of(panel, Moment.CONVENING).unconfirmed
    }
    assert {tick.text for tick in noted} == found
    assert found


def test_panel_page_deputy_in_words(panel):
    person = make_person(panel.appointment, "Rajesh", "r@mail.example")
    invite(panel, person, "CE", is_deputy=True)
    seat = next(seat for seat in queries.panel_page(fresh(panel)).seats if seat.code == "CE")
    assert seat.place.seat == "Deputy for the chief executive"


def test_panel_page_declared_says_how_far_and_never_what(panel, members, candidates):
    for application in candidates:
        declare(members["LAY"], application)
    declare(members["CE"], candidates[0])
    declare(members["MD"], candidates[0], "We are married")
    declare(members["MD"], candidates[1])
    rows = {row.name: row.words for row in queries.panel_page(fresh(panel)).declared}
    assert rows == {
        "Siân Llewellyn": "Declared and settled",
        "Helen Adebayo": "Declared for 1 of 2 candidates",
        "Dr Łukasz Wiśniewski": "Declared; waiting for a decision",
        "Mr Ngũgĩ Kamau": "Declared for 0 of 2 candidates",
        "Dr 歐陽志明": "Declared for 0 of 2 candidates",
    }


def test_panel_page_declared_before_the_shortlist(panel, members):
    words = {row.words for row in queries.panel_page(fresh(panel)).declared}
    assert words == {"Nobody is shortlisted yet"}


def test_panel_page_once_opened_shows_the_kept_check(panel, declared, officer):
    services.stand_down(member=declared["COLLEGE"], reason="Train", by=officer, at=AT)
    services.open_panel(panel=panel, by=officer, at=AT, override_reason="The college agreed")
    bring_to_session(panel)
    invite(panel, make_person(panel.appointment, "New", "new@mail.example"), "COLLEGE")
    check = queries.panel_page(fresh(panel)).check
    assert check.summary == "It was opened against the rules."
    assert {tick.text for tick in check.stopping} >= {
        "Mr Ngũgĩ Kamau has stood down, so the college assessor's seat is empty."
    }


def bring_to_session(panel):
    from appointments.services import move_stage

    officer = panel.appointment.officer
    move_stage(appointment=panel.appointment, to=Stage.IN_SESSION, by=officer, at=AT)


def test_panel_page_check_is_for_the_day_once_shortlisted(panel, invited, appointment):
    early = queries.panel_page(fresh(panel)).check
    from tests.panels.seated import make_shortlist

    make_shortlist(appointment)
    late = queries.panel_page(fresh(panel)).check
    assert early.stopping == []
    assert any("whether Helen Adebayo" in tick.text for tick in late.stopping)


def test_panel_page_queries_do_not_grow_with_the_members(panel, members):
    def count():
        with CaptureQueriesContext(connection) as captured:
            queries.panel_page(fresh(panel))
        return len(captured)

    before = count()
    for number in range(25):
        person = make_person(panel.appointment, f"Dr {number}", f"n{number}@mail.example")
        invite(panel, person)
    assert count() == before


def test_seat_asked_for(panel):
    assert queries.seat_asked_for(panel, "CE").name == "Chief executive"
    assert queries.seat_asked_for(panel, "") is queries.seat_asked_for(panel, "'") is None


def test_people_for_seat_in_groups(panel):
    appointment = panel.appointment
    doctor = {"is_doctor": True, "is_employed_by_trust": True, "is_consultant": True}
    make_person(appointment, "Fits", "a@x.example", specialty="acute internal  medicine", **doctor)
    make_person(appointment, "Unknown", "b@x.example", **doctor)
    make_person(appointment, "Outsider", "c@x.example", is_employed_by_trust=False)
    seat = queries.seat_asked_for(panel, "CONSULTANT")
    groups = {g.label: [p.name for p in g.people] for g in queries.people_for_seat(panel, seat)}
    assert groups == {FITS: ["Fits"], UNKNOWN: ["Unknown"], DOES_NOT_FIT: ["Outsider"]}


def test_people_for_seat_counts_who_fits_as_a_deputy(panel):
    make_person(panel.appointment, "Deputy", "a@x.example", is_chief_executive=False)
    (group,) = queries.people_for_seat(panel, queries.seat_asked_for(panel, "CE"))
    assert group.label == FITS


def test_people_for_seat_leaves_out_who_sits_and_other_trusts(
    panel, invited, other_trust, other_officer
):
    from tests.appointments.office import make_appointment

    make_person(make_appointment(other_trust, other_officer), "Foreign", "f@x.example")
    assert queries.people_for_seat(panel, None) == []
    person = make_person(panel.appointment, "Rajesh", "r@mail.example")
    assert [g.people for g in queries.people_for_seat(panel, None)] == [(person,)]


def test_directory_narrowed_and_in_the_own_trust(appointment, officer, other_officer):
    make_person(appointment, "Siân", "sian@mail.example", employer="Fenwick")
    make_person(appointment, "Łukasz", "lukasz@mail.example", specialty="Dermatology")
    names = {
        text: [person.name for person in queries.directory(officer, text, page=1)]
        for text in ("", "fenw", "DERMA", "nobody", "lukasz@")
    }
    assert names == {
        "": ["Siân", "Łukasz"], "fenw": ["Siân"], "DERMA": ["Łukasz"], "nobody": [],
        "lukasz@": ["Łukasz"],
    }  # fmt: skip
    assert list(queries.directory(other_officer, "", page=1)) == []


def test_interests_to_decide_by_who_decides(members, candidates, appointment, officer):
    chair = members["LAY"].person.user
    of_member = declare(members["CE"], candidates[0], "Friend")
    of_chair = declare(members["LAY"], candidates[0], "Neighbour")
    declare(members["MD"], candidates[0])
    decide(of_member, "STAYS", chair)
    found = {
        who.email: queries.interests_to_decide(who, appointment)
        for who in (chair, officer, members["CE"].person.user)
    }
    assert found == {
        "lay@mail.example": [of_member],
        "officer@north.example": [of_chair],
        "ce@mail.example": [],
    }


def test_declaration_rows_are_the_shortlist_with_ones_own(members, candidates):
    mine = declare(members["CE"], candidates[1], "Friend")
    declare(members["MD"], candidates[0])
    rows = queries.declaration_rows(members["CE"])
    assert [(row.application, row.declaration, row.is_decided) for row in rows] == [
        (candidates[0], None, False),
        (candidates[1], mine, False),
    ]


def test_panel_of_nothing(appointment):
    assert queries.panel_of(appointment) is None
    assert not Panel.objects.exists()
    bring_to(appointment, Stage.ADVERTISED)
