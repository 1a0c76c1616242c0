"""The table of stages."""

import pytest

from appointments.stages import (
    CANDIDATES_CHANGE,
    CANDIDATES_WITHDRAW,
    MOVES,
    WORDS,
    MoveNotAllowed,
    Stage,
    move,
)


def test_stages_each_have_words_and_moves():
    assert set(WORDS) == set(MOVES) == set(Stage)
    assert len(set(WORDS.values())) == len(Stage)


@pytest.mark.parametrize("current", Stage)
@pytest.mark.parametrize("target", Stage)
def test_move_follows_the_table_and_nothing_else(current, target):
    if target in MOVES[current]:
        assert move(current, target) == target
    else:
        with pytest.raises(MoveNotAllowed, match=WORDS[target]):
            move(current, target)


def test_cancelled_is_open_until_every_score_is_locked():
    can = {stage for stage in Stage if Stage.CANCELLED in MOVES[stage]}
    assert can == {*CANDIDATES_CHANGE, Stage.IN_SESSION}


def test_candidates_withdraw_later_than_they_are_added():
    assert set(CANDIDATES_WITHDRAW) - set(CANDIDATES_CHANGE) == {Stage.IN_SESSION, Stage.SCORED}
