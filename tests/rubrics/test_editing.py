"""Edits of plain text: what is added, changed, moved, removed, and that nothing else is."""

import pytest

from rubrics import editing
from rubrics.scales import SCALES
from rubrics.texts import CompetencyText, DomainText, QuestionText


def competency(key, *questions):
    asked = tuple(QuestionText("SITUATIONAL", "STANDARD", q, (), "", q) for q in questions)
    return CompetencyText(key, key.upper(), "", {}, {0: "o", 1: "a", 5: "e"}, asked, key)


DOMAINS = (
    DomainText("A", "First", "", (competency("a1", "q1", "q2"), competency("a2")), "a"),
    DomainText("B", "Second", "", (competency("b1"),), "b"),
    DomainText("C", "Third", "", (), "c"),
)


def shape(domains):
    return " ".join(f"{d.key}:{','.join(c.key for c in d.competencies)}" for d in domains)


@pytest.mark.parametrize(
    ("key", "step", "expected"),
    [
        ("a", 1, "b:b1 a:a1,a2 c:"),
        ("a", -1, "a:a1,a2 b:b1 c:"),
        ("c", -1, "a:a1,a2 c: b:b1"),
        ("c", 1, "a:a1,a2 b:b1 c:"),
        ("a2", -1, "a:a2,a1 b:b1 c:"),
        ("a2", 1, "a:a1 b:a2,b1 c:"),
        ("b1", -1, "a:a1,a2,b1 b: c:"),
        ("b1", 1, "a:a1,a2 b: c:b1"),
        ("a1", -1, "a:a1,a2 b:b1 c:"),
        ("nothing", 1, "a:a1,a2 b:b1 c:"),
    ],
)
def test_move_goes_one_place_and_on_into_the_next_domain(key, step, expected):
    assert shape(editing.move(DOMAINS, key, step)) == expected


def test_move_of_a_question_stays_in_its_competency():
    moved = editing.move(DOMAINS, "q2", -1)
    assert [q.key for q in moved[0].competencies[0].questions] == ["q2", "q1"]
    assert editing.move(DOMAINS, "q2", 1) == DOMAINS


@pytest.mark.parametrize("key", ["a", "b1", "q2"])
def test_find_and_remove_name_one_part_of_any_kind(key):
    assert editing.find(DOMAINS, key).key == key
    assert editing.find(editing.remove(DOMAINS, key), key) is None
    assert editing.find(editing.remove(DOMAINS, key), "a2" if key != "a" else "b").key


def test_change_changes_one_part_and_no_other():
    changed = editing.change(DOMAINS, "a2", name="New")
    assert changed[0].competencies[1].name == "New"
    assert editing.change(changed, "a2", name="A2") == DOMAINS


def test_add_puts_a_part_at_the_end_of_its_parent():
    with_domain = editing.add(DOMAINS, DomainText("D", "Fourth", "", (), "d"))
    with_competency = editing.add(with_domain, competency("d1"), "d")
    new = QuestionText("SITUATIONAL", "STANDARD", "How?", (), "", "how")
    with_question = editing.add(with_competency, new, "a1")
    assert shape(with_question) == "a:a1,a2 b:b1 c: d:d1"
    assert [q.key for q in with_question[0].competencies[0].questions] == ["q1", "q2", "how"]


@pytest.mark.parametrize(
    ("scale", "kept"), [("1-4", [1]), ("1-5", [1, 5]), ("0-5", [0, 1, 5]), ("1-10", [1, 5])]
)
def test_on_scale_keeps_the_anchors_the_scale_has(scale, kept):
    found = editing.on_scale(DOMAINS, SCALES[scale])
    assert [list(c.levels) for d in found for c in d.competencies] == [kept] * 3


def test_taken_codes_are_those_of_all_others_of_the_kind():
    assert editing.taken_codes(DOMAINS, DomainText, but="b") == {"A", "C"}
    assert editing.taken_codes(DOMAINS, CompetencyText) == {"a1", "a2", "b1"}


def test_next_code_is_free():
    assert editing.next_code(DOMAINS) == "4"
    assert editing.next_code(DOMAINS, "b") == "B.2"
    taken = editing.change(DOMAINS, "a1", code="B.2")
    assert editing.next_code(taken, "b") == "B.3"


def test_order_of_sees_places_and_not_words():
    assert editing.order_of(editing.change(DOMAINS, "a1", name="New")) == editing.order_of(DOMAINS)
    for key in ("a", "a2", "q1"):
        moved = editing.move(DOMAINS, key, 1)
        assert editing.order_of(moved) != editing.order_of(DOMAINS)


def test_own_words_of_a_domain_do_not_change_with_its_competencies():
    before = editing.fingerprint(editing.own_words(DOMAINS[0]))
    changed = editing.change(DOMAINS, "a1", name="New")
    assert editing.fingerprint(editing.own_words(changed[0])) == before
    assert editing.fingerprint(changed[0]) != editing.fingerprint(DOMAINS[0])


def test_tidy_tags_leave_out_what_is_not_ticked():
    assert editing.tidy_tags({"gpc": [1], "hlm": [], "values": []}) == {"gpc": [1]}
