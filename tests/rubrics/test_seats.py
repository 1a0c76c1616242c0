"""The seats an exercise may be scored from."""

import pytest

from panels.rulesets import load_all
from rubrics.seats import ADDITIONAL, HINTS, SEATS, in_order, in_words, scores_from


def test_seats_are_those_of_every_rule_set_and_additional_members():
    known = {seat.code for rules in load_all() for seat in rules.seats}
    assert set(SEATS) == known | {ADDITIONAL}
    assert set(HINTS) <= set(SEATS)


@pytest.mark.parametrize(
    ("scoring_seats", "seat", "expected"),
    [
        ([], "LAY", True),
        ([], "", True),
        (["LAY"], "LAY", True),
        (["LAY"], "CE", False),
        (["LAY"], "", False),
        (["ADDITIONAL"], "", True),
        (["ADDITIONAL"], "LAY", False),
    ],
)
def test_a_member_scores_from_a_named_seat_or_from_any_when_none_is_named(
    scoring_seats, seat, expected
):
    assert scores_from(scoring_seats, seat) is expected


def test_seats_are_named_in_one_order():
    assert in_order(["MD", "LAY", "UNKNOWN"]) == ["LAY", "MD"]
    assert in_words(["MD", "LAY"]) == "Lay member, Medical director"
    assert in_words([]) == "Every member"
