"""Sharing questions out evenly, as tables."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panels.plan import shared_evenly

ALL = (7, 8, 9)


@pytest.mark.parametrize(
    ("questions", "asked_by", "expected"),
    [
        ([], {}, {}),
        ([(1, ALL), (2, ALL), (3, ALL), (4, ALL)], {}, {1: 7, 2: 8, 3: 9, 4: 7}),
        ([(1, ALL), (2, ALL), (3, ALL)], {3: 7}, {1: 8, 2: 9, 3: 7}),
        ([(1, ALL), (2, ALL)], {1: 9, 2: 9}, {1: 9, 2: 9}),
        ([(1, ()), (2, ALL)], {}, {2: 7}),
        ([(1, (7, 8)), (2, (8,)), (3, (7, 8))], {}, {1: 7, 2: 8, 3: 7}),
        # 7 and 8 have one each after two questions; 7 asked last, so 8 asks the third.
        ([(1, (7, 8)), (2, (7, 8)), (3, (7, 8))], {1: 8}, {1: 8, 2: 7, 3: 8}),
        # Somebody who is not among them keeps what they have.
        ([(1, (7,)), (2, (7,))], {1: 99}, {1: 99, 2: 7}),
    ],
)
def test_shared_evenly(questions, asked_by, expected):
    assert shared_evenly(questions, asked_by) == expected


def test_nobody_asks_twice_running_where_another_has_as_few():
    questions = [(1, (7,)), (2, (8,)), (3, (7, 8))]
    assert shared_evenly(questions, {})[3] == 7
    assert shared_evenly([(2, (8,)), (1, (7,)), (3, (7, 8))], {})[3] == 8


@given(count=st.integers(0, 40), people=st.integers(1, 9))
def test_everybody_asks_as_many_to_one(count, people):
    shared = shared_evenly([(n, tuple(range(100, 100 + people))) for n in range(count)], {})
    loads = [list(shared.values()).count(one) for one in range(100, 100 + people)]
    assert sum(loads) == count
    assert max(loads) - min(loads) <= 1
