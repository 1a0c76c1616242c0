"""Who sits, who scores, and what would follow if somebody left."""

from panels import queries, services
from panels.composition import Moment
from tests.appointments.office import AT
from tests.panels.seated import decide, declare


def test_composition_of_a_sound_panel_opens(panel, declared):
    assert queries.composition_of(panel, Moment.OPENING).blockers == ()


def test_composition_of_invited_members_counts_on_paper_only(panel, invited):
    assert queries.composition_of(panel, Moment.CONVENING).can_open
    assert not queries.composition_of(panel, Moment.OPENING).can_open


def test_composition_of_declined_member_leaves_the_seat_empty(panel, invited):
    member = invited["MD"]
    services.respond(member=member, is_accepted=False, by=member.person.user, at=AT)
    found = queries.composition_of(panel, Moment.CONVENING)
    assert [finding.words for finding in found.about("SEAT.MD")] == [
        "The medical director's seat is empty."
    ]


def test_composition_of_member_who_stood_down_is_named(panel, members, officer):
    services.stand_down(member=members["MD"], reason="Ill", by=officer, at=AT)
    found = queries.composition_of(panel, Moment.CONVENING)
    assert [finding.words for finding in found.about("SEAT.MD")] == [
        "Dr Łukasz Wiśniewski has stood down, so the medical director's seat is empty."
    ]


def test_composition_of_member_recused_from_everybody_does_not_count(panel, members, candidates):
    chair = members["LAY"].person.user
    for application in candidates:
        decide(declare(members["COLLEGE"], application, "Friend"), "DOES_NOT_SCORE", chair)
    rules = {f.rule for f in queries.composition_of(panel, Moment.OPENING).blockers}
    assert rules == {"SEAT.COLLEGE", "PROFESSIONAL_MAJORITY", "QUORUM"}


def test_composition_of_no_local_consultant_recorded(panel, members, officer):
    services.change_person(
        person=members["CONSULTANT"].person, specialty="Cardiology", by=officer, at=AT
    )
    rule = "CONSULTANT.practises_in_specialty_or_none_available"
    (before,) = queries.composition_of(panel, Moment.CONVENING).about(rule)
    services.record_local_consultant(panel=panel, is_none=True, by=officer, at=AT)
    (after,) = queries.composition_of(panel, Moment.CONVENING).about(rule)
    assert (before.state, after.state) == ("FAILS", "HOLDS")


def test_effect_of_leaving_says_only_what_is_new(members):
    rules = [finding.rule for finding in queries.effect_of_leaving(members["COLLEGE"])]
    assert rules == ["SEAT.COLLEGE", "PROFESSIONAL_MAJORITY", "QUORUM"]


def test_effect_of_leaving_of_an_additional_member_is_nothing(panel, members):
    from tests.panels.seated import accept, invite, make_person

    person = make_person(panel.appointment, "Dr Aoife", "aoife@mail.example", is_doctor=True,
        is_employed_by_trust=True)  # fmt: skip
    assert queries.effect_of_leaving(accept(invite(panel, person))) == []


def test_members_who_score_are_settled_and_scoring(panel, members, candidates, officer):
    chair = members["LAY"].person.user
    for seat in ("LAY", "CE", "MD", "CONSULTANT"):
        declare(members[seat], candidates[0])
    decide(declare(members["COLLEGE"], candidates[0], "Friend"), "STAYS", chair)
    decide(declare(members["MD"], candidates[1], "Friend"), "DOES_NOT_SCORE", chair)
    declare(members["CE"], candidates[1])
    services.change_member(
        member=members["CE"], is_deputy=False, scores=False, put_forward_by="",
        has_specialty_accepted=False, by=officer, at=AT,
    )  # fmt: skip
    seats = [
        [member.seat for member in queries.members_who_score(panel, application)]
        for application in candidates
    ]
    assert seats == [["LAY", "COLLEGE", "MD", "CONSULTANT"], []]


def test_undeclared_are_those_without_a_settled_declaration(panel, members, candidates):
    assert {member.seat for member in queries.undeclared(panel)} == set(members)
    for application in candidates:
        declare(members["LAY"], application)
        declare(members["MD"], application, "Friend")
    declare(members["CE"], candidates[0])
    names = {member.person.name for member in queries.undeclared(panel)}
    assert names == {
        "Helen Adebayo", "Dr Łukasz Wiśniewski", "Mr Ngũgĩ Kamau", "Dr 歐陽志明",
    }  # fmt: skip


def test_undeclared_leaves_out_who_has_not_accepted(panel, invited, candidates):
    assert queries.undeclared(panel) == []


def test_member_of_and_panel_of(panel, members, appointment, officer):
    assert queries.panel_of(appointment) == panel
    assert queries.member_of(members["CE"].person.user, appointment) == members["CE"]
    assert queries.member_of(officer, appointment) is None


def test_composition_of_takes_three_queries(panel, declared, django_assert_num_queries):
    with django_assert_num_queries(3):
        queries.composition_of(panel, Moment.OPENING)
