"""Texts: written down and read back, and the keys by which parts are known again."""

import json

from rubrics.library import available, read_framework
from rubrics.texts import (
    CompetencyText,
    DomainText,
    QuestionText,
    from_plain,
    plain,
    with_keys,
)


def question(text, key=""):
    return QuestionText("SITUATIONAL", "STANDARD", text, ("Why?",), "", key)


def domain(code, key="", *competencies):
    return DomainText(code, f"Domain {code}", "", competencies, key)


def competency(code, key="", *questions):
    return CompetencyText(code, f"Skill {code}", "", {}, {}, questions, key)


def keys_of(domains):
    return [
        (d.key, [(c.key, [q.key for q in c.questions]) for c in d.competencies]) for d in domains
    ]


def test_plain_and_from_plain_lose_nothing_on_the_way_through_json():
    for path in available().values():
        text = read_framework(path)
        assert from_plain(json.loads(json.dumps(plain(text)))) == text


def test_with_keys_keeps_keys_and_knows_parts_without_one_by_code_and_words():
    known = (domain("A", "a", competency("1", "one", question("How?", "how"))),)
    new = (domain("A", "", competency("1", "", question("How?"), question("When?"))),)
    ((first, [(second, [how, when])]),) = keys_of(with_keys(new, known))
    assert (first, second, how) == ("a", "one", "how")
    assert when not in ("", "a", "one", "how")


def test_with_keys_gives_a_known_key_to_the_part_that_claims_it_not_to_its_namesake():
    known = (domain("A", "a"), domain("B", "b"))
    found = with_keys((domain("A"), domain("B", "a")), known)
    assert found[1].key == "a"
    assert found[0].key not in ("", "a", "b")


def test_with_keys_gives_no_key_twice():
    found = with_keys((domain("A", "same"), domain("B", "same")))
    assert found[0].key == "same"
    assert found[1].key not in ("", "same")
