"""Sharing questions out evenly, and who may be expected to ask."""

from collections import Counter
from collections.abc import Iterable, Mapping


def shared_evenly(
    questions: Iterable[tuple[int, tuple[int, ...]]], asked_by: Mapping[int, int]
) -> dict[int, int]:
    """Return who asks each question: whoever asks fewest so far, in the order they are named.

    `questions` are (question, who may ask it) in the order in which they are asked; `asked_by`
    stands as it is. A question that nobody may ask is left out, and nobody asks twice running
    where somebody with as few questions can take the turn.
    """
    plan, load = dict(asked_by), Counter(asked_by.values())
    last = None
    for question, people in questions:
        if question not in plan and people:
            places = {person: place for place, person in enumerate(people)}
            plan[question] = min(people, key=lambda p: (load[p], p == last, places[p]))
            load[plan[question]] += 1
        last = plan.get(question)
    return plan
