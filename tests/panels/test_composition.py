"""The check of a whole panel and of one person in one seat."""

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from panels.composition import Conflict, Moment, State, check, check_sitter
from panels.rulesets import load
from tests.panels.broken_panels import ABSENT, CASES, GONE, UNKNOWN
from tests.panels.sound_panels import (
    DEPUTY_CE,
    ENGLAND,
    MANAGER,
    MD,
    NORTHERN_IRELAND,
    PANELS,
    RULE_SETS,
    SCOTLAND,
    WALES,
    ask,
    post_for,
    seated,
)

HOLDS, FAILS, CANNOT_TELL = State.HOLDS, State.FAILS, State.CANNOT_TELL
CONVENING, SHORTLISTING, OPENING, ARRIVAL, VOTING = Moment


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_check_answers_for_one_broken_panel(case):
    result = ask(case.key, case.sitters, case.moment, **dict(case.post))
    found = result.about(case.rule)
    assert [finding.state for finding in found] == [case.state]
    assert result.can_open is case.can_open, [finding.words for finding in result.blockers]
    if case.words is not None:
        assert found[0].words == case.words
    if case.mend is not None:
        assert found[0].mend == case.mend


def test_cases_have_names_of_their_own():
    assert [id for id, times in Counter(case.id for case in CASES).items() if times > 1] == []


@pytest.mark.parametrize("moment", Moment)
@pytest.mark.parametrize("key", RULE_SETS)
def test_sound_panel_holds_at_every_moment(key, moment):
    result = ask(key, seated(key), moment)
    assert result.blockers == ()
    unread = {SCOTLAND: ["SEATS_UNSEEN"], WALES: [], NORTHERN_IRELAND: []}.get(key, [])
    if moment == VOTING and key in (SCOTLAND, WALES, NORTHERN_IRELAND):
        unread = [*unread, "VOTING"]
    assert [finding.rule for finding in result.warnings] == unread
    assert result.summary == f"Nothing stops this {load(key).panel_term}."
    assert result.members == tuple(sorted(sitter.name for sitter in PANELS[key]))


def test_finding_says_what_the_rule_says_and_where_from():
    (finding,) = ask(ENGLAND, seated(ENGLAND, more=[MANAGER])).about("PROFESSIONAL_MAJORITY")
    rule = load(ENGLAND).majorities[0]
    assert (finding.says, finding.source) == (rule.says, rule.source)
    assert (finding.stops, finding.is_confirmed, finding.note) == (True, False, rule.note)


def test_unconfirmed_findings_are_listed():
    result = ask(NORTHERN_IRELAND, seated(NORTHERN_IRELAND), OPENING)
    rules = {finding.rule for finding in result.unconfirmed}
    assert rules == {
        "LAY.is_lay",
        "LAY.not_medically_qualified_unless_trust_chair",
        "QUORUM",
        "SIZE",
        "TRAINING",
        "DECLARATIONS",
    }


def test_summary_counts_what_stops():
    assert ask(ENGLAND, seated(ENGLAND, more=[MANAGER])).summary == (
        "1 thing stops this Advisory Appointments Committee."
    )
    assert ask(SCOTLAND, [], CONVENING).summary == "3 things stop this Assessment Panel."


def test_quorum_is_silent_before_the_day():
    for moment in (CONVENING, SHORTLISTING):
        assert ask(ENGLAND, seated(ENGLAND), moment).about("QUORUM") == ()


def test_chair_seat_is_silent_without_exactly_one_chair():
    for sitters in (
        seated(ENGLAND, MD={"is_chair": True}),
        seated(ENGLAND, LAY={"is_chair": False}),
    ):
        assert ask(ENGLAND, sitters).about("CHAIR_LAY") == ()


def changed(key, code, **changes):
    """A trust's own copy of a rule set with one seat or rule changed."""
    rule_set = load(key)
    return replace(
        rule_set,
        seats=tuple(replace(s, **changes) if s.code == code else s for s in rule_set.seats),
        rules=tuple(replace(r, **changes) if r.code == code else r for r in rule_set.rules),
    )


@pytest.mark.parametrize(
    ("teaching", "words"),
    [
        (False, "Quorate: 5 of 5 core seats are filled by someone in the room."),
        (
            True,
            "Not quorate: 5 of 6 core seats are filled by someone in the room, "
            "not the university member.",
        ),
    ],
)
def test_core_seat_counts_for_the_quorum_only_when_needed(teaching, words):
    own = changed(ENGLAND, "UNIV", is_core=True)
    post = post_for(ENGLAND, has_substantial_teaching=teaching)
    (finding,) = check(own, seated(ENGLAND), post, OPENING).about("QUORUM")
    assert finding.words == words


