"""What changed between two versions: found, named, and never invented."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrics import editing
from rubrics.diff import compare, marks
from rubrics.library import available, read_framework
from rubrics.texts import FrameworkText
from tests.rubrics.test_editing import DOMAINS, competency

OLD = FrameworkText("small", "Small", "0-5", "Ours", "Free", DOMAINS)
LIBRARY = [read_framework(path) for path in available().values()]

WORDS = st.lists(
    st.sampled_from(["listens", "to", "patients", "Łukasz’s", "well-known", ",", ".", " ", "\n"])
)
TEXT = st.one_of(st.text(max_size=30), WORDS.map(" ".join), WORDS.map("".join))


def with_domains(domains):
    return replace(OLD, domains=domains)


def states(changes):
    """Return what became of each part, as one nested list."""
    return [
        (
            c.label,
            c.state,
            *(["renamed"] if c.is_renamed else []),
            *(["reworded"] if c.is_reworded else []),
            *([c.moved] if c.moved else []),
            *([states(c.parts)] if c.parts else []),
        )
        for c in changes
    ]


@given(TEXT, TEXT)
def test_marks_hold_both_texts_whole(old, new):
    found = marks(old, new)
    assert "".join(text for kind, text in found if kind != "ins") == old
    assert "".join(text for kind, text in found if kind != "del") == new
    assert all(text for _, text in found)


@given(TEXT)
def test_marks_of_equal_texts_mark_nothing(text):
    assert marks(text, text) == ((("same", text),) if text else ())


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "New", (("ins", "New"),)),
        ("Gone", "", (("del", "Gone"),)),
        (
            "Asks the ward nurses and listens.",
            "Asks the ward nurses, and acts.",
            (
                ("same", "Asks the ward nurses"),
                ("ins", ","),
                ("same", " and "),
                ("del", "listens"),
                ("ins", "acts"),
                ("same", "."),
            ),
        ),
        (
            "Says what went wrong and who was told in the end.",
            "Says how things went wrong and who was told in the end.",
            (
                ("same", "Says "),
                ("del", "what"),
                ("ins", "how things"),
                ("same", " went wrong and who was told in the end."),
            ),
        ),
        (
            "Blames other people.",
            "Owns it",
            (("del", "Blames other people."), ("ins", "Owns it")),
        ),
    ],
)
def test_marks_are_whole_words_a_person_can_read(old, new, expected):
    assert marks(old, new) == expected


@pytest.mark.parametrize("text", [OLD, *LIBRARY], ids=lambda text: text.slug)
def test_compare_of_equal_texts_is_empty(text):
    found = compare(text, text)
    assert found.is_empty
    assert {n for t in found.tallies for n in (t.added, t.removed, t.moved, t.renamed)} == {0}


def test_compare_names_every_kind_of_change():
    new = editing.change(DOMAINS, "a1", name="Hearing", levels={0: "o", 1: "A new a"})
    new = editing.move(editing.remove(new, "q2"), "b1", -1)
    new = editing.add(new, competency("c1"), "c")
    found = compare(OLD, with_domains(new))
    assert states(found.domains) == [
        (
            "A First",
            "same",
            [
                ("a1 Hearing", "same", "renamed", "reworded", [("Question 2", "del")]),
                ("b1 B1", "same", "here from B Second"),
            ],
        ),
        ("C Third", "same", [("c1 C1", "ins")]),
    ]
    first = found.domains[0].parts[0]
    assert [(w.label, w.marks) for w in first.wordings] == [
        ("Name", (("del", "A1"), ("ins", "Hearing"))),
        ("Score 1, Poor", (("ins", "A new "), ("same", "a"))),
        ("Score 5, Excellent", (("del", "e"),)),
    ]
    assert [
        (t.word, t.added, t.removed, t.moved, t.renamed, t.reworded) for t in found.tallies
    ] == [
        ("Domains", 0, 0, 0, 0, 0),
        ("Competencies", 1, 0, 1, 1, 1),
        ("Questions", 0, 1, 0, 0, 0),
    ]


def test_compare_calls_moved_as_few_parts_as_it_can():
    found = compare(OLD, with_domains((*DOMAINS[1:], DOMAINS[0])))
    assert states(found.domains) == [("A First", "same", "to another place among the domains")]


def test_compare_shows_a_removed_domain_with_all_that_was_in_it():
    found = compare(OLD, with_domains(DOMAINS[1:]))
    assert states(found.domains) == [
        (
            "A First",
            "del",
            [("a1 A1", "del", [("Question 1", "del"), ("Question 2", "del")]), ("a2 A2", "del")],
        )
    ]


def test_compare_does_not_remove_a_competency_that_only_changed_its_domain():
    moved = editing.remove(editing.move(DOMAINS, "b1", -1), "b")
    found = compare(OLD, with_domains(moved))
    assert states(found.domains) == [
        ("A First", "same", [("b1 B1", "same", "here from B Second")]),
        ("B Second", "del"),
    ]


def test_compare_without_keys_knows_parts_by_code_and_questions_by_words():
    bare = tuple(
        replace(
            d,
            key="",
            competencies=tuple(
                replace(c, key="", questions=tuple(replace(q, key="") for q in c.questions))
                for c in d.competencies
            ),
        )
        for d in editing.change(DOMAINS, "a1", name="Hearing")
    )
    found = compare(OLD, with_domains(bare))
    assert states(found.domains) == [("A First", "same", [("a1 Hearing", "same", "renamed")])]


def test_compare_shows_what_changed_of_the_whole():
    found = compare(OLD, replace(OLD, name="Smaller", scale_key="1-4"))
    assert [wording.label for wording in found.wordings] == ["Name", "Scale"]
    assert found.domains == ()
    assert not found.is_empty


def test_compare_names_a_score_by_the_scale_that_has_it():
    wide = replace(OLD, scale_key="1-7", domains=editing.change(DOMAINS, "b1", levels={7: "all"}))
    (domain,) = compare(OLD, wide).domains
    assert [wording.label for wording in domain.parts[0].wordings] == [
        "Score 0, No answer",
        "Score 1, Not demonstrated",
        "Score 5, Good",
        "Score 7, Outstanding",
    ]
