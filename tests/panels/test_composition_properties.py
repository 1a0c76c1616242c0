"""What is true of every panel: majorities, their mends, and independence of order."""

import random
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panels.composition import Conflict, Moment, State
from panels.composition.majorities import additions_needed, is_majority
from panels.rulesets import load
from tests.panels.sound_panels import (
    ENGLAND,
    FOUNDATION,
    NORTHERN_IRELAND,
    WALES,
    ask,
    local_doctor,
    person,
    seated,
)

HOLDS, FAILS, CANNOT_TELL = State.HOLDS, State.FAILS, State.CANNOT_TELL


@pytest.mark.parametrize("count", range(8))
@pytest.mark.parametrize("share", [Fraction(1, 2), Fraction(2, 3), Fraction(0)])
def test_additions_needed_is_the_fewest(count, share):
    for members in range(count, 12):
        added = additions_needed(count, members, share)
        assert is_majority(count + added, members + added, share)
        assert added == 0 or not is_majority(count + added - 1, members + added - 1, share)


def test_half_is_no_majority():
    assert not is_majority(3, 6, Fraction(1, 2))
    assert is_majority(4, 7, Fraction(1, 2))


TRILEAN = st.sampled_from([True, False, None])
extras = st.builds(
    lambda number, **attributes: person(f"Extra {number}", **attributes),
    st.integers(0, 10**6),
    seat=st.sampled_from([None, None, None, "CE", "MD"]),
    is_deputy=st.booleans(),
    is_doctor=TRILEAN,
    is_dentist=TRILEAN,
    is_employed_by_body=TRILEAN,
    is_board_member=TRILEAN,
    is_present=TRILEAN,
    is_chair=st.booleans(),
    conflict=st.sampled_from([None, *Conflict]),
)
panels = st.tuples(
    st.sampled_from([ENGLAND, FOUNDATION, WALES, NORTHERN_IRELAND]),
    st.sets(st.sampled_from(["LAY", "CE", "MD", "CONSULTANT", "COLLEGE", "UNIV"])),
    st.lists(extras, max_size=8, unique_by=lambda sitter: sitter.name),
    st.sampled_from(list(Moment)),
)
ORDER = {HOLDS: 2, CANNOT_TELL: 1, FAILS: 0}
NEWCOMER = local_doctor("Dr Zsófia Újvári")


def majority_findings(key, sitters, moment):
    result = ask(key, sitters, moment)
    return [result.about(rule.code)[0] for rule in load(key).majorities]


@given(panels)
def test_adding_a_local_doctor_never_weakens_a_majority(panel):
    key, without, more, moment = panel
    sitters = seated(key, without=without, more=more)
    before = majority_findings(key, sitters, moment)
    after = majority_findings(key, [*sitters, NEWCOMER], moment)
    assert all(ORDER[b.state] <= ORDER[a.state] for b, a in zip(before, after, strict=True))


@given(panels, st.randoms(use_true_random=False))
def test_answer_does_not_depend_on_the_order_of_sitters(panel, shuffler):
    key, without, more, moment = panel
    sitters = seated(key, without=without, more=more)
    shuffled = random.Random(shuffler.random()).sample(sitters, len(sitters))
    first, again = ask(key, sitters, moment), ask(key, sitters, moment)
    assert first == again == ask(key, shuffled, moment)


@given(panels)
def test_mending_by_the_number_named_mends_and_one_fewer_does_not(panel):
    key, without, more, moment = panel
    sitters = seated(key, without=without, more=more)
    for finding in majority_findings(key, sitters, moment):
        if finding.state != FAILS:
            continue
        asked = finding.mend.split(", or ask")[0].split()[1]
        number = int(asked) if asked.isdigit() else 1
        everyone = [*sitters, *(replace(NEWCOMER, name=f"New {n}") for n in range(number))]
        assert ask(key, everyone, moment).about(finding.rule)[0].state == HOLDS
        is_exact = "for certain" not in finding.words and "also" not in finding.mend
        if is_exact:
            fewer = everyone[:-1]
            assert ask(key, fewer, moment).about(finding.rule)[0].state == FAILS


@given(panels)
def test_asking_the_named_people_to_stand_down_mends_and_breaks_nothing(panel):
    key, without, more, moment = panel
    sitters = seated(key, without=without, more=more)
    before = majority_findings(key, sitters, moment)
    for finding in before:
        _, _, leave = finding.mend.partition(", or ask ")
        if not leave:
            continue
        names = leave.removesuffix(" to stand down.").replace(" and ", ", ").split(", ")
        left = [sitter for sitter in sitters if sitter.name not in names]
        assert len(left) == len(sitters) - len(names)
        after = majority_findings(key, left, moment)
        assert {f.rule: f.state for f in after}[finding.rule] == HOLDS
        assert all(a.state == HOLDS for b, a in zip(before, after, strict=True) if b.state == HOLDS)