@pytest.mark.parametrize(
    ("fewest", "state", "mend"),
    [(5, HOLDS, ""), (6, FAILS, "Add 1 more."), (8, FAILS, "Add 3 more.")],
)
def test_size_may_have_a_minimum(fewest, state, mend):
    own = changed(ENGLAND, "SIZE", fewest=fewest)
    (finding,) = check(own, seated(ENGLAND), post_for(ENGLAND), OPENING).about("SIZE")
    assert (finding.state, finding.mend) == (state, mend)


@pytest.mark.parametrize(
    ("carried_by", "casting_vote", "words"),
    [
        (
            "most_votes",
            "chair",
            "5 members have one vote each; the most votes carry it. "
            "On a tie the chair's casting vote decides.",
        ),
        (
            "more_than_half",
            "none",
            "5 members have one vote each; 3 votes carry it. On a tie nothing is carried.",
        ),
    ],
)
def test_voting_follows_the_rule_set(carried_by, casting_vote, words):
    own = changed(ENGLAND, "VOTING", carried_by=carried_by, casting_vote=casting_vote)
    (finding,) = check(own, seated(ENGLAND), post_for(ENGLAND), VOTING).about("VOTING")
    assert (finding.state, finding.words) == (HOLDS, words)


def test_joint_rule_is_silent_for_one_body():
    assert ask(ENGLAND, seated(ENGLAND)).about("JOINT") == ()


def test_lawful_lay_rule_failing_silences_the_advice_after_it():
    lay = {"is_doctor": True, "is_trust_chair": False}
    assert ask(ENGLAND, seated(ENGLAND, LAY=lay)).about("LAY.not_medically_qualified") == ()


def test_absent_person_is_not_judged():
    sitters = seated(ENGLAND, CE={"is_present": False, "is_chief_executive": False})
    assert ask(ENGLAND, [*sitters, DEPUTY_CE]).about("CE.is_chief_executive") == ()


def test_members_are_the_people_in_the_room():
    sitters = seated(ENGLAND, COLLEGE=UNKNOWN, CE=ABSENT, MD=GONE, more=[DEPUTY_CE, MANAGER])
    assert ask(ENGLAND, sitters, VOTING).members == (
        "Dr Ngũgĩ Kamau",
        "Mr Tom Bell",
        "Mrs Joy Adeyemi",
        "Mrs Siân Rees",
    )


def states(findings):
    return {finding.rule: finding.state for finding in findings}


def test_check_sitter_answers_for_one_person_in_one_seat():
    md = replace(MD, seat=None, specialty="Renal medicine")
    found = check_sitter(load(ENGLAND), "COLLEGE", md, post_for(ENGLAND))
    assert states(found) == {
        "COLLEGE.is_professionally_qualified": HOLDS,
        "COLLEGE.practises_in_specialty": FAILS,
        "COLLEGE.not_employed_by_body": FAILS,
        "COLLEGE.nominated_by_college": FAILS,
        "TRAINING": HOLDS,
    }


def test_check_sitter_answers_for_a_deputy():
    deputy = replace(DEPUTY_CE, is_board_level=None)
    found = check_sitter(load(ENGLAND), "CE", deputy, post_for(ENGLAND))
    assert states(found) == {
        "DEPUTY.CE": HOLDS,
        "CE.is_board_level_deputy": CANNOT_TELL,
        "TRAINING": HOLDS,
    }
    assert [finding.says for finding in found[:2]] == [load(ENGLAND).seat("CE").deputy.who] * 2


def test_check_sitter_asks_only_training_of_an_additional_member():
    expired = replace(MANAGER, training_expires_on=date(2020, 1, 1))
    found = check_sitter(load(ENGLAND), None, expired, post_for(ENGLAND))
    assert states(found) == {"TRAINING": FAILS}


def test_check_sitter_refuses_someone_who_stood_down():
    gone = replace(MD, seat=None, conflict=Conflict.STANDS_DOWN)
    found = check_sitter(load(ENGLAND), "MD", gone, post_for(ENGLAND))
    words = "Dr Amara Okafor has stood down, so the medical director's seat is empty."
    assert [(finding.rule, finding.words) for finding in found] == [("SEAT.MD", words)]
    assert check_sitter(load(ENGLAND), None, gone, post_for(ENGLAND)) == ()


def test_check_sitter_unknown_seat():
    with pytest.raises(KeyError, match="EXT_ADVISER"):
        check_sitter(load(ENGLAND), "EXT_ADVISER", MD, post_for(ENGLAND))
