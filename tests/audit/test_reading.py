"""References and actions become words."""

import pytest

from audit.reading import action_in_words, split_reference, thing_in_words


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ("role.granted", "Role granted"),
        ("score_sheet.locked", "Score sheet locked"),
        ("person.shut_out", "Person shut out"),
        ("", ""),
    ],
)
def test_action_in_words(action, words):
    assert action_in_words(action) == words


@pytest.mark.parametrize(
    ("reference", "parts"),
    [
        ("score:41", ("score", 41)),
        ("system", ("system", None)),
        ("score:", ("score:", None)),
        (":41", (":41", None)),
        ("score:-1", ("score:-1", None)),
        ("score:٣", ("score:٣", None)),
        ("", ("", None)),
    ],
)
def test_reference_is_a_kind_and_a_number(reference, parts):
    assert split_reference(reference) == parts


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("system", "Quorate"),
        ("user:7", "Siân ap Rhys"),
        ("user:8", "Person 8, who is no longer held"),
        ("trustrole:3", "Trust role 3"),
        ("some_thing:3", "Some thing 3"),
        ("some.thing", "Some thing"),
    ],
)
def test_thing_in_words(reference, words):
    assert thing_in_words(reference, {7: "Siân ap Rhys"}) == words
