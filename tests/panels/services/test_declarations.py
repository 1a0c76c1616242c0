"""Declarations of interest, and who decides what about them."""

import json

import pytest

from appointments.services import decide_shortlist
from audit.models import Entry
from panels import services
from panels.models import Declaration, Member
from panels.services import Answer
from tests.appointments.office import AT, LATER, make_candidate
from tests.panels.seated import decide, declare
from tests.panels.services import ledger


def test_declare_no_interest_is_settled_at_once(panel, members, candidates):
    declaration = declare(members["CE"], candidates[0])
    assert (declaration.outcome, declaration.statement, declaration.decided_by) == (
        "NONE",
        "",
        None,
    )
    assert ledger.last(panel.appointment) == (
        "declaration.made",
        None,
        {
            "application": f"application:{candidates[0].pk}",
            "has_interest": False,
            "outcome": "NONE",
        },
    )


def test_declare_interest_waits_and_its_words_stay_out_of_the_ledger(members, candidates):
    declaration = declare(members["CE"], candidates[0], "I was her trainer in Leeds")
    assert (declaration.has_interest, declaration.outcome) == (True, "")
    written = json.dumps([[e.old, e.new, e.reason] for e in Entry.objects.all()])
    assert "Leeds" not in written
    assert "statement_digest" in written


def test_declare_statement_without_interest_is_not_kept(members, candidates):
    member = members["CE"]
    declaration = services.declare(
        member=member, application=candidates[0], has_interest=False, statement="left over",
        by=member.person.user, at=AT,
    )  # fmt: skip
    assert declaration.statement == ""


def test_declare_interest_needs_its_statement(members, candidates):
    member = members["CE"]
    with pytest.raises(services.StatementMissing):
        services.declare(
            member=member, application=candidates[0], has_interest=True, statement="  ",
            by=member.person.user, at=AT,
        )  # fmt: skip
    assert not Declaration.objects.exists()


def test_declare_again_before_the_decision_replaces_and_says_so(panel, members, candidates):
    declare(members["CE"], candidates[0], "Wrong row")
    declaration = declare(members["CE"], candidates[0])
    assert (Declaration.objects.count(), declaration.outcome) == (1, "NONE")
    _, old, new = ledger.last(panel.appointment)
    assert (old, new["has_interest"]) == ({"has_interest": True, "outcome": ""}, False)


def test_declare_the_same_again_writes_nothing(panel, members, candidates):
    declare(members["CE"], candidates[0])
    before = ledger.count(panel.appointment)
    declare(members["CE"], candidates[0])
    assert ledger.count(panel.appointment) == before


def test_declare_after_the_decision_cannot_undo_it(members, candidates):
    chair = members["LAY"].person.user
    decide(declare(members["CE"], candidates[0], "Friend"), "DOES_NOT_SCORE", chair)
    with pytest.raises(services.DecidedAlready):
        declare(members["CE"], candidates[0])
    assert Declaration.objects.get().outcome == "DOES_NOT_SCORE"


def test_declare_before_accepting(invited, candidates):
    with pytest.raises(services.NotSitting):
        declare(invited["CE"], candidates[0])


def test_declare_about_somebody_who_is_no_candidate(members, candidates, trust, officer):
    from tests.appointments.office import make_appointment

    elsewhere = make_candidate(make_appointment(trust, officer, reference="N-2"), "Dr B", "0019999")
    received = make_candidate(members["CE"].panel.appointment, "Dr C", "0018888")
    for application in (elsewhere, received):
        with pytest.raises(services.NotACandidate):
            declare(members["CE"], application)


def test_declare_all_is_all_or_nothing(members, candidates):
    answers = [Answer(candidates[0], False, ""), Answer(candidates[1], True, "")]
    with pytest.raises(services.StatementMissing):
        services.declare_all(
            member=members["CE"], answers=answers, by=members["CE"].person.user, at=AT
        )
    assert not Declaration.objects.exists()


def test_decide_declaration_by_the_chair(panel, members, candidates):
    chair = members["LAY"].person.user
    declaration = decide(declare(members["CE"], candidates[0], "Friend"), "STAYS", chair)
    declaration.refresh_from_db()
    assert (declaration.outcome, declaration.decided_by, declaration.decided_at) == (
        "STAYS", chair, AT,
    )  # fmt: skip
    assert ledger.last(panel.appointment) == (
        "declaration.decided",
        {"outcome": ""},
        {"outcome": "STAYS"},
    )


def test_decide_declaration_changed_mind_is_recorded(panel, members, candidates):
    chair = members["LAY"].person.user
    declaration = decide(declare(members["CE"], candidates[0], "Friend"), "STAYS", chair)
    decide(declaration, "DOES_NOT_SCORE", chair)
    assert ledger.last(panel.appointment)[1:] == (
        {"outcome": "STAYS"},
        {"outcome": "DOES_NOT_SCORE"},
    )


def test_decide_declaration_stands_down_leaves_the_panel(members, candidates):
    chair = members["LAY"].person.user
    decide(declare(members["CE"], candidates[0], "Married"), "STANDS_DOWN", chair)
    assert Member.objects.get(pk=members["CE"].pk).status == "STOOD_DOWN"


@pytest.mark.parametrize("who", ["CE", "MD", "officer"])
def test_decide_declaration_of_a_member_is_the_chairs(members, candidates, officer, who):
    by = officer if who == "officer" else members[who].person.user
    declaration = declare(members["CE"], candidates[0], "Friend")
    with pytest.raises(services.NotYoursToDecide):
        decide(declaration, "STAYS", by)
    declaration.refresh_from_db()
    assert declaration.outcome == ""


def test_decide_declaration_of_the_chair_is_medical_staffings(members, candidates, officer):
    declaration = declare(members["LAY"], candidates[0], "Neighbour")
    with pytest.raises(services.NotYoursToDecide):
        decide(declaration, "STAYS", members["LAY"].person.user)
    assert decide(declaration, "STAYS", officer).outcome == "STAYS"


def test_decide_declaration_of_an_officer_in_the_chair(panel, candidates, officer):
    from tests.panels.seated import accept, invite, make_person

    person = make_person(panel.appointment, "Priya Nair", officer.email)
    member = accept(invite(panel, person, is_chair=True))
    with pytest.raises(services.NotYoursToDecide):
        decide(declare(member, candidates[0], "My sister"), "STAYS", officer)


@pytest.mark.parametrize("outcome", ["NONE", ""])
def test_decide_declaration_outcome_that_is_none(members, candidates, outcome):
    declaration = declare(members["CE"], candidates[0], "Friend")
    with pytest.raises(services.NothingToDecide):
        decide(declaration, outcome, members["LAY"].person.user)


def test_decide_declaration_without_interest(members, candidates):
    declaration = declare(members["CE"], candidates[0])
    with pytest.raises(services.NothingToDecide):
        decide(declaration, "STAYS", members["LAY"].person.user)


def test_decide_declaration_of_somebody_who_left(members, candidates, officer):
    declaration = declare(members["CE"], candidates[0], "Friend")
    services.stand_down(member=members["CE"], reason="Ill", by=officer, at=LATER)
    with pytest.raises(services.NotSeated):
        decide(declaration, "STAYS", members["LAY"].person.user)


def test_declaration_of_a_candidate_dropped_later_is_kept(members, candidates, officer):
    declare(members["CE"], candidates[0])
    decide_shortlist(
        application=candidates[0], is_shortlisted=False, reason="By mistake", by=officer, at=AT
    )
    assert Declaration.objects.count() == 1
    with pytest.raises(services.NotACandidate):
        declare(members["MD"], candidates[0])
